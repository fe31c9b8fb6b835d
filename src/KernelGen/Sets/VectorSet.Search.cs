using KernelGen.Kernels;

namespace KernelGen;

/// <content>Searching and scoring.</content>
public sealed partial class VectorSet<TCodec>
{
    /// <summary>Prepared queries of a group fill at most so much of the cache beside the blocks.</summary>
    private const int GroupBytes = 128 << 10;

    private const int GroupQueries = 128;

    /// <summary>Finds the k best vectors for a query.</summary>
    /// <param name="query">As many values as the codec has dimensions.</param>
    /// <param name="k">How many vectors to find, at least 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors that score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores. 1 is best for throughput, more for the latency of
    /// one query over a large set.</param>
    /// <returns>Up to k hits, the greatest score first, equal scores by ascending id.</returns>
    /// <exception cref="ArgumentException">Wrong length of the query, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="GpuException">The GPU is to search (<see cref="Device"/>), and cannot.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public Hit[] Search(
        ReadOnlySpan<float> query,
        int k,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1)
    {
        SearchRequest request = Request(k, filter, minimumScore, tier, parallelism, CancellationToken.None);
        CheckVector(query, nameof(query));
        using SetGate.ReadScope scope = _gate.Read();
        SearchPass<TCodec> pass = RentPass();
        try
        {
            return SearchGroup(pass, Rows(), query, request, nameof(query))[0].Drain();
        }
        finally
        {
            ReturnPass(pass);
        }
    }

    /// <summary>Finds the best vectors for a query, as many as there is room for. Allocates nothing once the set is in use, if
    /// <paramref name="parallelism"/> is 1.</summary>
    /// <param name="query">As many values as the codec has dimensions.</param>
    /// <param name="hits">Receives the hits, the greatest score first, equal scores by ascending id; its length is k, at least
    /// 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors that score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <returns>How many hits were written.</returns>
    /// <exception cref="ArgumentException">No room for a hit, wrong length of the query, or a value that is not
    /// finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="GpuException">The GPU is to search (<see cref="Device"/>), and cannot.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public int Search(
        ReadOnlySpan<float> query,
        Span<Hit> hits,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1)
    {
        if (hits.IsEmpty)
        {
            throw new ArgumentException("Expected room for at least one hit, but got none.", nameof(hits));
        }

        SearchRequest request = Request(hits.Length, filter, minimumScore, tier, parallelism, CancellationToken.None);
        CheckVector(query, nameof(query));
        using SetGate.ReadScope scope = _gate.Read();
        SearchPass<TCodec> pass = RentPass();
        try
        {
            return SearchGroup(pass, Rows(), query, request, nameof(query))[0].Drain(hits);
        }
        finally
        {
            ReturnPass(pass);
        }
    }

    /// <summary>
    /// Finds the k best vectors for each of many queries. Groups of queries go over the codes together, so that the codes are read
    /// from memory once per group. All queries see the same vectors.
    /// </summary>
    /// <param name="queries">The queries one after another, each as many values as the codec has dimensions.</param>
    /// <param name="k">How many vectors to find for each query, at least 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors that score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <param name="progress">Receives the number of queries that are done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The hits of each query as <see cref="Search(ReadOnlySpan{float}, int, IdFilter?, float, CpuTier, int)"/> gives
    /// them. Where the order of summation is free (float formats, scales per block; docs/formats.md, section 3) scores may differ from those in their last bits, as
    /// kernels for several queries add in another order.</returns>
    /// <exception cref="ArgumentException">Wrong length of the queries, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="GpuException">The GPU is to search (<see cref="Device"/>), and cannot.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public Hit[][] SearchBatch(
        ReadOnlySpan<float> queries,
        int k,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        SearchRequest request = Request(k, filter, minimumScore, tier, parallelism, cancellationToken);
        return SearchBatch(new SearchPass<TCodec>(Codec), queries, request, progress, nameof(queries));
    }

    /// <summary>Searches with queries as the pass takes them.</summary>
    /// <param name="pass">What prepares the queries and searches with them.</param>
    /// <param name="queries">Queries one after another.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Receives the number of queries that are done.</param>
    /// <param name="parameter">The name of the caller's argument.</param>
    internal Hit[][] SearchBatch(
        SearchPass<TCodec> pass, ReadOnlySpan<float> queries, in SearchRequest request, IProgress<long>? progress, string parameter)
    {
        CodecLayout layout = pass.QueryLayout;
        int dimensions = layout.Dimensions;
        var results = new Hit[CodecGuard.WholeCount(queries.Length, dimensions, parameter, "values")][];
        CodecGuard.CheckFinite(queries, dimensions, parameter);
        int groupQueries = Math.Clamp(GroupBytes / layout.QueryBytes, 1, GroupQueries);
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = Rows();
        for (int first = 0; first < results.Length; first += groupQueries)
        {
            request.CancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(groupQueries, results.Length - first);
            ReadOnlySpan<float> group = queries.Slice(first * dimensions, count * dimensions);
            ReadOnlySpan<TopK> tops = SearchGroup(pass, rows, group, request, parameter);
            for (int q = 0; q < count; q++)
            {
                results[first + q] = tops[q].Drain();
            }

            progress?.Report(first + count);
        }

        return results;
    }

    /// <summary>Scores all vectors, in the order in which the set keeps them: the order of adding, as long as none is
    /// removed.</summary>
    /// <param name="query">As many values as the codec has dimensions.</param>
    /// <param name="ids">Receives the ids; room for <see cref="Count"/> of them. Another thread that adds vectors may need
    /// more.</param>
    /// <param name="scores">Receives the scores; the same room.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <returns>How many ids and scores were written.</returns>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    /// <exception cref="GpuException">The GPU is to score (<see cref="Device"/>), and cannot.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public int Scores(ReadOnlySpan<float> query, Span<long> ids, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        CheckVector(query, nameof(query));
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = Rows();
        CheckRoom(ids.Length, rows.Count, nameof(ids));
        CheckRoom(scores.Length, rows.Count, nameof(scores));
        SearchPass<TCodec> pass = RentPass();
        try
        {
            ReadOnlySpan<byte> prepared = Prepare(pass, query, tier, nameof(query));
            CheckHasKernels();
            Scoring scoring = _scoring;
            bool isScored = _gpu is not null && MayUseGpu(scoring) && _gpu.TryScore(rows, prepared, scores[..rows.Count], _device);
            for (int block = 0; block < rows.BlockCount; block++)
            {
                ReadOnlySpan<long> blockIds = rows.Ids(block);
                int first = rows.FirstRow(block);
                blockIds.CopyTo(ids[first..]);
                if (isScored)
                {
                    continue;
                }

                Span<float> blockScores = scores.Slice(first, blockIds.Length);
                if (scoring == Scoring.Approximate)
                {
                    Codec.ScanApproximate(prepared, rows.Block(block), 0, blockIds.Length, blockScores, tier);
                }
                else
                {
                    Codec.Scan(prepared, rows.Block(block), 0, blockIds.Length, blockScores, tier);
                }
            }

            return rows.Count;
        }
        finally
        {
            ReturnPass(pass);
        }
    }

    /// <summary>The score of one vector, computed on the CPU.</summary>
    /// <param name="id">An id in the set.</param>
    /// <param name="query">As many values as the codec has dimensions.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ArgumentException">Wrong length of the query, or a value that is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public float Score(long id, ReadOnlySpan<float> query, CpuTier tier = CpuTier.Auto)
    {
        CheckVector(query, nameof(query));
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = Rows();
        int row = FindRow(id, rows);
        SearchPass<TCodec> pass = RentPass();
        try
        {
            float score = 0;
            Codec.Scan(
                Prepare(pass, query, tier, nameof(query)), rows.Block(rows.BlockOf(row)), rows.RowInBlock(row), 1, new Span<float>(ref score), tier);
            return score;
        }
        finally
        {
            ReturnPass(pass);
        }
    }

    private SearchRequest Request(
        int k, IdFilter? filter, float minimumScore, CpuTier tier, int parallelism, CancellationToken cancellationToken)
    {
        TopK.CheckSearch(k, minimumScore);
        return new SearchRequest(k, filter, minimumScore, tier, ParallelPass.Threads(parallelism), _scoring, cancellationToken);
    }

    private ReadOnlySpan<TopK> SearchGroup(
        SearchPass<TCodec> pass, RowView rows, ReadOnlySpan<float> queries, in SearchRequest request, string parameter)
    {
        Prepare(pass, queries, request.Tier, parameter);
        if (pass.IsCpuOnly)
        {
            return pass.Run(rows, request);
        }

        if (_gpu is not null && MayUseGpu(request.Scoring))
        {
            return _gpu.Search(pass, rows, request, _device);
        }

        CheckHasKernels();
        return pass.Run(rows, request);
    }

    private static ReadOnlySpan<byte> Prepare(SearchPass<TCodec> pass, ReadOnlySpan<float> queries, CpuTier tier, string parameter)
    {
        try
        {
            return pass.Prepare(queries, tier);
        }
        catch (ArgumentException)
        {
            CodecGuard.CheckFinite(queries, pass.QueryLayout.Dimensions, parameter);
            throw;
        }
    }

    /// <summary>Whether a GPU may answer: it has no approximate scores, and must answer if it is asked for.</summary>
    private bool MayUseGpu(Scoring scoring) => scoring == Scoring.Exact || _device == Device.Gpu;

    private void CheckHasKernels()
    {
        if (_gpu is null && _device == Device.Gpu)
        {
            GpuHost.CreateProgram(Codec); // throws what has kept it from being there
            throw GpuHost.NoKernels<TCodec>();
        }
    }

    private static void CheckRoom(int length, int count, string parameter)
    {
        if (length < count)
        {
            throw new ArgumentException($"Expected room for {count} vectors, but got {length}.", parameter);
        }
    }

    private SearchPass<TCodec> RentPass() => _idlePasses.Rent();

    private void ReturnPass(SearchPass<TCodec> pass)
    {
        // Collectors keep the memory of the largest k that they have seen.
        if (pass.K <= LargestKeptK)
        {
            pass.Forget();
            _idlePasses.Return(pass);
        }
    }
}
