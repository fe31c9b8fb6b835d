using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The oracle of residual and additive codes against examples worked by hand, and the sample of schemes against what it promises.</summary>
public sealed class AdditiveOracleTests
{
    /// <summary>Two stages of two centroids of one dimension: greedily 6 is 5 + 0, with a beam of two 2 + 4.</summary>
    private static readonly float[] s_codebooks = [5, 2, 0, 4];

    [Fact]
    public void Vectors_are_cut_as_AdditiveShape_tells()
    {
        foreach (ReferenceAdditiveScheme scheme in SampledAdditiveSchemes.All)
        {
            AdditiveShape shape = AdditiveVectors.ShapeOf(scheme);
            Assert.Equal((scheme.ParameterCount, scheme.Groups, scheme.Codes), (shape.Values, shape.Groups, shape.Codes));
            for (int k = 0; k < scheme.Groups; k++)
            {
                Assert.Equal((scheme.StartOf(k), scheme.DimensionsOf(k)), (shape.StartOf(k), shape.DimensionsOf(k)));
                for (int s = 0; s < scheme.Stages; s++)
                {
                    int expected = scheme.IsShared
                        ? s * scheme.Centroids * scheme.GroupSize
                        : ((scheme.StartOf(k) * scheme.Stages) + (s * scheme.DimensionsOf(k))) * scheme.Centroids;
                    Assert.Equal(expected, shape.CodebookOf(k, s));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, new[] { 0, 0 })]
    [InlineData(2, new[] { 1, 1 })]
    public void A_beam_finds_the_better_sum(int beam, int[] expected)
    {
        var codec = new ReferenceAdditiveCodec(ReferenceAdditiveScheme.Residual(1, Metric.InnerProduct, 2, 1, beam: beam), s_codebooks);
        Assert.Equal(expected, codec.Quantize([6]));
        Assert.Equal([expected[0] == 0 ? 5f : 6], codec.Dequantize(expected));
    }

    [Fact]
    public void Of_equal_errors_the_first_partial_code_and_the_first_centroid_count()
    {
        // 3 is 1 + 2 and 2 + 1; stage 0 leaves the beam in the order of 2 (error -4) and 1 (-2.5).
        var codec = new ReferenceAdditiveCodec(ReferenceAdditiveScheme.Residual(1, Metric.InnerProduct, 2, 2, beam: 4), 1, 2, 2, 0, 1, 2, 1, 0);
        Assert.Equal([1, 0], codec.Quantize([3]));
    }

    [Fact]
    public void Scores_are_products_of_sums()
    {
        // Groups of two dimensions and of one, which reads the first values.
        float[] codebooks = [1, 2, 3, 4, 10, 20, 30, 40];
        var codec = new ReferenceAdditiveCodec(ReferenceAdditiveScheme.Additive(3, Metric.SquaredL2, 2, 1, 2), codebooks);
        Assert.Equal([33f, 44, 11], codec.Dequantize([1, 1, 0, 0]));
        ReferenceAdditiveTables tables = codec.Prepare([1, -1, 2]);
        Assert.Equal([[-1f, -1], [-10f, -10], [2f, 6], [20f, 60]], tables.Entries);
        Assert.Equal(6, tables.Norm2);
        var code = new byte[codec.Layout.CodeBytes];
        codec.Write([1, 1, 0, 0], 1, code);
        Assert.Equal([0b0011, .. BitConverter.GetBytes(3146f)], code);
        Assert.Equal(-(3146 + 6 - (2f * 11)), codec.Score(tables, code));
        var other = new byte[codec.Layout.CodeBytes];
        codec.Write([0, 1, 0, 0], 1, other);
        Assert.Equal(-8, codec.ScorePair(code, other).Value);
    }

    [Fact]
    public void Norms_lie_in_front_of_the_codes()
    {
        var layout = new ReferenceAdditiveLayout(ReferenceAdditiveScheme.Residual(3, Metric.SquaredL2, 3, 5));
        var code = new byte[layout.CodeBytes];
        layout.Write([0b10101, 0b00111, 0b11000], 0, 1, code);
        Assert.Equal([0b111_10101, 0b0_11000_00, 0, 0, 0x80, 0x3F], code);
        Assert.Equal(256, layout.BlockBytes(32));
        var block = new byte[256];
        layout.Pack(code, block, 32, 3);
        var expected = new byte[256];
        (expected[14], expected[15], expected[128 + 6], expected[128 + 7]) = (0x80, 0x3F, code[0], code[1]);
        Assert.Equal(expected, block);
    }

    [Fact]
    public void Norms_of_a_byte_have_three_bits_of_mantissa()
    {
        var layout = new ReferenceAdditiveLayout(ReferenceAdditiveScheme.Additive(2, Metric.InnerProduct, 2, 4, 2, norm: Norm.Byte));
        var code = new byte[layout.CodeBytes];
        foreach ((float norm, byte expected, float stored) in new (float, byte, float)[]
        {
            (0, 0, 0), (1, 128, 1), (1.0625f, 128, 1), (1.1875f, 130, 1.25f), (1.19f, 130, 1.25f), (3, 140, 3), (1e30f, 255, 61_440), (1e-30f, 1, 1.125f / 65_536),
        })
        {
            layout.Write([0, 0], norm, 0, code);
            Assert.Equal((expected, stored), (code[1], layout.ReadNorm(code)));
        }
    }

    /// <summary>Directions are decoded times the norm; the scores are those of what is decoded.</summary>
    [Fact]
    public void Norms_are_stored_apart()
    {
        float[] codebooks = [0.6f, 0.8f, 0, 1];
        var codec = new ReferenceAdditiveCodec(ReferenceAdditiveScheme.Additive(2, Metric.SquaredL2, 1, 1, 2, norm: Norm.Single), codebooks);
        var code = new byte[codec.Layout.CodeBytes];
        codec.Encode([3, 4], code);
        var decoded = new float[2];
        codec.Decode(code, decoded);
        Assert.Equal([5 * 0.6f, 5 * 0.8f], decoded);
        Assert.Equal([0, .. BitConverter.GetBytes(5f), .. BitConverter.GetBytes(25f)], code);
        Assert.Equal(-(25 + 1 - (2f * 3)), codec.Score(codec.Prepare([1, 0]), code));
    }

    [Fact]
    public void The_sample_has_every_kind()
    {
        IReadOnlyList<ReferenceAdditiveScheme> all = SampledAdditiveSchemes.All;
        Assert.Equal(all.Count, all.Select(scheme => scheme.Text).Distinct().Count());
        Assert.All(Enumerable.Range(1, 8).Append(10).Append(12), bits => Assert.Contains(all, scheme => scheme.Bits == bits));
        foreach (Metric metric in TestVectors.Metrics)
        {
            Assert.Contains(all, scheme => scheme.Metric == metric && scheme.IsShared && scheme.Dimensions % scheme.GroupSize != 0);
            Assert.Contains(all, scheme => scheme.Metric == metric && !scheme.IsShared && scheme.Dimensions % scheme.Subspaces != 0);
            Assert.Contains(all, scheme => scheme.Metric == metric && scheme.Groups == 1 && scheme.Stages > 1);
        }
    }

    [Fact]
    public void Shapes_have_limits()
    {
        Assert.Equal(1 << 26, AdditiveShape.Residual(16_384, 1, 12).Values);
        Assert.Equal(16_384, AdditiveShape.Additive(16_384, 1, 12, 1).Codes);
        Refuses("dimensions", () => AdditiveShape.Residual(0, 1, 1));
        Refuses("dimensions", () => AdditiveShape.Additive(0, 1, 1));
        Refuses("stages", () => AdditiveShape.Residual(4, 0, 1));
        Refuses("stages", () => AdditiveShape.Residual(4, 16_385, 1));
        Refuses("stages", () => AdditiveShape.Additive(4, 4097, 1, 1));
        Refuses("stages", () => AdditiveShape.Residual(16_384, 2, 12));
        Refuses("bits", () => AdditiveShape.Residual(4, 1, 0));
        Refuses("bits", () => AdditiveShape.Additive(4, 1, 13));
        Refuses("subspaces", () => AdditiveShape.Residual(4, 1, 1, 5));
        Refuses("subspaces", () => AdditiveShape.Residual(4, 1, 1, 0));
        Refuses("groupSize", () => AdditiveShape.Additive(4, 1, 1, 5));
        Refuses("groupSize", () => AdditiveShape.Additive(4, 1, 1, -1));

        static void Refuses(string parameter, Func<AdditiveShape> create) =>
            Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => create()).ParamName);
    }
}
