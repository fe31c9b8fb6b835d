namespace KernelGen.Tests.Codecs;

public sealed class ErrorBoundsTests
{
    [Theory]
    [InlineData(0.5, 0.674490)]
    [InlineData(0.9, 1.644854)]
    [InlineData(0.95, 1.959964)]
    [InlineData(0.99, 2.575829)]
    [InlineData(0.999, 3.290527)]
    [InlineData(0.9999998, 5.199338)]
    [InlineData(0.942567, 1.9)]
    public void Factors_are_quantiles_of_a_normal_variable(double confidence, double quantile)
    {
        Assert.Equal(quantile, ErrorBounds.Factor(confidence, 10_001) * 100, 2e-5);
        Assert.Equal(quantile / Math.Sqrt(767), ErrorBounds.Factor(confidence, 768), 1e-6);
    }

    [Fact]
    public void Few_dimensions_have_no_bound_but_the_one_that_always_holds()
    {
        Assert.Equal(1, ErrorBounds.Factor(0.5, 1));
        Assert.Equal(1, ErrorBounds.Factor(0.999, 10));
        Assert.InRange(ErrorBounds.Factor(0.999, 13), 0.9f, 0.99f);
    }

    [Theory]
    [InlineData(0.49, 10, "confidence")]
    [InlineData(1, 10, "confidence")]
    [InlineData(double.NaN, 10, "confidence")]
    [InlineData(0.9, 0, "dimensions")]
    public void Other_arguments_are_rejected(double confidence, int dimensions, string parameter) =>
        Assert.Throws<ArgumentOutOfRangeException>(parameter, () => ErrorBounds.Factor(confidence, dimensions));
}
