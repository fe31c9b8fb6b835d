using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The oracle against what is known without it: System.Half, tables of the formats, examples worked by hand.</summary>
public sealed class OracleTests
{
    private static readonly BinaryFormat s_half = BinaryFormat.Of(FloatFormat.Half);

    [Fact]
    public void Half_has_the_values_of_System_Half()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            Half half = BitConverter.UInt16BitsToHalf((ushort)code);
            if (Half.IsFinite(half))
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits((float)half), BitConverter.SingleToUInt32Bits(s_half.ToSingle((uint)code)));
            }
        }
    }

    [Fact]
    public void Half_rounds_like_System_Half()
    {
        var random = new Random(SampledSchemes.Seed);
        for (int i = 0; i < 200_000; i++)
        {
            // Every bit pattern; and the middle between two numbers, or next to it.
            float value = i % 2 == 0
                ? BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))
                : BitConverter.Int32BitsToSingle((random.Next(int.MinValue, int.MaxValue) & ~0x1FFF) + 0x1000 + random.Next(-1, 2));
            if (float.IsFinite(value))
            {
                Half clamped = (Half)Math.Clamp(value, -65504f, 65504f);
                Assert.Equal(BitConverter.HalfToUInt16Bits(clamped), s_half.FromSingle(value));
            }
        }
    }

    /// <summary>Any format: values survive, the middle of two neighbours goes to the even one, beyond the end it saturates.</summary>
    [Theory]
    [InlineData(FloatFormat.Half, 0x7BFF, 65504f)]
    [InlineData(FloatFormat.BFloat16, 0x7F7F, 3.3895314e38f)]
    [InlineData(FloatFormat.E4M3, 0x7E, 448f)]
    [InlineData(FloatFormat.E5M2, 0x7B, 57344f)]
    public void Formats_round_to_nearest_even_and_saturate(FloatFormat format, uint greatestCode, float greatest)
    {
        BinaryFormat binary = BinaryFormat.Of(format);
        Assert.Equal(greatest, binary.ToSingle(greatestCode));
        uint sign = 1u << ((8 * binary.Bytes) - 1);
        for (uint code = 0; code < greatestCode; code++)
        {
            float value = binary.ToSingle(code);
            float middle = (float)((value + (double)binary.ToSingle(code + 1)) / 2);
            Assert.Equal(code, binary.FromSingle(value));
            Assert.Equal(code | sign, binary.FromSingle(-value));
            Assert.Equal(code + (code & 1), binary.FromSingle(middle));
            Assert.Equal(code, binary.FromSingle(MathF.BitDecrement(middle)));
            Assert.Equal(code + 1, binary.FromSingle(MathF.BitIncrement(middle)));
        }

        Assert.Equal(greatestCode, binary.FromSingle(float.MaxValue));
        Assert.Equal(greatestCode | sign, binary.FromSingle(float.NegativeInfinity));
    }

    [Theory]
    [InlineData(FloatFormat.E4M3, 0x01, 0.001953125f)]
    [InlineData(FloatFormat.E4M3, 0x07, 0.013671875f)]
    [InlineData(FloatFormat.E4M3, 0x08, 0.015625f)]
    [InlineData(FloatFormat.E4M3, 0x38, 1f)]
    [InlineData(FloatFormat.E4M3, 0xF7, -240f)]
    [InlineData(FloatFormat.E4M3, 0x78, 256f)]
    [InlineData(FloatFormat.E5M2, 0x01, 1.52587890625e-5f)]
    [InlineData(FloatFormat.E5M2, 0x04, 6.103515625e-5f)]
    [InlineData(FloatFormat.E5M2, 0x3C, 1f)]
    [InlineData(FloatFormat.BFloat16, 0xC049, -3.140625f)]
    [InlineData(FloatFormat.BFloat16, 0x0001, 9.1835e-41f)]
    public void Formats_have_their_published_values(FloatFormat format, uint code, float value) =>
        Assert.Equal(value, BinaryFormat.Of(format).ToSingle(code));

    [Fact]
    public void Single_keeps_every_bit_pattern()
    {
        BinaryFormat single = BinaryFormat.Of(FloatFormat.Single);
        foreach (uint bits in new uint[] { 0, 0x8000_0000, 1, 0x007F_FFFF, 0x0080_0000, 0x3F80_0001, 0x7F7F_FFFF, 0xFF7F_FFFF })
        {
            Assert.Equal(bits, single.FromSingle(BitConverter.UInt32BitsToSingle(bits)));
            Assert.Equal(bits, BitConverter.SingleToUInt32Bits(single.ToSingle(bits)));
        }
    }

    [Theory]
    [InlineData(8, 768, 768)]
    [InlineData(4, 768, 384)]
    [InlineData(6, 768, 576)]
    [InlineData(1, 1, 1)]
    [InlineData(7, 9, 14)]
    public void Values_take_the_documented_bytes(int bits, int dimensions, int expected) =>
        Assert.Equal(expected, new ReferenceLayout(ReferenceScheme.Integer(dimensions, Metric.InnerProduct, bits)).ValuesBytes);

    [Fact]
    public void Four_bits_pair_the_halves_of_a_vector()
    {
        var layout = new ReferenceLayout(ReferenceScheme.Integer(6, Metric.InnerProduct, 4));
        var code = new byte[layout.CodeBytes];
        layout.Write(new([1, 2, 3, 13, 14, 15], [1f], [], 0), code);
        Assert.Equal([0xD1, 0xE2, 0xF3, 0, 0, 0x80, 0x3F], code);
    }

    [Fact]
    public void Six_bits_have_a_plane_of_four_and_one_of_two()
    {
        // S = 4 segments of T = 2 lanes: u = 0x3F in dimension 0 (segment 0), 0x2A in 7 (segment 3, lane 1).
        var layout = new ReferenceLayout(ReferenceScheme.Integer(8, Metric.InnerProduct, 6));
        var code = new byte[layout.CodeBytes];
        layout.Write(new([0x3F, 0, 0, 0, 0, 0, 0, 0x2A], [0f], [], 0), code);
        Assert.Equal([0x0F, 0x00, 0x00, 0xA0, 0x03, 0x80], code[..layout.ValuesBytes]);
    }

    [Fact]
    public void Grids_encode_as_worked_by_hand()
    {
        // Scale 1 in each: extremes 7 and 8 of 4 bits; ties go to even, a mid-rise code is the floor.
        Assert.Equal([15u, 1, 10, 10, 8], Codes(ZeroMode.Symmetric, [7, -7, 1.5f, 2.5f, -0f]));
        Assert.Equal([15u, 0, 9, 10, 7], Codes(ZeroMode.MidRise, [8, -8, 1.5f, 2f, -0.1f]));
        Assert.Equal([15u, 0, 2, 2, 4], Codes(ZeroMode.Affine, [17, 2, 3.5f, 4.5f, 5.5f]));
    }

    [Fact]
    public void Tiny_scales_count_as_zero()
    {
        var codec = new ReferenceCodec(ReferenceScheme.Integer(3, Metric.InnerProduct, 8));
        ReferenceRow row = codec.Quantize([1e-38f, -1e-38f, 0]);
        Assert.Equal(0u, BitConverter.SingleToUInt32Bits(row.Scales[0]));
        Assert.Equal([128u, 128, 128], row.Codes);
    }

    [Fact]
    public void Greatest_query_keeps_the_sum_within_32_bits()
    {
        foreach (ReferenceScheme scheme in SampledSchemes.All.Where(scheme => scheme.Grid is IntegerGrid))
        {
            long greatestSum = (long)scheme.SummedDimensions * ((IntegerGrid)scheme.Grid).Centre * scheme.GreatestQueryInteger;
            Assert.InRange(greatestSum, 1, int.MaxValue);
        }
    }

    [Fact]
    public void Quantiles_interpolate_between_order_statistics()
    {
        var scheme = ReferenceScheme.Integer(1, Metric.InnerProduct, 8, ZeroMode.Affine, new(Granularity.Channel));
        ReferenceCodec codec = ReferenceCodec.Train(scheme, [4, 0, 1, 3, 2], quantile: 0.75);
        Assert.Equal([(3.5f / 255) - (0.5f / 255), 0.5f], codec.Parameters);
    }

    private static uint[] Codes(ZeroMode zero, float[] vector) =>
        new ReferenceCodec(ReferenceScheme.Integer(vector.Length, Metric.InnerProduct, 4, zero)).Quantize(vector).Codes;
}
