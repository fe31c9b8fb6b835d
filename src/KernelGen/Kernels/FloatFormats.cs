using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace KernelGen.Kernels;

/// <summary>
/// Conversions between single precision and the stored float formats, one value at a time: nearest even, saturating. Inputs are finite.
/// For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class FloatFormats
{
    /// <summary>2^112: difference of the exponent biases of binary32 and of binary16 and E5M2.</summary>
    public const float HalfExponentGap = 5.192297E+33f;

    /// <summary>2^120: difference of the exponent biases of binary32 and E4M3.</summary>
    public const float E4M3ExponentGap = 1.3292280E+36f;

    /// <summary>Bits of binary16.</summary>
    public static ushort ToHalf(float value) => (ushort)Round(value, mantissaBits: 10, minimumExponent: -14, 65504f);

    /// <summary>Bits of bfloat16.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(Math.Clamp(value, -3.3895314E+38f, 3.3895314E+38f));
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Bits of E4M3.</summary>
    public static byte ToE4M3(float value) => (byte)Round(value, mantissaBits: 3, minimumExponent: -6, 448f);

    /// <summary>Bits of E5M2.</summary>
    public static byte ToE5M2(float value) => (byte)Round(value, mantissaBits: 2, minimumExponent: -14, 57344f);

    /// <summary>The value of binary16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromHalf(ushort bits) =>
        BitConverter.Int32BitsToSingle(((short)bits << 13) & unchecked((int)0x8FFFE000)) * HalfExponentGap;

    /// <summary>The value of bfloat16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The value of E4M3 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromE4M3(byte bits) =>
        BitConverter.Int32BitsToSingle(((sbyte)bits << 20) & unchecked((int)0x87F00000)) * E4M3ExponentGap;

    /// <summary>The value of E5M2 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromE5M2(byte bits) =>
        BitConverter.Int32BitsToSingle(((sbyte)bits << 21) & unchecked((int)0x8FE00000)) * HalfExponentGap;

    /// <summary>Sign, exponent and mantissa of the nearest number of a format with the given mantissa and least normal exponent.</summary>
    private static int Round(float value, int mantissaBits, int minimumExponent, float maximum)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        float magnitude = MathF.Min(MathF.Abs(value), maximum);
        int dropped = 23 - mantissaBits;
        int code;
        if (magnitude < MathF.ScaleB(1f, minimumExponent))
        {
            // Adding this number leaves the mantissa at the format's subnormal step; the processor rounds.
            float shift = MathF.ScaleB(1f, minimumExponent + dropped);
            code = BitConverter.SingleToInt32Bits(magnitude + shift) - BitConverter.SingleToInt32Bits(shift);
        }
        else
        {
            int magnitudeBits = BitConverter.SingleToInt32Bits(magnitude);
            int rounded = magnitudeBits + (1 << (dropped - 1)) - 1 + ((magnitudeBits >> dropped) & 1);
            code = (rounded >> dropped) - ((minimumExponent + 126) << mantissaBits);
        }

        int width = mantissaBits == 10 ? 16 : 8;
        return code | ((bits >> 31 & 1) << (width - 1));
    }
}
