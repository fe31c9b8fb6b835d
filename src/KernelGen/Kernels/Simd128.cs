using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>128-bit operations of generated kernels that Vector128 lacks. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Simd128
{
    /// <summary>Adjacent products of unsigned and signed bytes, added in pairs. The caller proves that no pair leaves int16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> MultiplyAddBytes(Vector128<byte> left, Vector128<sbyte> right)
    {
        if (Ssse3.IsSupported)
        {
            return Ssse3.MultiplyAddAdjacent(left, right);
        }

        // Which lanes meet in a pair does not matter: every use adds all lanes in the end.
        (Vector128<ushort> leftLow, Vector128<ushort> leftHigh) = Vector128.Widen(left);
        (Vector128<short> rightLow, Vector128<short> rightHigh) = Vector128.Widen(right);
        return (leftLow.AsInt16() * rightLow) + (leftHigh.AsInt16() * rightHigh);
    }

    /// <summary>
    /// Adds products of unsigned and signed bytes to partial sums, which only <see cref="AddPartial"/> may read: int16 pairs, of which
    /// the caller proves that they do not overflow.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> AddProducts(Vector128<short> partial, Vector128<byte> left, Vector128<sbyte> right) =>
        partial + MultiplyAddBytes(left, right);

    /// <summary>sum + partial sums of <see cref="AddProducts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddPartial(Vector128<int> sum, Vector128<short> partial) =>
        MultiplyAddWords(sum, partial, Vector128<short>.One);

    /// <summary>sum + products of int16, added in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddWords(Vector128<int> sum, Vector128<short> left, Vector128<short> right)
    {
        if (Sse2.IsSupported)
        {
            return sum + Sse2.MultiplyAddAdjacent(left, right);
        }

        if (AdvSimd.IsSupported)
        {
            sum = AdvSimd.MultiplyWideningLowerAndAdd(sum, left.GetLower(), right.GetLower());
            return AdvSimd.MultiplyWideningUpperAndAdd(sum, left, right);
        }

        (Vector128<int> leftLow, Vector128<int> leftHigh) = Vector128.Widen(left);
        (Vector128<int> rightLow, Vector128<int> rightHigh) = Vector128.Widen(right);
        return sum + (leftLow * rightLow) + (leftHigh * rightHigh);
    }

    /// <summary>A mask whose last <paramref name="count"/> bytes are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LastBytes(int count) => Vector128.LoadUnsafe(ref SimdTables.LastBytes16(count));

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Sum4(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) =>
        Ssse3.IsSupported
            ? Ssse3.HorizontalAdd(Ssse3.HorizontalAdd(a, b), Ssse3.HorizontalAdd(c, d))
            : Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d));

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum4(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) =>
        Sse3.IsSupported
            ? Sse3.HorizontalAdd(Sse3.HorizontalAdd(a, b), Sse3.HorizontalAdd(c, d))
            : Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d));

    /// <summary>Four bytes as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> WidenBytes(ref byte source) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref source)).AsByte())).AsInt32();

    /// <summary>Bytes of a table of 16 by indices below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ShuffleBytes(Vector128<byte> table, Vector128<byte> indices) =>
        Ssse3.IsSupported ? Ssse3.Shuffle(table, indices)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.VectorTableLookup(table, indices)
        : Vector128.Shuffle(table, indices);

    /// <summary>Stores sums of the rows of a group, of which even and odd ones of its halves are given apart, in the order of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Vector128<ushort> even, Vector128<ushort> odd, Vector128<ushort> upperEven, Vector128<ushort> upperOdd, ref ushort sums)
    {
        Interleave(even, odd, ref sums);
        Interleave(upperEven, upperOdd, ref Unsafe.Add(ref sums, 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector128<ushort> even, Vector128<ushort> odd, ref ushort destination)
    {
        if (Sse2.IsSupported)
        {
            Sse2.UnpackLow(even, odd).StoreUnsafe(ref destination);
            Sse2.UnpackHigh(even, odd).StoreUnsafe(ref destination, 8);
            return;
        }

        // A lane of 32 bits holds an even row's sum and above it the odd row's.
        (Vector128<uint> evenLow, Vector128<uint> evenHigh) = Vector128.Widen(even);
        (Vector128<uint> oddLow, Vector128<uint> oddHigh) = Vector128.Widen(odd);
        (evenLow | (oddLow << 16)).AsUInt16().StoreUnsafe(ref destination);
        (evenHigh | (oddHigh << 16)).AsUInt16().StoreUnsafe(ref destination, 8);
    }

    /// <summary>How many bits each number of four bits has.</summary>
    public static Vector128<byte> NibbleCounts => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    /// <summary>How many bits of each byte differ, as far as it is looked at.</summary>
    /// <param name="row">Bits of a row.</param>
    /// <param name="query">Bits of the query.</param>
    /// <param name="queryHigh">The query, shifted right by four within words of 16 bits.</param>
    /// <param name="low">15 for bytes that are looked at, 0 for others.</param>
    /// <param name="counts"><see cref="NibbleCounts"/>, which the caller keeps in a register.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> CountDiffering(Vector128<byte> row, Vector128<byte> query, Vector128<byte> queryHigh, Vector128<byte> low, Vector128<byte> counts)
    {
        // Shifted once instead of twice: only processors of 512 bits gain by the shifted query.
        Vector128<byte> differing = row ^ query;
        if (AdvSimd.IsSupported)
        {
            return AdvSimd.PopCount(differing & (low | (low << 4)));
        }

        return ShuffleBytes(counts, differing & low) + ShuffleBytes(counts, (differing.AsUInt16() >> 4).AsByte() & low);
    }

    /// <summary>The sums of the bytes of each half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> SumBytes(Vector128<byte> values)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.SumAbsoluteDifferences(values, Vector128<byte>.Zero).AsUInt64();
        }

        Vector128<ushort> words = (values.AsUInt16() & Vector128.Create((ushort)0xFF)) + (values.AsUInt16() >> 8);
        Vector128<uint> pairs = (words.AsUInt32() & Vector128.Create(0xFFFFu)) + (words.AsUInt32() >> 16);
        return (pairs.AsUInt64() & Vector128.Create((ulong)uint.MaxValue)) + (pairs.AsUInt64() >> 32);
    }

    /// <summary>The sums of the bytes of each 64 bits of two vectors, as 32 bits each: those of the second one in the upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Pair(Vector128<ulong> first, Vector128<ulong> second) => first | (second << 32);

    /// <summary>Stores minus the sums of eight vectors, which are given in pairs and are less than 2^31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNegated(Vector128<ulong> ab, Vector128<ulong> cd, Vector128<ulong> ef, Vector128<ulong> gh, ref float destination)
    {
        Vector128.ConvertToSingle(-AddHalves(ab, cd)).StoreUnsafe(ref destination);
        Vector128.ConvertToSingle(-AddHalves(ef, gh)).StoreUnsafe(ref destination, 4);
    }

    /// <summary>The sums of the halves of two pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddHalves(Vector128<ulong> ab, Vector128<ulong> cd) => Sse2.IsSupported
        ? Sse2.UnpackLow(ab, cd).AsInt32() + Sse2.UnpackHigh(ab, cd).AsInt32()
        : Vector128.Create(ab[0], cd[0]).AsInt32() + Vector128.Create(ab[1], cd[1]).AsInt32();
}
