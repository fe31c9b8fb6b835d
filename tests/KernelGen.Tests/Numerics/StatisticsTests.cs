using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>
/// Mean squared errors on normally distributed values, against published or independently computed ones: a scheme can match its
/// formulas and still be a bad scheme. Errors are relative to the mean square of the values.
/// </summary>
public abstract class StatisticsTests
{
    private const int Seed = 314_159;

    // With 2^19 values the standard error of a mean squared error is below 0.5 % for all schemes here; the seed is fixed.
    private const int Values = 1 << 19;
    private protected const double Tolerance = 0.015;

    // For reference values with two digits, and for errors that few values make up.
    private const double CoarseTolerance = 0.03;

    private protected static float[] Gaussian { get; } = TestVectors.Gaussians(new Random(Seed), Values);

    /// <summary>Optimal uniform quantizers of the normal distribution: their greatest level, and the error.</summary>
    [Theory]
    [InlineData(2, 1.493530, 0.1188460504)]
    [InlineData(3, 2.051068, 0.03743965939)]
    [InlineData(4, 2.514005, 0.01154288443)]
    [InlineData(5, 2.916151, 0.003495211362)]
    [InlineData(6, 3.277985, 0.001040045409)]
    [InlineData(7, 3.611098, 0.0003043327708)]
    [InlineData(8, 3.922204, 0.00008768618578)]
    public void Mid_rise_grid_with_optimal_quantile(int bits, double greatestLevel, double expected)
    {
        // The range that a scale is fitted to ends half a step beyond the greatest level.
        double radius = greatestLevel * (1 << bits) / ((1 << bits) - 1);
        var scheme = ReferenceScheme.Integer(1024, Metric.InnerProduct, bits, ZeroMode.MidRise, new(Granularity.Tensor));
        double error = ErrorOf(scheme, ProbabilityWithin(radius));

        // With 8 bits an eighth of the error is that of some forty values beyond the range.
        AssertClose(expected, error, bits == 8 ? CoarseTolerance : Tolerance);
    }

    [Fact]
    public void One_bit_is_the_optimal_quantizer()
    {
        var scheme = ReferenceScheme.Integer(1024, Metric.InnerProduct, 1, ZeroMode.MidRise, new(Granularity.Tensor));
        AssertClose(1 - (2 / Math.PI), ErrorOf(scheme), Tolerance);
    }

    [Theory]
    [InlineData(FloatFormat.E4M3, 0.00070451)]
    [InlineData(FloatFormat.E5M2, 0.00279060)]
    [InlineData(FloatFormat.Half, 4.32e-8)]
    [InlineData(FloatFormat.BFloat16, 2.76e-6)]
    public void Float_format(FloatFormat format, double expected) =>
        AssertClose(expected, ErrorOf(ReferenceScheme.Float(1024, Metric.InnerProduct, format)), Tolerance);

    [Theory]
    [InlineData(8, ZeroMode.Symmetric, new[] { 2.20e-5, 2.85e-5, 3.51e-5, 4.17e-5, 4.83e-5 })]
    [InlineData(4, ZeroMode.Symmetric, new[] { 0.00725, 0.00940, 0.01157, 0.01372, 0.01590 })]
    [InlineData(4, ZeroMode.Affine, new[] { 0.00422, 0.00611, 0.00803, 0.00994, 0.01183 })]
    public void Blocks_of_16_to_256(int bits, ZeroMode zero, double[] expected)
    {
        foreach ((int i, double error) in expected.Index())
        {
            var scale = new ReferenceScale(Granularity.Block, ScaleFormat.Single, 16 << i);
            AssertClose(error, ErrorOf(ReferenceScheme.Integer(1024, Metric.InnerProduct, bits, zero, scale)), Tolerance);
        }
    }

    [Theory]
    [InlineData(8, ZeroMode.Symmetric, new[] { 5.2e-5, 5.9e-5, 6.2e-5, 6.6e-5 })]
    [InlineData(8, ZeroMode.Affine, new[] { 4.5e-5, 5.2e-5, 5.4e-5, 5.8e-5 })]
    [InlineData(4, ZeroMode.Affine, new[] { 0.0130, 0.0149, 0.0157, 0.0169 })]
    public void Rows_of_384_to_1536(int bits, ZeroMode zero, double[] expected)
    {
        int[] dimensions = [384, 768, 1024, 1536];
        foreach ((int i, double error) in expected.Index())
        {
            AssertClose(error, ErrorOf(ReferenceScheme.Integer(dimensions[i], Metric.Cosine, bits, zero)), CoarseTolerance);
        }
    }

    /// <summary>The error of a codec that is trained with the values.</summary>
    private double ErrorOf(ReferenceScheme scheme, double quantile = 1)
    {
        float[] wholeRows = Gaussian[..^(Values % scheme.Dimensions)];
        return ErrorOf(scheme, wholeRows, RoundTrip(scheme, wholeRows, quantile));
    }

    /// <summary>Trains a codec and returns what encodes and decodes a row with it.</summary>
    private protected abstract Func<float[], float[]> RoundTrip(ReferenceScheme scheme, float[] sample, double quantile);

    private protected static double ErrorOf(ReferenceScheme scheme, float[] values, Func<float[], float[]> roundTrip)
    {
        // Under Cosine the reference is the normalised row: the direction that is stored.
        return RelativeError(scheme.Dimensions, values, row =>
        {
            double length = scheme.Metric == Metric.Cosine ? Math.Sqrt(row.Sum(x => (double)x * x)) : 1;
            return roundTrip(row).Zip(row, (decoded, x) => (Exact: x / length, Rounded: (double)decoded));
        });
    }

    private protected static double RelativeError(
        int dimensions, float[] values, Func<float[], IEnumerable<(double Exact, double Rounded)>> roundings)
    {
        double error = 0;
        double square = 0;
        foreach (float[] row in values.Chunk(dimensions))
        {
            foreach ((double exact, double rounded) in roundings(row))
            {
                error += (exact - rounded) * (exact - rounded);
                square += exact * exact;
            }
        }

        return error / square;
    }

    /// <summary>The probability that a normally distributed value lies within plus and minus the radius.</summary>
    private static double ProbabilityWithin(double radius)
    {
        const int steps = 10_000;
        double density = Enumerable.Range(0, steps).Sum(i => Math.Exp(-0.5 * Math.Pow((i + 0.5) * radius / steps, 2)));
        return density * 2 * radius / steps / Math.Sqrt(2 * Math.PI);
    }

    private protected static void AssertClose(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected * (1 - tolerance), expected * (1 + tolerance));
}
