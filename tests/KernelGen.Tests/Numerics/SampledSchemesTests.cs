using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The sample of schemes covers what it promises.</summary>
public sealed class SampledSchemesTests
{
    [Fact]
    public void Every_choice_is_made_several_times()
    {
        IReadOnlyList<ReferenceScheme> all = SampledSchemes.All;
        Assert.InRange(all.Count, 300, 500);
        AssertCovers(SampledSchemes.IntegerGrids, scheme => scheme.Grid);
        AssertCovers(Enum.GetValues<FloatFormat>().Select(format => new FloatGrid(format)), scheme => scheme.Grid);
        AssertCovers(SampledSchemes.Scales, scheme => scheme.Scale);
        AssertCovers(TestVectors.Metrics, scheme => scheme.Metric);
        AssertCovers(SampledSchemes.Dimensions, scheme => scheme.Dimensions);

        void AssertCovers<T>(IEnumerable<T> choices, Func<ReferenceScheme, T?> choice) =>
            Assert.All(choices, expected => Assert.True(all.Count(s => Equals(choice(s), expected)) >= 4, $"{expected}"));
    }
}
