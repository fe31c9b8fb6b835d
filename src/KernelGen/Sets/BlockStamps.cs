namespace KernelGen;

/// <summary>
/// A number per block that changes whenever the block does and is never used again, so that copies of blocks know whether they are up to
/// date. One thread at a time may mark; a block is marked after it was written and before the change is published.
/// </summary>
internal sealed class BlockStamps
{
    private long[] _stamps = [];
    private long _last;

    /// <summary>The stamp of a block of a published row; read it before the block.</summary>
    public long this[int block] => Volatile.Read(ref Volatile.Read(ref _stamps)[block]);

    /// <summary>Makes room for the stamps of so many blocks.</summary>
    public void Reserve(int blocks)
    {
        if (_stamps.Length < blocks)
        {
            long[] stamps = _stamps;
            Array.Resize(ref stamps, (int)Math.Min(Array.MaxLength, Math.Max(blocks, 2L * stamps.Length)));
            Volatile.Write(ref _stamps, stamps);
        }
    }

    /// <summary>Marks blocks as changed.</summary>
    public void Mark(int first, int end)
    {
        _last++;
        for (int block = first; block < end; block++)
        {
            Volatile.Write(ref _stamps[block], _last);
        }
    }
}
