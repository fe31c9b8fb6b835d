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

    /// <summary>Numbers of subspaces that are tried with 8 bits: around the 16 codes that are transposed at once, and where sums of bytes reach their limit.</summary>
    private static readonly int[] s_byteSubspaces = [.. Enumerable.Range(1, 20), 31, 32, 33, 48, 63, 64, 96, 256, 258];

    private static readonly Metric[] s_metrics = TestVectors.Metrics;

    /// <summary>Kinds of dimensions and subspaces, of which every width of a code has one each.</summary>
    private static readonly (int Dimensions, int Subspaces)[][] s_shapes =
    [
        // Uneven.
        [(65, 16), (10, 3), (33, 8), (100, 23), (129, 64)],

        // Even.
        [(96, 48), (128, 32), (24, 8), (60, 12)],

        // One subspace.
        [(1, 1), (64, 1), (17, 1)],

        // One dimension each.
        [(33, 33), (7, 7), (16, 16), (63, 63), (32, 32)],
    ];

    /// <summary>What is common, and what comes to an end: of E below 255, and of its least value, 3.</summary>
    private static readonly (int Dimensions, int Subspaces, int Bits)[] s_large =
    [
        (384, 48, 8), (384, 96, 4), (768, 96, 8), (768, 384, 4), (1536, 96, 4), (1536, 192, 8), (1536, 1536, 4), (1000, 300, 4), (4096, 96, 8),
        (4096, 512, 4), (4096, 512, 8), (16_384, 16_384, 4),
    ];

    /// <summary>Those that meet every check.</summary>
    public static IReadOnlyList<ReferenceProductScheme> All { get; } = [.. WithMetrics([.. OfEveryWidth(), .. s_large])];

    /// <summary>Every number of subspaces with 4 bits, and some with 8, for the checks of results.</summary>
    public static IReadOnlyList<ReferenceProductScheme> EverySubspaces { get; } =
    [
        .. WithMetrics([.. Enumerable.Range(1, MostSubspaces).Select(m => ((m * (1 + (m / 3 % 4))) + (m % 5 == 0 ? m / 2 : 0), m, 4))]),
        .. WithMetrics([.. s_byteSubspaces.Select(m => ((m * 2) - (m % 3 == 0 ? m / 3 : 0), m, 8))]),
    ];

    /// <summary>One scheme of every width of a code, quick and yet of more subspaces than a vector has lanes.</summary>
    public static IReadOnlyList<ReferenceProductScheme> Compact { get; } =
        [.. All.OrderBy(scheme => Math.Abs(scheme.Subspaces - 24)).ThenBy(scheme => scheme.Dimensions).DistinctBy(scheme => scheme.Bits)];

    private static IEnumerable<(int Dimensions, int Subspaces, int Bits)> OfEveryWidth() =>
        from bits in Enumerable.Range(1, CodebookShape.MaximumBits)
        from shapes in s_shapes

        // In turn; wide codes have too many centroids for many dimensions.
        let shape = shapes.Skip(bits % shapes.Length).Concat(shapes).First(shape => shape.Dimensions << bits <= 1 << 18)
        select (shape.Dimensions, shape.Subspaces, bits);

    private static IEnumerable<ReferenceProductScheme> WithMetrics(IEnumerable<(int Dimensions, int Subspaces, int Bits)> shapes) =>
        shapes.Index().Select(shape => new ReferenceProductScheme(
            shape.Item.Dimensions, s_metrics[shape.Index % s_metrics.Length], shape.Item.Subspaces, shape.Item.Bits));
}
