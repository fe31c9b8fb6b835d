namespace KernelGen.Benchmarks;

/// <summary>Queries and where they are prepared.</summary>
public abstract class PrepareRun
{
    /// <summary>Prepares one query; the query changes from call to call.</summary>
    public abstract void PrepareOne(CpuTier tier);

    /// <summary>Prepares <see cref="Workload.BatchQueries"/> queries at once.</summary>
    public abstract void PrepareAll(CpuTier tier);
}

/// <inheritdoc/>
internal sealed class PrepareRun<TCodec> : PrepareRun
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly TCodec _codec;
    private readonly float[] _queries = Workload.Gaussian(Workload.BatchQueries * s_layout.Dimensions, seed: 2);
    private readonly byte[] _prepared = new byte[Workload.BatchQueries * s_layout.QueryBytes];
    private int _next;

    public PrepareRun() => _codec = CodecFactory.Create<TCodec>(_queries);

    public override void PrepareOne(CpuTier tier)
    {
        _codec.Prepare(_queries.AsSpan(_next * s_layout.Dimensions, s_layout.Dimensions), _prepared.AsSpan(0, s_layout.QueryBytes), tier);
        _next = (_next + 1) % Workload.BatchQueries;
    }

    public override void PrepareAll(CpuTier tier) => _codec.Prepare(_queries, _prepared, tier);
}
