using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>What a search asks for, whatever its queries.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SearchRequest(
    int K, IdFilter? Filter, float MinimumScore, CpuTier Tier, int Threads, Scoring Scoring, CancellationToken CancellationToken);

/// <summary>One pass of a group of queries over blocks; keeps its buffers for the next one.</summary>
internal class SearchPass<TCodec>(TCodec codec, PreparedQueries<TCodec> prepared) : ParallelPass
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>Bytes of codes that a thread takes at once: some 10 us of work.</summary>
    private const int StepBytes = 256 << 10;

    /// <summary>Rows whose approximate scores are kept until they are offered, and queries that share a scan of them.</summary>
    protected const int StripRows = 1024;
    protected const int StripQueries = 4;

    private readonly PreparedQueries<TCodec> _prepared = prepared;
    private TopK[][] _tops = [];
    private float[][] _scores = [];
    private int _firstBlock;
    private RowView _rows;
    private SearchRequest _request;

    public SearchPass(TCodec codec)
        : this(codec, new PreparedQueries<TCodec>(codec))
    {
    }

    /// <summary>Sizes of the queries.</summary>
    public CodecLayout QueryLayout => _prepared.Layout;

    /// <summary>Whether there are no kernels for GPUs that could do the same.</summary>
    public virtual bool IsCpuOnly => false;

    /// <summary>How many hits the last search asked for.</summary>
    public int K => _request.K;

    /// <summary>The queries of the last <see cref="Prepare"/>.</summary>
    public ReadOnlySpan<byte> Prepared => _prepared.All;

    protected TCodec Codec => codec;

    protected RowView Rows => _rows;

    protected CpuTier Tier => _request.Tier;

    /// <summary>Prepares the queries that <see cref="Run(RowView, in SearchRequest)"/> searches or that the caller scans with.</summary>
    /// <returns>The prepared queries, at a multiple of 64 bytes, valid until the next call.</returns>
    public ReadOnlySpan<byte> Prepare(ReadOnlySpan<float> queries, CpuTier tier)
    {
        _prepared.Prepare(queries, tier);
        return Prepared;
    }

    /// <summary>Searches all rows with the prepared queries.</summary>
    /// <returns>A collector per query, valid until the next call.</returns>
    public ReadOnlySpan<TopK> Run(RowView rows, in SearchRequest request) => Run(rows, 0, rows.BlockCount, request);

    /// <summary>Empty collectors for the prepared queries, to be filled by somebody else than <see cref="Run(RowView, in SearchRequest)"/>.</summary>
    public ReadOnlySpan<TopK> BeginCollecting(in SearchRequest request)
    {
        _request = request;
        Begin(1);
        return Tops(0);
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

    /// <summary>Searches some blocks with the prepared queries.</summary>
    protected ReadOnlySpan<TopK> Run(RowView rows, int firstBlock, int blocks, in SearchRequest request)
    {
        _rows = rows;
        _firstBlock = firstBlock;
        _request = request;
        int step = Math.Max(1, StepBytes / TCodec.Layout.BlockBytes);
        int workers = Run(blocks, step, request.Threads, request.CancellationToken);
        ReadOnlySpan<TopK> tops = Tops(0);
        for (int w = 1; w < workers; w++)
        {
            for (int q = 0; q < tops.Length; q++)
            {
                tops[q].OfferAll(_tops[w][q]);
            }
        }

        return tops;
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
            if (existing < _prepared.Count)
            {
                Array.Resize(ref _tops[w], _prepared.Count);
            }

            // A hit that is among the k best of all is among the k best of the rows that one thread saw.
            for (int q = 0; q < _prepared.Count; q++)
            {
                (_tops[w][q] ??= new TopK(1)).Reset(_request.K, _request.MinimumScore, _request.Filter);
            }
        }
    }

    protected sealed override void Process(int worker, int first, int end)
    {
        for (int block = _firstBlock + first; block < _firstBlock + end; block++)
        {
            SearchBlock(worker, block, Tops(worker));
        }
    }

    /// <summary>Offers the rows of a block to the collectors of a worker.</summary>
    protected virtual void SearchBlock(int worker, int block, ReadOnlySpan<TopK> tops)
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

    /// <summary>Some of the prepared queries.</summary>
    protected ReadOnlySpan<byte> Queries(int first, int count) => _prepared.From(first, count);

    private ReadOnlySpan<TopK> Tops(int worker) => _tops[worker].AsSpan(0, _prepared.Count);

    private void SearchApproximately(ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, float[] scores)
    {
        for (int row = 0; row < ids.Length; row += StripRows)
        {
            int rows = Math.Min(StripRows, ids.Length - row);
            for (int q = 0; q < tops.Length; q += StripQueries)
            {
                int queries = Math.Min(StripQueries, tops.Length - q);
                Span<float> strip = scores.AsSpan(0, queries * rows);
                codec.ScanApproximate(Queries(q, queries), block, row, rows, strip, _request.Tier);
                for (int i = 0; i < queries; i++)
                {
                    tops[q + i].Offer(ids.Slice(row, rows), strip.Slice(i * rows, rows));
                }
            }
        }
    }
}
