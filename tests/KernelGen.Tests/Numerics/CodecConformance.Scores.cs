using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <content>Prepared queries, scans and searches.</content>
internal sealed partial class CodecConformance<TCodec>
{
    /// <summary>Rows and queries with their scores, those of the first query first.</summary>
    private sealed record ScoreCase(byte[][] Codes, float[][] Queries, ReferenceScore[][] Expected);

    private ScoreCase ScoresOf(byte[][] codes, float[][] queries)
    {
        ReferenceRow[] rows = Array.ConvertAll(codes, code => _oracle.Layout.Read(code));
        return new ScoreCase(codes, queries, Array.ConvertAll(queries, q =>
        {
            ReferenceQuery query = _oracle.Prepare(q);
            return Array.ConvertAll(rows, row => _oracle.Score(query, row));
        }));
    }

    private void CheckScores(CpuTier tier, Placement placement, ScoreCase scoreCase)
    {
        (byte[][] codes, float[][] queries, ReferenceScore[][] expected) = scoreCase;
        using GuardedMemory<byte> block = Packed(codes, placement, out int firstRow);
        int used = _blockRows - firstRow;
        foreach (int queryCount in s_queryCounts.Where(n => n <= queries.Length))
        {
            using GuardedMemory<byte> prepared = Prepared(queries[^queryCount..], tier, placement);
            CheckScan(0, used);
            CheckScan(_random.Next(used), queryCount);
            CheckScan(_random.Next(used), _random.Next(1, used + 1));

            void CheckScan(int offset, int count)
            {
                count = Math.Min(count, used - offset);
                using var scores = new GuardedMemory<float>(queryCount * count, placement);
                Assert.Equal(tier, _codec.Scan(prepared, block, firstRow + offset, count, scores, tier));
                for (int i = 0; i < scores.Length; i++)
                {
                    (int query, int row) = Math.DivRem(i, count);
                    query += queries.Length - queryCount;
                    AssertAllowed(
                        expected[query][row + offset],
                        scores.Span[i],
                        $"score of query {query} and row {row + offset} ({queryCount} queries, {count} rows)");
                }
            }
        }
    }

    private GuardedMemory<byte> Prepared(float[][] queries, CpuTier tier, Placement placement)
    {
        using var vectors = GuardedMemory<float>.Of(queries.SelectMany(q => q).ToArray(), placement);
        var prepared = new GuardedMemory<byte>(queries.Length * TCodec.Layout.QueryBytes, placement);
        Assert.Equal(tier, _codec.Prepare(vectors, prepared, tier));
        return prepared;
    }

    /// <summary>Searches the first rows of a block, every vector twice, for ties.</summary>
    private void CheckSearch(CpuTier tier)
    {
        _context = $"{_scheme.Text}, {tier}, search, seed {SampledSchemes.Seed}";
        int[] finite = [.. Enumerable.Range(0, _codes.Length).Where(i => _rows[i].Max(Math.Abs) < 1e17f)];
        int rows = Math.Min(2 * finite.Length, _blockRows);
        byte[][] codes = [.. Enumerable.Range(0, rows).Select(i => _codes[finite[i % finite.Length]])];
        using var block = new GuardedMemory<byte>(TCodec.Layout.BlockBytes, Placement.AgainstEnd);
        _codec.Pack(codes.SelectMany(code => code).ToArray(), block, 0);
        long[] ids = [.. Enumerable.Range(0, rows).Select(i => (long.MaxValue / 2) - (i * 7919 % 1009))];

        float[][] queries = _scores.Queries;
        foreach (int queryCount in new[] { 1, 4, 9 })
        {
            using GuardedMemory<byte> prepared = Prepared(queries[..queryCount], tier, Placement.AgainstEnd);
            var scores = new float[queryCount * rows];
            _codec.Scan(prepared, block, 0, rows, scores, tier);
            foreach (int k in new[] { 1, 3, rows + 5 })
            {
                TopK[] tops = [.. Enumerable.Range(0, queryCount).Select(_ => new TopK(k))];
                Assert.Equal(tier, _codec.Search(prepared, block, ids, tops, tier));
                for (int query = 0; query < queryCount; query++)
                {
                    IEnumerable<Hit> scored = ids.Zip(scores[(query * rows)..], (id, score) => new Hit(id, score));
                    Hit[] expected = ReferenceCodec.Search(scored, k);
                    var actual = new Hit[expected.Length];
                    Assert.Equal(expected.Length, tops[query].Drain(actual));
                    Assert.Equal(expected, actual);
                }
            }
        }
    }

    /// <summary>Codes at the ends of an integer grid: all at one end, and by the sign of every extreme query.</summary>
    private IEnumerable<byte[]> ExtremeCodes()
    {
        var grid = (IntegerGrid)_scheme.Grid;
        uint least = grid.Zero == ZeroMode.Symmetric ? 1u : 0;
        return
        [
            CodeOf(_ => least),
            CodeOf(_ => (uint)grid.GreatestCode),
            .. ExtremeQueries().Select(q => CodeOf(i => q[i] > 0 ? (uint)grid.GreatestCode : least)),
            .. ExtremeQueries().Select(q => CodeOf(i => q[i] < 0 ? (uint)grid.GreatestCode : least)),
        ];
    }

    private IEnumerable<byte[]> RandomCodes()
    {
        var grid = (IntegerGrid)_scheme.Grid;
        int least = grid.Zero == ZeroMode.Symmetric ? 1 : 0;
        return Enumerable.Range(0, 3).Select(_ => CodeOf(_ => (uint)_random.Next(least, grid.GreatestCode + 1)));
    }

    private byte[] CodeOf(Func<int, uint> code) => CodeOf(new ReferenceRow(
        [.. Enumerable.Range(0, _scheme.Dimensions).Select(code)],
        TestVectors.Fill(_scheme.StoredScales, i => 0.75f + (i % 3)),
        TestVectors.Fill(_scheme.HasMinimum ? _scheme.StoredScales : 0, i => -2.25f + (i % 5)),
        Norm2: 3.5f));

    /// <summary>Queries whose integers are all at plus or minus their greatest value, whatever the learned scales are.</summary>
    private float[][] ExtremeQueries()
    {
        bool isScaled = _scheme.Scale!.Granularity == Granularity.Channel;
        float Magnitude(int i) => isScaled ? 1 / _oracle.Parameters[i] : 1;
        return
        [
            TestVectors.Fill(_scheme.Dimensions, Magnitude),
            TestVectors.Fill(_scheme.Dimensions, i => -Magnitude(i)),
            TestVectors.Fill(_scheme.Dimensions, i => i % 2 == 0 ? Magnitude(i) : -Magnitude(i)),
            TestVectors.Fill(_scheme.Dimensions, i => i * 2 < _scheme.Dimensions ? Magnitude(i) : -Magnitude(i)),
        ];
    }
}
