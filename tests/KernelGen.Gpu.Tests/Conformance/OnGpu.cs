namespace KernelGen.GpuTests.Conformance;

/// <summary>
/// A codec whose kernels run on a GPU, so that whatever tests a codec tests them. What stays on the CPU (Prepare, Pack, files, pairs,
/// approximate scores) is the codec's own.
/// </summary>
/// <remarks>The tier that a caller names is ignored and returned.</remarks>
internal sealed class OnGpu<TCodec> : IVectorCodec<OnGpu<TCodec>>
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly TCodec _codec;
    private readonly GpuCodec<TCodec> _gpu;

    private OnGpu(TCodec codec)
    {
        _codec = codec;
        _gpu = GpuCodec<TCodec>.Open(codec, new GpuOptions { DeviceIndex = DeviceUnderTest.Index });
    }

    public static CodecLayout Layout => TCodec.Layout;

    public static OnGpu<TCodec> Train(ReadOnlySpan<float> sample, TrainingOptions? options = null) => new(TCodec.Train(sample, options));

    public static OnGpu<TCodec> Load(Stream stream) => new(TCodec.Load(stream));

    public void Save(Stream stream) => _codec.Save(stream);

    public CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        _gpu.Encode(vectors, codes);
        return tier;
    }

    public CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        _gpu.Decode(codes, vectors);
        return tier;
    }

    public void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow) => _codec.Pack(codes, block, firstRow);

    public void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes) => _codec.Unpack(block, firstRow, codes);

    public CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto)
    {
        _codec.Prepare(queries, prepared, tier);
        return tier;
    }

    public CpuTier Scan(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        // A GPU scores blocks from their first row on.
        int queries = prepared.Length / Layout.QueryBytes;
        int scanned = firstRow + rows;
        var all = new float[queries * scanned];
        _gpu.Scan(prepared, block, scanned, all);
        for (int q = 0; q < queries; q++)
        {
            all.AsSpan((q * scanned) + firstRow, rows).CopyTo(scores[(q * rows)..]);
        }

        return tier;
    }

    public CpuTier ScanApproximate(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto) =>
        _codec.ScanApproximate(prepared, block, firstRow, rows, scores, tier);

    public CpuTier Search(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        var scores = new float[ids.Length * tops.Length];
        Scan(prepared, block, 0, ids.Length, scores, tier);
        for (int q = 0; q < tops.Length; q++)
        {
            tops[q].Offer(ids, scores.AsSpan(q * ids.Length, ids.Length));
        }

        return tier;
    }

    public float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto) => _codec.ScorePair(first, second, tier);

    public CpuTier Accumulate(ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto)
    {
        _gpu.Accumulate(block, rows, weights, destination);
        return tier;
    }
}
