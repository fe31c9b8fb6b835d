using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Kernels;

/// <summary>Codes of one bit per dimension compared with each other: scans and searches by the kernels of a scheme. For generated code; formulas:
/// docs/formats.md, section 9.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BitCounts
{
    /// <summary>Rows that kernels compare at once; a block has a multiple of them.</summary>
    private const int GroupRows = 8;

    /// <summary>Rows whose scores are kept before they are offered.</summary>
    private const int StripRows = 512;

    /// <summary>Bytes of rows that stay in the first-level cache while several queries are compared with them.</summary>
    private const int StripBytes = 24 * 1024;

    /// <summary>The number of bits in which two codes differ.</summary>
    /// <param name="first">A code.</param>
    /// <param name="second">A code.</param>
    /// <param name="bytes">Bytes of each.</param>
    public static int Differing(ref byte first, ref byte second, int bytes)
    {
        int count = 0;
        int i = 0;
        for (; i <= bytes - 8; i += 8)
        {
            count += BitOperations.PopCount(KernelMath.Read<ulong>(ref first, i) ^ KernelMath.Read<ulong>(ref second, i));
        }

        for (; i < bytes; i++)
        {
            count += BitOperations.PopCount((uint)(Unsafe.Add(ref first, i) ^ Unsafe.Add(ref second, i)));
        }

        return count;
    }

    /// <summary>Scan of a codec, whose arguments are checked. Queries pass one after another over rows that stay in the first-level cache.</summary>
    public static void Scan<TKernels>(
        ReadOnlySpan<byte> prepared, int queries, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier)
        where TKernels : struct, IHammingKernels
    {
        ref byte blockStart = ref MemoryMarshal.GetReference(block);
        int strip = Strip<TKernels>(queries, rows);
        for (int done = 0; done < rows; done += strip)
        {
            int count = Math.Min(strip, rows - done);
            for (int q = 0; q < queries; q++)
            {
                Score<TKernels>(ref Query<TKernels>(prepared, q), ref blockStart, firstRow + done, scores.Slice((q * rows) + done, count), tier);
            }
        }
    }

    /// <summary>Search of a codec, whose arguments are checked.</summary>
    [SkipLocalsInit]
    public static void Search<TKernels>(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier)
        where TKernels : struct, IHammingKernels
    {
        ref byte blockStart = ref MemoryMarshal.GetReference(block);
        Span<float> scores = stackalloc float[StripRows];
        int strip = Strip<TKernels>(tops.Length, StripRows);
        for (int row = 0; row < ids.Length; row += strip)
        {
            int count = Math.Min(strip, ids.Length - row);
            for (int q = 0; q < tops.Length; q++)
            {
                Score<TKernels>(ref Query<TKernels>(prepared, q), ref blockStart, row, scores[..count], tier);
                tops[q].Offer(ids.Slice(row, count), scores[..count]);
            }
        }
    }

    private static ref byte Query<TKernels>(ReadOnlySpan<byte> prepared, int number)
        where TKernels : struct, IHammingKernels =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint)number * TKernels.QueryBytes);

    /// <summary>How many rows one query after another is compared with: all at once where there is only one query.</summary>
    private static int Strip<TKernels>(int queries, int most)
        where TKernels : struct, IHammingKernels =>
        queries == 1 ? most : Math.Clamp(StripBytes / TKernels.RowBytes / GroupRows * GroupRows, GroupRows, StripRows);

    [SkipLocalsInit]
    private static void Score<TKernels>(ref byte query, ref byte block, int firstRow, Span<float> scores, CpuTier tier)
        where TKernels : struct, IHammingKernels
    {
        int whole = scores.Length / GroupRows * GroupRows;
        if (whole > 0)
        {
            TKernels.Score(ref query, ref Unsafe.Add(ref block, firstRow * TKernels.RowBytes), whole, ref MemoryMarshal.GetReference(scores), tier);
        }

        if (whole < scores.Length)
        {
            // The last rows, with some in front of them once more, or at the start of the block with some behind them.
            Span<float> last = stackalloc float[GroupRows];
            int first = Math.Max(0, firstRow + scores.Length - GroupRows);
            TKernels.Score(ref query, ref Unsafe.Add(ref block, first * TKernels.RowBytes), GroupRows, ref last[0], tier);
            last.Slice(firstRow + whole - first, scores.Length - whole).CopyTo(scores[whole..]);
        }
    }
}
