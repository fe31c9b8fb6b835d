using System.Diagnostics;
using System.Numerics;

namespace KernelGen;

/// <summary>
/// Native memory for blocks of codes and the ids of their rows: 64-byte aligned, zero-initialised, beyond 2 GiB. Blocks never move,
/// so that a <see cref="RowView"/> taken before the storage grew stays valid. One thread at a time may change it.
/// </summary>
internal sealed unsafe class BlockStorage : IDisposable
{
    private const long MaximumChunkBytes = 64L << 20;

    private readonly CodecLayout _layout;
    private readonly int _idBytes;
    private readonly int _chunkBlocks;
    private readonly Stack<(NativeChunk Memory, int FirstBlock)> _chunks = [];
    private BlockAddress[] _blocks = [];

    public BlockStorage(CodecLayout layout)
    {
        Debug.Assert(BitOperations.IsPow2(layout.BlockRows) && layout.BlockBytes % 64 == 0, "Broken layout.");
        _layout = layout;
        _idBytes = layout.BlockRows * sizeof(long);
        _chunkBlocks = (int)Math.Max(1, MaximumChunkBytes / ((long)layout.BlockBytes + _idBytes));
    }

    /// <summary>Number of blocks that there is memory for.</summary>
    public int Capacity => _blocks.Length;

    /// <summary>Bytes of native memory, and of the table of blocks.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>The first rows. Whoever reads while the storage grows must have read <paramref name="count"/> before.</summary>
    public RowView View(int count) => new(Volatile.Read(ref _blocks), _layout, count);

    /// <summary>Adds memory until there are at least so many blocks.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough; the storage is as before.</exception>
    public void Reserve(int blocks)
    {
        int before = Capacity;
        if (blocks <= before)
        {
            return;
        }

        try
        {
            var addresses = new List<BlockAddress>(_blocks);
            while (addresses.Count < blocks)
            {
                // Doubling keeps small sets small; chunks that need not move keep growing cheap.
                AddChunk(Math.Min(_chunkBlocks, Math.Max(addresses.Count, blocks - addresses.Count)), addresses);
            }

            SetBlocks([.. addresses]);
        }
        catch
        {
            Release(before);
            throw;
        }
    }

    /// <summary>Frees the chunks that hold none of the first <paramref name="blocks"/> blocks. Nothing may be reading them.</summary>
    public void Release(int blocks)
    {
        while (_chunks.TryPeek(out (NativeChunk Memory, int FirstBlock) last) && last.FirstBlock >= blocks)
        {
            if (Capacity > last.FirstBlock)
            {
                SetBlocks(_blocks[..last.FirstBlock]);
            }

            _chunks.Pop();
            MemoryBytes -= last.Memory.Bytes;
            last.Memory.Dispose();
        }
    }

    public void Dispose() => Release(0);

    private void AddChunk(int count, List<BlockAddress> addresses)
    {
        // All blocks, then all ids: a scan reads the blocks as one stream.
        nuint blockBytes = (nuint)count * (nuint)_layout.BlockBytes;
        var chunk = new NativeChunk(blockBytes + ((nuint)count * (nuint)_idBytes));
        _chunks.Push((chunk, addresses.Count));
        MemoryBytes += chunk.Bytes;
        for (nuint i = 0; i < (nuint)count; i++)
        {
            byte* block = chunk.Start + (i * (nuint)_layout.BlockBytes);
            byte* ids = chunk.Start + blockBytes + (i * (nuint)_idBytes);
            addresses.Add(new BlockAddress((nint)block, (nint)ids));
        }
    }

    private void SetBlocks(BlockAddress[] blocks)
    {
        MemoryBytes += (long)sizeof(BlockAddress) * (blocks.Length - _blocks.Length);
        Volatile.Write(ref _blocks, blocks);
    }
}
