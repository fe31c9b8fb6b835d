using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Scores lie within <see cref="IVectorCodec{TSelf}.ScoreError"/> of what decoded vectors give in exact arithmetic, and not far within.</summary>
public sealed class ScoreErrorTests
{
    private static readonly IReferenceScheme[] s_bounded =
    [
        .. from metric in TestVectors.Metrics
           from scheme in new IReferenceScheme[]
           {
               ReferenceScheme.Integer(33, metric, 1, ZeroMode.MidRise),
               ReferenceScheme.Integer(34, metric, 4, ZeroMode.MidRise),
               ReferenceScheme.Integer(35, metric, 7),
               ReferenceScheme.Integer(36, metric, 8),
               ReferenceScheme.Integer(37, metric, 8, ZeroMode.MidRise, new(Granularity.Vector, ScaleFormat.Half)),
               ReferenceScheme.Integer(38, metric, 6, ZeroMode.MidRise, new(Granularity.Tensor)),
               ReferenceScheme.Float(39, metric, FloatFormat.Single),
               ReferenceScheme.Float(40, metric, FloatFormat.Half),
               ReferenceScheme.Float(41, metric, FloatFormat.BFloat16),
               ReferenceScheme.Float(42, metric, FloatFormat.E4M3, new(Granularity.Vector)),
               ReferenceScheme.Float(43, metric, FloatFormat.E5M2, new(Granularity.Tensor)),
               new ReferenceProductScheme(44, metric, 13, 4),
               new ReferenceProductScheme(45, metric, 7, 6),
           }
           select scheme,
    ];

    private static readonly IReferenceScheme[] s_unbounded =
    [
        ReferenceScheme.Integer(31, Metric.Cosine, 8, ZeroMode.Affine),
        ReferenceScheme.Integer(32, Metric.Cosine, 8, ZeroMode.Symmetric, new(Granularity.Channel)),
        ReferenceScheme.Integer(64, Metric.Cosine, 8, ZeroMode.Symmetric, new(Granularity.Block, ScaleFormat.Single, 32)),
        ReferenceAdditiveScheme.Residual(30, Metric.InnerProduct, 2, 3, 2, beam: 1),
        ReferenceScheme.Recurrent(29, Metric.Cosine, 4),
    ];

    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate([.. s_bounded, .. s_unbounded]));

    public static TheoryData<string> Bounded => [.. s_bounded.Select(static scheme => scheme.Text)];

    public static TheoryData<string> Unbounded => [.. s_unbounded.Select(static scheme => scheme.Text)];

    [Theory]
    [MemberData(nameof(Bounded))]
    public void Scores_lie_within_the_bound(string text) => Checks(text, s_bounded).Holds();

    [Theory]
    [MemberData(nameof(Unbounded))]
    public void Schemes_without_a_short_bound_have_none(string text) => Checks(text, s_unbounded).HasNone();

    private static IScoreErrorChecks Checks(string text, IReferenceScheme[] schemes) => CodecAssembly.Over<IScoreErrorChecks>(
        s_codecs.Value[Array.Find(schemes, scheme => scheme.Text == text)!], typeof(ScoreErrorChecks<>));
}
