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

    /// <summary>Partial sums that begin with the products of unsigned and signed bytes: more are added by <see cref="AddProducts"/>, and only
    /// <see cref="EndProducts"/> may read them, with the same <paramref name="sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> BeginProducts(Vector128<int> sum, Vector128<byte> left, Vector128<sbyte> right) =>
        MultiplyAddBytes(left, right);

    /// <summary>sum + partial sums that <see cref="BeginProducts"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> EndProducts(Vector128<int> sum, Vector128<short> partial) =>
        AddPartial(sum, partial);

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

    /// <summary>Adds three planes of bits, place by place; of the three, <paramref name="sum"/> may be known last.</summary>
    /// <param name="sum">One of the planes; receives the lower bits of the sums.</param>
    /// <param name="a">Another plane.</param>
    /// <param name="b">Another plane.</param>
    /// <returns>The upper bits of the sums.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddBits(ref Vector128<byte> sum, Vector128<byte> a, Vector128<byte> b)
    {
        Vector128<byte> before = sum;
        Vector128<byte> odd = a ^ b;
        sum = before ^ odd;
        return Vector128.ConditionalSelect(odd, before, a);
    }

    /// <summary>The same for planes of carries, on which nothing waits: only processors of 512 bits make a difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddCarries(ref Vector128<byte> sum, Vector128<byte> a, Vector128<byte> b) => AddBits(ref sum, a, b);

    /// <summary>Stores counts of the rows of a group in their order.</summary>
    /// <param name="lower">Counts of the first half of the rows; in wider vectors, the sums of all parts.</param>
    /// <param name="upper">Counts of the second half.</param>
    /// <param name="sums">Receives 32 sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreCounts(Vector128<byte> lower, Vector128<byte> upper, ref ushort sums)
    {
        Vector128.WidenLower(lower).StoreUnsafe(ref sums);
        Vector128.WidenUpper(lower).StoreUnsafe(ref sums, 8);
        Vector128.WidenLower(upper).StoreUnsafe(ref sums, 16);
        Vector128.WidenUpper(upper).StoreUnsafe(ref sums, 24);
    }

    /// <summary>Adds counts to stored ones: <see cref="StoreCounts"/>.</summary>
    /// <param name="lower">Counts of the first half of the rows.</param>
    /// <param name="upper">Counts of the second half.</param>
    /// <param name="shift">The logarithm of what each counts for.</param>
    /// <param name="sums">The sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddCounts(Vector128<byte> lower, Vector128<byte> upper, int shift, ref ushort sums)
    {
        Add(Vector128.WidenLower(lower) << shift, ref sums);
        Add(Vector128.WidenUpper(lower) << shift, ref Unsafe.Add(ref sums, 8));
        Add(Vector128.WidenLower(upper) << shift, ref Unsafe.Add(ref sums, 16));
        Add(Vector128.WidenUpper(upper) << shift, ref Unsafe.Add(ref sums, 24));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector128<ushort> counts, ref ushort sums) => (Vector128.LoadUnsafe(ref sums) + counts).StoreUnsafe(ref sums);
}
