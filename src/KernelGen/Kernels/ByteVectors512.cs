using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>Tables of 256 entries in four registers, of which permutations of AVX-512 VBMI look up 64 entries.</summary>
internal readonly struct ByteVectors512 : IByteVectors<Vector512<byte>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(ref byte first, int stride) => Vector512.Create(
        Vector256.Create(Vector128.LoadUnsafe(ref first), Vector128.LoadUnsafe(ref Unsafe.Add(ref first, stride))),
        Vector256.Create(Vector128.LoadUnsafe(ref Unsafe.Add(ref first, 2 * stride)), Vector128.LoadUnsafe(ref Unsafe.Add(ref first, 3 * stride))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> UnpackLow(Vector512<byte> left, Vector512<byte> right) => Avx512BW.UnpackLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> UnpackHigh(Vector512<byte> left, Vector512<byte> right) => Avx512BW.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> vector, ref byte destination) => vector.StoreUnsafe(ref destination);

    public static void AddEntries(ref byte tables, ref byte codes, int count, ref ushort partial)
    {
        Vector512<ushort> even0 = Vector512.LoadUnsafe(ref partial, 0);
        Vector512<ushort> odd0 = Vector512.LoadUnsafe(ref partial, 32);
        Vector512<ushort> even1 = Vector512.LoadUnsafe(ref partial, 64);
        Vector512<ushort> odd1 = Vector512.LoadUnsafe(ref partial, 96);
        Vector512<ushort> even2 = Vector512.LoadUnsafe(ref partial, 128);
        Vector512<ushort> odd2 = Vector512.LoadUnsafe(ref partial, 160);
        Vector512<ushort> even3 = Vector512.LoadUnsafe(ref partial, 192);
        Vector512<ushort> odd3 = Vector512.LoadUnsafe(ref partial, 224);
        for (nuint m = 0; m < (nuint)count; m++)
        {
            ref byte table = ref Unsafe.Add(ref tables, m * 256);
            Vector512<byte> first = Vector512.LoadUnsafe(ref table);
            Vector512<byte> second = Vector512.LoadUnsafe(ref table, 64);
            Vector512<byte> third = Vector512.LoadUnsafe(ref table, 128);
            Vector512<byte> fourth = Vector512.LoadUnsafe(ref table, 192);
            ref byte tileCodes = ref Unsafe.Add(ref codes, m * ByteSums.TileRows);
            Vector512<ushort> entries0 = Lookup(first, second, third, fourth, Vector512.LoadUnsafe(ref tileCodes, 0));
            even0 += entries0;
            odd0 += entries0 >> 8;
            Vector512<ushort> entries1 = Lookup(first, second, third, fourth, Vector512.LoadUnsafe(ref tileCodes, 64));
            even1 += entries1;
            odd1 += entries1 >> 8;
            Vector512<ushort> entries2 = Lookup(first, second, third, fourth, Vector512.LoadUnsafe(ref tileCodes, 128));
            even2 += entries2;
            odd2 += entries2 >> 8;
            Vector512<ushort> entries3 = Lookup(first, second, third, fourth, Vector512.LoadUnsafe(ref tileCodes, 192));
            even3 += entries3;
            odd3 += entries3 >> 8;
        }

        even0.StoreUnsafe(ref partial, 0);
        odd0.StoreUnsafe(ref partial, 32);
        even1.StoreUnsafe(ref partial, 64);
        odd1.StoreUnsafe(ref partial, 96);
        even2.StoreUnsafe(ref partial, 128);
        odd2.StoreUnsafe(ref partial, 160);
        even3.StoreUnsafe(ref partial, 192);
        odd3.StoreUnsafe(ref partial, 224);
    }

    public static void StoreSums(ref ushort partial, ref ushort sums)
    {
        for (nuint v = 0; v < ByteSums.TileRows; v += 64)
        {
            Vector512<ushort> odd = Vector512.LoadUnsafe(ref partial, v + 32);
            Vector512<ushort> even = Vector512.LoadUnsafe(ref partial, v) - (odd << 8);
            Avx512BW.UnpackLow(even, odd).StoreUnsafe(ref sums, v);
            Avx512BW.UnpackHigh(even, odd).StoreUnsafe(ref sums, v + 32);
        }
    }

    /// <summary>Entries of a table of 256 by codes: permutations know their lower seven bits, the highest one chooses between two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Lookup(Vector512<byte> first, Vector512<byte> second, Vector512<byte> third, Vector512<byte> fourth, Vector512<byte> codes)
    {
        Vector512<byte> lower = Avx512Vbmi.PermuteVar64x8x2(first, codes, second);
        Vector512<byte> upper = Avx512Vbmi.PermuteVar64x8x2(third, codes, fourth);
        return Avx512BW.BlendVariable(lower, upper, codes).AsUInt16();
    }
}
