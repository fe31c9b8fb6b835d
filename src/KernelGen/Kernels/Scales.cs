using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>Reading, writing and rounding of stored scales and minima (docs/formats.md, sections 1 and 2). For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Scales
{
    /// <summary>The least scale that is not taken for zero: 2^-126, whose reciprocal is finite.</summary>
    public const float Smallest = 1.17549435E-38f;

    /// <summary>1 / scale, 0 for the scale 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Inverse(float scale) => scale >= Smallest ? 1f / scale : 0f;

    /// <summary>A scale as it will be stored: at most the greatest float, 0 below 2^-126.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RoundSingle(float scale) => Flush(MathF.Min(scale, float.MaxValue));

    /// <summary>A scale as it will be stored in binary16.</summary>
    public static float RoundHalf(float scale) => Flush(RoundMinimumHalf(scale));

    /// <summary>A scale as it will be stored in bfloat16.</summary>
    public static float RoundBFloat16(float scale) => Flush(RoundMinimumBFloat16(scale));

    /// <summary>A minimum as it will be stored: -0 becomes +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RoundMinimumSingle(float minimum) => minimum + 0f;

    /// <summary>A minimum as it will be stored in binary16, saturating.</summary>
    public static float RoundMinimumHalf(float minimum) => (float)(Half)Math.Clamp(minimum, -65504f, 65504f) + 0f;

    /// <summary>A minimum as it will be stored in bfloat16, saturating.</summary>
    public static float RoundMinimumBFloat16(float minimum) =>
        BitConverter.UInt32BitsToSingle((uint)FloatFormats.ToBFloat16(minimum) << 16) + 0f;

    /// <summary>Reads a scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadSingle(ref byte source) => Unsafe.ReadUnaligned<float>(ref source);

    /// <summary>Reads a binary16 scale (finite).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadHalf(ref byte source) => FloatFormats.FromHalf(Unsafe.ReadUnaligned<ushort>(ref source));

    /// <summary>Reads a bfloat16 scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadBFloat16(ref byte source) =>
        BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(ref source) << 16);

    /// <summary>Writes a scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingle(ref byte destination, float value) => Unsafe.WriteUnaligned(ref destination, value);

    /// <summary>Writes a scale that was rounded to binary16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalf(ref byte destination, float value) => Unsafe.WriteUnaligned(ref destination, (Half)value);

    /// <summary>Writes a scale that was rounded to bfloat16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBFloat16(ref byte destination, float value) =>
        Unsafe.WriteUnaligned(ref destination, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));

    /// <summary>Reads four scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadSingle4(ref byte source) => Vector128.LoadUnsafe(ref source).AsSingle();

    /// <summary>Reads four binary16 scales (finite).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadHalf4(ref byte source)
    {
        Vector128<int> words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref source)).AsInt16());
        Vector128<int> bits = Vector128.ShiftLeft(words, 13) & Vector128.Create(unchecked((int)0x8FFFE000));
        return bits.AsSingle() * FloatFormats.HalfExponentGap;
    }

    /// <summary>Reads four bfloat16 scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBFloat164(ref byte source)
    {
        Vector128<uint> words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref source)).AsUInt16());
        return Vector128.ShiftLeft(words, 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Flush(float scale) => scale >= Smallest ? scale : 0f;
}
