using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>
/// Codes of one bit per dimension scored by sums. Queries of floats: a nibble is looked up in a byte table as codes of 4 bits are in a fast scan, and entries
/// are sums of query integers. Queries of bits: bits that agree are counted. Both sums are exact and say the score. For generated code; formulas:
/// docs/formats.md, section 9.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SignScan
{
    /// <summary>Where a prepared query's byte tables, or its bits, begin.</summary>
    private const int TablesOffset = 64;

    // The first numbers of a prepared query.
    internal const int StepOffset = 0;
    internal const int MagnitudeOffset = 4;
    internal const int BiasOffset = 8;

    /// <summary>The greatest query integer: four of them fit an entry.</summary>
    private const int GreatestInteger = 63;

    /// <summary>The greatest sum of entries.</summary>
    private const int GreatestSum = FastScan.SumEnd - 1;

    private const int Entries = 16;

    /// <summary>Rows whose sums are turned into scores at once: few, so that memory is not left idle for long.</summary>
    private const int ScoredRows = 1024;

    /// <summary>Bytes from a byte's nibble in a group to the next byte's.</summary>
    private const int CellStride = 2 * Entries;

    /// <summary>Prepares a query of finite values; nothing is added to its scores.</summary>
    /// <param name="query">The query.</param>
    /// <param name="value">What a set bit stands for; a clear one stands for its negative.</param>
    /// <param name="isMsbFirst">Whether the first of eight dimensions has the highest bit of its byte.</param>
    /// <param name="prepared">The first byte of the prepared query, which is written up to the last of its tables.</param>
    public static void Prepare(ReadOnlySpan<float> query, float value, bool isMsbFirst, ref byte prepared) =>
        Prepare(query, value, isMsbFirst, kept: [], ref prepared);

    /// <summary>Prepares a query of finite values; nothing is added to its scores.</summary>
    /// <param name="query">The query.</param>
    /// <param name="value">What a set bit stands for; a clear one stands for its negative.</param>
    /// <param name="isMsbFirst">Whether the first of eight dimensions has the highest bit of its byte.</param>
    /// <param name="kept">Receives the integers that stand for the query; or is empty.</param>
    /// <param name="prepared">The first byte of the prepared query, which is written up to the last of its tables.</param>
    [SkipLocalsInit]
    public static void Prepare(ReadOnlySpan<float> query, float value, bool isMsbFirst, Span<int> kept, ref byte prepared)
    {
        float greatest = 0;
        foreach (float component in query)
        {
            greatest = MathF.Max(greatest, MathF.Abs(component));
        }

        float sumStep = (float)(StripedSums.AbsoluteValues(query, 1) / (GreatestSum - (query.Length / 2.0)));
        float step = MathF.Max(greatest / GreatestInteger, sumStep);
        step = step < Scales.Smallest ? 0 : step;
        float inverse = Scales.Inverse(step);
        int codeBytes = (query.Length + 7) / 8;
        Span<sbyte> integers = stackalloc sbyte[codeBytes * 8];
        integers.Clear();
        int magnitude = 0;
        for (int i = 0; i < query.Length; i++)
        {
            // Prescribed; the format's proof that no integer exceeds the greatest needs no clamp.
            int integer = (int)MathF.Round(query[i] * inverse);
            integers[SignBits.DimensionOf(i, isMsbFirst)] = (sbyte)integer;
            magnitude += Math.Abs(integer);
            if (i < kept.Length)
            {
                kept[i] = integer;
            }
        }

        for (int nibble = 0; nibble < 2 * codeBytes; nibble++)
        {
            Table(integers.Slice(nibble * 4, 4)).StoreUnsafe(ref prepared, (nuint)(TablesOffset + (nibble * Entries)));
        }

        KernelMath.Write(ref prepared, StepOffset, step * value);
        KernelMath.Write(ref prepared, MagnitudeOffset, magnitude);
        KernelMath.Write(ref prepared, BiasOffset, 0f);
    }

    /// <summary>Prepares a query whose bits are compared with those of rows: sums are numbers of bits that agree.</summary>
    /// <param name="query">The query.</param>
    /// <param name="prepared">The prepared query, which is written up to the last of its bits.</param>
    /// <param name="isNonNegative">Whether zero gets the bit 1.</param>
    /// <param name="isMsbFirst">Whether the first of eight dimensions has the highest bit of its byte.</param>
    /// <returns>Whether all values are finite; if not, nothing is written.</returns>
    [SkipLocalsInit]
    public static bool PrepareBits(ReadOnlySpan<float> query, Span<byte> prepared, bool isNonNegative, bool isMsbFirst)
    {
        Span<byte> code = stackalloc byte[(query.Length + 7) / 8];
        if (!SignBits.Encode(query, code, isNonNegative, isMsbFirst))
        {
            return false;
        }

        ref byte start = ref MemoryMarshal.GetReference(prepared);
        for (int i = 0; i < code.Length; i++)
        {
            // The bits that agreeing rows lack; none of what is left over in the last byte, so that it never agrees.
            int absent = ~code[i] & SignBits.UsedBits(query.Length - (8 * i), isMsbFirst);
            Twice(absent & 15).StoreUnsafe(ref start, (nuint)(TablesOffset + (i * CellStride)));
            Twice(absent >> 4).StoreUnsafe(ref start, (nuint)(TablesOffset + (i * CellStride) + Entries));
        }

        // Half a step per bit that agrees or does not: minus the number of those that do not.
        KernelMath.Write(ref start, StepOffset, 0.5f);
        KernelMath.Write(ref start, MagnitudeOffset, 2 * query.Length);
        KernelMath.Write(ref start, BiasOffset, 0f);
        return true;
    }

    /// <summary>Writes a row's code into its group.</summary>
    /// <param name="code">The first byte of the code.</param>
    /// <param name="bytes">Bytes of the code.</param>
    /// <param name="block">The first byte of the block.</param>
    /// <param name="row">The row in the block.</param>
    public static void WriteRow(ref byte code, int bytes, ref byte block, int row)
    {
        ref byte cells = ref FastScan.Cells(ref block, 2 * bytes, row);
        int shift = FastScan.Shift(row);
        int kept = 0xF0 >> shift;
        for (int i = 0; i < bytes; i++)
        {
            int bits = Unsafe.Add(ref code, i);
            ref byte low = ref Unsafe.Add(ref cells, i * CellStride);
            ref byte high = ref Unsafe.Add(ref low, Entries);
            low = (byte)((low & kept) | ((bits & 15) << shift));
            high = (byte)((high & kept) | ((bits >> 4) << shift));
        }
    }

    /// <summary>Reads a row's code from its group.</summary>
    /// <param name="block">The first byte of the block.</param>
    /// <param name="row">The row in the block.</param>
    /// <param name="bytes">Bytes of the code.</param>
    /// <param name="code">Receives the code.</param>
    public static void ReadRow(ref byte block, int row, int bytes, ref byte code)
    {
        ref byte cells = ref FastScan.Cells(ref block, 2 * bytes, row);
        int shift = FastScan.Shift(row);
        for (int i = 0; i < bytes; i++)
        {
            ref byte low = ref Unsafe.Add(ref cells, i * CellStride);
            Unsafe.Add(ref code, i) = (byte)(((low >> shift) & 15) | (((Unsafe.Add(ref low, Entries) >> shift) & 15) << 4));
        }
    }

    /// <summary>Scan of a codec, whose arguments are checked.</summary>
    [SkipLocalsInit]
    public static void Scan<TKernels>(
        ReadOnlySpan<byte> prepared, int queries, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier)
        where TKernels : struct, ISignKernels
    {
        Span<ushort> sums = stackalloc ushort[FastScan.StripRows * FastScan.BatchQueries];
        for (int done = 0; done < rows;)
        {
            int inGroup = (firstRow + done) % FastScan.GroupRows;
            int taken = Math.Min(ScoredRows - inGroup, rows - done);
            for (int q = 0; q < queries; q += FastScan.BatchQueries)
            {
                int batch = Math.Min(FastScan.BatchQueries, queries - q);
                Sum<TKernels>(prepared, q, batch, block, firstRow + done - inGroup, inGroup + taken, sums, tier);
                for (int i = 0; i < batch; i++)
                {
                    ScoreRows<TKernels>(
                        ref Query<TKernels>(prepared, q + i),
                        block,
                        firstRow + done,
                        sums.Slice((i * FastScan.StripRows) + inGroup, taken),
                        scores.Slice(((q + i) * rows) + done, taken));
                }
            }

            done += taken;
        }
    }

    /// <summary>Search of a codec, whose arguments are checked. Where sums alone say the score, they are compared with the least one that can enter.</summary>
    [SkipLocalsInit]
    public static void Search<TKernels>(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier)
        where TKernels : struct, ISignKernels
    {
        // Scores need numbers of rows, which are asked for while few sums wait.
        int stripRows = TKernels.Parts == SignParts.None ? FastScan.StripRows : ScoredRows;
        Span<ushort> sums = stackalloc ushort[FastScan.StripRows * FastScan.BatchQueries];
        Span<float> scores = stackalloc float[ScoredRows];
        for (int row = 0; row < ids.Length; row += stripRows)
        {
            int rows = Math.Min(stripRows, ids.Length - row);
            for (int q = 0; q < tops.Length; q += FastScan.BatchQueries)
            {
                int batch = Math.Min(FastScan.BatchQueries, tops.Length - q);
                Sum<TKernels>(prepared, q, batch, block, row, rows, sums, tier);
                for (int i = 0; i < batch; i++)
                {
                    ref byte query = ref Query<TKernels>(prepared, q + i);
                    ReadOnlySpan<ushort> own = sums.Slice(i * FastScan.StripRows, rows);
                    if (TKernels.Parts == SignParts.None)
                    {
                        OfferStrip(ref query, ids.Slice(row, rows), own, tops[q + i]);
                    }
                    else
                    {
                        ScoreRows<TKernels>(ref query, block, row, own, scores[..rows]);
                        tops[q + i].Offer(ids.Slice(row, rows), scores[..rows]);
                    }
                }
            }
        }
    }

    /// <summary>The sums of rows from the first one of a group on.</summary>
    private static void Sum<TKernels>(
        ReadOnlySpan<byte> prepared, int query, int queries, ReadOnlySpan<byte> block, int row, int rows, Span<ushort> sums, CpuTier tier)
        where TKernels : struct, ISignKernels
    {
        ref byte groups = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), TKernels.BitsOffset + (row / FastScan.GroupRows * TKernels.GroupBytes));
        int count = (rows + FastScan.GroupRows - 1) / FastScan.GroupRows;
        TKernels.Sum(ref Query<TKernels>(prepared, query), queries, ref groups, count, ref sums[0], tier);
    }

    private static ref byte Query<TKernels>(ReadOnlySpan<byte> prepared, int number)
        where TKernels : struct, ISignKernels =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint)number * TKernels.QueryBytes);

    private static void ScoreRows<TKernels>(ref byte query, ReadOnlySpan<byte> block, int row, ReadOnlySpan<ushort> sums, Span<float> scores)
        where TKernels : struct, ISignKernels
    {
        if (TKernels.Parts == SignParts.None)
        {
            Scores(ref query, sums, scores);
        }
        else
        {
            RotatedSigns.Scores<TKernels>(ref query, ref Unsafe.Add(ref MemoryMarshal.GetReference(block), row * 4), sums, scores);
        }
    }

    /// <summary>Offers the rows of a strip that can enter: while hits are missing the best ones first, as they raise the threshold.</summary>
    private static void OfferStrip(ref byte query, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, TopK top)
    {
        int best = top.Missing == 0 ? 0 : FastScan.SumOfBest(sums, top.Missing);
        int minimum = MinimumSum(ref query, top.Threshold);
        if (best > minimum)
        {
            OfferRows(ref query, ids, sums, best, FastScan.SumEnd, top);
            OfferRows(ref query, ids, sums, MinimumSum(ref query, top.Threshold), best, top);
        }
        else
        {
            OfferRows(ref query, ids, sums, minimum, FastScan.SumEnd, top);
        }
    }

    /// <summary>Offers the rows whose sum is from <paramref name="minimum"/> on and below <paramref name="end"/>; the minimum rises with the threshold.</summary>
    [SkipLocalsInit]
    private static void OfferRows(ref byte query, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, int minimum, int end, TopK top)
    {
        Span<int> found = stackalloc int[FastScan.FoundRows];
        for (int i = 0; i < sums.Length && minimum < end;)
        {
            int count = FastScan.Find(sums, ref i, minimum, end, found);
            foreach (int row in found[..count])
            {
                if (sums[row] < minimum)
                {
                    continue;
                }

                float threshold = top.Threshold;
                top.Offer(ids[row], Score(ref query, sums[row]));
                if (top.Threshold != threshold)
                {
                    minimum = Math.Max(minimum, MinimumSum(ref query, top.Threshold));
                }
            }
        }
    }

    /// <summary>The least sum that scores so much; one more than the greatest if none does. Scores never fall where sums rise.</summary>
    private static int MinimumSum(ref byte query, float score)
    {
        int low = 0;
        int high = FastScan.SumEnd;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Score(ref query, middle) >= score)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    /// <summary>A score from its sum.</summary>
    private static float Score(ref byte query, int sum)
    {
        int product = (2 * sum) - KernelMath.Read<int>(ref query, MagnitudeOffset);
        return (KernelMath.Read<float>(ref query, StepOffset) * product) + KernelMath.Read<float>(ref query, BiasOffset);
    }

    /// <summary>Scores from sums.</summary>
    private static void Scores(ref byte query, ReadOnlySpan<ushort> sums, Span<float> scores)
    {
        var step = Vector512.Create(KernelMath.Read<float>(ref query, StepOffset));
        var magnitude = Vector512.Create(KernelMath.Read<int>(ref query, MagnitudeOffset));
        var bias = Vector512.Create(KernelMath.Read<float>(ref query, BiasOffset));
        ref ushort sum = ref MemoryMarshal.GetReference(sums);
        ref float score = ref MemoryMarshal.GetReference(scores[..sums.Length]);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= sums.Length - 16; i += 16)
            {
                Vector512<int> wide = Vector512.WidenLower(Vector256.LoadUnsafe(ref sum, (nuint)i).ToVector512Unsafe()).AsInt32();
                ((Vector512.ConvertToSingle(wide + wide - magnitude) * step) + bias).StoreUnsafe(ref score, (nuint)i);
            }
        }

        for (; i <= sums.Length - 8; i += 8)
        {
            Vector256<int> products = Products(ref Unsafe.Add(ref sum, i), magnitude.GetLower());
            ((Vector256.ConvertToSingle(products) * step.GetLower()) + bias.GetLower()).StoreUnsafe(ref score, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            Unsafe.Add(ref score, i) = Score(ref query, Unsafe.Add(ref sum, i));
        }
    }

    /// <summary>The inner products of eight rows' signs with the query's integers, of their sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Products(ref ushort sums, Vector256<int> magnitude)
    {
        Vector128<ushort> narrow = Vector128.LoadUnsafe(ref sums);
        Vector256<int> wide;
        if (Avx2.IsSupported)
        {
            // Widened as they are loaded: no instruction to cut a vector in two.
            wide = Avx2.ConvertToVector256Int32(narrow);
        }
        else
        {
            (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(narrow);
            wide = Vector256.Create(lower, upper).AsInt32();
        }

        return wide + wide - magnitude;
    }

    /// <summary>A nibble of a query for the two rows of each byte.</summary>
    private static Vector128<byte> Twice(int nibble) => Vector128.Create((byte)(nibble * 0x11));

    /// <summary>The entries of a nibble: sums of the integers of its set bits, less the least such sum, which is that of the negative ones.</summary>
    private static Vector128<byte> Table(ReadOnlySpan<sbyte> integers)
    {
        var entries = Vector128<sbyte>.Zero;
        for (int bit = 0; bit < integers.Length; bit++)
        {
            var integer = Vector128.Create(integers[bit]);

            // Entries wrap on their way; in the end they are from 0 to 252.
            entries += (integer & HasBit(bit)) - Vector128.Min(integer, Vector128<sbyte>.Zero);
        }

        return entries.AsByte();
    }

    /// <summary>Which of the 16 patterns have a bit.</summary>
    private static Vector128<sbyte> HasBit(int bit) => bit switch
    {
        0 => Vector128.Create(0xFF00FF00FF00FF00).AsSByte(),
        1 => Vector128.Create(0xFFFF0000FFFF0000).AsSByte(),
        2 => Vector128.Create(0xFFFFFFFF00000000).AsSByte(),
        _ => Vector128.Create(0, ulong.MaxValue).AsSByte(),
    };
}
