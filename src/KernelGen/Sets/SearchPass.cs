using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>What a search asks for, whatever its queries.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SearchRequest(
    int K, IdFilter? Filter, float MinimumScore, CpuTier Tier, int Threads, Scoring Scoring, CancellationToken CancellationToken);

/// <summary>One pass of a group of queries over all blocks; keeps its buffers for the next one.</summary>
internal sealed class SearchPass<TCodec>(TCodec codec) : ParallelPass
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>Bytes of codes that a thread takes at once: some 10 us of work.</summary>
    private const int StepBytes = 256 << 10;

    /// <summary>Rows whose approximate scores are kept until they are offered, and queries that share a scan of them.</summary>
    private const int StripRows = 1024;
    private const int StripQueries = 4;

    private byte[] _prepared = [];
    private int _preparedStart;
    private int _queries;
    private TopK[][] _tops = [];
    private float[][] _scores = [];
    private RowView _rows;
    private SearchRequest _request;

    /// <summary>How many hits the last search asked for.</summary>
    public int K => _request.K;

    /// <summary>The queries of the last <see cref="Prepare"/>.</summary>
    public ReadOnlySpan<byte> Prepared => _prepared.AsSpan(_preparedStart, _queries * TCodec.Layout.QueryBytes);

    /// <summary>Prepares the queries that <see cref="Run"/> searches or that the caller scans with.</summary>
    /// <returns>The prepared queries, at a multiple of 64 bytes, valid until the next call.</returns>
    public ReadOnlySpan<byte> Prepare(ReadOnlySpan<float> queries, CpuTier tier)
    {
        CodecLayout layout = TCodec.Layout;
        _queries = queries.Length / layout.Dimensions;
        int bytes = _queries * layout.QueryBytes;
        if (_prepared.Length < bytes + 64)
        {
            // Pinned, so that the alignment lasts.
            _prepared = GC.AllocateUninitializedArray<byte>(bytes + 64, pinned: true);
            _preparedStart = (int)(-(nint)Marshal.UnsafeAddrOfPinnedArrayElement(_prepared, 0) & 63);
        }

        codec.Prepare(queries, _prepared.AsSpan(_preparedStart, bytes), tier);
        return Prepared;
    }

    /// <summary>Searches all rows with the prepared queries.</summary>
    /// <returns>A collector per query, valid until the next call.</returns>
    public ReadOnlySpan<TopK> Run(RowView rows, in SearchRequest request)
    {
        _rows = rows;
        _request = request;
        int step = Math.Max(1, StepBytes / TCodec.Layout.BlockBytes);
        int workers = Run(rows.BlockCount, step, request.Threads, request.CancellationToken);
        ReadOnlySpan<TopK> tops = _tops[0].AsSpan(0, _queries);
        for (int w = 1; w < workers; w++)
        {
            for (int q = 0; q < tops.Length; q++)
            {
                tops[q].OfferAll(_tops[w][q]);
            }
        }

        return tops;
    }

    /// <summary>Empty collectors for the prepared queries, to be filled by somebody else than <see cref="Run"/>.</summary>
    public ReadOnlySpan<TopK> BeginCollecting(in SearchRequest request)
    {
        _request = request;
        Begin(1);
        return _tops[0].AsSpan(0, _queries);
    }

    /// <summary>Lets go of what belongs to the caller.</summary>
    public void Forget()
    {
        _rows = default;
        _request = default;
        foreach (TopK[] tops in _tops)
        {
            foreach (TopK top in tops)
            {
                top.Reset(1);
            }
        }
    }

    protected override void Begin(int workers)
    {
        if (_tops.Length < workers)
        {
            Array.Resize(ref _tops, workers);
            Array.Resize(ref _scores, workers);
        }

        for (int w = 0; w < workers; w++)
        {
            _tops[w] ??= [];
            if (_request.Scoring == Scoring.Approximate)
            {
                _scores[w] ??= new float[StripRows * StripQueries];
            }

            int existing = _tops[w].Length;
            if (existing < _queries)
            {
                Array.Resize(ref _tops[w], _queries);
            }

            // A hit that is among the k best of all is among the k best of the rows that one thread saw.
            for (int q = 0; q < _queries; q++)
            {
                (_tops[w][q] ??= new TopK(1)).Reset(_request.K, _request.MinimumScore, _request.Filter);
            }
        }
    }

    protected override void Process(int worker, int first, int end)
    {
        ReadOnlySpan<TopK> tops = _tops[worker].AsSpan(0, _queries);
        for (int block = first; block < end; block++)
        {
            if (_request.Scoring == Scoring.Exact)
            {
                codec.Search(Prepared, _rows.Block(block), _rows.Ids(block), tops, _request.Tier);
            }
            else
            {
                SearchApproximately(_rows.Block(block), _rows.Ids(block), tops, _scores[worker]);
            }
        }
    }

    private void SearchApproximately(ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, float[] scores)
    {
        int queryBytes = TCodec.Layout.QueryBytes;
        for (int row = 0; row < ids.Length; row += StripRows)
        {
            int rows = Math.Min(StripRows, ids.Length - row);
            for (int q = 0; q < tops.Length; q += StripQueries)
            {
                int queries = Math.Min(StripQueries, tops.Length - q);
                Span<float> strip = scores.AsSpan(0, queries * rows);
                codec.ScanApproximate(Prepared.Slice(q * queryBytes, queries * queryBytes), block, row, rows, strip, _request.Tier);
                for (int i = 0; i < queries; i++)
                {
                    tops[q + i].Offer(ids.Slice(row, rows), strip.Slice(i * rows, rows));
                }
            }
        }
    }
}
