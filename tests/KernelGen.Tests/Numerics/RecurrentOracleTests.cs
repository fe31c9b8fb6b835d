using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The oracle of several planes against values worked out by hand, and against what the papers promise.</summary>
public sealed class RecurrentOracleTests
{
    /// <summary>Of four values with the deviation 1, thresholds of two planes are 0 and plus and minus 2/3 of 1.493530.</summary>
    [Fact]
    public void Two_planes_are_those_worked_out()
    {
        ReferenceRow row = new ReferenceCodec(ReferenceScheme.Recurrent(4, Metric.Cosine, 2)).Quantize([-1.5f, -0.5f, 0.6f, MathF.Sqrt(4 - 2.25f - 0.25f - 0.36f)]);
        Assert.Equal([0u, 1u, 2u, 3u], row.Codes);
        Assert.Equal([(float)(1 / Math.Sqrt(5))], row.Scales);

        // The same codes, at the length of least squares: (3/2*1.5 + 1/2*0.5 + 1/2*0.6 + 3/2*1.0677) / 5.
        ReferenceRow product = new ReferenceCodec(ReferenceScheme.Recurrent(4, Metric.InnerProduct, 2)).Quantize([-1.5f, -0.5f, 0.6f, MathF.Sqrt(4 - 2.25f - 0.25f - 0.36f)]);
        Assert.Equal(row.Codes, product.Codes);
        Assert.Equal((2.25 + 0.25 + 0.3 + (1.5 * Math.Sqrt(1.14))) / 5, product.Scales[0], 1e-6);

        // Its integers are odd, its step is half of that.
        ReferenceQuery query = new ReferenceCodec(ReferenceScheme.Recurrent(4, Metric.InnerProduct, 2)).Prepare([-1.5f, -0.5f, 0.6f, MathF.Sqrt(1.14f)]);
        Assert.Equal([-3, -1, 1, 3], query.Integers);
        Assert.Equal(product.Scales[0] / 2, query.Scale);
    }

    /// <summary>Zeros, of either sign, are on the upper side; nothing is stored of vectors that section 1 counts as zero.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(1e-39f)]
    public void Zero_vector_scores_zero(float value)
    {
        foreach (Metric metric in TestVectors.Metrics)
        {
            var codec = new ReferenceCodec(ReferenceScheme.Recurrent(5, metric, 3));
            ReferenceRow row = codec.Quantize(TestVectors.Fill(5, i => i % 2 == 0 ? value : -value));
            Assert.Equal([4u, 4u, 4u, 4u, 4u], row.Codes);
            Assert.Equal([0f], row.Scales);
            Assert.Equal(0, codec.Score(codec.Prepare(new float[5]), row).Value);
        }
    }

    /// <summary>Signs one after another, of residuals in double precision, and the interval of a uniform grid are the same: sum of b_t 2^-t = (c + 1/2) 2^(2-u).</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Recurrence_is_a_uniform_grid(int planes)
    {
        double[] ranges = [1.493530, 2.051068, 2.514005, 2.916151, 3.277985, 3.611098, 3.922204];
        float[] vector = TestVectors.Gaussians(new Random(planes), 1000);
        uint[] codes = new ReferenceCodec(ReferenceScheme.Recurrent(1000, Metric.InnerProduct, planes)).Quantize(vector).Codes;
        double deviation = Math.Sqrt(vector.Sum(value => (double)value * value) / vector.Length);
        foreach ((float value, uint code) in vector.Zip(codes))
        {
            // The greatest sum of weights is the greatest level.
            double residual = (2 - Math.ScaleB(1, 1 - planes)) * value / (ranges[planes - 2] * deviation);
            double sum = 0;
            for (int t = 0; t < planes; t++)
            {
                double sign = residual >= 0 ? 1 : -1;
                residual -= sign * Math.ScaleB(1, -t);
                sum += sign * Math.ScaleB(1, -t);
            }

            Assert.Equal(Math.ScaleB((int)code - (1 << (planes - 1)) + 0.5, 2 - planes), sum);
        }
    }

    /// <summary>A query is a code: its score is that of two codes.</summary>
    [Theory]
    [InlineData(Metric.InnerProduct, 2)]
    [InlineData(Metric.Cosine, 4)]
    [InlineData(Metric.SquaredL2, 8)]
    public void Query_is_encoded_like_a_vector(Metric metric, int planes)
    {
        var random = new Random(planes);
        var codec = new ReferenceCodec(ReferenceScheme.Recurrent(200, metric, planes));
        float[] query = TestVectors.Gaussians(random, 200);
        ReferenceRow row = codec.Quantize(TestVectors.Gaussians(random, 200));
        Assert.Equal(codec.ScorePair(codec.Quantize(query), row).Value, codec.Score(codec.Prepare(query), row).Value, 1e-3);
        Assert.Equal(metric == Metric.Cosine ? 1 : metric == Metric.SquaredL2 ? 0 : codec.Prepare(query).Norm2, codec.Score(codec.Prepare(query), codec.Quantize(query)).Value, 1e-3);
    }

    /// <summary>What proves that sums fit is met, so that the kernels' tests come to the bound.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Integers_reach_their_bound(int planes)
    {
        var codec = new ReferenceCodec(ReferenceScheme.Recurrent(16_384, Metric.InnerProduct, planes));
        int[] integers = codec.Prepare(TestVectors.Fill(16_384, i => i % 64 < 2 ? 1 : i % 64 < 4 ? -1 : 0)).Integers;
        Assert.Equal([-(1 << planes) + 1, 1, (1 << planes) - 1], integers.Distinct().Order());
    }

    /// <summary>
    /// 1 minus the squared cosine of normal values and their codes: the least error of a uniform quantizer (Max, 1960: 0.1188, 0.03744, 0.01154, 0.003495 of 2 to 5 bits).
    /// </summary>
    [Theory]
    [InlineData(2, 0.1188)]
    [InlineData(3, 0.03744)]
    [InlineData(4, 0.01154)]
    [InlineData(5, 0.003495)]
    public void Codes_are_as_near_to_normal_values_as_a_uniform_quantizer_can_be(int planes, double error)
    {
        float[] vector = TestVectors.Gaussians(new Random(planes), 100_000);
        var codec = new ReferenceCodec(ReferenceScheme.Recurrent(vector.Length, Metric.InnerProduct, planes));
        float[] decoded = codec.Dequantize(codec.Quantize(vector));
        double left = vector.Zip(decoded, (x, y) => Math.Pow((double)x - y, 2)).Sum() / vector.Sum(x => (double)x * x);
        Assert.InRange(left, 0.98 * error, 1.02 * error);
    }
}
