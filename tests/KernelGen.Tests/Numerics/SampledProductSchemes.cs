using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>
/// The product quantizers whose codecs are compiled and compared with the oracle: every width of a code with even and uneven subspaces, and every
/// number of subspaces that 4 bits are likely to have.
/// </summary>
internal static class SampledProductSchemes
{
    /// <summary>The most subspaces of which every number is tried.</summary>
    private const int MostSubspaces = 256;

    private static readonly Metric[] s_metrics = Enum.GetValues<Metric>();

    /// <summary>Dimensions and subspaces: one dimension each, one subspace for all, even parts, uneven ones.</summary>
    private static readonly (int Dimensions, int Subspaces)[] s_shapes =
        [(1, 1), (64, 1), (7, 7), (33, 33), (96, 48), (128, 32), (65, 16), (10, 3), (33, 8), (100, 23), (129, 64)];

    /// <summary>What is common, and what comes to an end: of E below 255, and of its least value, 3.</summary>
    private static readonly (int Dimensions, int Subspaces, int Bits)[] s_large =
    [
        (384, 48, 8), (384, 96, 4), (768, 96, 8), (768, 384, 4), (1536, 96, 4), (1536, 192, 8), (1536, 1536, 4), (1000, 300, 4), (4096, 96, 8),
        (4096, 512, 4), (4096, 512, 8), (16_384, 16_384, 4),
    ];

    /// <summary>Those that meet every check.</summary>
    public static IReadOnlyList<ReferenceProductScheme> All { get; } = [.. WithMetrics([.. OfEveryWidth(), .. s_large])];

    /// <summary>Every number of subspaces with 4 bits, for the checks of results.</summary>
    public static IReadOnlyList<ReferenceProductScheme> EverySubspaces { get; } =
        [.. WithMetrics([.. Enumerable.Range(1, MostSubspaces).Select(m => ((m * (1 + (m / 3 % 4))) + (m % 5 == 0 ? m / 2 : 0), m, 4))])];

    private static IEnumerable<(int Dimensions, int Subspaces, int Bits)> OfEveryWidth() =>
        from bits in Enumerable.Range(1, CodebookShape.MaximumBits)
        from i in Enumerable.Range(0, 4)

        // The shapes in turn; wide codes have too many centroids for all dimensions.
        let shape = s_shapes[((4 * bits) + i) % s_shapes.Length]
        let isSmall = shape.Dimensions << bits <= 1 << 18
        select (isSmall ? shape.Dimensions : shape.Subspaces, shape.Subspaces, bits);

    private static IEnumerable<ReferenceProductScheme> WithMetrics(IEnumerable<(int Dimensions, int Subspaces, int Bits)> shapes) =>
        shapes.Index().Select(shape => new ReferenceProductScheme(
            shape.Item.Dimensions, s_metrics[shape.Index % s_metrics.Length], shape.Item.Subspaces, shape.Item.Bits));
}
