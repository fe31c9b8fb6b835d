using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>512-bit operations of generated kernels that Vector512 lacks. For generated code; members mirror <see cref="Simd128"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Simd512
{
    /// <summary>(a ^ b) &amp; c as a ternary function.</summary>
    private const byte XorAnd = 0x28;

    private const byte HighestBit = 0x80;

    /// <summary>Adjacent products of unsigned and signed bytes, added in pairs. The caller proves that no pair leaves int16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplyAddBytes(Vector512<byte> left, Vector512<sbyte> right) => Avx512BW.MultiplyAddAdjacent(left, right);

    /// <summary>
    /// Adds products of unsigned and signed bytes to partial sums, which only <see cref="AddPartial"/> may read: int16 pairs, of which
    /// the caller proves that they do not overflow.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> AddProducts(Vector512<short> partial, Vector512<byte> left, Vector512<sbyte> right) =>
        partial + MultiplyAddBytes(left, right);

    /// <summary>sum + partial sums of <see cref="AddProducts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddPartial(Vector512<int> sum, Vector512<short> partial) =>
        MultiplyAddWords(sum, partial, Vector512<short>.One);

    /// <summary>sum + adjacent products of int16, added in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddWords(Vector512<int> sum, Vector512<short> left, Vector512<short> right) =>
        sum + Avx512BW.MultiplyAddAdjacent(left, right);

    /// <summary>A mask whose last <paramref name="count"/> bytes are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LastBytes(int count) => Vector512.LoadUnsafe(ref SimdTables.LastBytes64(count));

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Sum4(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Simd256.Sum4(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum4(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) =>
        Simd256.Sum4(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    /// <summary>Bytes of a table of 16 per quarter by indices below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShuffleBytes(Vector512<byte> table, Vector512<byte> indices) => Avx512BW.Shuffle(table, indices);

    /// <summary>Adds up the quarters and stores sums of the rows of a group: <see cref="Simd128.StoreSums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Vector512<ushort> even, Vector512<ushort> odd, Vector512<ushort> upperEven, Vector512<ushort> upperOdd, ref ushort sums) =>
        Simd256.StoreSums(
            even.GetLower() + even.GetUpper(),
            odd.GetLower() + odd.GetUpper(),
            upperEven.GetLower() + upperEven.GetUpper(),
            upperOdd.GetLower() + upperOdd.GetUpper(),
            ref sums);

    /// <summary>Sixteen bytes as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> WidenBytes(ref byte source) => Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref source));

    /// <summary>Entries of a table of 16 by the low four bits of indices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lookup(Vector512<float> table, Vector512<int> indices) => Avx512F.PermuteVar16x32(table, indices);

    /// <summary>The table that counts bits: of numbers below 64 where the processor looks up 128 bytes, else of numbers of four bits, in every part of
    /// 128 bits.</summary>
    public static Vector512<byte> BitCounts =>
        Avx512Vbmi.IsSupported ? CountsFrom(0) : Vector512.Create(Simd256.NibbleCounts, Simd256.NibbleCounts);

    /// <summary>The rest of <see cref="BitCounts"/>: of numbers from 64 to 127, or nothing.</summary>
    public static Vector512<byte> MoreBitCounts => Avx512Vbmi.IsSupported ? CountsFrom(1) : default;

    /// <summary>How many bits of each byte differ, as far as it is looked at: <see cref="Simd128.CountDiffering"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> CountDiffering(
        Vector512<byte> row, Vector512<byte> query, Vector512<byte> queryHigh, Vector512<byte> low, Vector512<byte> counts, Vector512<byte> moreCounts)
    {
        if (Avx512Vbmi.IsSupported)
        {
            // Whole rows mask nothing, which the compiler sees here: a ternary operation would get a vector of ones that waits for what its register held before.
            Vector512<byte> bytes = (low.AsUInt16() << 4).AsByte() | low;
            Vector512<byte> differing = (row ^ query) & bytes;
            return CountSeven(differing, counts, moreCounts) + ((differing & Vector512.Create(HighestBit)).AsUInt16() >> 7).AsByte();
        }

        // (a ^ b) & c is one instruction.
        Vector512<byte> lower = Avx512F.TernaryLogic(row, query, low, XorAnd);
        Vector512<byte> upper = Avx512F.TernaryLogic((row.AsUInt16() >> 4).AsByte(), queryHigh, low, XorAnd);
        return ShuffleBytes(counts, lower) + ShuffleBytes(counts, upper);
    }

    /// <summary>The same for two vectors that are looked at whole, added up: highest bits are counted together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> CountDiffering(
        Vector512<byte> row0, Vector512<byte> row1, Vector512<byte> query0, Vector512<byte> query0High, Vector512<byte> query1, Vector512<byte> query1High,
        Vector512<byte> low, Vector512<byte> counts, Vector512<byte> moreCounts)
    {
        if (Avx512Vbmi.IsSupported)
        {
            Vector512<byte> differing0 = row0 ^ query0;
            Vector512<byte> differing1 = row1 ^ query1;
            Vector512<byte> highest = Vector512.Create(HighestBit);

            // The average of two highest bits is their number times 64.
            Vector512<byte> averages = Avx512BW.Average(differing0 & highest, differing1 & highest);
            return CountSeven(differing0, counts, moreCounts) + CountSeven(differing1, counts, moreCounts) + (averages.AsUInt16() >> 6).AsByte();
        }

        return CountDiffering(row0, query0, query0High, low, counts, moreCounts) + CountDiffering(row1, query1, query1High, low, counts, moreCounts);
    }

    /// <summary>The sums of the bytes of each eighth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> SumBytes(Vector512<byte> values) => Avx512BW.SumAbsoluteDifferences(values, Vector512<byte>.Zero).AsUInt64();

    /// <summary>The sums of the bytes of each 64 bits of two vectors, as 32 bits each: those of the second one in the upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Pair(Vector512<ulong> first, Vector512<ulong> second) => first | (second << 32);

    /// <summary>Stores minus the sums of eight vectors, which are given in pairs and are less than 2^31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNegated(Vector512<ulong> ab, Vector512<ulong> cd, Vector512<ulong> ef, Vector512<ulong> gh, ref float destination)
    {
        Vector512<int> first = Avx512F.UnpackLow(ab, cd).AsInt32() + Avx512F.UnpackHigh(ab, cd).AsInt32();
        Vector512<int> second = Avx512F.UnpackLow(ef, gh).AsInt32() + Avx512F.UnpackHigh(ef, gh).AsInt32();
        Simd256.StoreNegated(first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper(), ref destination);
    }

    /// <summary>How many of the seven lower bits of each byte are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> CountSeven(Vector512<byte> values, Vector512<byte> counts, Vector512<byte> moreCounts) =>
        Avx512Vbmi.PermuteVar64x8x2(counts, values, moreCounts);

    /// <summary>The bits of 64 neighbouring numbers, and so many more of each.</summary>
    private static Vector512<byte> CountsFrom(byte more)
    {
        Vector128<byte> nibble = Simd128.NibbleCounts + Vector128.Create(more);
        Vector128<byte> next = nibble + Vector128<byte>.One;
        return Vector512.Create(Vector256.Create(nibble, next), Vector256.Create(next, next + Vector128<byte>.One));
    }
}
