namespace KernelGen;

/// <summary>A pass of queries that are first dimensions of vectors, on the CPU.</summary>
internal sealed class PrefixPass<TCodec>(TCodec codec, int prefix) : SearchPass<TCodec>(codec, new PrefixQueries<TCodec>(codec, prefix))
    where TCodec : class, IPrefixCodec<TCodec>
{
    public override bool IsCpuOnly => true;

    protected override void SearchBlock(int worker, int block, ReadOnlySpan<TopK> tops) =>
        Codec.SearchPrefix(prefix, Prepared, Rows.Block(block), Rows.Ids(block), tops, Tier);
}

/// <summary>A buffer of queries that are prepared for a prefix.</summary>
internal sealed class PrefixQueries<TCodec>(TCodec codec, int prefix) : PreparedQueries<TCodec>(codec)
    where TCodec : class, IPrefixCodec<TCodec>
{
    public override CodecLayout Layout { get; } = TCodec.PrefixLayout(prefix);

    protected override void Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier) =>
        Codec.PreparePrefix(prefix, queries, prepared, tier);
}
