namespace KernelGen;

/// <summary>Searches of sets by the first dimensions of vectors, for codecs that declare <see cref="VectorCodecAttribute.Prefixes"/>.</summary>
/// <remarks>
/// They find what <c>Search</c> would find if vectors ended there, in less time; found with more hits than are wanted, the best are then chosen by
/// <see cref="VectorSet{TCodec}.Score"/>. They run on the CPU, whatever <see cref="VectorSet{TCodec}.Device"/> says, and score exactly, whatever
/// <see cref="VectorSet{TCodec}.Scoring"/> says.
/// </remarks>
public static class PrefixSearch
{
    /// <summary>Finds the k best vectors for the first dimensions of a query.</summary>
    /// <param name="set">The set.</param>
    /// <param name="query">The first values of a query, as many as one of the codec's prefixes has dimensions.</param>
    /// <param name="k">How many vectors to find, at least 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors that score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <returns>Up to k hits, the greatest score first, equal scores by ascending id.</returns>
    /// <exception cref="ArgumentException">The codec has no prefix of this length, or a value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public static Hit[] SearchPrefix<TCodec>(
        this VectorSet<TCodec> set,
        ReadOnlySpan<float> query,
        int k,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1)
        where TCodec : class, IPrefixCodec<TCodec>
    {
        ArgumentNullException.ThrowIfNull(set);
        SearchRequest request = Request(k, filter, minimumScore, tier, parallelism, CancellationToken.None);
        if (!TCodec.Prefixes.Contains(query.Length))
        {
            throw new ArgumentException(
                $"Expected as many values as a prefix has dimensions ({string.Join(", ", TCodec.Prefixes.ToArray())}), but got {query.Length}.", nameof(query));
        }

        return set.SearchBatch(new PrefixPass<TCodec>(set.Codec, query.Length), query, request, progress: null, nameof(query))[0];
    }

    /// <summary>
    /// Finds the k best vectors for the first dimensions of each of many queries. Groups of queries go over the codes together. All queries see the same
    /// vectors.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="queries">The first values of the queries, those of one query after those of another, <paramref name="prefix"/> of each.</param>
    /// <param name="prefix">One of the codec's prefixes.</param>
    /// <param name="k">How many vectors to find for each query, at least 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors that score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan; -1 for all cores.</param>
    /// <param name="progress">Receives the number of queries that are done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The hits of each query as <see cref="SearchPrefix"/> gives them.</returns>
    /// <exception cref="ArgumentException">Wrong length of the queries, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such prefix; k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public static Hit[][] SearchPrefixBatch<TCodec>(
        this VectorSet<TCodec> set,
        ReadOnlySpan<float> queries,
        int prefix,
        int k,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
        where TCodec : class, IPrefixCodec<TCodec>
    {
        ArgumentNullException.ThrowIfNull(set);
        SearchRequest request = Request(k, filter, minimumScore, tier, parallelism, cancellationToken);
        return set.SearchBatch(new PrefixPass<TCodec>(set.Codec, prefix), queries, request, progress, nameof(queries));
    }

    private static SearchRequest Request(
        int k, IdFilter? filter, float minimumScore, CpuTier tier, int parallelism, CancellationToken cancellationToken)
    {
        TopK.CheckSearch(k, minimumScore);
        return new SearchRequest(k, filter, minimumScore, tier, ParallelPass.Threads(parallelism), Scoring.Exact, cancellationToken);
    }
}
