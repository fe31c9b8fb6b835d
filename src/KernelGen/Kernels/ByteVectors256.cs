using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>Tables of 64 entries, each 16 of them twice, which AVX2 looks up by four shuffles.</summary>
internal readonly struct ByteVectors256 : IByteVectors<Vector256<byte>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ref byte first, int stride) => 
        Vector256.Create(Vector128.LoadUnsafe(ref first), Vector128.LoadUnsafe(ref Unsafe.Add(ref first, stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> UnpackLow(Vector256<byte> left, Vector256<byte> right) => Avx2.UnpackLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> UnpackHigh(Vector256<byte> left, Vector256<byte> right) => Avx2.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> vector, ref byte destination) => vector.StoreUnsafe(ref destination);

    public static void AddEntries(ref byte tables, ref byte codes, int count, ref ushort partial)
    {
        for (nuint v = 0; v < ByteSums.TileRows; v += 64)
        {
            Vector256<ushort> even0 = Vector256.LoadUnsafe(ref partial, v);
            Vector256<ushort> odd0 = Vector256.LoadUnsafe(ref partial, v + 16);
            Vector256<ushort> even1 = Vector256.LoadUnsafe(ref partial, v + 32);
            Vector256<ushort> odd1 = Vector256.LoadUnsafe(ref partial, v + 48);
            for (nuint m = 0; m < (nuint)count; m++)
            {
                ref byte table = ref Unsafe.Add(ref tables, m * 128);
                ref byte rows = ref Unsafe.Add(ref codes, (m * ByteSums.TileRows) + v);
                Vector256<ushort> entries0 = Lookup(ref table, Vector256.LoadUnsafe(ref rows));
                even0 += entries0;
                odd0 += entries0 >> 8;
                Vector256<ushort> entries1 = Lookup(ref table, Vector256.LoadUnsafe(ref rows, 32));
                even1 += entries1;
                odd1 += entries1 >> 8;
            }

            even0.StoreUnsafe(ref partial, v);
            odd0.StoreUnsafe(ref partial, v + 16);
            even1.StoreUnsafe(ref partial, v + 32);
            odd1.StoreUnsafe(ref partial, v + 48);
        }
    }

    public static void StoreSums(ref ushort partial, ref ushort sums)
    {
        for (nuint v = 0; v < ByteSums.TileRows; v += 32)
        {
            Vector256<ushort> odd = Vector256.LoadUnsafe(ref partial, v + 16);
            Vector256<ushort> even = Vector256.LoadUnsafe(ref partial, v) - (odd << 8);
            Avx2.UnpackLow(even, odd).StoreUnsafe(ref sums, v);
            Avx2.UnpackHigh(even, odd).StoreUnsafe(ref sums, v + 16);
        }
    }

    /// <summary>Entries of a table of 64 by the upper six bits of codes: shuffles know the lower four of these, the upper two choose among four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Lookup(ref byte table, Vector256<byte> codes)
    {
        Vector256<byte> index = (codes.AsUInt16() >> 2).AsByte() & Vector256.Create((byte)15);
        Vector256<byte> second = codes + codes;
        Vector256<byte> lower = Avx2.BlendVariable(
            Avx2.Shuffle(Vector256.LoadUnsafe(ref table), index), Avx2.Shuffle(Vector256.LoadUnsafe(ref table, 32), index), second);
        Vector256<byte> upper = Avx2.BlendVariable(
            Avx2.Shuffle(Vector256.LoadUnsafe(ref table, 64), index), Avx2.Shuffle(Vector256.LoadUnsafe(ref table, 96), index), second);
        return Avx2.BlendVariable(lower, upper, codes).AsUInt16();
    }
}
