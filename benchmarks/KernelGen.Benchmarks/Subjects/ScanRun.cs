namespace KernelGen.Benchmarks;

/// <summary>Blocks of codes and a prepared query: a scan at the level of the codec.</summary>
public abstract class ScanRun
{
    public abstract long Rows { get; }

    /// <summary>Bytes of codes that a scan reads; they begin at the start of the buffer.</summary>
    public abstract long CodeBytes { get; }

    /// <summary>Scores all rows against one query on one thread.</summary>
    public abstract void Scan(CpuTier tier);

    /// <summary>Scores all rows against one query as the scheme's byte tables do, if it has such.</summary>
    public abstract void ScanApproximate(CpuTier tier);

    /// <summary>Finds the best of all rows for one query.</summary>
    public abstract void Search(CpuTier tier);

    /// <summary>Scores all rows against one query, the blocks divided among threads.</summary>
    public abstract void Scan(CpuTier tier, int threads);

    /// <summary>Scores random rows against one query, each by itself.</summary>
    public abstract void ScanRandom(CpuTier tier, int rows);
}

/// <inheritdoc/>
internal sealed class ScanRun<TCodec> : ScanRun
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly BlockTable<TCodec> _table;
    private readonly byte[] _prepared = new byte[s_layout.QueryBytes];
    private readonly float[][] _scores;
    private readonly TopK _top = new(Workload.Hits);
    private readonly long[] _ids = [.. Enumerable.Range(0, s_layout.BlockRows).Select(row => (long)row)];

    public ScanRun(NativeBuffer buffer, long codeBytes)
    {
        _table = new BlockTable<TCodec>(buffer, codeBytes);

        // A buffer for one block and thread, written again and again, as whoever scans block by block keeps it: writing every score to new
        // memory would cost a scan of short codes more than reading them.
        _scores = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new float[s_layout.BlockRows])];
        _table.Codec.Prepare(Workload.Gaussian(s_layout.Dimensions, seed: 2), _prepared);
    }

    public override long Rows => _table.Rows;

    public override long CodeBytes => Rows * s_layout.CodeBytes;

    public override void Scan(CpuTier tier) => Scan(0, _table.Blocks, _scores[0], tier);

    public override void ScanApproximate(CpuTier tier)
    {
        for (int block = 0; block < _table.Blocks; block++)
        {
            int rows = _table.RowsOf(block);
            _table.Codec.ScanApproximate(_prepared, _table.Block(block), 0, rows, _scores[0].AsSpan(0, rows), tier);
        }
    }

    public override void Search(CpuTier tier)
    {
        _top.Reset(Workload.Hits);
        for (int block = 0; block < _table.Blocks; block++)
        {
            _table.Codec.Search(_prepared, _table.Block(block), _ids.AsSpan(0, _table.RowsOf(block)), [_top], tier);
        }
    }

    public override void Scan(CpuTier tier, int threads) =>
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            Scan((int)((long)_table.Blocks * thread / threads), (int)((long)_table.Blocks * (thread + 1) / threads), _scores[thread], tier));

    public override void ScanRandom(CpuTier tier, int rows)
    {
        var random = new Random(1);
        for (int i = 0; i < rows; i++)
        {
            long row = random.NextInt64(Rows);
            _table.Codec.Scan(_prepared, _table.Block((int)(row / s_layout.BlockRows)), (int)(row % s_layout.BlockRows), 1, _scores[0].AsSpan(0, 1), tier);
        }
    }

    private void Scan(int firstBlock, int endBlock, float[] scores, CpuTier tier)
    {
        for (int block = firstBlock; block < endBlock; block++)
        {
            int rows = _table.RowsOf(block);
            _table.Codec.Scan(_prepared, _table.Block(block), 0, rows, scores.AsSpan(0, rows), tier);
        }
    }
}
