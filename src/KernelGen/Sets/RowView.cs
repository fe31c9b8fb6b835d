using System.Numerics;

namespace KernelGen;

/// <summary>Where a block and the ids of its rows lie in native memory.</summary>
internal readonly record struct BlockAddress(nint Block, nint Ids);

/// <summary>The first <see cref="Count"/> rows of a storage, as they were at one moment; stays valid while the storage grows.</summary>
internal readonly unsafe struct RowView
{
    private readonly BlockAddress[] _blocks;
    private readonly int _blockBytes;
    private readonly int _rowShift;

    public RowView(BlockAddress[] blocks, CodecLayout layout, int count)
    {
        _blocks = blocks;
        _blockBytes = layout.BlockBytes;
        _rowShift = BitOperations.Log2((uint)layout.BlockRows);
        Count = count;
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Number of blocks that hold the rows; the last one may be partly filled.</summary>
    public int BlockCount => (int)((Count + (1L << _rowShift) - 1) >> _rowShift);

    /// <summary>The bytes of a block.</summary>
    public Span<byte> Block(int block) => new((void*)_blocks[block].Block, _blockBytes);

    /// <summary>The ids of those rows of a block that are in the view.</summary>
    public Span<long> Ids(int block) => new((void*)_blocks[block].Ids, Math.Min(1 << _rowShift, Count - FirstRow(block)));

    /// <summary>The memory of the ids of a whole block, of which those in the view are valid.</summary>
    public ReadOnlySpan<byte> IdBytes(int block) => new((void*)_blocks[block].Ids, sizeof(long) << _rowShift);

    /// <summary>The id of a row.</summary>
    public ref long Id(int row) => ref ((long*)_blocks[BlockOf(row)].Ids)[RowInBlock(row)];

    /// <summary>The block that a row lies in.</summary>
    public int BlockOf(int row) => row >> _rowShift;

    /// <summary>The position of a row in its block.</summary>
    public int RowInBlock(int row) => row & ((1 << _rowShift) - 1);

    /// <summary>The first row of a block.</summary>
    public int FirstRow(int block) => block << _rowShift;
}
