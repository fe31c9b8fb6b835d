using KernelGen.Reference;

namespace KernelGen.Tests.Transforms;

/// <summary>Schemes with transforms: every transform, every kind of grid, every metric.</summary>
internal static class TransformedSchemes
{
    private static readonly Metric[] s_metrics = [Metric.InnerProduct, Metric.SquaredL2, Metric.Cosine];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReferenceTransformedScheme> All { get; } = [.. Transformed(), .. Additive(), .. Signs(), .. Recurrent()];

    /// <summary>A few for what takes long: each transform once.</summary>
    public static IReadOnlyList<ReferenceTransformedScheme> Compact { get; } = [.. All.Where(static (_, i) => i % 4 == 0)];

    /// <summary>Signs, whose queries are transformed like vectors where they become bits.</summary>
    private static IEnumerable<ReferenceTransformedScheme> Signs() =>
    [
        new(new(33, Center: true, Rotation: Rotation.Hadamard), Metric.Hamming, new ReferenceSignScheme(33, Metric.Hamming)),
        new(new(100, Components: 37), Metric.Hamming, new ReferenceSignScheme(37, Metric.Hamming, BitOrder.MsbFirst)),
        new(new(96, Normalize: true, Center: true), Metric.InnerProduct, new ReferenceSignScheme(96, Metric.InnerProduct)),
        new(
            new(65, Center: true, Rotation: Rotation.Hadamard),
            Metric.Cosine,
            new ReferenceSignScheme(65, Metric.InnerProduct, BitOrder.MsbFirst, SignBit.NonNegative, IsUnit: true)),
        new(new(17, Rotation: Rotation.Learned), Metric.Cosine, new ReferenceSignScheme(17, Metric.InnerProduct, BitOrder.LsbFirst, SignBit.Positive, IsUnit: true)),
    ];

    /// <summary>Several planes, which stand for vectors of norm 1 only under Cosine without a mean.</summary>
    private static IEnumerable<ReferenceTransformedScheme> Recurrent() =>
    [
        new(new(65, Center: true, Rotation: Rotation.Hadamard), Metric.Cosine, ReferenceScheme.Recurrent(65, Metric.InnerProduct, 2)),
        new(new(33, Rotation: Rotation.Learned), Metric.Cosine, ReferenceScheme.Recurrent(33, Metric.InnerProduct, 4, isUnitTransformed: true)),
        new(new(40, Components: 17), Metric.SquaredL2, ReferenceScheme.Recurrent(17, Metric.SquaredL2, 3)),
        new(new(48, Normalize: true, Center: true), Metric.InnerProduct, ReferenceScheme.Recurrent(48, Metric.InnerProduct, 8)),
    ];

    /// <summary>Codes that are added, which take biases and norms.</summary>
    private static IEnumerable<ReferenceTransformedScheme> Additive() =>
    [
        new(new(31, Center: true, Components: 9, Rotation: Rotation.Givens), Metric.SquaredL2, ReferenceAdditiveScheme.Residual(9, Metric.SquaredL2, 2, 4)),
        new(
            new(20, Center: true, Rotation: Rotation.Hadamard),
            Metric.InnerProduct,
            ReferenceAdditiveScheme.Additive(20, Metric.InnerProduct, 2, 3, 8, norm: Norm.Byte)),
        new(new(12, Normalize: true), Metric.SquaredL2, ReferenceAdditiveScheme.Residual(12, Metric.SquaredL2, 2, 4, 3, norm: Norm.Single)),
        new(new(17, Center: true, Rotation: Rotation.Learned), Metric.Cosine, ReferenceAdditiveScheme.Additive(17, Metric.InnerProduct, 2, 4, 5)),
    ];

    private static IEnumerable<ReferenceTransformedScheme> Transformed()
    {
        ReferenceTransformSpec[] transforms =
        [
            new(7, Center: true),
            new(33, Rotation: Rotation.Hadamard),
            new(64, Normalize: true, Rotation: Rotation.Random),
            new(100, Components: 37),
            new(96, Center: true, Rotation: Rotation.Hadamard),
            new(48, Components: 48),
            new(130, Components: 129, Rotation: Rotation.Hadamard),
            new(31, Center: true, Components: 9, Rotation: Rotation.Learned),
            new(1, Normalize: true, Center: true),
            new(17, Rotation: Rotation.Givens),
        ];
        Func<int, Metric, IReferenceScheme>[] quantizers =
        [
            (d, metric) => ReferenceScheme.Integer(d, metric, 8),
            (d, metric) => new ReferenceProductScheme(d, metric, Math.Max(1, d / 3), 4),
            (d, metric) => ReferenceScheme.Integer(d, metric, 4, ZeroMode.Affine, new ReferenceScale(Granularity.Channel)),
            (d, metric) => ReferenceScheme.Float(d, metric, FloatFormat.Half),
            (d, metric) => new ReferenceProductScheme(d, metric, Math.Max(1, d / 2), 6),
            (d, metric) => ReferenceScheme.Integer(d, metric, 3, ZeroMode.MidRise, new ReferenceScale(Granularity.Tensor)),
            (d, metric) => ReferenceScheme.Integer(d, metric, 1),
        ];
        int number = 0;
        foreach (ReferenceTransformSpec spec in transforms)
        {
            foreach (Metric metric in s_metrics.Where(metric => metric != Metric.Cosine || !spec.Normalize))
            {
                Metric inner = metric == Metric.Cosine ? Metric.InnerProduct : metric;
                yield return new(spec, metric, quantizers[number++ % quantizers.Length](spec.OutputDimensions, inner));
            }
        }
    }
}
