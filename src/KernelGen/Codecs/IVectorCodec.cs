namespace KernelGen;

/// <summary>
/// What the generator implements for a class marked with <see cref="VectorCodecAttribute"/>: the kernels of one quantization
/// scheme. A codec is immutable and safe to use from many threads.
/// </summary>
/// <remarks>
/// <para>A vector has <see cref="CodecLayout.Dimensions"/> single-precision values. Its <em>row code</em> has
/// <see cref="CodecLayout.CodeBytes"/> bytes. <see cref="Pack"/> puts row codes into a <em>block</em> of
/// <see cref="CodecLayout.BlockRows"/> rows, the form that is scanned. A query is scanned in its <em>prepared</em> form of
/// <see cref="CodecLayout.QueryBytes"/> bytes. Layouts and formulas: docs/formats.md.</para>
/// <para>Every kernel takes the tier to run and, where it returns nothing else, returns the tier that ran; codes and integer sums are the same on every tier.</para>
/// </remarks>
/// <typeparam name="TSelf">The codec itself.</typeparam>
public interface IVectorCodec<TSelf>
    where TSelf : class, IVectorCodec<TSelf>
{
    /// <summary>The scheme's sizes and layout.</summary>
    static abstract CodecLayout Layout { get; }

    /// <summary>Learns the parameters of the scheme. A scheme with nothing to learn ignores the values of the sample.</summary>
    /// <param name="sample">Vectors one after another, a multiple of the dimension, at least one vector.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    static abstract TSelf Train(ReadOnlySpan<float> sample, TrainingOptions? options = null);

    /// <summary>Reads a codec that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Truncated, corrupt, or of another scheme.</exception>
    static abstract TSelf Load(Stream stream);

    /// <summary>Writes the learned parameters with the scheme and a checksum.</summary>
    void Save(Stream stream);

    /// <summary>Encodes n vectors to n row codes. If a value is not finite, the contents of <paramref name="codes"/> are undefined.</summary>
    /// <param name="vectors">n times <see cref="CodecLayout.Dimensions"/> values.</param>
    /// <param name="codes">n times <see cref="CodecLayout.CodeBytes"/> bytes.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto);

    /// <summary>Decodes n row codes to n vectors.</summary>
    /// <param name="codes">n times <see cref="CodecLayout.CodeBytes"/> bytes.</param>
    /// <param name="vectors">n times <see cref="CodecLayout.Dimensions"/> values.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto);

    /// <summary>Copies n row codes into rows <paramref name="firstRow"/>.. of a block.</summary>
    /// <exception cref="ArgumentException">Wrong length, or the rows do not fit the block.</exception>
    void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow);

    /// <summary>Copies rows <paramref name="firstRow"/>.. of a block back to row codes: the inverse of <see cref="Pack"/>.</summary>
    /// <exception cref="ArgumentException">Wrong length, or the rows lie outside the block.</exception>
    void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes);

    /// <summary>
    /// Brings n queries into the form that <see cref="Scan"/> takes. If a value is not finite, the contents of
    /// <paramref name="prepared"/> are undefined.
    /// </summary>
    /// <param name="queries">n times <see cref="CodecLayout.Dimensions"/> values.</param>
    /// <param name="prepared">n times <see cref="CodecLayout.QueryBytes"/> bytes.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto);

    /// <summary>Scores the rows <paramref name="firstRow"/> to <paramref name="firstRow"/> + <paramref name="rows"/> - 1 of a
    /// block against n prepared queries.</summary>
    /// <param name="prepared">n times <see cref="CodecLayout.QueryBytes"/> bytes.</param>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="firstRow">The first row to score.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scores">n times <paramref name="rows"/> scores, those of the first query first.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, or the rows lie outside the block.</exception>
    CpuTier Scan(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto);

    /// <summary>Scores rows as <see cref="Scan"/> does, faster and less exactly where the scheme has byte tables (product codes of 4 bits:
    /// docs/formats.md, section 6); with the scores of <see cref="Scan"/> where it has none.</summary>
    /// <param name="prepared">n times <see cref="CodecLayout.QueryBytes"/> bytes.</param>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="firstRow">The first row to score.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scores">n times <paramref name="rows"/> scores, those of the first query first.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, or the rows lie outside the block.</exception>
    CpuTier ScanApproximate(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto) =>
        Scan(prepared, block, firstRow, rows, scores, tier);

    /// <summary>Scores the first rows of a block against n prepared queries and offers them to the n collectors.</summary>
    /// <param name="prepared">n times <see cref="CodecLayout.QueryBytes"/> bytes.</param>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="ids">Ids of the rows to score, from row 0 on.</param>
    /// <param name="tops">One collector per query.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, or a collector is null.</exception>
    CpuTier Search(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto);

    /// <summary>The score of two stored vectors, as <see cref="Scan"/> would give for the decoded first as an exact query
    /// (both sides decoded; the query is not quantized again).</summary>
    /// <param name="first">A row code.</param>
    /// <param name="second">A row code.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto);

    /// <summary>Adds the weighted sum of decoded rows of a block: destination += sum of weights[i] * Decode(rows[i]).</summary>
    /// <param name="block"><see cref="CodecLayout.BlockBytes"/> bytes.</param>
    /// <param name="rows">Row numbers in the block, in any order, repetitions allowed.</param>
    /// <param name="weights">One weight per row number.</param>
    /// <param name="destination"><see cref="CodecLayout.Dimensions"/> values.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length, a row outside the block, or a weight or value that is not finite.</exception>
    CpuTier Accumulate(ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto);

    /// <summary>
    /// The most by which the score that <see cref="Scan"/> gives a row can lie from the score of the row's decoded vector in exact arithmetic with the query as it
    /// is: what rounding the query to integers and rounding sums may cost.
    /// </summary>
    /// <param name="prepared">One prepared query of <see cref="CodecLayout.QueryBytes"/> bytes.</param>
    /// <param name="queryNorm">Norm of the query before it was prepared; 1 under <see cref="Metric.Cosine"/>.</param>
    /// <param name="vectorNorm">The greatest norm of the decoded vectors that are scored.</param>
    /// <returns>A bound, <see cref="double.MaxValue"/> where scores may exceed single precision; infinity if this scheme knows none, which those do not that
    /// have block or channel scales, minima, transforms, or centroids that are added.</returns>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    double ScoreError(ReadOnlySpan<byte> prepared, double queryNorm, double vectorNorm) => double.PositiveInfinity;

    /// <summary><c>IBoundedCodec.ScanBounds</c>; null for a codec without bounds.</summary>
    [System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
    BoundedScan? BoundedScan => null;

    /// <summary>How this codec gets onto a GPU; null if it was compiled without a GPU library.</summary>
    [System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
    Devices.GpuProgram? CreateGpuProgram() => null;
}
