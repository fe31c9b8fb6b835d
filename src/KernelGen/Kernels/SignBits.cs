using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>Codes of one bit per dimension: made of vectors, and back. Vectors fall back to narrower ones without changing a bit, so there are no tiers. For
/// generated code; formulas: docs/formats.md, section 9.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SignBits
{
    /// <summary>Values whose bits a word takes.</summary>
    private const int WordValues = 64;

    /// <summary>Encodes a vector.</summary>
    /// <param name="values">The vector.</param>
    /// <param name="code">Receives a bit per value; bits left over in the last byte are 0.</param>
    /// <param name="isNonNegative">Whether zero gets the bit 1.</param>
    /// <param name="isMsbFirst">Whether the first of eight values gets the highest bit of its byte.</param>
    /// <returns>Whether all values are finite.</returns>
    [SkipLocalsInit]
    public static bool Encode(ReadOnlySpan<float> values, Span<byte> code, bool isNonNegative, bool isMsbFirst)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        ref byte destination = ref MemoryMarshal.GetReference(code);
        Vector512<float> finite = Vector512<float>.AllBitsSet;
        int i = 0;
        for (; i <= values.Length - WordValues; i += WordValues)
        {
            ulong bits = Signs(ref Unsafe.Add(ref start, i), isNonNegative, ref finite);
            KernelMath.Write(ref destination, i / 8, isMsbFirst ? ReverseInBytes(bits) : bits);
        }

        if (i < values.Length)
        {
            Span<float> rest = stackalloc float[WordValues];
            rest[(values.Length - i)..].Clear();
            values[i..].CopyTo(rest);
            ulong bits = Signs(ref rest[0], isNonNegative, ref finite) & (ulong.MaxValue >> (i + WordValues - values.Length));
            bits = isMsbFirst ? ReverseInBytes(bits) : bits;
            for (i /= 8; i < (values.Length + 7) / 8; i++)
            {
                Unsafe.Add(ref destination, i) = (byte)bits;
                bits >>= 8;
            }
        }

        return Vector512.EqualsAll(finite.AsInt32(), Vector512<int>.AllBitsSet);
    }

    /// <summary>Decodes a vector.</summary>
    /// <param name="code">The first byte of the code.</param>
    /// <param name="value">What a set bit stands for; a clear one stands for its negative.</param>
    /// <param name="isMsbFirst">Whether the first of eight values has the highest bit of its byte.</param>
    /// <param name="values">Receives the vector.</param>
    public static void Decode(ref byte code, float value, bool isMsbFirst, Span<float> values)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        Vector256<int> places = Places(isMsbFirst);
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            Signed(Unsafe.Add(ref code, i / 8), value, places).StoreUnsafe(ref start, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] = Bit(ref code, i, isMsbFirst) ? value : -value;
        }
    }

    /// <summary>Adds a decoded vector.</summary>
    /// <param name="code">The first byte of the code.</param>
    /// <param name="value">What a set bit stands for; a clear one stands for its negative.</param>
    /// <param name="isMsbFirst">Whether the first of eight values has the highest bit of its byte.</param>
    /// <param name="sums">The sums to which the vector is added.</param>
    public static void Add(ref byte code, float value, bool isMsbFirst, Span<float> sums)
    {
        ref float start = ref MemoryMarshal.GetReference(sums);
        Vector256<int> places = Places(isMsbFirst);
        int i = 0;
        for (; i <= sums.Length - 8; i += 8)
        {
            (Vector256.LoadUnsafe(ref start, (nuint)i) + Signed(Unsafe.Add(ref code, i / 8), value, places)).StoreUnsafe(ref start, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += Bit(ref code, i, isMsbFirst) ? value : -value;
        }
    }

    /// <summary>The dimension of a bit of a code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int DimensionOf(int bit, bool isMsbFirst) => isMsbFirst ? bit ^ 7 : bit;

    /// <summary>Which bits of a byte stand for dimensions, of which so many are left.</summary>
    internal static int UsedBits(int dimensions, bool isMsbFirst) => dimensions >= 8 ? 0xFF : isMsbFirst ? (0xFF00 >> dimensions) & 0xFF : 0xFF >> (8 - dimensions);

    /// <summary>The bits of 64 values, the first one lowest; lanes that meet a value that is not finite are cleared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Signs(ref float values, bool isNonNegative, ref Vector512<float> finite)
    {
        ulong bits = 0;
        for (int part = 0; part < WordValues; part += Vector512<float>.Count)
        {
            Vector512<float> vector = Vector512.LoadUnsafe(ref values, (nuint)part);
            finite &= Vector512.LessThanOrEqual(Vector512.Abs(vector), Vector512.Create(float.MaxValue));
            Vector512<float> ones = isNonNegative
                ? Vector512.GreaterThanOrEqual(vector, Vector512<float>.Zero)
                : Vector512.GreaterThan(vector, Vector512<float>.Zero);
            bits |= ones.ExtractMostSignificantBits() << part;
        }

        return bits;
    }

    private static ulong ReverseInBytes(ulong bits)
    {
        bits = ((bits >> 1) & 0x5555555555555555) | ((bits & 0x5555555555555555) << 1);
        bits = ((bits >> 2) & 0x3333333333333333) | ((bits & 0x3333333333333333) << 2);
        return ((bits >> 4) & 0x0F0F0F0F0F0F0F0F) | ((bits & 0x0F0F0F0F0F0F0F0F) << 4);
    }

    private static Vector256<int> Places(bool isMsbFirst) => isMsbFirst
        ? Vector256.Create(128, 64, 32, 16, 8, 4, 2, 1)
        : Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Signed(byte bits, float value, Vector256<int> places)
    {
        Vector256<int> clear = Vector256.Equals(Vector256.Create((int)bits) & places, Vector256<int>.Zero);
        return Vector256.ConditionalSelect(clear.AsSingle(), Vector256.Create(-value), Vector256.Create(value));
    }

    private static bool Bit(ref byte code, int dimension, bool isMsbFirst) =>
        ((Unsafe.Add(ref code, dimension / 8) >> (DimensionOf(dimension, isMsbFirst) & 7)) & 1) != 0;
}
