using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>256-bit operations of generated kernels that Vector256 lacks. For generated code; members mirror <see cref="Simd128"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Simd256
{
    /// <summary>Adjacent products of unsigned and signed bytes, added in pairs. The caller proves that no pair leaves int16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyAddBytes(Vector256<byte> left, Vector256<sbyte> right) => Avx2.MultiplyAddAdjacent(left, right);

    /// <summary>
    /// Adds products of unsigned and signed bytes to partial sums, which only <see cref="AddPartial"/> may read: int16 pairs, of which
    /// the caller proves that they do not overflow, or int32 where the processor adds four products at once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> AddProducts(Vector256<short> partial, Vector256<byte> left, Vector256<sbyte> right) =>
        AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(partial.AsInt32(), left, right).AsInt16()
            : partial + MultiplyAddBytes(left, right);

    /// <summary>sum + partial sums of <see cref="AddProducts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddPartial(Vector256<int> sum, Vector256<short> partial) =>
        AvxVnni.IsSupported
            ? sum + partial.AsInt32()
            : sum + Avx2.MultiplyAddAdjacent(partial, Vector256<short>.One);

    /// <summary>Partial sums that begin with the products of unsigned and signed bytes: more are added by <see cref="AddProducts"/>, and only
    /// <see cref="EndProducts"/> may read them, with the same <paramref name="sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> BeginProducts(Vector256<int> sum, Vector256<byte> left, Vector256<sbyte> right) =>
        AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(sum, left, right).AsInt16()
            : MultiplyAddBytes(left, right);

    /// <summary>sum + partial sums that <see cref="BeginProducts"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> EndProducts(Vector256<int> sum, Vector256<short> partial) =>
        AvxVnni.IsSupported ? partial.AsInt32() : AddPartial(sum, partial);

    /// <summary>sum + adjacent products of int16, added in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddWords(Vector256<int> sum, Vector256<short> left, Vector256<short> right) =>
        AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(sum, left, right)
            : sum + Avx2.MultiplyAddAdjacent(left, right);

    /// <summary>A mask whose last <paramref name="count"/> bytes are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LastBytes(int count) => Vector256.LoadUnsafe(ref SimdTables.LastBytes32(count));

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Sum4(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        Vector256<int> sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum4(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        Vector256<float> sums = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }

    /// <summary>Bytes of a table of 16 per half by indices below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ShuffleBytes(Vector256<byte> table, Vector256<byte> indices) => Avx2.Shuffle(table, indices);

    /// <summary>Adds up the halves and stores sums of the rows of a group: <see cref="Simd128.StoreSums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Vector256<ushort> even, Vector256<ushort> odd, Vector256<ushort> upperEven, Vector256<ushort> upperOdd, ref ushort sums) =>
        Simd128.StoreSums(
            even.GetLower() + even.GetUpper(),
            odd.GetLower() + odd.GetUpper(),
            upperEven.GetLower() + upperEven.GetUpper(),
            upperOdd.GetLower() + upperOdd.GetUpper(),
            ref sums);

    /// <summary>Eight bytes as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WidenBytes(ref byte source) =>
        Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref source)).AsByte());

    /// <summary>Entries of a table of 16, given by its halves, by the low four bits of indices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Lookup(Vector256<float> lower, Vector256<float> upper, Vector256<int> indices) => Avx.BlendVariable(
        Avx2.PermuteVar8x32(lower, indices), Avx2.PermuteVar8x32(upper, indices), (indices << 28).AsSingle());

    /// <summary>How many bits each number of four bits has, in every part of 128 bits.</summary>
    public static Vector256<byte> NibbleCounts => Vector256.Create(Simd128.NibbleCounts, Simd128.NibbleCounts);

    /// <summary>Adds three planes of bits: <see cref="Simd128.AddBits"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddBits(ref Vector256<byte> sum, Vector256<byte> a, Vector256<byte> b)
    {
        Vector256<byte> before = sum;
        Vector256<byte> odd = a ^ b;
        sum = before ^ odd;
        return Vector256.ConditionalSelect(odd, before, a);
    }

    /// <summary>Adds three planes of carries: <see cref="Simd128.AddCarries"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddCarries(ref Vector256<byte> sum, Vector256<byte> a, Vector256<byte> b) => AddBits(ref sum, a, b);

    /// <summary>Stores counts of the rows of a group, at most 127 in each half: <see cref="Simd128.StoreCounts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreCounts(Vector256<byte> lower, Vector256<byte> upper, ref ushort sums)
    {
        Vector256<byte> counts = AddHalves(lower, upper);
        Vector256.WidenLower(counts).StoreUnsafe(ref sums);
        Vector256.WidenUpper(counts).StoreUnsafe(ref sums, 16);
    }

    /// <summary>Adds counts, at most 127 in each half, to stored ones: <see cref="Simd128.AddCounts"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddCounts(Vector256<byte> lower, Vector256<byte> upper, int shift, ref ushort sums)
    {
        Vector256<byte> counts = AddHalves(lower, upper);
        (Vector256.LoadUnsafe(ref sums) + (Vector256.WidenLower(counts) << shift)).StoreUnsafe(ref sums);
        (Vector256.LoadUnsafe(ref sums, 16) + (Vector256.WidenUpper(counts) << shift)).StoreUnsafe(ref sums, 16);
    }

    /// <summary>The sums of the halves of each of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> AddHalves(Vector256<byte> lower, Vector256<byte> upper) =>
        Avx2.Permute2x128(lower, upper, 0x20) + Avx2.Permute2x128(lower, upper, 0x31);
}
