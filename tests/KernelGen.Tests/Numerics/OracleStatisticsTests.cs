using System.Globalization;
using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>
/// The oracle's errors; besides those of <see cref="StatisticsTests"/> such as need a scale or a query of one's choice.
/// </summary>
public sealed class OracleStatisticsTests : StatisticsTests
{
    /// <summary>Optimal grids of 2^b - 1 levels, zero among them.</summary>
    [Theory]
    [InlineData(2, 0.1901740392)]
    [InlineData(3, 0.04685997)]
    [InlineData(4, 0.01288939)]
    [InlineData(5, 0.003693220)]
    [InlineData(6, 0.001069289)]
    [InlineData(7, 0.000308622)]
    [InlineData(8, 0.0000883080)]
    public void Symmetric_grid_with_optimal_scale(int bits, double expected)
    {
        var scheme = ReferenceScheme.Integer(1024, Metric.InnerProduct, bits, ZeroMode.Symmetric, new(Granularity.Tensor));

        // The greatest level of the optimal grid lies between 1.2 and 4 standard deviations.
        int levels = (1 << (bits - 1)) - 1;
        IEnumerable<float> scales = Enumerable.Range(0, 57).Select(i => (1.2f + (0.05f * i)) / levels);
        AssertClose(expected, LeastError(scheme, scales), Tolerance);
    }

    [Theory]
    [InlineData(FloatFormat.E4M3, 0.00069875)]
    [InlineData(FloatFormat.E5M2, 0.00276557)]
    public void Float8_with_optimal_scale(FloatFormat format, double expected)
    {
        // Between two powers of two; the error is periodic where neither end of the format is near.
        var scheme = ReferenceScheme.Float(1024, Metric.InnerProduct, format, new(Granularity.Tensor));
        IEnumerable<float> scales = Enumerable.Range(0, 32).Select(i => (1 + (i / 32f)) / 32);
        AssertClose(expected, LeastError(scheme, scales), Tolerance);
    }

    /// <summary>Rounding the query adds at most 1/50 of the error that the codes have.</summary>
    [Theory]
    [MemberData(nameof(QueryRule))]
    public void Query_error_is_small_beside_that_of_the_codes(int bits, ZeroMode zero, Granularity granularity, int blockSize)
    {
        foreach (int dimensions in new[] { 64, 1024, 16_384 })
        {
            var scheme = ReferenceScheme.Integer(
                dimensions, Metric.InnerProduct, bits, zero, new(granularity, ScaleFormat.Single, blockSize));
            float[] values = Gaussian[..(dimensions * Math.Max(8, 8192 / dimensions))];
            ReferenceCodec codec = WithRangeOf(scheme, values);
            double ratio = QueryErrorOf(codec, values) / ErrorOf(codec, values);
            Assert.True(ratio <= 1.0 / 50, string.Create(CultureInfo.InvariantCulture, $"{scheme.Text}: 1/{1 / ratio:F1}"));
        }
    }

    public static IEnumerable<object[]> QueryRule =>
        from grid in SampledSchemes.IntegerGrids
        from scale in SampledSchemes.Scales
        where scale.Format == ScaleFormat.Single
        select new object[] { grid.Bits, grid.Zero, scale.Granularity, scale.BlockSize };

    /// <summary>A codec with the range of all values in every channel, where scales are learned.</summary>
    private static ReferenceCodec WithRangeOf(ReferenceScheme scheme, float[] values)
    {
        if (scheme.Scale!.Granularity != Granularity.Channel)
        {
            return ReferenceCodec.Train(scheme, values);
        }

        IReadOnlyList<float> tensor = ReferenceCodec.Train(scheme with { Scale = new(Granularity.Tensor) }, values).Parameters;
        return new(scheme, [.. tensor.SelectMany(parameter => Enumerable.Repeat(parameter, scheme.Dimensions))]);
    }

    private protected override Func<float[], float[]> RoundTrip(ReferenceScheme scheme, float[] sample, double quantile) =>
        RoundTrip(ReferenceCodec.Train(scheme, sample, quantile));

    private static Func<float[], float[]> RoundTrip(ReferenceCodec codec) => row => codec.Dequantize(codec.Quantize(row));

    private static double LeastError(ReferenceScheme scheme, IEnumerable<float> scales) =>
        scales.Min(scale => ErrorOf(new ReferenceCodec(scheme, scale), Gaussian[..(Gaussian.Length / 4)]));

    private static double ErrorOf(ReferenceCodec codec, float[] values) => ErrorOf(codec.Scheme, values, RoundTrip(codec));

    private static double QueryErrorOf(ReferenceCodec codec, float[] values) =>
        RelativeError(codec.Scheme.Dimensions, values, row =>
        {
            ReferenceQuery query = codec.Prepare(row);
            bool isWeighted = codec.Scheme.Scale!.Granularity == Granularity.Channel;
            return row.Select((x, i) => (
                Exact: (double)(isWeighted ? x * codec.Parameters[i] : x),
                Rounded: (double)query.Scale * query.Integers[i]));
        });
}
