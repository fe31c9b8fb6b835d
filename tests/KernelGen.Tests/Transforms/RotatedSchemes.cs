using KernelGen.Reference;

namespace KernelGen.Tests.Transforms;

/// <summary>Rotated quantizers: every number of bits with every metric, with and without a mean, of dimensions around those of vectors.</summary>
internal static class RotatedSchemes
{
    private static readonly Metric[] s_metrics = [Metric.InnerProduct, Metric.SquaredL2, Metric.Cosine];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReferenceTransformedScheme> All { get; } =
    [
        .. Enumerable.Range(1, 33).Select(d => Of(d, s_metrics[d % 3], 1 + (d * 5 % 8), centers: d % 2 == 0)),
        .. from bits in Enumerable.Range(1, 8)
           from metric in s_metrics
           select Of(bits % 2 == 0 ? 100 : 128, metric, bits, centers: (bits / 2 + (int)metric) % 2 == 0),
        Of(768, Metric.InnerProduct, 1, centers: true),
        Of(768, Metric.SquaredL2, 4, centers: true),
        Of(768, Metric.Cosine, 8, centers: false),
        Of(65, Metric.InnerProduct, 4, centers: true, ScaleSearch.Fast),
        Of(63, Metric.SquaredL2, 2, centers: false, ScaleSearch.Fast),
        Of(96, Metric.Cosine, 7, centers: true, ScaleSearch.Fast),

        // Levels that are looked up: of one bit, those of other codes.
        .. from bits in Enumerable.Range(2, 3)
           from metric in s_metrics
           select Of(bits % 2 == 0 ? 100 : 128, metric, bits, centers: (bits / 2 + (int)metric) % 2 == 0, levels: GridLevels.LloydMax),
        .. ((int[])[1, 2, 5, 17, 31, 33]).Select(static d => Of(d, s_metrics[d % 3], 2 + (d % 3), centers: d % 2 == 0, levels: GridLevels.LloydMax)),
        Of(24, Metric.Cosine, 1, centers: true, levels: GridLevels.LloydMax),

        // One bit, of dimensions around those of bytes and groups of nibbles.
        .. ((int[])[1, 7, 9, 33, 100, 255, 513]).Select(static d => Of(d, s_metrics[d % 3], 1, centers: d % 4 == 1)),

        // Other transforms, with which there are no bounds.
        Of(new(64, Center: true, Rotation: Rotation.Random), Metric.Cosine, 3),
        Of(new(40, Components: 17, Rotation: Rotation.Hadamard), Metric.SquaredL2, 5),
        Of(new(40, Normalize: true, Center: true, Components: 9, Rotation: Rotation.Hadamard), Metric.InnerProduct, 2),
        Of(new(40, Components: 17, Rotation: Rotation.Hadamard), Metric.SquaredL2, 1),
        Of(new(50, Center: true, Rotation: Rotation.Random), Metric.Cosine, 1),
        Of(new(50, Normalize: true, Rotation: Rotation.Hadamard), Metric.SquaredL2, 6),
        Of(new(50, Normalize: true, Center: true, Rotation: Rotation.Hadamard), Metric.InnerProduct, 3),
    ];

    /// <summary>A few for what takes long: each number of bits once.</summary>
    public static IReadOnlyList<ReferenceTransformedScheme> Compact { get; } =
        [.. All.Where(scheme => scheme.Dimensions is 100 or 128 or 96 && scheme.Inner.Metric == Metric.InnerProduct)];

    public static ReferenceTransformedScheme Of(
        int d, Metric metric, int bits, bool centers, ScaleSearch search = ScaleSearch.Exact, GridLevels levels = GridLevels.Uniform) =>
        Of(new(d, Center: centers, Rotation: Rotation.Hadamard), metric, bits, search, levels);

    private static ReferenceTransformedScheme Of(
        ReferenceTransformSpec spec, Metric metric, int bits, ScaleSearch search = ScaleSearch.Exact, GridLevels levels = GridLevels.Uniform) => new(
        spec,
        metric,
        new ReferenceRotatedScheme(spec.OutputDimensions, metric == Metric.Cosine ? Metric.InnerProduct : metric, bits, spec.Centers, search, levels));
}
