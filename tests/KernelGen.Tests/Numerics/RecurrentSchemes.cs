using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Several planes of signs: every number of planes with every metric, of dimensions around those of vectors and stripes, some with prefixes.</summary>
internal static class RecurrentSchemes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReferenceScheme> All { get; } =
    [
        ReferenceScheme.Recurrent(512, Metric.Cosine, 2),
        ReferenceScheme.Recurrent(1, Metric.SquaredL2, 2),
        ReferenceScheme.Recurrent(100, Metric.InnerProduct, 2),
        ReferenceScheme.Recurrent(129, Metric.Cosine, 3),
        ReferenceScheme.Recurrent(257, Metric.Cosine, 4),
        ReferenceScheme.Recurrent(768, Metric.InnerProduct, 4),
        ReferenceScheme.Recurrent(7, Metric.Cosine, 5),
        ReferenceScheme.Recurrent(200, Metric.SquaredL2, 5),
        ReferenceScheme.Recurrent(96, Metric.InnerProduct, 6),
        ReferenceScheme.Recurrent(127, Metric.Cosine, 7),
        ReferenceScheme.Recurrent(65, Metric.SquaredL2, 8),

        // Where sums come closest to overflow: of 16-bit lanes with 7 planes, of 32-bit ones with 8.
        ReferenceScheme.Recurrent(16_384, Metric.InnerProduct, 7),
        ReferenceScheme.Recurrent(16_384, Metric.Cosine, 8),
        ReferenceScheme.Recurrent(100, Metric.Cosine, 2) with { Prefixes = [1, 33, 98] },
        ReferenceScheme.Recurrent(129, Metric.SquaredL2, 7) with { Prefixes = [64, 127] },
    ];

    /// <summary>A few for what takes long.</summary>
    public static IReadOnlyList<ReferenceScheme> Compact { get; } =
        [.. All.Where(scheme => scheme is { Dimensions: 200 or 127 or 65, Prefixes.Count: 0 } or { Dimensions: 100, Prefixes.Count: > 0 })];
}
