using KernelGen.Kernels;

namespace KernelGen;

/// <content>Searching and calibrating.</content>
public sealed partial class TwoStageSet<TCoarse, TFine>
{
    /// <summary>Prepared queries of a group fill at most so much of the cache beside the blocks.</summary>
    private const int GroupBytes = 64 << 10;
    private const int GroupQueries = 16;

    /// <summary>What calibration tries: four values per doubling.</summary>
    private const int StepsPerDoubling = 4;

    /// <summary>Finds the k best vectors for a query.</summary>
    /// <param name="query">As many values as the codecs have dimensions.</param>
    /// <param name="k">How many vectors to find, at least 1.</param>
    /// <param name="options">Which rows are rescored; null for <see cref="Oversample"/> rows per hit.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors whose fine codes score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <returns>Up to k hits with the scores of their fine codes, the greatest score first, equal scores by ascending id; and how many rows were rescored.</returns>
    /// <exception cref="ArgumentException">Wrong length of the query, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="InvalidOperationException">A guarantee is asked for that the codecs cannot give.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public TwoStageResult Search(
        ReadOnlySpan<float> query,
        int k,
        TwoStageOptions? options = null,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1)
    {
        CheckVector(query, nameof(query));
        CodecGuard.CheckFinite(query, query.Length, nameof(query));
        return SearchAll(query, 1, Request(k, options, filter, minimumScore, tier, parallelism, CancellationToken.None), progress: null)[0];
    }

    /// <summary>Finds the k best vectors for each of many queries. Groups of queries go over the coarse codes together. All queries see the same vectors.</summary>
    /// <param name="queries">The queries one after another, each as many values as the codecs have dimensions.</param>
    /// <param name="k">How many vectors to find for each query, at least 1.</param>
    /// <param name="options">Which rows are rescored; null for <see cref="Oversample"/> rows per hit.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors whose fine codes score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <param name="progress">Receives the number of queries that are done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The result of each query, as <see cref="Search"/> gives it.</returns>
    /// <exception cref="ArgumentException">Wrong length of the queries, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="InvalidOperationException">A guarantee is asked for that the codecs cannot give.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public TwoStageResult[] SearchBatch(
        ReadOnlySpan<float> queries,
        int k,
        TwoStageOptions? options = null,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        int count = CodecGuard.WholeCount(queries.Length, TFine.Layout.Dimensions, nameof(queries), "values");
        CodecGuard.CheckFinite(queries, TFine.Layout.Dimensions, nameof(queries));
        return SearchAll(queries, count, Request(k, options, filter, minimumScore, tier, parallelism, cancellationToken), progress);
    }

    /// <summary>Finds the least <see cref="Oversample"/> with which searches find a share of what searches of all fine codes find, and makes it the set's default.
    /// Costs a search of all fine codes per query.</summary>
    /// <param name="queries">A sample of queries one after another, at least one, such as will be searched for: a hundred of them measure a recall of 0.99 at k = 10 to
    /// about 0.003.</param>
    /// <param name="k">How many hits searches will ask for, at least 1.</param>
    /// <param name="recallTarget">The share to reach, above 0 and at most 1.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <param name="cancellationToken">Ends the call with the default as before.</param>
    /// <returns>The oversample, a power of the fourth root of 2, and what it was found to give.</returns>
    /// <exception cref="ArgumentException">No query, wrong length, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k less than 1, a target outside (0, 1], or wrong parallelism.</exception>
    /// <exception cref="InvalidOperationException">The set is empty.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public TwoStageCalibration Calibrate(
        ReadOnlySpan<float> queries,
        int k,
        double recallTarget = 0.99,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1,
        CancellationToken cancellationToken = default)
    {
        int dimensions = TFine.Layout.Dimensions;
        int count = CodecGuard.WholeCount(queries.Length, dimensions, nameof(queries), "values");
        if (count == 0)
        {
            throw new ArgumentException("Expected at least one query, but got none.", nameof(queries));
        }

        CodecGuard.CheckFinite(queries, dimensions, nameof(queries));
        if (recallTarget is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(recallTarget), recallTarget, "Expected a share above 0 and of at most 1.");
        }

        SearchRequest request = Request(k, options: null, filter: null, float.NegativeInfinity, tier, parallelism, cancellationToken).Search;
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = _coarse.Rows();
        if (rows.Count == 0)
        {
            throw new InvalidOperationException("An empty set cannot be calibrated.");
        }

        // A search finds a hit if and only if the hit is among the coarse codes that it rescores, so ranks tell the recall of every oversample.
        var ranks = new List<int>();
        var pass = new TwoStagePass<TCoarse, TFine>(CoarseCodec, _fine);
        for (int q = 0; q < count; q++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddRanks(pass, rows, queries.Slice(q * dimensions, dimensions), request, ranks);
        }

        ranks.Sort();
        for (int step = 0; ; step++)
        {
            double oversample = Math.Pow(2, (double)step / StepsPerDoubling);
            int rescored = TwoStagePass<TCoarse, TFine>.Oversampled(k, oversample, rows.Count);
            double recall = ranks.Count == 0 ? 1 : (double)CountBelow(ranks, rescored) / ranks.Count;
            if (recall >= recallTarget || rescored == rows.Count)
            {
                Oversample = oversample;
                return new TwoStageCalibration { Oversample = oversample, Recall = recall, Queries = count, K = k, RescoredRows = rescored };
            }
        }
    }

    private static int CountBelow(List<int> sorted, int value)
    {
        int count = sorted.FindIndex(rank => rank >= value);
        return count < 0 ? sorted.Count : count;
    }

    /// <summary>Adds the places that the hits of the fine codes have among the coarse ones, from 0 on.</summary>
    private void AddRanks(TwoStagePass<TCoarse, TFine> pass, RowView rows, ReadOnlySpan<float> query, in SearchRequest request, List<int> ranks)
    {
        HashSet<int> missing = [.. pass.SearchFine(rows, query, request).Select(hit => _coarse.FindRow(hit.Id, rows))];
        for (int k = Math.Min(request.K, rows.Count); missing.Count > 0; k = (int)Math.Min(rows.Count, 8L * k))
        {
            int[] best = pass.BestRows(rows, query, k, request);
            for (int rank = 0; rank < best.Length; rank++)
            {
                if (missing.Remove(best[rank]))
                {
                    ranks.Add(rank);
                }
            }

            if (k == rows.Count)
            {
                // Coarse scores of NaN have no rank: no oversample finds such rows.
                ranks.AddRange(Enumerable.Repeat(int.MaxValue, missing.Count));
                return;
            }
        }
    }

    private TwoStageRequest Request(
        int k, TwoStageOptions? options, IdFilter? filter, float minimumScore, CpuTier tier, int parallelism, CancellationToken cancellationToken)
    {
        TopK.CheckSearch(k, minimumScore);
        options ??= new TwoStageOptions();
        if (options.Guarantee != Guarantee.None && CoarseCodec.BoundedScan is null)
        {
            throw new InvalidOperationException(
                $"{typeof(TCoarse).Name} does not bound the errors of its scores, so there is no {nameof(Guarantee)}.{options.Guarantee}; {nameof(Guarantee)}.{Guarantee.None} "
                + "works, and so do coarse codecs that implement IBoundedCodec, such as those of [RotatedQuantizer].");
        }

        var search = new SearchRequest(k, filter, minimumScore, tier, ParallelPass.Threads(parallelism), Scoring.Exact, cancellationToken);
        return new TwoStageRequest(search, options, options.Oversample ?? Oversample);
    }

    private TwoStageResult[] SearchAll(ReadOnlySpan<float> queries, int count, in TwoStageRequest request, IProgress<long>? progress)
    {
        int dimensions = TFine.Layout.Dimensions;
        var results = new TwoStageResult[count];
        int groupQueries = Math.Clamp(GroupBytes / TCoarse.Layout.QueryBytes, 1, GroupQueries);
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = _coarse.Rows();
        TwoStagePass<TCoarse, TFine> pass = _idlePasses.Rent();
        for (int first = 0; first < count; first += groupQueries)
        {
            request.Search.CancellationToken.ThrowIfCancellationRequested();
            int group = Math.Min(groupQueries, count - first);
            pass.Search(rows, queries.Slice(first * dimensions, group * dimensions), request, results.AsSpan(first, group));
            progress?.Report(first + group);
        }

        // Collectors keep the memory of the largest k that they have seen.
        if (request.Search.K * request.Oversample <= VectorSet<TCoarse>.LargestKeptK)
        {
            _idlePasses.Return(pass);
        }

        return results;
    }
}
