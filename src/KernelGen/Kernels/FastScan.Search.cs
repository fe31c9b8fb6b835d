using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <content>Scans and searches with the kernels of a scheme.</content>
public static partial class FastScan
{
    /// <summary>Runs of rows whose greatest sums are compared to find out what the best of a strip reach.</summary>
    private const int Runs = 64;

    /// <summary>Rows that are found before they are scored; of more, many would be found in vain, by a threshold that has risen since.</summary>
    internal const int FoundRows = 128;

    /// <summary>
    /// Where as many of the rows looked at were found as one in this, the next ones are scored without looking: alone, a row costs up to so many times
    /// its share of a scan.
    /// </summary>
    private const int DenseShare = 3;

    /// <summary>Rows that are scored without looking.</summary>
    private const int DenseRows = 512;

    /// <summary>Rows after which sums that exclude too few rows are given up for the rest of a block, if they are loose: they cost a third of a scan.</summary>
    private const int LooseRows = 1024;

    /// <summary>Rows whose sums are turned into scores at once. While they are, nobody reads codes: few, so that memory is not left idle for long.</summary>
    private const int ScoredRows = 1024;

    /// <summary>Approximate scores: ScanApproximate of a codec, whose arguments are checked.</summary>
    [SkipLocalsInit]
    public static void ScanApproximate<TKernels>(
        ReadOnlySpan<byte> prepared, int queries, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        Span<ushort> sums = stackalloc ushort[StripRows * BatchQueries];
        for (int done = 0; done < rows;)
        {
            int row = firstRow + done;
            int inGroup = row % GroupRows;
            int taken = Math.Min(ScoredRows - inGroup, rows - done);
            ref byte groups = ref Groups<TKernels>(block, row);
            for (int q = 0; q < queries; q += BatchQueries)
            {
                ref byte query = ref Query<TKernels>(prepared, q);
                int batch = Math.Min(BatchQueries, queries - q);
                TKernels.Sum(ref query, batch, ref groups, (inGroup + taken + GroupRows - 1) / GroupRows, ref sums[0], tier);
                for (int i = 0; i < batch; i++)
                {
                    Scores(
                        ref Unsafe.Add(ref query, i * TKernels.QueryBytes),
                        sums.Slice((i * StripRows) + inGroup, taken),
                        scores.Slice(((q + i) * rows) + done, taken));
                }
            }

            done += taken;
        }
    }

    /// <summary>
    /// Search of a codec, whose arguments are checked: sums exclude rows that provably cannot enter, the others are scored exactly and offered.
    /// </summary>
    [SkipLocalsInit]
    public static void Search<TKernels>(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        Span<ushort> sums = stackalloc ushort[StripRows * BatchQueries];
        int stripRows = TKernels.AreSumsLoose(tier) ? LooseRows : StripRows;
        for (int q = 0; q < tops.Length; q += BatchQueries)
        {
            ref byte query = ref Query<TKernels>(prepared, q);
            int batch = Math.Min(BatchQueries, tops.Length - q);
            bool areUseless = false;
            for (int row = 0; row < ids.Length; row += stripRows)
            {
                int rows = Math.Min(stripRows, ids.Length - row);
                ref byte groups = ref Groups<TKernels>(block, row);
                int scored = 0;
                if (!areUseless)
                {
                    TKernels.Sum(ref query, batch, ref groups, (rows + GroupRows - 1) / GroupRows, ref sums[0], tier);
                }

                for (int i = 0; i < batch; i++)
                {
                    ref byte own = ref Unsafe.Add(ref query, i * TKernels.QueryBytes);
                    if (areUseless)
                    {
                        OfferAll<TKernels>(ref own, ref groups, ids.Slice(row, rows), tops[q + i], tier);
                    }
                    else
                    {
                        scored += OfferStrip<TKernels>(ref own, ref groups, ids.Slice(row, rows), sums.Slice(i * StripRows, rows), tops[q + i], tier);
                    }
                }

                areUseless |= scored > batch * rows / DenseShare;
            }
        }
    }

