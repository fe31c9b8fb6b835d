using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The residual and additive quantizers whose codecs are compiled and compared with the oracle.</summary>
internal static class SampledAdditiveSchemes
{
    private static readonly Metric[] s_metrics = TestVectors.Metrics;

    private static readonly (int Dimensions, int Stages, int Bits, int Subspaces, int Beam)[] s_residual =
    [
        (1, 1, 1, 1, 5), (2, 2, 2, 1, 64), (3, 8, 1, 1, 5), (3, 4, 5, 2, 3), (7, 5, 3, 7, 5), (16, 4, 4, 1, 5), (33, 8, 2, 4, 5), (33, 2, 4, 33, 2),
        (40, 65, 2, 1, 2), (100, 2, 8, 3, 5), (128, 2, 10, 8, 3), (7, 1, 7, 2, 5), (768, 3, 5, 1, 4),
    ];

    private static readonly (int Dimensions, int Stages, int Bits, int GroupSize, int Beam)[] s_additive =
    [
        (2, 8, 1, 1, 5), (3, 2, 4, 3, 5), (7, 2, 5, 3, 5), (7, 3, 2, 6, 64), (16, 2, 8, 8, 5), (33, 2, 6, 8, 1), (33, 1, 5, 4, 5), (33, 4, 3, 33, 7),
        (100, 2, 4, 8, 5), (100, 3, 6, 30, 2), (128, 1, 10, 16, 5), (128, 8, 4, 128, 3), (768, 2, 5, 8, 3), (300, 2, 2, 1, 2), (11, 2, 12, 2, 2),
    ];

    /// <summary>Norms are stored in either form, where the metric knows norms.</summary>
    private static readonly ReferenceAdditiveScheme[] s_withNorms =
    [
        ReferenceAdditiveScheme.Residual(1, Metric.InnerProduct, 2, 3, norm: Norm.Single),
        ReferenceAdditiveScheme.Residual(33, Metric.SquaredL2, 2, 4, 2, norm: Norm.Byte),
        ReferenceAdditiveScheme.Residual(20, Metric.InnerProduct, 3, 5, beam: 2, norm: Norm.Byte),
        ReferenceAdditiveScheme.Additive(36, Metric.InnerProduct, 2, 8, 8, norm: Norm.Byte),
        ReferenceAdditiveScheme.Additive(17, Metric.SquaredL2, 3, 3, 5, norm: Norm.Single),
        ReferenceAdditiveScheme.Additive(9, Metric.SquaredL2, 1, 6, 9, norm: Norm.Byte),
    ];

    public static IReadOnlyList<ReferenceAdditiveScheme> All { get; } =
    [
        .. s_withNorms,
        .. s_residual.Select((s, i) => ReferenceAdditiveScheme.Residual(s.Dimensions, MetricOf(i), s.Stages, s.Bits, s.Subspaces, s.Beam)),
        .. s_additive.Select((s, i) => ReferenceAdditiveScheme.Additive(s.Dimensions, MetricOf(i + 1), s.Stages, s.Bits, s.GroupSize, s.Beam)),
    ];

    /// <summary>A few that are quick: loops over stages and dimensions, and unrolled ones.</summary>
    public static IReadOnlyList<ReferenceAdditiveScheme> Compact { get; } =
        [.. All.Where(scheme => (scheme.Dimensions, scheme.Bits) is (33, 2) or (36, 8) or (17, 3))];

    private static Metric MetricOf(int index) => s_metrics[(index + (index / 3)) % s_metrics.Length];
}
