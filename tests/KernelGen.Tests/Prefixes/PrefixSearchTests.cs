using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>Searches of sets by prefixes.</summary>
public sealed class PrefixSearchTests
{
    private static readonly IReferenceScheme[] s_schemes =
    [
        ReferenceScheme.Integer(96, Metric.Cosine, 8) with { Prefixes = [16, 48] },
        ReferenceScheme.Integer(99, Metric.SquaredL2, 4, ZeroMode.MidRise) with { Prefixes = [17, 50] },
        ReferenceScheme.Float(64, Metric.InnerProduct, FloatFormat.Half) with { Prefixes = [8, 32] },
        new ReferenceProductScheme(96, Metric.InnerProduct, 24, 4) { Prefixes = [16, 48] },
        new ReferenceProductScheme(96, Metric.SquaredL2, 12, 8) { Prefixes = [8, 48] },
    ];

    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(s_schemes));

    public static TheoryData<string> Schemes => [.. s_schemes.Select(scheme => scheme.Text)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Searches_equal_sorting_all_scores(string scheme) => Checks(scheme).Searches();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Wrong_arguments_are_refused(string scheme) => Checks(scheme).Refusals();

    /// <summary>Vectors whose first dimensions tell most: longer prefixes find more, and few hits of a short one hold the best of all.</summary>
    [Fact]
    public void Longer_prefixes_find_more_and_a_short_one_suffices_to_choose_from() => Checks(s_schemes[0].Text).Funnel();

    private static IPrefixSearchChecks Checks(string text)
    {
        IReferenceScheme scheme = Array.Find(s_schemes, scheme => scheme.Text == text)!;
        return CodecAssembly.Over<IPrefixSearchChecks>(s_codecs.Value[scheme], typeof(PrefixSearchChecks<>), scheme);
    }
}
