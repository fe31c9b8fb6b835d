namespace KernelGen.Benchmarks;

/// <summary>Blocks of codes that are scanned by their first dimensions.</summary>
internal sealed class PrefixRun<TCodec>
    where TCodec : class, IPrefixCodec<TCodec>
{
    private readonly BlockTable<TCodec> _table;
    private readonly byte[] _whole = new byte[TCodec.Layout.QueryBytes];
    private readonly Dictionary<int, byte[]> _prepared = [];
    private readonly float[] _scores = new float[TCodec.Layout.BlockRows];

    public PrefixRun(NativeBuffer buffer, long codeBytes)
    {
        _table = new BlockTable<TCodec>(buffer, codeBytes);
        float[] query = Workload.Gaussian(TCodec.Layout.Dimensions, seed: 2);
        _table.Codec.Prepare(query, _whole);
        foreach (int prefix in TCodec.Prefixes)
        {
            byte[] prepared = new byte[TCodec.PrefixLayout(prefix).QueryBytes];
            _table.Codec.PreparePrefix(prefix, query.AsSpan(0, prefix), prepared);
            _prepared[prefix] = prepared;
        }
    }

    public long Rows => _table.Rows;

    /// <summary>The prefixes.</summary>
    public IEnumerable<int> Prefixes => _prepared.Keys;

    /// <summary>Scores all rows against one query on one thread.</summary>
    public void Scan(CpuTier tier)
    {
        for (int block = 0; block < _table.Blocks; block++)
        {
            int rows = _table.RowsOf(block);
            _table.Codec.Scan(_whole, _table.Block(block), 0, rows, _scores.AsSpan(0, rows), tier);
        }
    }

    /// <summary>Scores the first dimensions of all rows against those of the query on one thread.</summary>
    public void ScanPrefix(int prefix, CpuTier tier)
    {
        byte[] prepared = _prepared[prefix];
        for (int block = 0; block < _table.Blocks; block++)
        {
            int rows = _table.RowsOf(block);
            _table.Codec.ScanPrefix(prefix, prepared, _table.Block(block), 0, rows, _scores.AsSpan(0, rows), tier);
        }
    }
}
