using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>512-bit operations of generated kernels that Vector512 lacks. For generated code; members mirror <see cref="Simd128"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Simd512
{
    /// <summary>What at least two of three bits are, as a ternary function.</summary>
    private const byte Majority = 0xE8;

    /// <summary>a ^ b ^ c as a ternary function.</summary>
    private const byte Parity = 0x96;

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

    /// <summary>Partial sums that begin with the products of unsigned and signed bytes: more are added by <see cref="AddProducts"/>, and only
    /// <see cref="EndProducts"/> may read them, with the same <paramref name="sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> BeginProducts(Vector512<int> sum, Vector512<byte> left, Vector512<sbyte> right) =>
        MultiplyAddBytes(left, right);

    /// <summary>sum + partial sums that <see cref="BeginProducts"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> EndProducts(Vector512<int> sum, Vector512<short> partial) =>
        AddPartial(sum, partial);

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

    /// <summary>How many bits each number of four bits has, in every part of 128 bits.</summary>
    public static Vector512<byte> NibbleCounts => Vector512.Create(Simd256.NibbleCounts, Simd256.NibbleCounts);

    /// <summary>Adds three planes of bits: <see cref="Simd128.AddBits"/>. One operation after <paramref name="sum"/>, which hurries most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddBits(ref Vector512<byte> sum, Vector512<byte> a, Vector512<byte> b)
    {
        Vector512<byte> before = sum;
        Vector512<byte> odd = a ^ b;
        sum = before ^ odd;
        return Vector512.ConditionalSelect(odd, before, a);
    }

    /// <summary>Adds three planes of carries: <see cref="Simd128.AddCarries"/>. Fewer operations than <see cref="AddBits"/>, but slower ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddCarries(ref Vector512<byte> sum, Vector512<byte> a, Vector512<byte> b)
    {
        Vector512<byte> carries = Avx512F.TernaryLogic(sum, a, b, Majority);
        sum = Avx512F.TernaryLogic(sum, a, b, Parity);
        return carries;
    }

    /// <summary>Stores counts of the rows of a group, at most 127 in each quarter: <see cref="Simd128.StoreCounts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreCounts(Vector512<byte> lower, Vector512<byte> upper, ref ushort sums) => AddQuarters(lower, upper).StoreUnsafe(ref sums);

    /// <summary>Adds counts, at most 127 in each quarter, to stored ones: <see cref="Simd128.AddCounts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddCounts(Vector512<byte> lower, Vector512<byte> upper, int shift, ref ushort sums) =>
        (Vector512.LoadUnsafe(ref sums) + (AddQuarters(lower, upper) << shift)).StoreUnsafe(ref sums);

    /// <summary>The sums of the quarters of each of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> AddQuarters(Vector512<byte> lower, Vector512<byte> upper)
    {
        // Two quarters of each, of which two are left over: [lower, lower, upper, upper]. Those are brought together, and widened before they are added.
        Vector512<int> halves = (Avx512F.Shuffle4x128(lower.AsInt32(), upper.AsInt32(), 0b_01_00_01_00).AsByte()
            + Avx512F.Shuffle4x128(lower.AsInt32(), upper.AsInt32(), 0b_11_10_11_10).AsByte()).AsInt32();
        Vector512<byte> paired = Avx512F.Shuffle4x128(halves, halves, 0b_11_01_10_00).AsByte();
        return Avx512BW.ConvertToVector512UInt16(paired.GetLower()) + Avx512BW.ConvertToVector512UInt16(paired.GetUpper());
    }
}
