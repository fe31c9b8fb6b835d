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
}

/// <inheritdoc/>
internal sealed class ScanRun<TCodec> : ScanRun
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly NativeBuffer _buffer;
    private readonly TCodec _codec;
    private readonly byte[] _prepared = new byte[s_layout.QueryBytes];
    private readonly float[][] _scores;
    private readonly int _blocks;
    private readonly TopK _top = new(Workload.Hits);
    private readonly long[] _ids = [.. Enumerable.Range(0, s_layout.BlockRows).Select(row => (long)row)];

    /// <summary>
    /// Encodes one block of random vectors and repeats it: the time of a scan depends on where codes lie, not on their values.
    /// </summary>
    public ScanRun(NativeBuffer buffer, long codeBytes)
    {
        _buffer = buffer;
        Rows = codeBytes / s_layout.CodeBytes;
        _blocks = checked((int)((Rows + s_layout.BlockRows - 1) / s_layout.BlockRows));

        // A buffer for one block and thread, written again and again, as whoever scans block by block keeps it: writing every score to new
        // memory would cost a scan of short codes more than reading them.
        _scores = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new float[s_layout.BlockRows])];

        int sampleRows = (int)Math.Min(Rows, s_layout.BlockRows);
        float[] vectors = Workload.Gaussian(sampleRows * s_layout.Dimensions, seed: 1);
        _codec = CodecFactory.Create<TCodec>(vectors);
        _codec.Prepare(Workload.Gaussian(s_layout.Dimensions, seed: 2), _prepared);
        var codes = new byte[sampleRows * s_layout.CodeBytes];
        _codec.Encode(vectors, codes);
        _codec.Pack(codes, Block(0), 0);
        for (int block = 1; block < _blocks; block++)
        {
            Block(0).CopyTo(Block(block));
        }
    }

    public override long Rows { get; }

    public override long CodeBytes => Rows * s_layout.CodeBytes;

    public override void Scan(CpuTier tier) => Scan(0, _blocks, _scores[0], tier);

    public override void ScanApproximate(CpuTier tier)
    {
        for (int block = 0; block < _blocks; block++)
        {
            _codec.ScanApproximate(_prepared, Block(block), 0, RowsOf(block), _scores[0].AsSpan(0, RowsOf(block)), tier);
        }
    }

    public override void Search(CpuTier tier)
    {
        _top.Reset(Workload.Hits);
        for (int block = 0; block < _blocks; block++)
        {
            _codec.Search(_prepared, Block(block), _ids.AsSpan(0, RowsOf(block)), [_top], tier);
        }
    }

    public override void Scan(CpuTier tier, int threads) =>
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            Scan((int)((long)_blocks * thread / threads), (int)((long)_blocks * (thread + 1) / threads), _scores[thread], tier));

    private void Scan(int firstBlock, int endBlock, float[] scores, CpuTier tier)
    {
        for (int block = firstBlock; block < endBlock; block++)
        {
            _codec.Scan(_prepared, Block(block), 0, RowsOf(block), scores.AsSpan(0, RowsOf(block)), tier);
        }
    }

    private int RowsOf(int block) => (int)Math.Min(Rows - ((long)block * s_layout.BlockRows), s_layout.BlockRows);

    private Span<byte> Block(int index) => _buffer.Slice((long)index * s_layout.BlockBytes, s_layout.BlockBytes);
}
