namespace KernelGen;

/// <summary>
/// What the generator implements besides for schemes that declare <see cref="VectorCodecAttribute.Prefixes"/>: queries of some first dimensions, scored by
/// kernels that are made for just so many, from the same codes.
/// </summary>
/// <remarks>
/// The score of a prefix is that of the first dimensions of the query with those of the decoded vector; under <see cref="Metric.Cosine"/> both are compared by
/// their direction in these dimensions. Formulas: docs/formats.md, section 11. A query that is prepared for one prefix is of no use for another one.
/// </remarks>
/// <typeparam name="TSelf">The codec itself.</typeparam>
public interface IPrefixCodec<TSelf> : IVectorCodec<TSelf>
    where TSelf : class, IPrefixCodec<TSelf>
{
    /// <summary>The prefixes that have kernels, as numbers of dimensions, ascending.</summary>
    static abstract ReadOnlySpan<int> Prefixes { get; }

    /// <summary>Sizes of a prefix: <see cref="IVectorCodec{TSelf}.Layout"/> with its <see cref="CodecLayout.Dimensions"/> and
    /// <see cref="CodecLayout.QueryBytes"/>.</summary>
    /// <param name="prefix">One of <see cref="Prefixes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such prefix; the message names those that there are.</exception>
    static abstract CodecLayout PrefixLayout(int prefix);

    /// <summary>
    /// Brings n queries into the form that <see cref="ScanPrefix"/> takes. If a value is not finite, the contents of
    /// <paramref name="prepared"/> are undefined.
    /// </summary>
    /// <param name="prefix">One of <see cref="Prefixes"/>.</param>
    /// <param name="queries">n times <paramref name="prefix"/> values.</param>
    /// <param name="prepared">n times the bytes of a query in <see cref="PrefixLayout"/>.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such prefix.</exception>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    CpuTier PreparePrefix(int prefix, ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto);

    /// <summary>Scores the rows <paramref name="firstRow"/> to <paramref name="firstRow"/> + <paramref name="rows"/> - 1 of a block against n queries that
    /// <see cref="PreparePrefix"/> has prepared.</summary>
    /// <param name="prefix">One of <see cref="Prefixes"/>: the one that the queries were prepared for.</param>
    /// <param name="prepared">n times the bytes of a query in <see cref="PrefixLayout"/>.</param>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="firstRow">The first row to score.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scores">n times <paramref name="rows"/> scores, those of the first query first.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such prefix.</exception>
    /// <exception cref="ArgumentException">Wrong length, or the rows lie outside the block.</exception>
    CpuTier ScanPrefix(
        int prefix, ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto);

    /// <summary>Scores the first rows of a block against n queries that <see cref="PreparePrefix"/> has prepared, and offers them to the n collectors.</summary>
    /// <param name="prefix">One of <see cref="Prefixes"/>: the one that the queries were prepared for.</param>
    /// <param name="prepared">n times the bytes of a query in <see cref="PrefixLayout"/>.</param>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="ids">Ids of the rows to score, from row 0 on.</param>
    /// <param name="tops">One collector per query.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such prefix.</exception>
    /// <exception cref="ArgumentException">Wrong length, or a collector is null.</exception>
    CpuTier SearchPrefix(
        int prefix, ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto);
}
