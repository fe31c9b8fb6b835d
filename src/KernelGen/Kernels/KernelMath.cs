using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>Small operations that all generated kernels share. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KernelMath
{
    /// <summary>Bits of the smallest float that is not finite.</summary>
    public const int InfinityBits = 0x7F800000;

    /// <summary>What is added to a norm's byte to give the upper bits of a float: an exponent of -16.</summary>
    private const int NormBias = (127 - 16) << 3;

    /// <summary>Reads a value at a byte offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(ref byte source, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref source, offset));

    /// <summary>Writes a value at a byte offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(ref byte destination, int offset, T value)
        where T : unmanaged => Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, offset), value);

    /// <summary>Asks for the cache line at a byte offset, which may lie past the end of the memory at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(ref byte source, nuint offset)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref source, offset)));
        }
    }

    /// <summary>Asks for the cache lines of a row, up to so many that they still are there when their turn comes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchRow(ref byte row, int bytes)
    {
        const int most = 1024;
        for (nuint line = 0; line < (nuint)Math.Min(bytes, most); line += 64)
        {
            Prefetch(ref row, line);
        }
    }

    /// <summary>Two floats from each of two places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Join(ref float first, ref float second) => Vector128.Create(
        Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref first)),
        Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref second))).AsSingle();

    /// <summary>Stores the scores of rows <paramref name="row"/> to row + 3, or of as many as there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Vector128<float> result, ref float scores, int row, int rows)
    {
        if (row <= rows - 4)
        {
            result.StoreUnsafe(ref scores, (nuint)(uint)row);
            return;
        }

        for (int i = 0; i < rows - row; i++)
        {
            Unsafe.Add(ref scores, row + i) = result.GetElement(i);
        }
    }

    /// <summary>Stores the scores of one row for four queries, whose scores start <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreQueries(Vector128<float> result, ref float scores, int row, int stride)
    {
        Unsafe.Add(ref scores, row) = result.ToScalar();
        Unsafe.Add(ref scores, row + stride) = result.GetElement(1);
        Unsafe.Add(ref scores, row + (2 * stride)) = result.GetElement(2);
        Unsafe.Add(ref scores, row + (3 * stride)) = result.GetElement(3);
    }

    /// <summary>The greatest lane.</summary>
    public static int MaxLane(Vector128<int> values)
    {
        Vector128<int> pairs = Vector128.Max(values, Vector128.Shuffle(values, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(pairs.ToScalar(), pairs.GetElement(1));
    }

    /// <summary>The greatest lane.</summary>
    public static int MaxLane(Vector256<int> values) => MaxLane(Vector128.Max(values.GetLower(), values.GetUpper()));

    /// <summary>The greatest lane.</summary>
    public static int MaxLane(Vector512<int> values) => MaxLane(Vector256.Max(values.GetLower(), values.GetUpper()));

    /// <summary>The greatest lane of finite values.</summary>
    public static float MaxLane(Vector128<float> values)
    {
        Vector128<float> pairs = Vector128.MaxNative(values, Vector128.Shuffle(values, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(pairs.ToScalar(), pairs.GetElement(1));
    }

    /// <summary>The greatest lane of finite values.</summary>
    public static float MaxLane(Vector256<float> values) => MaxLane(Vector128.MaxNative(values.GetLower(), values.GetUpper()));

    /// <summary>The greatest lane of finite values.</summary>
    public static float MaxLane(Vector512<float> values) => MaxLane(Vector256.MaxNative(values.GetLower(), values.GetUpper()));

    /// <summary>The least lane of finite values.</summary>
    public static float MinLane(Vector128<float> values) => -MaxLane(-values);

    /// <summary>The least lane of finite values.</summary>
    public static float MinLane(Vector256<float> values) => -MaxLane(-values);

    /// <summary>The least lane of finite values.</summary>
    public static float MinLane(Vector512<float> values) => -MaxLane(-values);

    /// <summary>Rounds to the nearest integer, ties to even, after clamping; exact for bounds below 2^22.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RoundClamped(float value, float minimum, float maximum) =>
        (int)MathF.Round(MathF.Min(MathF.Max(value, minimum), maximum));

    /// <summary>Rounds down after clamping to [minimum, maximum].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FloorClamped(float value, float minimum, float maximum) =>
        (int)MathF.Min(MathF.Max(MathF.Floor(value), minimum), maximum);

    /// <summary>Score of a squared distance taken from norms: minus the distance, which rounding must not make negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float NegativeDistance(float norm, float queryNorm, float product) =>
        -MathF.Max(0f, norm + queryNorm - (product + product));

    /// <summary>The norm of a vector, saturating at the greatest float (docs/formats.md, section 7).</summary>
    public static float Norm(ReadOnlySpan<float> values) => (float)Math.Min(Math.Sqrt(StripedSums.Squares(values)), float.MaxValue);

    /// <summary>A norm in 8 bits: its three upper bits of mantissa and five bits of exponent, rounded to the nearest, ties to even.</summary>
    public static byte NormToByte(float norm)
    {
        int bits = BitConverter.SingleToInt32Bits(norm);
        int rounded = (bits + 0x7FFFF + ((bits >> 20) & 1)) >> 20;
        return (byte)(norm == 0f ? 0 : Math.Clamp(rounded - NormBias, 1, byte.MaxValue));
    }

    /// <summary>The norm that a byte stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float NormOfByte(byte code) => code == 0 ? 0f : BitConverter.Int32BitsToSingle((code + NormBias) << 20);

    /// <summary>The exponent e with 2^e &lt;= value &lt; 2^(e+1); 0 for 0.</summary>
    public static int Exponent(float value) => value == 0f ? 0 : MathF.ILogB(value);

    /// <summary>The least of the indices of the lanes that hold the least value; no value is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstLeast(Vector128<float> values, Vector128<int> indices)
    {
        Vector128<float> pairs = Vector128.MinNative(values, Vector128.Shuffle(values, Vector128.Create(2, 3, 0, 1)));
        Vector128<float> least = Vector128.MinNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2)));
        return -MaxLane(-Vector128.ConditionalSelect(Vector128.Equals(values, least).AsInt32(), indices, Vector128.Create(int.MaxValue)));
    }

    /// <summary>The least of the indices of the lanes that hold the least value; no value is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstLeast(Vector256<float> values, Vector256<int> indices)
    {
        // Lower indices win where values are equal; the halves do not hold them in order.
        Vector128<float> lower = values.GetLower();
        Vector128<float> upper = values.GetUpper();
        Vector128<int> takeUpper = Vector128.LessThan(upper, lower).AsInt32()
            | (Vector128.Equals(upper, lower).AsInt32() & Vector128.LessThan(indices.GetUpper(), indices.GetLower()));
        return FirstLeast(
            Vector128.MinNative(upper, lower), Vector128.ConditionalSelect(takeUpper, indices.GetUpper(), indices.GetLower()));
    }

    /// <summary>The least of the indices of the lanes that hold the least value; no value is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstLeast(Vector512<float> values, Vector512<int> indices)
    {
        Vector256<float> lower = values.GetLower();
        Vector256<float> upper = values.GetUpper();
        Vector256<int> takeUpper = Vector256.LessThan(upper, lower).AsInt32()
            | (Vector256.Equals(upper, lower).AsInt32() & Vector256.LessThan(indices.GetUpper(), indices.GetLower()));
        return FirstLeast(
            Vector256.MinNative(upper, lower), Vector256.ConditionalSelect(takeUpper, indices.GetUpper(), indices.GetLower()));
    }
}
