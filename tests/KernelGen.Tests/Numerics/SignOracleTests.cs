using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The oracle of signs against values worked out by hand.</summary>
public sealed class SignOracleTests
{
    private static readonly float[] s_vector = [1, -1, 0, -0f, 2.5f, -3, 1e-45f, -1e-45f, 7, 0];

    /// <summary>NumPy: packbits(x > 0, bitorder="little"), packbits(x > 0), and the same of x >= 0.</summary>
    [Theory]
    [InlineData(BitOrder.LsbFirst, SignBit.Positive, 0b01010001, 0b00000001)]
    [InlineData(BitOrder.MsbFirst, SignBit.Positive, 0b10001010, 0b10000000)]
    [InlineData(BitOrder.LsbFirst, SignBit.NonNegative, 0b01011101, 0b00000011)]
    [InlineData(BitOrder.MsbFirst, SignBit.NonNegative, 0b10111010, 0b11000000)]
    public void Codes_have_the_bits_of_NumPy(BitOrder order, SignBit ones, byte first, byte second)
    {
        var codec = new ReferenceSignCodec(new(10, Metric.Hamming, order, ones));
        var code = new byte[2];
        codec.Encode(s_vector, code);
        Assert.Equal([first, second], code);
    }

    [Fact]
    public void Scores_are_those_worked_out()
    {
        byte[] code = [0b00000101];
        float[] query = [1, -2, 3];
        var hamming = new ReferenceSignCodec(new(3, Metric.Hamming));
        Assert.Equal(0, hamming.Scores(query, [code])[0].Value);
        Assert.Equal(-3, hamming.Scores([-1, 2, -3], [code])[0].Value);

        // Steps of 3/63: 21, -42, 63.
        var product = new ReferenceSignCodec(new(3, Metric.InnerProduct));
        Assert.Equal([21, -42, 63], product.Prepare(query).Integers);
        Assert.Equal((float)(3 / 63f * 126f), product.Scores(query, [code])[0].Value);
        Assert.Equal((float)(3 / 63f * -84f), product.Scores(query, [[0b00000011]])[0].Value);
        Assert.Equal(-1, product.ScorePair(code, [0b00000011]).Value);

        var cosine = new ReferenceSignCodec(new(3, Metric.Cosine));
        Assert.Equal(6 / Math.Sqrt(14) / Math.Sqrt(3), cosine.Scores(query, [code])[0].Value, 1e-6);
        Assert.Equal(-1 / 3f, (float)cosine.ScorePair(code, [0b00000011]).Value);
    }

    /// <summary>The bounds that docs/formats.md proves, where they are closest.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1040)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    public void Integers_keep_their_bounds(int dimensions)
    {
        var random = new Random(SampledSchemes.Seed);
        var codec = new ReferenceSignCodec(new(dimensions, Metric.InnerProduct));
        float[][] queries =
        [
            TestVectors.Fill(dimensions, _ => 1),
            TestVectors.Fill(dimensions, i => i % 2 == 0 ? 1 : 0.75f),
            TestVectors.Fill(dimensions, _ => float.MaxValue),
            TestVectors.Fill(dimensions, i => i == 0 ? 63 : (i % 4) + 0.5f),
            TestVectors.Gaussians(random, dimensions),
        ];
        foreach (float[] query in queries)
        {
            int[] integers = codec.Prepare(query).Integers;
            Assert.InRange(integers.Max(Math.Abs), 1, 63);
            Assert.InRange(integers.Sum(Math.Abs), 1, 65_535);
        }
    }
}