    private static ref byte Groups<TKernels>(ReadOnlySpan<byte> block, int row)
        where TKernels : struct, IFastScanKernels =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(block), row / GroupRows * TKernels.GroupBytes);

    private static ref byte Query<TKernels>(ReadOnlySpan<byte> prepared, int number)
        where TKernels : struct, IFastScanKernels =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint)number * TKernels.QueryBytes);

    /// <summary>
    /// Offers the rows of a strip that can enter: while hits are missing the best ones first, as they raise the threshold. Returns how many were scored.
    /// </summary>
    private static int OfferStrip<TKernels>(
        ref byte query, ref byte groups, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, TopK top, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        int best = top.Missing == 0 ? 0 : SumOfBest(sums, top.Missing);
        int minimum = MinimumSum(ref query, top.Threshold);
        if (best > minimum)
        {
            int scored = OfferRows<TKernels>(ref query, ref groups, ids, sums, best, SumEnd, top, tier);
            minimum = MinimumSum(ref query, top.Threshold);
            return scored + OfferRows<TKernels>(ref query, ref groups, ids, sums, minimum, best, top, tier);
        }

        return OfferRows<TKernels>(ref query, ref groups, ids, sums, minimum, SumEnd, top, tier);
    }

    /// <summary>Offers the rows whose sum is from <paramref name="minimum"/> on and below <paramref name="end"/>; the minimum rises with the threshold.</summary>
    /// <returns>How many were scored.</returns>
    [SkipLocalsInit]
    private static int OfferRows<TKernels>(
        ref byte query, ref byte groups, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, int minimum, int end, TopK top, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        // Rows are found first and scored then, so that scoring one does not wait for the end of another.
        Span<int> found = stackalloc int[FoundRows];
        int begin = minimum;
        int scored = 0;
        for (int i = 0; i < sums.Length && minimum < end;)
        {
            int first = i;
            int count = Find(sums, ref i, minimum, end, found);
            OfferFound<TKernels>(ref query, ref groups, ids, sums, found[..count], ref minimum, top);
            scored += count;
            if (i < sums.Length && count > (i - first) / DenseShare)
            {
                int rows = Math.Min(DenseRows, sums.Length - i);
                OfferDense<TKernels>(ref query, ref groups, i, ids.Slice(i, rows), sums.Slice(i, rows), begin, end, top, tier);
                minimum = Math.Max(minimum, MinimumSum(ref query, top.Threshold));
                i += rows;
                scored += rows;
            }
        }

        return scored;
    }

    /// <summary>Scores and offers all rows.</summary>
    private static void OfferAll<TKernels>(ref byte query, ref byte groups, ReadOnlySpan<long> ids, TopK top, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        for (int i = 0; i < ids.Length; i += DenseRows)
        {
            OfferDense<TKernels>(ref query, ref groups, i, ids.Slice(i, Math.Min(DenseRows, ids.Length - i)), [], 0, SumEnd, top, tier);
        }
    }

    /// <summary>Scores neighbouring rows and offers those whose sum is from <paramref name="begin"/> on and below <paramref name="end"/>.</summary>
    [SkipLocalsInit]
    private static void OfferDense<TKernels>(
        ref byte query, ref byte groups, int first, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, int begin, int end, TopK top, CpuTier tier)
        where TKernels : struct, IFastScanKernels
    {
        Span<float> scores = stackalloc float[DenseRows];
        scores = scores[..ids.Length];
        TKernels.Score(ref Unsafe.As<byte, float>(ref Unsafe.Add(ref query, TablesOffset)), ref groups, first, ids.Length, ref scores[0], tier);
        if (begin > 0 || end < SumEnd)
        {
            // The others are offered before or after, and nobody may be offered twice. What is not a number is never collected.
            for (int i = 0; i < sums.Length; i++)
            {
                scores[i] = sums[i] >= begin && sums[i] < end ? scores[i] : float.NaN;
            }
        }

        top.Offer(ids, scores);
    }

    /// <summary>Finds rows from <paramref name="i"/> on, which moves behind what was looked at, until there are no more or hardly any place for them.</summary>
    internal static int Find(ReadOnlySpan<ushort> sums, ref int i, int minimum, int end, Span<int> found)
    {
        // Almost always no row of 64 reaches the minimum: their greatest sums are compared first.
        int count = 0;
        ref ushort start = ref MemoryMarshal.GetReference(sums);
        for (; i <= sums.Length - 64 && count <= found.Length - 64; i += 64)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<ushort> greatest = Vector512.Max(Vector512.LoadUnsafe(ref start, (nuint)i), Vector512.LoadUnsafe(ref start, (nuint)i + 32));
                if (!Vector512.GreaterThanOrEqualAny(greatest, Vector512.Create((ushort)minimum)))
                {
                    continue;
                }
            }
            else
            {
                Vector256<ushort> greatest = Vector256.Max(
                    Vector256.Max(Vector256.LoadUnsafe(ref start, (nuint)i), Vector256.LoadUnsafe(ref start, (nuint)i + 16)),
                    Vector256.Max(Vector256.LoadUnsafe(ref start, (nuint)i + 32), Vector256.LoadUnsafe(ref start, (nuint)i + 48)));
                if (!Vector256.GreaterThanOrEqualAny(greatest, Vector256.Create((ushort)minimum)))
                {
                    continue;
                }
            }

            ulong reached = Reached(ref start, i, minimum) | (Reached(ref start, i + 32, minimum) << 32);
            for (; reached != 0; reached &= reached - 1)
            {
                int row = i + BitOperations.TrailingZeroCount(reached);
                found[count] = row;
                count += sums[row] < end ? 1 : 0;
            }
        }

        for (; i > sums.Length - 64 && i < sums.Length && count < found.Length; i++)
        {
            found[count] = i;
            count += sums[i] >= minimum && sums[i] < end ? 1 : 0;
        }

        return count;
    }

    /// <summary>Scores and offers rows, two at a time, but for those that the threshold excludes when it is their turn.</summary>
    private static void OfferFound<TKernels>(
        ref byte query, ref byte groups, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, ReadOnlySpan<int> found, ref int minimum, TopK top)
        where TKernels : struct, IFastScanKernels
    {
        ref float tables = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref query, TablesOffset));
        for (int next = 0; ;)
        {
            int first = NextFrom(sums, found, ref next, minimum);
            if (first < 0)
            {
                return;
            }

            int second = NextFrom(sums, found, ref next, minimum);
            int other = second < 0 ? first : second;
            (float score, float otherScore) = TKernels.ScoreTwoRows(ref tables, ref groups, first, other);
            float threshold = top.Threshold;
            top.Offer(ids[first], score);
            if (second >= 0)
            {
                top.Offer(ids[second], otherScore);
            }

            if (top.Threshold != threshold)
            {
                minimum = Math.Max(minimum, MinimumSum(ref query, top.Threshold));
            }
        }
    }

    /// <summary>The next row found whose sum reaches the minimum; -1 if there is none.</summary>
    private static int NextFrom(ReadOnlySpan<ushort> sums, ReadOnlySpan<int> found, ref int next, int minimum)
    {
        while (next < found.Length)
        {
            int row = found[next++];
            if (sums[row] >= minimum)
            {
                return row;
            }
        }

        return -1;
    }

    /// <summary>Which of 32 sums reach a minimum.</summary>
    private static ulong Reached(ref ushort sums, int first, int minimum)
    {
        Vector256<ushort> least = Vector256.Create((ushort)minimum);
        uint lower = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref sums, (nuint)first), least).ExtractMostSignificantBits();
        uint upper = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref sums, (nuint)first + 16), least).ExtractMostSignificantBits();
        return lower | (upper << 16);
    }

    /// <summary>A sum that at least so many rows reach, close to the greatest such; 0 if it is not worth the search.</summary>
    internal static int SumOfBest(ReadOnlySpan<ushort> sums, int wanted)
    {
        if (sums.Length < Runs || wanted > Runs / 2)
        {
            return wanted >= sums.Length ? 0 : SumReached(sums, wanted);
        }

        // As many runs of rows have a sum as great as the least of their greatest ones.
        ref ushort start = ref MemoryMarshal.GetReference(sums);
        Vector256<ushort> a = Vector256<ushort>.Zero;
        Vector256<ushort> b = a;
        Vector256<ushort> c = a;
        Vector256<ushort> d = a;
        for (int i = 0; i <= sums.Length - Runs; i += Runs)
        {
            a = Vector256.Max(a, Vector256.LoadUnsafe(ref start, (nuint)i));
            b = Vector256.Max(b, Vector256.LoadUnsafe(ref start, (nuint)i + 16));
            c = Vector256.Max(c, Vector256.LoadUnsafe(ref start, (nuint)i + 32));
            d = Vector256.Max(d, Vector256.LoadUnsafe(ref start, (nuint)i + 48));
        }

        Span<ushort> greatest = stackalloc ushort[Runs];
        a.CopyTo(greatest);
        b.CopyTo(greatest[16..]);
        c.CopyTo(greatest[32..]);
        d.CopyTo(greatest[48..]);
        return SumReached(greatest, wanted);
    }

    /// <summary>The greatest number that so many of the sums reach, bit by bit.</summary>
    private static int SumReached(ReadOnlySpan<ushort> sums, int wanted)
    {
        int reached = 0;
        for (int bit = SumEnd / 2; bit > 0; bit /= 2)
        {
            if (CountFrom(sums, reached + bit) >= wanted)
            {
                reached += bit;
            }
        }

        return reached;
    }

    private static int CountFrom(ReadOnlySpan<ushort> sums, int first)
    {
        ref ushort start = ref MemoryMarshal.GetReference(sums);
        Vector256<ushort> least = Vector256.Create((ushort)first);
        Vector256<ushort> counts = Vector256<ushort>.Zero;
        int i = 0;
        for (; i <= sums.Length - 16; i += 16)
        {
            counts -= Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref start, (nuint)i), least);
        }

        int count = Vector256.Sum(counts);
        for (; i < sums.Length; i++)
        {
            count += Unsafe.Add(ref start, i) >= first ? 1 : 0;
        }

        return count;
    }
}
