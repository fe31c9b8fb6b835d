namespace KernelGen.Reference;

/// <summary>A binary floating-point format of sign, exponent and mantissa, at most as wide as binary32.</summary>
/// <param name="Bytes">Bytes of a number.</param>
/// <param name="MantissaBits">Stored bits of the mantissa.</param>
/// <param name="Bias">Bias of the exponent.</param>
/// <param name="GreatestCode">Bits of the greatest finite value.</param>
public sealed record BinaryFormat(int Bytes, int MantissaBits, int Bias, uint GreatestCode)
{
    private static readonly BinaryFormat s_single = new(4, 23, 127, 0x7F7F_FFFF);
    private static readonly BinaryFormat s_half = new(2, 10, 15, 0x7BFF);
    private static readonly BinaryFormat s_bfloat16 = new(2, 7, 127, 0x7F7F);
    private static readonly BinaryFormat s_e4m3 = new(1, 3, 7, 0x7E);
    private static readonly BinaryFormat s_e5m2 = new(1, 2, 15, 0x7B);

    public static BinaryFormat Of(FloatFormat format) => format switch
    {
        FloatFormat.Single => s_single,
        FloatFormat.Half => s_half,
        FloatFormat.BFloat16 => s_bfloat16,
        FloatFormat.E4M3 => s_e4m3,
        FloatFormat.E5M2 => s_e5m2,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };

    public static BinaryFormat Of(ScaleFormat format) => format switch
    {
        ScaleFormat.Single => s_single,
        ScaleFormat.Half => s_half,
        ScaleFormat.BFloat16 => s_bfloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };

    /// <summary>The greatest finite value.</summary>
    public float Greatest => ToSingle(GreatestCode);

    private uint SignBit => 1u << ((8 * Bytes) - 1);

    /// <summary>The number's bits: nearest even, saturating, the sign of zero kept. Not for NaN.</summary>
    public uint FromSingle(float value)
    {
        uint sign = float.IsNegative(value) ? SignBit : 0;
        double magnitude = Math.Abs((double)value);
        if (magnitude == 0)
        {
            return sign;
        }

        if (double.IsInfinity(magnitude))
        {
            return sign | GreatestCode;
        }

        // Below the least normal exponent the spacing of numbers stays the same (subnormals). Division by it is exact.
        int exponent = Math.Max(Math.ILogB(magnitude), 1 - Bias);
        double spacing = Math.ScaleB(1, exponent - MantissaBits);
        long significand = (long)Math.Round(magnitude / spacing, MidpointRounding.ToEven);

        // The implicit leading bit adds one to the exponent field: absent in a subnormal, doubled when rounding carries.
        long code = ((long)(exponent + Bias - 1) << MantissaBits) + significand;
        return sign | (uint)Math.Min(code, GreatestCode);
    }

    /// <summary>The value of a finite number's bits.</summary>
    public float ToSingle(uint code)
    {
        uint magnitude = code & (SignBit - 1);
        int exponentField = (int)(magnitude >> MantissaBits);
        uint mantissa = magnitude & ((1u << MantissaBits) - 1);
        uint significand = exponentField == 0 ? mantissa : mantissa | (1u << MantissaBits);
        double value = Math.ScaleB((double)significand, Math.Max(exponentField, 1) - Bias - MantissaBits);
        return (float)((code & SignBit) != 0 ? -value : value);
    }

    /// <summary>The value rounded to the format.</summary>
    public float Round(float value) => ToSingle(FromSingle(value));

    public void Write(uint code, Span<byte> destination)
    {
        for (int i = 0; i < Bytes; i++)
        {
            destination[i] = (byte)(code >> (8 * i));
        }
    }

    public uint Read(ReadOnlySpan<byte> source)
    {
        uint code = 0;
        for (int i = 0; i < Bytes; i++)
        {
            code |= (uint)source[i] << (8 * i);
        }

        return code;
    }
}
