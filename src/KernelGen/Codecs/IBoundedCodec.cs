namespace KernelGen;

/// <summary>
/// What the generator implements besides for schemes whose rows bound the error of their scores (<c>[RotatedQuantizer]</c>): a search can tell which rows
/// cannot be among the best.
/// </summary>
/// <typeparam name="TSelf">The codec itself.</typeparam>
public interface IBoundedCodec<TSelf> : IVectorCodec<TSelf>
    where TSelf : class, IBoundedCodec<TSelf>
{
    /// <summary>
    /// Scores rows as <see cref="IVectorCodec{TSelf}.Scan"/> does, and bounds the error of each score: how far it can lie from the score of the vector that
    /// was encoded, in exact arithmetic, with the query as it is.
    /// </summary>
    /// <param name="prepared">n times <see cref="CodecLayout.QueryBytes"/> bytes.</param>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="firstRow">The first row to score.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scores">n times <paramref name="rows"/> scores, those of the first query first.</param>
    /// <param name="errors">As many bounds, none negative.</param>
    /// <param name="factor">Which bound: 1 for one that always holds (Cauchy-Schwarz on the norm of what codes leave over), or what
    /// <see cref="ErrorBounds.Factor"/> gives for one that holds with a probability.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, the rows lie outside the block, or the factor is not in (0, 1].</exception>
    CpuTier ScanBounds(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, Span<float> errors, float factor,
        CpuTier tier = CpuTier.Auto);

    /// <inheritdoc/>
    [System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
    BoundedScan? IVectorCodec<TSelf>.BoundedScan => ScanBounds;
}
