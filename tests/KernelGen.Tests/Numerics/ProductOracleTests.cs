using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The oracle of product codes against examples worked by hand, and the sample of schemes against what it promises.</summary>
public sealed class ProductOracleTests
{
    /// <summary>Subspaces of 2 and 1 dimensions with two centroids each.</summary>
    private static readonly float[] s_codebooks = [0, 0, 3, 4, -1, 2];

    [Fact]
    public void Vectors_are_cut_as_CodebookShape_tells()
    {
        foreach (ReferenceProductScheme scheme in SampledProductSchemes.All.Concat(SampledProductSchemes.EverySubspaces))
        {
            var shape = new CodebookShape(scheme.Dimensions, scheme.Subspaces, scheme.Bits);
            Assert.Equal(scheme.ParameterCount, shape.Values);
            int start = 0;
            for (int m = 0; m < scheme.Subspaces; m++)
            {
                Assert.Equal((start, scheme.DimensionsOf(m)), (shape.StartOf(m), shape.DimensionsOf(m)));
                Assert.Equal(start * scheme.Centroids, shape.CodebookOf(m));
                start += scheme.DimensionsOf(m);
            }

            Assert.Equal(scheme.Dimensions, start);
        }
    }

    [Theory]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.SquaredL2)]
    public void Codes_are_the_nearest_centroids(Metric metric)
    {
        var codec = new ReferenceProductCodec(new(3, metric, 2, 1), s_codebooks);
        Assert.Equal([0f, 12.5f], codec.HalfNorms[0]);
        Assert.Equal([0.5f, 2f], codec.HalfNorms[1]);
        Assert.Equal([1, 0], codec.Quantize([2, 2.5f, 0.25f]));

        // In the middle the first one counts.
        Assert.Equal([0, 0], codec.Quantize([1.5f, 2, 0.5f]));
        Assert.Equal([3f, 4, 2], codec.Dequantize([1, 1]));

        // 1e38 * 4 and what is subtracted from it are infinite: least of all; the sums of -1e38 are infinite too, and never count.
        Assert.Equal([1, 1], codec.Quantize([1e38f, 1e38f, 3e38f]));
        Assert.Equal([0, 0], codec.Quantize([-3e38f, -3e38f, -3e38f]));
    }

    [Fact]
    public void Scores_are_sums_of_table_entries()
    {
        var ip = new ReferenceProductCodec(new(3, Metric.InnerProduct, 2, 1), s_codebooks);
        ReferenceTables tables = ip.Prepare([1, 2, -3]);
        Assert.Equal([[0f, 11], [3f, -6]], tables.Entries);
        Assert.Equal(14, ReferenceProductCodec.Score(tables, [1, 0]));

        var l2 = new ReferenceProductCodec(new(3, Metric.SquaredL2, 2, 1), s_codebooks);
        tables = l2.Prepare([1, 2, -3]);
        Assert.Equal([[-5f, -8], [-4f, -25]], tables.Entries);
        Assert.Equal(-33, ReferenceProductCodec.Score(tables, [1, 1]));
        Assert.Equal(-25 - 9, l2.ScorePair([0b01], [0b10]).Value);
    }

    [Fact]
    public void Four_partial_sums_are_combined_as_a_tree()
    {
        // 2^24 + 1 is lost, so the order shows: (2^24 + 1) + (1 + 1), where the entry of subspace 4 meets the first.
        var codec = new ReferenceProductCodec(new(5, Metric.InnerProduct, 5, 1), [0, 1 << 24, 0, 1, 0, 1, 0, 1, 0, 1]);
        Assert.Equal((1 << 24) + 2, ReferenceProductCodec.Score(codec.Prepare([1, 1, 1, 1, 1]), [1, 1, 1, 1, 1]));
    }

    [Fact]
    public void Byte_tables_are_as_worked_by_hand()
    {
        // Entries 0 to 15 and 100 to 130: the widest range, 30, has 255 steps.
        float[] codebooks = [.. Enumerable.Range(0, 16).Select(j => (float)j), .. Enumerable.Range(0, 16).Select(j => 100f + (2 * j))];
        var codec = new ReferenceProductCodec(new(2, Metric.InnerProduct, 2, 4), codebooks);
        ReferenceByteTables tables = codec.ByteTables(codec.Prepare([1, 1]));
        Assert.Equal(30f / 255, tables.Step);
        Assert.Equal(100, tables.Bias);
        Assert.Equal([0, 9, 17], tables.Entries[0][..3]);
        Assert.Equal([0, 17, 34, 255], [.. tables.Entries[1][..3], tables.Entries[1][15]]);
        Assert.Equal((30f / 255 * 272) + 100, ReferenceProductCodec.ApproximateScore(tables, [2, 15]));
    }

    [Theory]
    [InlineData(1, 255)]
    [InlineData(257, 255)]
    [InlineData(258, 254)]
    [InlineData(16_384, 3)]
    public void Sums_of_bytes_fit_16_bits(int subspaces, int expected)
    {
        var scheme = new ReferenceProductScheme(subspaces, Metric.InnerProduct, subspaces, 4);
        Assert.Equal(expected, scheme.GreatestByte);
        Assert.InRange(scheme.GreatestByte * subspaces, 0, ushort.MaxValue);
    }

    [Fact]
    public void Codes_are_a_string_of_bits()
    {
        var layout = new ReferenceProductLayout(new(3, Metric.InnerProduct, 3, 5));
        var code = new byte[layout.CodeBytes];
        layout.Write([0b10101, 0b00111, 0b11000], code);
        Assert.Equal([0b111_10101, 0b0_11000_00], code);
        Assert.Equal([0b10101, 0b00111, 0b11000], layout.Read(code));
        Assert.Equal(64, layout.BlockBytes(16));
        Assert.Equal(128, layout.BlockBytes(17));
    }

    [Fact]
    public void Half_bytes_of_32_rows_lie_side_by_side()
    {
        // Three subspaces have room for four: 64 bytes a group.
        var layout = new ReferenceProductLayout(new(3, Metric.InnerProduct, 3, 4));
        Assert.Equal(192, layout.BlockBytes(64));
        var block = new byte[192];
        layout.Pack([0x21, 0x03], block, 32 + 2);
        layout.Pack([0x54, 0x06], block, 32 + 18);
        var expected = new byte[192];
        (expected[64 + 2], expected[64 + 18], expected[64 + 34]) = (0x41, 0x52, 0x63);
        Assert.Equal(expected, block);
    }

    [Fact]
    public void The_sample_has_every_width_and_every_number_of_subspaces()
    {
        IReadOnlyList<ReferenceProductScheme> all = SampledProductSchemes.All;
        Assert.InRange(all.Count, 55, 65);
        Assert.Equal(all.Count, all.Distinct().Count());
        foreach (int bits in Enumerable.Range(1, CodebookShape.MaximumBits))
        {
            Assert.Contains(all, s => s.Bits == bits && s.Dimensions % s.Subspaces != 0);
            Assert.Contains(all, s => s.Bits == bits && s.Subspaces == 1);
            Assert.Contains(all, s => s.Bits == bits && s.Subspaces == s.Dimensions);
        }

        Assert.Equal(Enumerable.Range(1, 256), SampledProductSchemes.EverySubspaces.Where(s => s.Bits == 4).Select(s => s.Subspaces));
        Assert.All(TestVectors.Metrics, metric => Assert.True(all.Count(s => s.Metric == metric) >= 15, $"{metric}"));
        Assert.Contains(all, s => s.Bits == 4 && s.GreatestByte < 255 && s.Dimensions > s.Subspaces);
    }
}
