using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Sets;

/// <summary>Sets of generated codecs against the model.</summary>
public sealed class GeneratedSetTests
{
    // Dimensions that no vector length divides, so that the ends of kernels are met.
    private static readonly IReferenceScheme[] s_schemes =
    [
        ReferenceScheme.Integer(99, Metric.Cosine, 8),
        ReferenceScheme.Integer(101, Metric.InnerProduct, 4, ZeroMode.MidRise),
        ReferenceScheme.Integer(102, Metric.SquaredL2, 6, ZeroMode.Affine, new(Granularity.Channel)),
        ReferenceScheme.Integer(103, Metric.InnerProduct, 4, ZeroMode.MidRise, new(Granularity.Block, ScaleFormat.Half, 32)),
        ReferenceScheme.Float(105, Metric.InnerProduct, FloatFormat.E4M3, new(Granularity.Vector)),
        ReferenceScheme.Float(107, Metric.SquaredL2, FloatFormat.Half),
        new ReferenceProductScheme(110, Metric.InnerProduct, 27, 4),
        new ReferenceProductScheme(50, Metric.SquaredL2, 16, 4),
        new ReferenceProductScheme(51, Metric.Cosine, 10, 6),
        new ReferenceProductScheme(49, Metric.SquaredL2, 11, 8),
        new ReferenceProductScheme(70, Metric.Cosine, 35, 8),
        ReferenceAdditiveScheme.Residual(52, Metric.SquaredL2, 3, 4, 2, beam: 2),
        ReferenceAdditiveScheme.Additive(53, Metric.InnerProduct, 2, 5, 8, beam: 2, norm: Norm.Byte),
    ];

    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(s_schemes));

    public static TheoryData<string> Schemes => [.. s_schemes.Select(scheme => scheme.Text)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Changes_equal_the_model(string scheme) => Checks(scheme).Changes();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Searches_equal_sorting_all_scores(string scheme) => Checks(scheme).Searches();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Filters_never_lose_results(string scheme) => Checks(scheme).Filters();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Searches_of_any_number_of_rows_equal_sorting_all_scores(string scheme) => Checks(scheme).Lengths();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Files_keep_everything(string scheme) => Checks(scheme).Files();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Searches_allocate_nothing(string scheme) => Checks(scheme).Allocations();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Approximate_searches_equal_sorting_approximate_scores(string scheme) => Checks(scheme).Approximations();

    private static ISetChecks Checks(string text)
    {
        IReferenceScheme scheme = Array.Find(s_schemes, scheme => scheme.Text == text)!;
        return CodecAssembly.Over<ISetChecks>(s_codecs.Value[scheme], typeof(SetChecks<>));
    }
}
