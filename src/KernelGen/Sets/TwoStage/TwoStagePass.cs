using System.Numerics;
using System.Runtime.InteropServices;
using KernelGen.Kernels;

namespace KernelGen;

/// <summary>What a two-stage search asks for, whatever its queries; k, minimum score, filter and the rest stand in <paramref name="Search"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TwoStageRequest(SearchRequest Search, TwoStageOptions Options, double Oversample);

/// <summary>A search of a group of queries in two stages; keeps its buffers for the next one.</summary>
internal sealed class TwoStagePass<TCoarse, TFine>(TCoarse coarse, FineStore<TFine> fine)
    where TCoarse : class, IVectorCodec<TCoarse>
    where TFine : class, IVectorCodec<TFine>
{
    /// <summary>Candidates are sorted where they are at most this share of the rows, or so few; otherwise reading rows in their order is worth more.</summary>
    private const int SortedShare = 16;
    private const int AlwaysSorted = 1024;

    private readonly RowSearchPass<TCoarse> _search = new(coarse);
    private readonly RescorePass<TFine> _rescore = new(fine);
    private BoundsPass<TCoarse>? _bounds;
    private TopK[] _tops = [];
    private double[] _slacks = [];
    private int[] _rescored = [];
    private Hit[] _hits = [];
    private int[] _candidates = [];
    private float[] _candidateBounds = [];

    /// <summary>Searches the rows of a view for each of some queries.</summary>
    public void Search(RowView rows, ReadOnlySpan<float> queries, in TwoStageRequest request, Span<TwoStageResult> results)
    {
        Begin(results.Length, request.Search);
        _rescore.Prepare(queries, request.Search.Tier);
        if (request.Options.Guarantee == Guarantee.None)
        {
            SearchOversampled(rows, queries, request);
        }
        else
        {
            SearchBounded(rows, queries, request);
        }

        for (int q = 0; q < results.Length; q++)
        {
            results[q] = new TwoStageResult(_tops[q].Drain(), _rescored[q]);
            _tops[q].Reset(1);
        }

        _search.Forget();
        _bounds?.Forget();
    }

    /// <summary>The best rows by their coarse codes, best first.</summary>
    public int[] BestRows(RowView rows, ReadOnlySpan<float> query, int k, in SearchRequest request)
    {
        _search.Prepare(query, request.Tier);
        TopK top = _search.Run(rows, request with { K = k })[0];
        int[] best = TakeRows(top).ToArray();
        _search.Forget();
        return best;
    }

    /// <summary>The best rows by their fine codes alone.</summary>
    public Hit[] SearchFine(RowView rows, ReadOnlySpan<float> query, in SearchRequest request)
    {
        _rescore.Prepare(query, request.Tier);
        Grow(ref _candidates, rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            _candidates[row] = row;
        }

        var top = new TopK(request.K);
        _rescore.Run(0, rows, _candidates, [], rows.Count, 0, top, request);
        return top.Drain();
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>(length);
        }
    }

    private void Begin(int queries, in SearchRequest request)
    {
        Grow(ref _slacks, queries);
        Grow(ref _rescored, queries);
        if (_tops.Length < queries)
        {
            Array.Resize(ref _tops, queries);
        }

        for (int q = 0; q < queries; q++)
        {
            _rescored[q] = 0;
            (_tops[q] ??= new TopK(1)).Reset(request.K, request.MinimumScore);
        }
    }

    private void SearchOversampled(RowView rows, ReadOnlySpan<float> queries, in TwoStageRequest request)
    {
        SearchRequest search = request.Search;
        int k = Oversampled(search.K, request.Oversample, rows.Count);
        _search.Prepare(queries, search.Tier);
        ReadOnlySpan<TopK> tops = _search.Run(rows, search with { K = k, MinimumScore = float.NegativeInfinity, Filter = RowSearchPass<TCoarse>.FilterOf(search.Filter, rows) });
        for (int q = 0; q < tops.Length; q++)
        {
            RescoreAll(q, rows, tops[q], search);
        }
    }

    /// <summary>How many rows are rescored for k hits.</summary>
    public static int Oversampled(int k, double oversample, int count) => (int)Math.Clamp(Math.Ceiling(k * oversample), 1, Math.Max(1, count));

    private void SearchBounded(RowView rows, ReadOnlySpan<float> queries, in TwoStageRequest request)
    {
        SearchRequest search = request.Search;
        int dimensions = TFine.Layout.Dimensions;
        int count = queries.Length / dimensions;
        float factor = request.Options.Factor(search.K, TCoarse.Layout.Transforms?.OutputDimensions ?? dimensions);
        for (int q = 0; q < count; q++)
        {
            _slacks[q] = Slack(q, queries.Slice(q * dimensions, dimensions), request.Options.Guarantee);
        }

        BoundsPass<TCoarse> bounds = _bounds ??= new BoundsPass<TCoarse>(coarse, coarse.BoundedScan!);
        bounds.Prepare(queries, search.Tier);
        int step = BoundsPass<TCoarse>.MaximumBlocks(count);
        for (int block = 0; block < rows.BlockCount; block += step)
        {
            int blocks = Math.Min(step, rows.BlockCount - block);
            int first = rows.FirstRow(block);
            int last = Math.Min(blocks * TCoarse.Layout.BlockRows, rows.Count - first);
            bool isFull = Array.FindIndex(_tops, 0, count, static top => top.Missing > 0) < 0;

            // Where no threshold is known, the best rows by their coarse scores give one.
            ReadOnlySpan<TopK> starts = bounds.Run(rows, block, blocks, count, factor, search with
            {
                K = isFull ? 1 : search.K,
                MinimumScore = isFull ? float.PositiveInfinity : float.NegativeInfinity,
                Filter = RowSearchPass<TCoarse>.FilterOf(search.Filter, rows),
            });
            for (int q = 0; q < count; q++)
            {
                Span<float> rowBounds = bounds.Bounds(q, last);
                if (_tops[q].Missing > 0)
                {
                    foreach (int row in RescoreAll(q, rows, starts[q], search))
                    {
                        rowBounds[row - first] = float.NaN;
                    }
                }

                RescoreCandidates(q, rows, first, rowBounds, search);
            }
        }
    }

    /// <summary>By how much the fine code's score can exceed the coarse code's score and its bound.</summary>
    private double Slack(int query, ReadOnlySpan<float> values, Guarantee guarantee)
    {
        bool isCosine = TFine.Layout.Metric == Metric.Cosine;
        if (isCosine && StripedSums.InverseNorm(values) == 0)
        {
            // Codecs take the query for zero; its cosines are what they are.
            return double.PositiveInfinity;
        }

        double error = _rescore.ScoreError(query, isCosine ? 1 : Math.Sqrt(StripedSums.Squares(values)) * (1 + 1e-12));
        if (double.IsPositiveInfinity(error))
        {
            // What is rounded is far below what the coarse code is uncertain about, whose bound may be exceeded anyway.
            error = guarantee == Guarantee.Probable ? 0 : throw new InvalidOperationException(
                $"{typeof(TFine).Name} has no bound of the rounding of its own scores ({nameof(IVectorCodec<>.ScoreError)}), so there is no {nameof(Guarantee)}."
                + $"{Guarantee.Always}; {nameof(Guarantee)}.{Guarantee.Probable} and {nameof(Guarantee)}.{Guarantee.None} work.");
        }

        return error + (isCosine ? fine.Norms.Deviation : 0);
    }

    /// <summary>Rescores what a collector of coarse scores holds.</summary>
    private ReadOnlySpan<int> RescoreAll(int query, RowView rows, TopK coarseTop, in SearchRequest search)
    {
        ReadOnlySpan<int> taken = TakeRows(coarseTop);
        _rescored[query] += _rescore.Run(query, rows, _candidates, [], taken.Length, 0, _tops[query], search with { Filter = null });
        return taken;
    }

    /// <summary>Rescores the rows from <paramref name="first"/> on that can be among the best by their bounds, those with the greatest bounds first.</summary>
    private void RescoreCandidates(int query, RowView rows, int first, ReadOnlySpan<float> bounds, in SearchRequest search)
    {
        int count = Choose(bounds, first, RescorePass<TFine>.Cut(_tops[query].Threshold, _slacks[query]));
        if (count <= Math.Max(AlwaysSorted, bounds.Length / SortedShare))
        {
            Array.Sort(_candidateBounds, _candidates, 0, count);
            Array.Reverse(_candidateBounds, 0, count);
            Array.Reverse(_candidates, 0, count);
        }

        _rescored[query] += _rescore.Run(query, rows, _candidates, _candidateBounds, count, _slacks[query], _tops[query], search);
    }

    /// <summary>Lists the rows whose bounds reach a value, and these bounds.</summary>
    private int Choose(ReadOnlySpan<float> bounds, int first, float cut)
    {
        Grow(ref _candidates, bounds.Length);
        Grow(ref _candidateBounds, bounds.Length);
        int count = 0;
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= bounds.Length - (4 * width); i += 4 * width)
        {
            if (Vector.GreaterThanOrEqualAny(Greatest(bounds[i..]), new Vector<float>(cut)))
            {
                count = ChooseEach(bounds.Slice(i, 4 * width), first + i, cut, count);
            }
        }

        return ChooseEach(bounds[i..], first + i, cut, count);

        // MaxNumber passes over NaN, which marks rows that have been rescored.
        Vector<float> Greatest(ReadOnlySpan<float> values) => Vector.MaxNumber(
            Vector.MaxNumber(new Vector<float>(values), new Vector<float>(values[width..])),
            Vector.MaxNumber(new Vector<float>(values[(2 * width)..]), new Vector<float>(values[(3 * width)..])));
    }

    private int ChooseEach(ReadOnlySpan<float> bounds, int first, float cut, int count)
    {
        for (int i = 0; i < bounds.Length; i++)
        {
            if (bounds[i] >= cut)
            {
                _candidates[count] = first + i;
                _candidateBounds[count++] = bounds[i];
            }
        }

        return count;
    }

    /// <summary>Moves the hits of a collector to <see cref="_candidates"/>, as rows, best first.</summary>
    private ReadOnlySpan<int> TakeRows(TopK top)
    {
        Grow(ref _hits, top.Count);
        Grow(ref _candidates, top.Count);
        int count = top.Drain(_hits);
        for (int i = 0; i < count; i++)
        {
            _candidates[i] = (int)_hits[i].Id;
        }

        return _candidates.AsSpan(0, count);
    }
}
