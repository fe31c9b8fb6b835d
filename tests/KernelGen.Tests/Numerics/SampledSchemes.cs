using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>
/// The schemes whose codecs are compiled and compared with the oracle: every bit width with every zero mode, every format, scale,
/// metric and dimension several times, combined at random by a fixed seed.
/// </summary>
internal static class SampledSchemes
{
    public const int Seed = 20260901;

    private const int SamplesOfIntegerGrid = 13;
    private const int SamplesOfFloat8 = 25;
    private const int SamplesOfWideFloat = 12;

    private static readonly int[] s_dimensions =
    [
        1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 100, 127, 128, 129, 255, 256, 257, 384, 512, 768, 1000, 1024, 1536,
    ];

    private static readonly int[] s_largeDimensions = [3072, 4096, 16_384];

    private static readonly FloatFormat[] s_wideFloats = [FloatFormat.Single, FloatFormat.Half, FloatFormat.BFloat16];

    /// <summary>Sizes around those of vectors, and common ones.</summary>
    public static IReadOnlyList<int> Dimensions { get; } = [.. s_dimensions, .. s_largeDimensions];

    /// <summary>The bit widths with the zero modes that they allow.</summary>
    public static IReadOnlyList<IntegerGrid> IntegerGrids { get; } =
    [
        .. from bits in Enumerable.Range(1, 8)
           from zero in Enum.GetValues<ZeroMode>()
           where bits > 1 || zero != ZeroMode.Symmetric
           select new IntegerGrid(bits, zero),
    ];

    /// <summary>Every scale that can be declared.</summary>
    public static IReadOnlyList<ReferenceScale> Scales { get; } =
    [
        new(Granularity.Channel),
        new(Granularity.Tensor),
        .. from format in Enum.GetValues<ScaleFormat>()
           from size in new[] { 0, 16, 32, 64, 128, 256 }
           select new ReferenceScale(size == 0 ? Granularity.Vector : Granularity.Block, format, size),
    ];

    /// <summary>All sampled schemes, distinct, in an order that does not change.</summary>
    public static IReadOnlyList<ReferenceScheme> All { get; } = [.. Sample().Distinct()];

    /// <summary>One scheme of every grid, of dimensions that are quick and yet fill several vectors.</summary>
    public static IReadOnlyList<ReferenceScheme> Compact { get; } =
        [.. All.Where(scheme => scheme.Dimensions is >= 63 and <= 257).DistinctBy(scheme => scheme.Grid)];

    private static IEnumerable<ReferenceScheme> Sample()
    {
        var random = new Random(Seed);
        var dimensions = new Deck<int>(random, [.. s_dimensions, .. s_dimensions, .. s_largeDimensions]);
        var metrics = new Deck<Metric>(random, TestVectors.Metrics);
        var scales = new Deck<ReferenceScale>(random, Scales);

        foreach (IntegerGrid grid in IntegerGrids)
        {
            // The default, the greatest dimension (where sums come closest to overflow) and the learned scales never miss.
            yield return new(384, Metric.Cosine, grid, new(Granularity.Vector));
            yield return new(16_384, metrics.Deal(), grid, new(grid.Bits > 5 ? Granularity.Vector : Granularity.Tensor));
            yield return new(dimensions.Deal(), metrics.Deal(), grid, new(Granularity.Channel));
            yield return new(dimensions.Deal(), metrics.Deal(), grid, new(Granularity.Tensor));
            for (int i = 0; i < SamplesOfIntegerGrid - 4; i++)
            {
                yield return new(dimensions.Deal(), metrics.Deal(), grid, scales.Deal());
            }
        }

        foreach (FloatFormat format in new[] { FloatFormat.E4M3, FloatFormat.E5M2 })
        {
            for (int i = 0; i < SamplesOfFloat8; i++)
            {
                yield return new(dimensions.Deal(), metrics.Deal(), new FloatGrid(format), i % 6 == 0 ? null : scales.Deal());
            }

            // Channel is the only scale that stores norms with floats.
            yield return new(dimensions.Deal(), Metric.SquaredL2, new FloatGrid(format), new(Granularity.Channel));
        }

        foreach (FloatFormat format in s_wideFloats)
        {
            for (int i = 0; i < SamplesOfWideFloat; i++)
            {
                yield return new(dimensions.Deal(), metrics.Deal(), new FloatGrid(format), Scale: null);
            }
        }
    }

    /// <summary>Deals every card once, in random order, before any card again.</summary>
    private sealed class Deck<T>(Random random, IReadOnlyList<T> cards)
    {
        private readonly Queue<T> _shuffled = [];

        public T Deal()
        {
            if (_shuffled.Count == 0)
            {
                T[] shuffled = [.. cards];
                random.Shuffle(shuffled);
                Array.ForEach(shuffled, _shuffled.Enqueue);
            }

            return _shuffled.Dequeue();
        }
    }
}
