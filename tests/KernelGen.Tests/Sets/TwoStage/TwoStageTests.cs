using System.Reflection;
using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Sets.TwoStage;

/// <summary>Two-stage sets of generated codecs against the fine codec's own searches.</summary>
public sealed class TwoStageTests
{
    private static readonly (IReferenceScheme Coarse, IReferenceScheme Fine)[] s_pairs =
    [
        (ReferenceScheme.Integer(99, Metric.Cosine, 4, ZeroMode.MidRise), ReferenceScheme.Integer(99, Metric.Cosine, 8)),
        (ReferenceScheme.Integer(70, Metric.InnerProduct, 3, ZeroMode.MidRise), ReferenceScheme.Integer(70, Metric.InnerProduct, 8)),
        (ReferenceScheme.Integer(65, Metric.SquaredL2, 4, ZeroMode.MidRise), ReferenceScheme.Integer(65, Metric.SquaredL2, 7)),
        (ReferenceScheme.Integer(64, Metric.InnerProduct, 4, ZeroMode.MidRise), ReferenceScheme.Integer(64, Metric.InnerProduct, 5)),
        (ReferenceScheme.Integer(63, Metric.Cosine, 4, ZeroMode.MidRise), ReferenceScheme.Integer(63, Metric.Cosine, 8, ZeroMode.Symmetric, new(Granularity.Tensor))),
        (ReferenceScheme.Integer(61, Metric.InnerProduct, 4, ZeroMode.MidRise), ReferenceScheme.Float(61, Metric.InnerProduct, FloatFormat.E4M3, new(Granularity.Vector))),
        (ReferenceScheme.Integer(60, Metric.SquaredL2, 5, ZeroMode.MidRise), ReferenceScheme.Float(60, Metric.SquaredL2, FloatFormat.Half)),
        (ReferenceScheme.Integer(58, Metric.Cosine, 4, ZeroMode.MidRise), ReferenceScheme.Float(58, Metric.Cosine, FloatFormat.Single)),
        (ReferenceScheme.Integer(56, Metric.SquaredL2, 4, ZeroMode.MidRise), new ReferenceProductScheme(56, Metric.SquaredL2, 28, 4)),
    ];

    private static readonly Lazy<CodecAssembly> s_codecs =
        new(() => CodecAssembly.Generate([.. s_pairs.SelectMany(static pair => new[] { pair.Coarse, pair.Fine })]));

    public static TheoryData<string> Pairs => [.. s_pairs.Select(static pair => pair.Fine.Text)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_is_always_right_equals_the_search_of_all_fine_codes(string fine) => Checks(fine).Always();

    [Fact]
    public void What_is_always_right_is_so_for_sets_that_take_several_passes() => Checks(s_pairs[0].Fine.Text).LargeSets();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_is_probably_right_is_nearly_always_and_costs_less(string fine) => Checks(fine).Probable();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_fixed_oversample_rescores_the_best_by_coarse_codes(string fine) => Checks(fine).Oversampled();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Wrong_bounds_are_found_out(string fine) => Checks(fine).WrongBounds();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Files_keep_everything_also_where_fine_codes_stay_in_them(string fine) => Checks(fine).Files();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Calibration_takes_the_least_oversample_that_reaches_the_target(string fine) => Checks(fine).Calibrates();

    [Fact]
    public void Codecs_of_other_dimensions_or_another_metric_are_rejected()
    {
        foreach (int other in new[] { 1, 2 })
        {
            Type coarse = s_codecs.Value[s_pairs[0].Coarse];
            Type fine = s_codecs.Value[s_pairs[other].Fine];
            Type set = typeof(TwoStageSet<,>).MakeGenericType(coarse, fine);
            var exception = Assert.Throws<TargetInvocationException>(() => Activator.CreateInstance(set, Activator.CreateInstance(coarse), Activator.CreateInstance(fine)));
            Assert.Equal(
                $"The codecs of a two-stage set must have the same number of dimensions and the same metric, but {coarse.Name} has 99 and Cosine, "
                + $"{fine.Name} has {s_pairs[other].Fine.Dimensions} and {s_pairs[other].Fine.Metric}.",
                Assert.IsType<InvalidOperationException>(exception.InnerException).Message);
        }
    }

    private static ITwoStageChecks Checks(string fine)
    {
        (IReferenceScheme coarse, IReferenceScheme scheme) = Array.Find(s_pairs, pair => pair.Fine.Text == fine);
        return (ITwoStageChecks)Activator.CreateInstance(typeof(TwoStageChecks<,>).MakeGenericType(s_codecs.Value[coarse], s_codecs.Value[scheme]))!;
    }
}
