namespace KernelGen.Benchmarks;

/// <summary>Blocks of codes whose decoded rows are summed with weights.</summary>
public abstract class SumRun
{
    /// <summary>Rows that <see cref="SumBags"/> adds.</summary>
    public abstract int BagRows { get; }

    /// <summary>Rows that <see cref="SumInOrder"/> adds.</summary>
    public abstract long OrderedRows { get; }

    /// <summary>Sums bags of random rows, a sum per bag.</summary>
    public abstract void SumBags(CpuTier tier);

    /// <summary>Sums all rows of some blocks, one block after another; from call to call, other blocks of a table that is not in cache.</summary>
    public abstract void SumInOrder(CpuTier tier);
}

/// <inheritdoc/>
internal sealed class SumRun<TCodec> : SumRun
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly BlockTable<TCodec> _table;
    private readonly RowBags _bags;
    private readonly int[] _rows = [.. Enumerable.Range(0, s_layout.BlockRows)];
    private readonly float[] _weights = Workload.Gaussian(s_layout.BlockRows, seed: 4);
    private readonly float[] _sum = new float[s_layout.Dimensions];
    private readonly int _wholeBlocks;
    private readonly int _blocks;
    private int _next;

    public SumRun(NativeBuffer buffer, long codeBytes)
    {
        _table = new BlockTable<TCodec>(buffer, codeBytes);
        _bags = new RowBags(_table.Rows, s_layout.BlockRows, codeBytes <= Workload.CacheBytes);

        // All of the table would take long; calls go on where the last one stopped, so that no cache holds what comes next.
        // The last block, if it is not full, is left out.
        _wholeBlocks = Math.Max((int)(_table.Rows / s_layout.BlockRows), 1);
        _blocks = Math.Max(_wholeBlocks / 16, 1);
    }

    public override int BagRows => _bags.Rows.Length;

    public override long OrderedRows => (long)_blocks * _table.RowsOf(0);

    public override void SumBags(CpuTier tier)
    {
        foreach (BagPart[] bag in _bags.Bags)
        {
            Array.Clear(_sum);
            foreach (BagPart part in bag)
            {
                _table.Codec.Accumulate(
                    _table.Block(part.Block), _bags.Rows.AsSpan(part.Start..part.End), _bags.Weights.AsSpan(part.Start..part.End), _sum, tier);
            }
        }
    }

    public override void SumInOrder(CpuTier tier)
    {
        Array.Clear(_sum);
        int rows = _table.RowsOf(0);
        for (int i = 0; i < _blocks; i++)
        {
            _table.Codec.Accumulate(_table.Block(_next), _rows.AsSpan(0, rows), _weights.AsSpan(0, rows), _sum, tier);
            _next = _next + 1 < _wholeBlocks ? _next + 1 : 0;
        }
    }
}
