using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>
/// Sums of byte table entries of 8-bit codes that lie row after row; codes are transposed on the way, 16 of a row at a time. Where the processor permutes
/// bytes of 128 (AVX-512 VBMI), entries are looked up in tables of 256; elsewhere in tables of 64, which hold the greatest of four neighbours, so that
/// sums are bounds. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ByteSums
{
    /// <summary>Rows that are summed together: while their codes are in the first-level cache, every query looks them up.</summary>
    internal const int TileRows = 256;

    /// <summary>Codes of a row that are transposed at once.</summary>
    private const int ChunkCodes = 16;

    /// <summary>Entries of a table, and of one that bounds it.</summary>
    private const int Centroids = 256;
    private const int Groups = 64;

    /// <summary>Bytes of a table that bounds another: each 16 entries stand twice, for both halves of a vector.</summary>
    private const int BoundBytes = 2 * Groups;

    /// <summary>How far ahead codes are asked for.</summary>
    private const int PrefetchAhead = 16384;

    /// <summary>Whether a tier has kernels for such sums.</summary>
    public static bool IsSupported(CpuTier tier) => tier is CpuTier.Avx512 or CpuTier.Avx2;

    /// <summary>Whether the sums of a tier are those of bounds, which are tight only if neighbouring centroids are close.</summary>
    public static bool AreBounds(CpuTier tier) => !HasPermutations(tier);

    /// <summary>Makes the tables of 64 entries of a query from its byte tables, behind them: 128 bytes each.</summary>
    /// <param name="tables">The byte tables.</param>
    /// <param name="subspaces">M, the number of tables.</param>
    public static void BuildBounds(ref byte tables, int subspaces)
    {
        ref byte bounds = ref Unsafe.Add(ref tables, subspaces * Centroids);
        for (nuint j = 0; j < (nuint)(subspaces * Centroids); j += 64)
        {
            Vector512<byte> entries = Vector512.LoadUnsafe(ref tables, j);
            Vector512<byte> pairs = Vector512.Max(entries, (entries.AsUInt16() >> 8).AsByte());
            Vector512<uint> greatest = Vector512.Max(pairs, (pairs.AsUInt32() >> 16).AsByte()).AsUInt32() & Vector512.Create(255u);
            Vector256<ushort> words = Vector256.Narrow(greatest.GetLower(), greatest.GetUpper());
            Vector128<byte> bytes = Vector128.Narrow(words.GetLower(), words.GetUpper());
            Vector256.Create(bytes, bytes).StoreUnsafe(ref bounds, j / 2);
        }
    }

    /// <summary>The sums of <see cref="ISumKernels.Sum"/>. Codes of rows up to the next multiple of 64 are read, and 15 bytes behind them.</summary>
    /// <param name="tables">The byte tables of the first of the queries, with those that bound them.</param>
    /// <param name="queries">How many there are.</param>
    /// <param name="groups">The codes of the first row.</param>
    /// <param name="count">Rows / 32.</param>
    /// <param name="sums">A sum per row and query.</param>
    /// <param name="tier">A tier that has kernels.</param>
    public static void Sum<TKernels>(ref byte tables, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        if (HasPermutations(tier))
        {
            Sum<TKernels, ByteVectors512, Vector512<byte>>(ref tables, Centroids, queries, ref groups, count, ref sums);
        }
        else
        {
            ref byte bounds = ref Unsafe.Add(ref tables, TKernels.GroupBytes / FastScan.GroupRows * Centroids);
            Sum<TKernels, ByteVectors256, Vector256<byte>>(ref bounds, BoundBytes, queries, ref groups, count, ref sums);
        }
    }

    private static bool HasPermutations(CpuTier tier) => Avx512Vbmi.IsSupported && tier == CpuTier.Avx512;

    [SkipLocalsInit]
    private static void Sum<TKernels, TOperations, TVector>(ref byte tables, int tableBytes, int queries, ref byte groups, int count, ref ushort sums)
        where TKernels : struct, IFastScanKernels
        where TOperations : struct, IByteVectors<TVector>
        where TVector : struct
    {
        int subspaces = TKernels.GroupBytes / FastScan.GroupRows;
        int vectorRows = Unsafe.SizeOf<TVector>();
        Span<byte> codes = stackalloc byte[ChunkCodes * TileRows];
        Span<ushort> partial = stackalloc ushort[FastScan.BatchQueries * TileRows];
        int rows = count * FastScan.GroupRows;
        for (int row = 0; row < rows; row += TileRows)
        {
            int taken = Math.Min(TileRows, rows - row);
            ref byte tile = ref Unsafe.Add(ref groups, row * subspaces);
            partial[..(queries * TileRows)].Clear();
            for (int m = 0; m < subspaces; m += ChunkCodes)
            {
                for (int r = 0; r < taken; r += vectorRows)
                {
                    Prefetch(ref Unsafe.Add(ref tile, PrefetchAhead + (m * TileRows) + (r * ChunkCodes)), vectorRows * ChunkCodes);
                    Transpose<TKernels, TOperations, TVector>(ref Unsafe.Add(ref tile, (r * subspaces) + m), ref codes[r]);
                }

                for (int q = 0; q < queries; q++)
                {
                    ref byte chunk = ref Unsafe.Add(ref tables, (q * TKernels.QueryBytes) + (m * tableBytes));
                    TOperations.AddEntries(ref chunk, ref codes[0], Math.Min(ChunkCodes, subspaces - m), ref partial[q * TileRows]);
                }
            }

            for (int q = 0; q < queries; q++)
            {
                TOperations.StoreSums(ref partial[q * TileRows], ref Unsafe.Add(ref sums, (q * FastScan.StripRows) + row));
            }
        }
    }

    /// <summary>Asks for as many bytes as are transposed at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(ref byte codes, int bytes)
    {
        for (nuint line = 0; line < (nuint)bytes; line += 64)
        {
            KernelMath.Prefetch(ref codes, line);
        }
    }

    /// <summary>Brings 16 codes of as many rows as a vector has bytes to a vector per code.</summary>
    private static void Transpose<TKernels, TOperations, TVector>(ref byte rows, ref byte codes)
        where TKernels : struct, IFastScanKernels
        where TOperations : struct, IByteVectors<TVector>
        where TVector : struct
    {
        TVector a0 = Load<TKernels, TOperations, TVector>(ref rows, 0);
        TVector a1 = Load<TKernels, TOperations, TVector>(ref rows, 1);
        TVector a2 = Load<TKernels, TOperations, TVector>(ref rows, 2);
        TVector a3 = Load<TKernels, TOperations, TVector>(ref rows, 3);
        TVector a4 = Load<TKernels, TOperations, TVector>(ref rows, 4);
        TVector a5 = Load<TKernels, TOperations, TVector>(ref rows, 5);
        TVector a6 = Load<TKernels, TOperations, TVector>(ref rows, 6);
        TVector a7 = Load<TKernels, TOperations, TVector>(ref rows, 7);
        TVector a8 = Load<TKernels, TOperations, TVector>(ref rows, 8);
        TVector a9 = Load<TKernels, TOperations, TVector>(ref rows, 9);
        TVector a10 = Load<TKernels, TOperations, TVector>(ref rows, 10);
        TVector a11 = Load<TKernels, TOperations, TVector>(ref rows, 11);
        TVector a12 = Load<TKernels, TOperations, TVector>(ref rows, 12);
        TVector a13 = Load<TKernels, TOperations, TVector>(ref rows, 13);
        TVector a14 = Load<TKernels, TOperations, TVector>(ref rows, 14);
        TVector a15 = Load<TKernels, TOperations, TVector>(ref rows, 15);

        TVector b0 = TOperations.UnpackLow(a0, a8);
        TVector b1 = TOperations.UnpackHigh(a0, a8);
        TVector b2 = TOperations.UnpackLow(a1, a9);
        TVector b3 = TOperations.UnpackHigh(a1, a9);
        TVector b4 = TOperations.UnpackLow(a2, a10);
        TVector b5 = TOperations.UnpackHigh(a2, a10);
        TVector b6 = TOperations.UnpackLow(a3, a11);
        TVector b7 = TOperations.UnpackHigh(a3, a11);
        TVector b8 = TOperations.UnpackLow(a4, a12);
        TVector b9 = TOperations.UnpackHigh(a4, a12);
        TVector b10 = TOperations.UnpackLow(a5, a13);
        TVector b11 = TOperations.UnpackHigh(a5, a13);
        TVector b12 = TOperations.UnpackLow(a6, a14);
        TVector b13 = TOperations.UnpackHigh(a6, a14);
        TVector b14 = TOperations.UnpackLow(a7, a15);
        TVector b15 = TOperations.UnpackHigh(a7, a15);

        TVector c0 = TOperations.UnpackLow(b0, b8);
        TVector c1 = TOperations.UnpackHigh(b0, b8);
        TVector c2 = TOperations.UnpackLow(b1, b9);
        TVector c3 = TOperations.UnpackHigh(b1, b9);
        TVector c4 = TOperations.UnpackLow(b2, b10);
        TVector c5 = TOperations.UnpackHigh(b2, b10);
        TVector c6 = TOperations.UnpackLow(b3, b11);
        TVector c7 = TOperations.UnpackHigh(b3, b11);
        TVector c8 = TOperations.UnpackLow(b4, b12);
        TVector c9 = TOperations.UnpackHigh(b4, b12);
        TVector c10 = TOperations.UnpackLow(b5, b13);
        TVector c11 = TOperations.UnpackHigh(b5, b13);
        TVector c12 = TOperations.UnpackLow(b6, b14);
        TVector c13 = TOperations.UnpackHigh(b6, b14);
        TVector c14 = TOperations.UnpackLow(b7, b15);
        TVector c15 = TOperations.UnpackHigh(b7, b15);

        TVector d0 = TOperations.UnpackLow(c0, c8);
        TVector d1 = TOperations.UnpackHigh(c0, c8);
        TVector d2 = TOperations.UnpackLow(c1, c9);
        TVector d3 = TOperations.UnpackHigh(c1, c9);
        TVector d4 = TOperations.UnpackLow(c2, c10);
        TVector d5 = TOperations.UnpackHigh(c2, c10);
        TVector d6 = TOperations.UnpackLow(c3, c11);
        TVector d7 = TOperations.UnpackHigh(c3, c11);
        TVector d8 = TOperations.UnpackLow(c4, c12);
        TVector d9 = TOperations.UnpackHigh(c4, c12);
        TVector d10 = TOperations.UnpackLow(c5, c13);
        TVector d11 = TOperations.UnpackHigh(c5, c13);
        TVector d12 = TOperations.UnpackLow(c6, c14);
        TVector d13 = TOperations.UnpackHigh(c6, c14);
        TVector d14 = TOperations.UnpackLow(c7, c15);
        TVector d15 = TOperations.UnpackHigh(c7, c15);

        TOperations.Store(TOperations.UnpackLow(d0, d8), ref Unsafe.Add(ref codes, 0 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d0, d8), ref Unsafe.Add(ref codes, 1 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d1, d9), ref Unsafe.Add(ref codes, 2 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d1, d9), ref Unsafe.Add(ref codes, 3 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d2, d10), ref Unsafe.Add(ref codes, 4 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d2, d10), ref Unsafe.Add(ref codes, 5 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d3, d11), ref Unsafe.Add(ref codes, 6 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d3, d11), ref Unsafe.Add(ref codes, 7 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d4, d12), ref Unsafe.Add(ref codes, 8 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d4, d12), ref Unsafe.Add(ref codes, 9 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d5, d13), ref Unsafe.Add(ref codes, 10 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d5, d13), ref Unsafe.Add(ref codes, 11 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d6, d14), ref Unsafe.Add(ref codes, 12 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d6, d14), ref Unsafe.Add(ref codes, 13 * TileRows));
        TOperations.Store(TOperations.UnpackLow(d7, d15), ref Unsafe.Add(ref codes, 14 * TileRows));
        TOperations.Store(TOperations.UnpackHigh(d7, d15), ref Unsafe.Add(ref codes, 15 * TileRows));
    }

    /// <summary>
    /// Sixteen codes of a row in each quarter or half of a vector. Unpacking even and odd sums puts bytes 0 to 7 of each into the first vector of sums, the
    /// others into the second: the lower eight vectors hold rows of the first half, eight to a quarter, the upper ones those of the second.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TKernels, TOperations, TVector>(ref byte rows, int number)
        where TKernels : struct, IFastScanKernels
        where TOperations : struct, IByteVectors<TVector>
        where TVector : struct
    {
        int subspaces = TKernels.GroupBytes / FastScan.GroupRows;
        int row = number < 8 ? number : number - 8 + (Unsafe.SizeOf<TVector>() / 2);
        return TOperations.Load(ref Unsafe.Add(ref rows, row * subspaces), 8 * subspaces);
    }
}
