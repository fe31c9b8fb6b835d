using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <content>Prepared queries, scans and searches.</content>
internal abstract partial class CodecChecks<TCodec>
{
    private static readonly int[] s_queryCounts = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    /// <summary>Row codes and queries with their scores, those of the first query first.</summary>
    protected sealed record ScoreCase(byte[][] Codes, float[][] Queries, ReferenceScore[][] Expected);

    /// <summary>How a collector is set up before a search.</summary>
    /// <param name="K">How many hits it keeps.</param>
    /// <param name="HasMinimum">Whether it drops what scores less than a third of the rows.</param>
    /// <param name="IsFiltered">Whether it drops every third id.</param>
    /// <param name="IsUsed">Whether it holds the hits of an earlier search, of the same rows under other ids.</param>
    protected sealed record Collector(int K, bool HasMinimum = false, bool IsFiltered = false, bool IsUsed = false);

    /// <summary>A kernel that scores: Scan, or ScanApproximate.</summary>
    protected delegate CpuTier Scanner(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier);

    /// <summary>A kernel that brings queries into the form that is scanned.</summary>
    protected delegate CpuTier Preparer(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier);

    /// <summary>A kernel that searches.</summary>
    protected delegate CpuTier Searcher(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier);

    /// <summary>The kernels that a query meets.</summary>
    /// <param name="What">What they compute, for messages.</param>
    /// <param name="QueryBytes">Bytes of a prepared query.</param>
    protected sealed record Kernels(string What, int QueryBytes, Preparer Prepare, Scanner Scan, Searcher Search);

    private Kernels OfVectors => new("score", Layout.QueryBytes, Codec.Prepare, Codec.Scan, Codec.Search);

    protected ScoreCase ScoresOf(byte[][] codes, float[][] queries) =>
        new(codes, queries, Array.ConvertAll(queries, query => Oracle.Scores(query, codes)));

    protected void CheckScores(CpuTier tier, Placement placement, ScoreCase scoreCase) =>
        CheckScores(tier, placement, scoreCase, OfVectors);

    protected void CheckScores(CpuTier tier, Placement placement, ScoreCase scoreCase, Scanner scan, string what) =>
        CheckScores(tier, placement, scoreCase, OfVectors with { Scan = scan, What = what });

    protected void CheckScores(CpuTier tier, Placement placement, ScoreCase scoreCase, Kernels kernels)
    {
        (byte[][] codes, float[][] queries, ReferenceScore[][] expected) = scoreCase;
        using GuardedMemory<byte> block = Packed(codes, placement, out int firstRow);
        int used = BlockRows - firstRow;
        foreach (int queryCount in s_queryCounts.Where(n => n <= queries.Length))
        {
            using GuardedMemory<byte> prepared = Prepared(kernels, queries[^queryCount..], tier, placement);
            CheckScan(0, used);
            CheckScan(Random.Next(used), queryCount);
            CheckScan(Random.Next(used), Random.Next(1, used + 1));

            void CheckScan(int offset, int count)
            {
                count = Math.Min(count, used - offset);
                using var scores = new GuardedMemory<float>(queryCount * count, placement);
                Assert.Equal(tier, kernels.Scan(prepared, block, firstRow + offset, count, scores, tier));
                for (int i = 0; i < scores.Length; i++)
                {
                    (int query, int row) = Math.DivRem(i, count);
                    query += queries.Length - queryCount;
                    AssertAllowed(
                        expected[query][row + offset],
                        scores.Span[i],
                        () => $"{kernels.What} of query {query} and row {row + offset} ({queryCount} queries, {count} rows)");
                }
            }
        }
    }

    private static GuardedMemory<byte> Prepared(Kernels kernels, float[][] queries, CpuTier tier, Placement placement)
    {
        using var vectors = GuardedMemory<float>.Of(queries.SelectMany(q => q).ToArray(), placement);
        var prepared = new GuardedMemory<byte>(queries.Length * kernels.QueryBytes, placement);
        Assert.Equal(tier, kernels.Prepare(vectors, prepared, tier));
        return prepared;
    }

    /// <summary>Searches the first rows of a block: what comes out are the best by score and id of all that were scanned.</summary>
    protected void CheckSearch(CpuTier tier, IReadOnlyList<byte[]> codes, float[][] queries, int[] queryCounts, params Collector[] collectors) =>
        CheckSearch(OfVectors, tier, codes, queries, queryCounts, collectors);

    /// <summary>The same by other kernels.</summary>
    protected void CheckSearch(
        Kernels kernels, CpuTier tier, IReadOnlyList<byte[]> codes, float[][] queries, int[] queryCounts, params Collector[] collectors)
    {
        Context = $"{_scheme.Text}, {tier}, search by {kernels.What}, seed {SampledSchemes.Seed}";
        int rows = codes.Count;
        using var block = new GuardedMemory<byte>(Layout.BlockBytes, Placement.AgainstEnd);
        Codec.Pack(Joined(codes), block, 0);
        long[] ids = [.. Enumerable.Range(0, rows).Select(i => (long.MaxValue / 2) - (i * 7919L % 65_521))];
        long[] earlierIds = [.. Enumerable.Range(0, (rows + 1) / 2).Select(i => i % 2 == 0 ? -i : long.MaxValue - i)];

        foreach (int queryCount in queryCounts)
        {
            using GuardedMemory<byte> prepared = Prepared(kernels, queries[..queryCount], tier, Placement.AgainstEnd);
            var scores = new float[queryCount * rows];
            kernels.Scan(prepared, block, 0, rows, scores, tier);
            float[][] scoresOf = [.. Enumerable.Range(0, queryCount).Select(query => scores[(query * rows)..][..rows])];
            foreach (Collector collector in collectors)
            {
                float[] minima = Array.ConvertAll(
                    scoresOf, row => collector.HasMinimum ? row.OrderDescending().ElementAt(rows / 3) : float.NegativeInfinity);
                IdFilter? filter = collector.IsFiltered ? IdFilter.Where(IsWanted) : null;
                TopK[] tops = Array.ConvertAll(minima, minimum => new TopK(collector.K, minimum, filter));
                if (collector.IsUsed)
                {
                    kernels.Search(prepared, block, earlierIds, tops, tier);
                }

                Assert.Equal(tier, kernels.Search(prepared, block, ids, tops, tier));
                foreach ((int query, TopK top) in tops.Index())
                {
                    IEnumerable<Hit> scored = (collector.IsUsed ? earlierIds.Zip(scoresOf[query]) : [])
                        .Concat(ids.Zip(scoresOf[query]))
                        .Where(hit => hit.Second >= minima[query] && (filter is null || IsWanted(hit.First)))
                        .Select(hit => new Hit(hit.First, hit.Second));
                    Hit[] expected = ReferenceCodec.Search(scored, collector.K);
                    var actual = new Hit[top.Count];
                    top.Drain(actual);
                    if (!expected.AsSpan().SequenceEqual(actual))
                    {
                        Assert.Fail($"{Context}: {collector} of query {query} ({queryCount} queries, {rows} rows): "
                            + $"{actual.Length} hits, expected {expected.Length}. {FirstDifference(expected, actual)}");
                    }
                }
            }
        }

        static bool IsWanted(long id) => id % 3 != 0;
    }

    private static string FirstDifference(Hit[] expected, Hit[] actual)
    {
        int at = expected.AsSpan().CommonPrefixLength(actual);
        return $"Number {at} is {At(actual)}, expected {At(expected)}.";

        string At(Hit[] hits) => at < hits.Length ? $"{hits[at]}" : "missing";
    }
}
