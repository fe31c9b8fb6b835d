namespace KernelGen.Benchmarks;

/// <summary>A filled set and queries: searches as a user runs them.</summary>
public abstract class SetRun
{
    public abstract long Rows { get; }

    /// <summary>The best hits of one query; the query changes from call to call.</summary>
    public abstract void SearchOne(CpuTier tier, int threads);

    /// <summary>The best hits of <see cref="Workload.BatchQueries"/> queries in one pass.</summary>
    public abstract void SearchBatch(CpuTier tier, int threads);
}

/// <inheritdoc/>
internal sealed class SetRun<TCodec> : SetRun
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly VectorSet<TCodec> _set;
    private readonly float[] _queries = Workload.Gaussian(Workload.BatchQueries * TCodec.Layout.Dimensions, seed: 2);
    private readonly Hit[] _hits = new Hit[Workload.Hits];
    private int _next;

    public SetRun(long codeBytes)
    {
        const int ChunkRows = 8192;
        int dimensions = TCodec.Layout.Dimensions;
        float[] vectors = Workload.Gaussian(ChunkRows * dimensions, seed: 1);
        _set = new VectorSet<TCodec>(TCodec.Train(vectors));
        Rows = codeBytes / TCodec.Layout.CodeBytes;
        for (long first = 0; first < Rows; first += ChunkRows)
        {
            int rows = (int)Math.Min(ChunkRows, Rows - first);
            long[] ids = [.. Enumerable.Range(0, rows).Select(row => first + row)];
            _set.AddRange(ids, vectors.AsSpan(0, rows * dimensions));
        }
    }

    public override long Rows { get; }

    public override void SearchOne(CpuTier tier, int threads)
    {
        int dimensions = TCodec.Layout.Dimensions;
        _set.Search(_queries.AsSpan(_next * dimensions, dimensions), _hits, tier: tier, parallelism: threads);
        _next = (_next + 1) % Workload.BatchQueries;
    }

    public override void SearchBatch(CpuTier tier, int threads) =>
        _set.SearchBatch(_queries, Workload.Hits, tier: tier, parallelism: threads);
}
