namespace KernelGen;

/// <summary>Scores chosen rows by their fine codes, as far as they still can be among the best.</summary>
internal sealed class RescorePass<TFine>(FineStore<TFine> fine) : ParallelPass
    where TFine : class, IVectorCodec<TFine>
{
    /// <summary>Rows that are scored before the threshold is looked at again, and those that a thread takes at once.</summary>
    private const int BatchRows = 32;
    private const int StepRows = 256;

    private readonly PreparedQueries<TFine> _prepared = new(fine.Codec);
    private TopK[] _tops = [];
    private int _query;
    private RowView _rows;
    private int[] _candidates = [];
    private float[] _bounds = [];
    private double _slack;
    private IdFilter? _filter;
    private CpuTier _tier;
    private int _rescored;

    /// <summary>Prepares the queries of a group.</summary>
    public void Prepare(ReadOnlySpan<float> queries, CpuTier tier) => _prepared.Prepare(queries, tier);

    /// <summary>What <see cref="IVectorCodec{TSelf}.ScoreError"/> says for a query of the group.</summary>
    public double ScoreError(int query, double queryNorm) => fine.Codec.ScoreError(_prepared.From(query, 1), queryNorm, fine.Norms.Greatest);

    /// <summary>The greatest float that is not above a score less a slack: what scores more, or as much, has to be looked at.</summary>
    public static float Cut(float score, double slack)
    {
        double exact = score - slack;
        float cut = (float)exact;
        return double.IsNaN(exact) ? float.NegativeInfinity : cut > exact ? MathF.BitDecrement(cut) : cut;
    }

    /// <summary>Scores rows of the view against a query of the group and offers them to the collector.</summary>
    /// <param name="query">The number of the query.</param>
    /// <param name="rows">The coarse rows, for ids.</param>
    /// <param name="candidates">Numbers of rows.</param>
    /// <param name="bounds">The greatest score that each can have but for the slack; as many or, where all are to be scored, none.</param>
    /// <param name="count">How many candidates there are.</param>
    /// <param name="slack">What bounds do not know of.</param>
    /// <param name="top">The collector.</param>
    /// <param name="request">Threads, tier and token of the search, and the filter, unless the candidates have passed it.</param>
    /// <returns>How many rows were scored.</returns>
    public int Run(int query, RowView rows, int[] candidates, float[] bounds, int count, double slack, TopK top, in SearchRequest request)
    {
        (_query, _rows, _candidates, _bounds, _slack, _filter, _tier, _rescored) =
            (query, rows, candidates, bounds, slack, request.Filter, request.Tier, 0);
        if (_tops.Length == 0)
        {
            _tops = [top];
        }

        _tops[0] = top;
        int workers = Run(count, StepRows, request.Threads, request.CancellationToken);
        for (int w = 1; w < workers; w++)
        {
            top.OfferAll(_tops[w]);
        }

        (_rows, _filter, _candidates, _bounds) = (default, null, [], []);
        return _rescored;
    }

    protected override void Begin(int workers)
    {
        int before = _tops.Length;
        if (before < workers)
        {
            Array.Resize(ref _tops, workers);
        }

        for (int w = 1; w < workers; w++)
        {
            // What is among the k best of all is among the k best of those that one thread saw, and reaches what is known already.
            (_tops[w] ??= new TopK(1)).Reset(_tops[0].K, _tops[0].Threshold);
        }
    }

    protected override void Process(int worker, int first, int end)
    {
        TopK top = _tops[worker];
        Span<int> rows = stackalloc int[BatchRows];
        Span<float> scores = stackalloc float[BatchRows];
        int i = first;
        while (i < end)
        {
            float cut = Cut(top.Threshold, _slack);
            int count = 0;
            for (; i < end && count < BatchRows; i++)
            {
                if ((_bounds.Length == 0 || _bounds[i] >= cut) && (_filter is null || _filter.Accepts(_rows.Id(_candidates[i]))))
                {
                    rows[count++] = _candidates[i];
                }
            }

            fine.Score(_prepared.From(_query, 1), rows[..count], scores, _tier);
            for (int j = 0; j < count; j++)
            {
                top.Offer(_rows.Id(rows[j]), scores[j]);
            }

            Interlocked.Add(ref _rescored, count);
        }
    }
}
