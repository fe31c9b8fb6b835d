using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>
/// Schemes with prefixes whose codecs are compiled and compared with the oracle: every grid and format, prefixes that end within vectors, stripes and
/// pairs of lanes, and every metric and scale with each of them in turn.
/// </summary>
internal static class PrefixSchemes
{
    private static readonly (int Dimensions, int[] Prefixes)[] s_shapes =
    [
        (64, [16, 32]), (100, [1, 33, 98]), (129, [64, 127, 128]), (768, [64, 256]), (33, [7, 32]), (257, [130, 256]), (9, [1, 8]), (200, [99]),
    ];

    private static readonly ReferenceScale[] s_scales =
    [
        new(Granularity.Vector), new(Granularity.Channel), new(Granularity.Vector, ScaleFormat.Half), new(Granularity.Tensor),
        new(Granularity.Vector, ScaleFormat.BFloat16),
    ];

    private static readonly Metric[] s_metrics = TestVectors.Metrics;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IReferenceScheme> All { get; } = [.. Integers(), .. Floats(), .. Products()];

    /// <summary>One of every grid, quick.</summary>
    public static IReadOnlyList<ReferenceScheme> Compact { get; } =
        [.. All.OfType<ReferenceScheme>().Where(scheme => scheme.Dimensions < 200).DistinctBy(scheme => scheme.Grid)];

    private static IEnumerable<ReferenceScheme> Integers()
    {
        // Numbers of metrics, scales and shapes have no common divisor, so each meets all others.
        int i = 0;
        foreach (IntegerGrid grid in SampledSchemes.IntegerGrids.Concat(SampledSchemes.IntegerGrids.Where(grid => grid.Bits is 1 or 4 or 8)))
        {
            (int dimensions, int[] prefixes) = s_shapes[i % s_shapes.Length];
            yield return new(dimensions, s_metrics[i % s_metrics.Length], grid, s_scales[i % s_scales.Length]) { Prefixes = prefixes };
            i++;
        }
    }

    private static IEnumerable<ReferenceScheme> Floats()
    {
        int i = 0;
        foreach (FloatFormat format in Enum.GetValues<FloatFormat>())
        {
            var grid = new FloatGrid(format);
            ReferenceScale?[] scales = grid.Binary.Bytes == 1 ? [null, s_scales[i % 2], new(Granularity.Tensor)] : [null];
            foreach ((Metric metric, ReferenceScale? scale) in from scale in scales from metric in s_metrics select (metric, scale))
            {
                (int dimensions, int[] prefixes) = s_shapes[i % (s_shapes.Length - 1)];

                // Where numbers that share a word come to an end.
                int multiple = 4 / grid.Binary.Bytes;
                int[] ends = [.. prefixes.Select(prefix => (prefix + multiple - 1) / multiple * multiple).Where(end => end < dimensions).Distinct()];
                yield return new(dimensions, metric, grid, scale) { Prefixes = ends };
                i++;
            }
        }
    }

    private static IEnumerable<ReferenceProductScheme> Products() =>
    [
        new(128, Metric.InnerProduct, 32, 4) { Prefixes = [32, 64, 124] },
        new(100, Metric.SquaredL2, 33, 4) { Prefixes = [4, 7, 97] },
        new(600, Metric.InnerProduct, 300, 4) { Prefixes = [2, 150, 512] },
        new(96, Metric.InnerProduct, 12, 8) { Prefixes = [8, 72] },
        new(100, Metric.SquaredL2, 33, 8) { Prefixes = [31, 64] },
        new(400, Metric.SquaredL2, 100, 8) { Prefixes = [100, 268] },
        new(60, Metric.InnerProduct, 12, 11) { Prefixes = [5, 35] },
        new(200, Metric.SquaredL2, 100, 1) { Prefixes = [2, 130] },
        new(65, Metric.InnerProduct, 16, 5) { Prefixes = [5, 61] },
    ];
}
