using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>
/// Sums of byte table entries of 8-bit codes that lie row after row. A table of 256 bytes is four vectors, of which two permutations look up 64
/// rows' entries; codes are transposed on the way, 16 of 64 rows at a time. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ByteSums
{
    /// <summary>Rows of a vector of codes.</summary>
    private const int VectorRows = 64;

    /// <summary>Vectors of codes that are looked up in a table while it is in registers.</summary>
    private const int TileVectors = 4;

    private const int TileRows = VectorRows * TileVectors;

    /// <summary>Codes of a row that are transposed at once.</summary>
    private const int ChunkCodes = 16;

    private const int Centroids = 256;

    /// <summary>How far ahead codes are asked for.</summary>
    private const int PrefetchAhead = 16384;

    /// <summary>Whether the processor looks up bytes in tables of 128.</summary>
    public static bool IsSupported => Avx512Vbmi.IsSupported;

    /// <summary>The sums of <see cref="IFastScanKernels.Sum"/>. Codes of rows up to the next multiple of 64 are read, and 15 bytes behind them.</summary>
    /// <param name="tables">The byte tables of the first of the queries.</param>
    /// <param name="queries">How many there are.</param>
    /// <param name="groups">The codes of the first row.</param>
    /// <param name="count">Rows / 32.</param>
    /// <param name="sums">A sum per row and query.</param>
    [SkipLocalsInit]
    public static void Sum<TKernels>(ref byte tables, int queries, ref byte groups, int count, ref ushort sums)
        where TKernels : struct, IFastScanKernels
    {
        int subspaces = TKernels.GroupBytes / FastScan.GroupRows;
        Span<byte> codes = stackalloc byte[ChunkCodes * TileRows];
        Span<ushort> partial = stackalloc ushort[FastScan.BatchQueries * TileRows];
        int rows = count * FastScan.GroupRows;
        for (int row = 0; row < rows; row += TileRows)
        {
            int vectors = Math.Min(TileVectors, (rows - row + VectorRows - 1) / VectorRows);
            ref byte tile = ref Unsafe.Add(ref groups, row * subspaces);
            partial[..(queries * TileRows)].Clear();
            for (int m = 0; m < subspaces; m += ChunkCodes)
            {
                for (int v = 0; v < vectors; v++)
                {
                    Prefetch(ref Unsafe.Add(ref tile, PrefetchAhead + (((m / ChunkCodes * TileVectors) + v) * VectorRows * ChunkCodes)));
                    Transpose<TKernels>(ref Unsafe.Add(ref tile, (v * VectorRows * subspaces) + m), ref codes[v * VectorRows]);
                }

                for (int q = 0; q < queries; q++)
                {
                    ref byte chunk = ref Unsafe.Add(ref tables, (q * TKernels.QueryBytes) + (m * Centroids));
                    AddEntries(ref chunk, ref codes[0], Math.Min(ChunkCodes, subspaces - m), ref partial[q * TileRows]);
                }
            }

            for (int q = 0; q < queries; q++)
            {
                StoreSums(ref partial[q * TileRows], ref Unsafe.Add(ref sums, (q * FastScan.StripRows) + row));
            }
        }
    }

    /// <summary>Adds the entries of codes of a tile's rows, those of even rows and above them of odd ones, and those of odd ones on their own.</summary>
    private static void AddEntries(ref byte tables, ref byte codes, int count, ref ushort partial)
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
            ref byte table = ref Unsafe.Add(ref tables, m * Centroids);
            Vector512<byte> first = Vector512.LoadUnsafe(ref table);
            Vector512<byte> second = Vector512.LoadUnsafe(ref table, 64);
            Vector512<byte> third = Vector512.LoadUnsafe(ref table, 128);
            Vector512<byte> fourth = Vector512.LoadUnsafe(ref table, 192);
            ref byte tileCodes = ref Unsafe.Add(ref codes, m * TileRows);
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

    /// <summary>Entries of a table of 256 by codes: permutations know their lower seven bits, the highest one chooses between two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Lookup(Vector512<byte> first, Vector512<byte> second, Vector512<byte> third, Vector512<byte> fourth, Vector512<byte> codes)
    {
        Vector512<byte> lower = Avx512Vbmi.PermuteVar64x8x2(first, codes, second);
        Vector512<byte> upper = Avx512Vbmi.PermuteVar64x8x2(third, codes, fourth);
        return Avx512BW.BlendVariable(lower, upper, codes).AsUInt16();
    }

    /// <summary>Stores the sums of a tile's rows in their order, which <see cref="Load"/> has prepared.</summary>
    private static void StoreSums(ref ushort partial, ref ushort sums)
    {
        for (nuint v = 0; v < TileRows; v += VectorRows)
        {
            Vector512<ushort> odd = Vector512.LoadUnsafe(ref partial, v + 32);
            Vector512<ushort> even = Vector512.LoadUnsafe(ref partial, v) - (odd << 8);
            Avx512BW.UnpackLow(even, odd).StoreUnsafe(ref sums, v);
            Avx512BW.UnpackHigh(even, odd).StoreUnsafe(ref sums, v + 32);
        }
    }

    /// <summary>Asks for as many bytes as are transposed at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(ref byte codes)
    {
        for (nuint line = 0; line < VectorRows * ChunkCodes; line += 64)
        {
            KernelMath.Prefetch(ref codes, line);
        }
    }

    /// <summary>Brings 16 codes of 64 rows to a vector per code.</summary>
    private static void Transpose<TKernels>(ref byte rows, ref byte codes)
        where TKernels : struct, IFastScanKernels
    {
        Vector512<byte> a0 = Load<TKernels>(ref rows, 0);
        Vector512<byte> a1 = Load<TKernels>(ref rows, 1);
        Vector512<byte> a2 = Load<TKernels>(ref rows, 2);
        Vector512<byte> a3 = Load<TKernels>(ref rows, 3);
        Vector512<byte> a4 = Load<TKernels>(ref rows, 4);
        Vector512<byte> a5 = Load<TKernels>(ref rows, 5);
        Vector512<byte> a6 = Load<TKernels>(ref rows, 6);
        Vector512<byte> a7 = Load<TKernels>(ref rows, 7);
        Vector512<byte> a8 = Load<TKernels>(ref rows, 8);
        Vector512<byte> a9 = Load<TKernels>(ref rows, 9);
        Vector512<byte> a10 = Load<TKernels>(ref rows, 10);
        Vector512<byte> a11 = Load<TKernels>(ref rows, 11);
        Vector512<byte> a12 = Load<TKernels>(ref rows, 12);
        Vector512<byte> a13 = Load<TKernels>(ref rows, 13);
        Vector512<byte> a14 = Load<TKernels>(ref rows, 14);
        Vector512<byte> a15 = Load<TKernels>(ref rows, 15);

        Vector512<byte> b0 = Avx512BW.UnpackLow(a0, a8);
        Vector512<byte> b1 = Avx512BW.UnpackHigh(a0, a8);
        Vector512<byte> b2 = Avx512BW.UnpackLow(a1, a9);
        Vector512<byte> b3 = Avx512BW.UnpackHigh(a1, a9);
        Vector512<byte> b4 = Avx512BW.UnpackLow(a2, a10);
        Vector512<byte> b5 = Avx512BW.UnpackHigh(a2, a10);
        Vector512<byte> b6 = Avx512BW.UnpackLow(a3, a11);
        Vector512<byte> b7 = Avx512BW.UnpackHigh(a3, a11);
        Vector512<byte> b8 = Avx512BW.UnpackLow(a4, a12);
        Vector512<byte> b9 = Avx512BW.UnpackHigh(a4, a12);
        Vector512<byte> b10 = Avx512BW.UnpackLow(a5, a13);
        Vector512<byte> b11 = Avx512BW.UnpackHigh(a5, a13);
        Vector512<byte> b12 = Avx512BW.UnpackLow(a6, a14);
        Vector512<byte> b13 = Avx512BW.UnpackHigh(a6, a14);
        Vector512<byte> b14 = Avx512BW.UnpackLow(a7, a15);
        Vector512<byte> b15 = Avx512BW.UnpackHigh(a7, a15);

        Vector512<byte> c0 = Avx512BW.UnpackLow(b0, b8);
        Vector512<byte> c1 = Avx512BW.UnpackHigh(b0, b8);
        Vector512<byte> c2 = Avx512BW.UnpackLow(b1, b9);
        Vector512<byte> c3 = Avx512BW.UnpackHigh(b1, b9);
        Vector512<byte> c4 = Avx512BW.UnpackLow(b2, b10);
        Vector512<byte> c5 = Avx512BW.UnpackHigh(b2, b10);
        Vector512<byte> c6 = Avx512BW.UnpackLow(b3, b11);
        Vector512<byte> c7 = Avx512BW.UnpackHigh(b3, b11);
        Vector512<byte> c8 = Avx512BW.UnpackLow(b4, b12);
        Vector512<byte> c9 = Avx512BW.UnpackHigh(b4, b12);
        Vector512<byte> c10 = Avx512BW.UnpackLow(b5, b13);
        Vector512<byte> c11 = Avx512BW.UnpackHigh(b5, b13);
        Vector512<byte> c12 = Avx512BW.UnpackLow(b6, b14);
        Vector512<byte> c13 = Avx512BW.UnpackHigh(b6, b14);
        Vector512<byte> c14 = Avx512BW.UnpackLow(b7, b15);
        Vector512<byte> c15 = Avx512BW.UnpackHigh(b7, b15);

        Vector512<byte> d0 = Avx512BW.UnpackLow(c0, c8);
        Vector512<byte> d1 = Avx512BW.UnpackHigh(c0, c8);
        Vector512<byte> d2 = Avx512BW.UnpackLow(c1, c9);
        Vector512<byte> d3 = Avx512BW.UnpackHigh(c1, c9);
        Vector512<byte> d4 = Avx512BW.UnpackLow(c2, c10);
        Vector512<byte> d5 = Avx512BW.UnpackHigh(c2, c10);
        Vector512<byte> d6 = Avx512BW.UnpackLow(c3, c11);
        Vector512<byte> d7 = Avx512BW.UnpackHigh(c3, c11);
        Vector512<byte> d8 = Avx512BW.UnpackLow(c4, c12);
        Vector512<byte> d9 = Avx512BW.UnpackHigh(c4, c12);
        Vector512<byte> d10 = Avx512BW.UnpackLow(c5, c13);
        Vector512<byte> d11 = Avx512BW.UnpackHigh(c5, c13);
        Vector512<byte> d12 = Avx512BW.UnpackLow(c6, c14);
        Vector512<byte> d13 = Avx512BW.UnpackHigh(c6, c14);
        Vector512<byte> d14 = Avx512BW.UnpackLow(c7, c15);
        Vector512<byte> d15 = Avx512BW.UnpackHigh(c7, c15);

        Avx512BW.UnpackLow(d0, d8).StoreUnsafe(ref codes, 0 * TileRows);
        Avx512BW.UnpackHigh(d0, d8).StoreUnsafe(ref codes, 1 * TileRows);
        Avx512BW.UnpackLow(d1, d9).StoreUnsafe(ref codes, 2 * TileRows);
        Avx512BW.UnpackHigh(d1, d9).StoreUnsafe(ref codes, 3 * TileRows);
        Avx512BW.UnpackLow(d2, d10).StoreUnsafe(ref codes, 4 * TileRows);
        Avx512BW.UnpackHigh(d2, d10).StoreUnsafe(ref codes, 5 * TileRows);
        Avx512BW.UnpackLow(d3, d11).StoreUnsafe(ref codes, 6 * TileRows);
        Avx512BW.UnpackHigh(d3, d11).StoreUnsafe(ref codes, 7 * TileRows);
        Avx512BW.UnpackLow(d4, d12).StoreUnsafe(ref codes, 8 * TileRows);
        Avx512BW.UnpackHigh(d4, d12).StoreUnsafe(ref codes, 9 * TileRows);
        Avx512BW.UnpackLow(d5, d13).StoreUnsafe(ref codes, 10 * TileRows);
        Avx512BW.UnpackHigh(d5, d13).StoreUnsafe(ref codes, 11 * TileRows);
        Avx512BW.UnpackLow(d6, d14).StoreUnsafe(ref codes, 12 * TileRows);
        Avx512BW.UnpackHigh(d6, d14).StoreUnsafe(ref codes, 13 * TileRows);
        Avx512BW.UnpackLow(d7, d15).StoreUnsafe(ref codes, 14 * TileRows);
        Avx512BW.UnpackHigh(d7, d15).StoreUnsafe(ref codes, 15 * TileRows);
    }

    /// <summary>
    /// Sixteen codes of four rows. Unpacking even and odd sums puts bytes 0 to 7 of a quarter into the first vector of sums, the others into the second:
    /// the lower eight vectors hold rows of the first half, eight to a quarter, the upper ones those of the second.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Load<TKernels>(ref byte rows, int number)
        where TKernels : struct, IFastScanKernels
    {
        int subspaces = TKernels.GroupBytes / FastScan.GroupRows;
        ref byte row = ref Unsafe.Add(ref rows, (number < 8 ? number : number + 24) * subspaces);
        return Vector512.Create(
            Vector256.Create(Vector128.LoadUnsafe(ref row), Vector128.LoadUnsafe(ref Unsafe.Add(ref row, 8 * subspaces))),
            Vector256.Create(Vector128.LoadUnsafe(ref Unsafe.Add(ref row, 16 * subspaces)), Vector128.LoadUnsafe(ref Unsafe.Add(ref row, 24 * subspaces))));
    }
}
