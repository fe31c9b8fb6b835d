using KernelGen.Reference;

namespace KernelGen.GpuTests.Conformance;

/// <summary>
/// Residual and additive quantizers for the comparison with the oracle: one stage to more than are written out, narrow and wide codes, tables in shared
/// memory and in the device's, subspaces and groups of all kinds, every metric, norms of every kind, beams from one partial code to more than there are.
/// </summary>
internal static class AdditiveSchemes
{
    public static IReadOnlyList<ReferenceAdditiveScheme> All { get; } =
    [
        ReferenceAdditiveScheme.Residual(1, Metric.InnerProduct, 1, 1, beam: 1),
        ReferenceAdditiveScheme.Residual(7, Metric.SquaredL2, 5, 2, subspaces: 7, beam: 64),
        ReferenceAdditiveScheme.Residual(16, Metric.Cosine, 4, 4, beam: 3),
        ReferenceAdditiveScheme.Residual(33, Metric.SquaredL2, 8, 2, subspaces: 4),
        ReferenceAdditiveScheme.Residual(40, Metric.InnerProduct, 19, 1, beam: 2),
        ReferenceAdditiveScheme.Residual(100, Metric.InnerProduct, 2, 8, subspaces: 3),
        ReferenceAdditiveScheme.Residual(24, Metric.Cosine, 2, 10, subspaces: 5, beam: 3),
        ReferenceAdditiveScheme.Residual(33, Metric.SquaredL2, 2, 4, subspaces: 2, norm: Norm.Byte),
        ReferenceAdditiveScheme.Residual(20, Metric.InnerProduct, 3, 5, beam: 1, norm: Norm.Single),
        ReferenceAdditiveScheme.Additive(3, Metric.SquaredL2, 2, 4, groupSize: 3),
        ReferenceAdditiveScheme.Additive(33, Metric.Cosine, 1, 5, groupSize: 4),
        ReferenceAdditiveScheme.Additive(100, Metric.SquaredL2, 3, 6, groupSize: 30, beam: 3),
        ReferenceAdditiveScheme.Additive(300, Metric.InnerProduct, 2, 2, groupSize: 1, beam: 3),
        ReferenceAdditiveScheme.Additive(36, Metric.InnerProduct, 2, 8, groupSize: 8, norm: Norm.Byte),
        ReferenceAdditiveScheme.Additive(17, Metric.SquaredL2, 3, 3, groupSize: 5, norm: Norm.Single),
        ReferenceAdditiveScheme.Additive(23, Metric.SquaredL2, 10, 3, groupSize: 9, beam: 1),
    ];

    /// <summary>Those of all metrics whose codebooks are small.</summary>
    public static IReadOnlyList<ReferenceAdditiveScheme> Compact { get; } = [.. All.Where(scheme => scheme.ParameterCount < 1500)];
}
