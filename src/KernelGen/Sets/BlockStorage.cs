using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>
/// Native memory for blocks of codes and the ids of their rows: 64-byte aligned, zero-initialised, beyond 2 GiB. Blocks never move,
/// so that a <see cref="RowView"/> taken before the storage grew stays valid. One thread at a time may change it.
/// </summary>
internal sealed unsafe class BlockStorage : IDisposable
{
    private const long MaximumChunkBytes = 64L << 20;
    private const nuint CacheLine = 64;

    /// <summary>The size of an x86-64 or Arm64 huge page; large chunks start at one, so that the system can back them with some.</summary>
    private const nuint HugePage = 2 << 20;

    private readonly CodecLayout _layout;
    private readonly nuint _idBytes;
    private readonly int _chunkBlocks;
    private readonly List<Chunk> _chunks = [];
    private BlockAddress[] _blocks = [];

    public BlockStorage(CodecLayout layout)
    {
        Debug.Assert(BitOperations.IsPow2(layout.BlockRows) && layout.BlockBytes % (int)CacheLine == 0, "Broken layout.");
        _layout = layout;
        _idBytes = (nuint)layout.BlockRows * sizeof(long);
        _chunkBlocks = (int)Math.Max(1, MaximumChunkBytes / (layout.BlockBytes + (long)_idBytes));
    }

    ~BlockStorage() => Release(0);

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
                // Doubling keeps small sets small; chunks that are not moved make it cheap to grow.
                int count = Math.Min(_chunkBlocks, Math.Max(addresses.Count, blocks - addresses.Count));
                AddChunk(count, addresses);
            }

            SetBlocks([.. addresses]);
        }
        catch
        {
            Release(before);
            throw;
        }
    }

    /// <summary>Frees the chunks that hold none of the first <paramref name="blocks"/> blocks. Nothing may be reading those.</summary>
    public void Release(int blocks)
    {
        int kept = _chunks.FindIndex(chunk => chunk.FirstBlock >= blocks);
        if (kept < 0)
        {
            return;
        }

        int keptBlocks = _chunks[kept].FirstBlock;
        foreach (Chunk chunk in CollectionsMarshal.AsSpan(_chunks)[kept..])
        {
            NativeMemory.AlignedFree((void*)chunk.Address);
            GC.RemoveMemoryPressure(chunk.Bytes);
            MemoryBytes -= chunk.Bytes;
        }

        _chunks.RemoveRange(kept, _chunks.Count - kept);
        if (Capacity > keptBlocks)
        {
            SetBlocks(_blocks[..keptBlocks]);
        }
    }

    public void Dispose()
    {
        Release(0);
        GC.SuppressFinalize(this);
    }

    private void AddChunk(int count, List<BlockAddress> addresses)
    {
        // All blocks, then all ids: a scan reads the blocks as one stream.
        nuint blockBytes = (nuint)count * (nuint)_layout.BlockBytes;
        nuint bytes = blockBytes + ((nuint)count * _idBytes);
        var chunk = (byte*)NativeMemory.AlignedAlloc(bytes, bytes >= HugePage ? HugePage : CacheLine);
        NativeMemory.Clear(chunk, bytes);
        GC.AddMemoryPressure((long)bytes);
        MemoryBytes += (long)bytes;
        _chunks.Add(new Chunk((nint)chunk, (long)bytes, addresses.Count));
        for (int i = 0; i < count; i++)
        {
            addresses.Add(new BlockAddress(
                (nint)(chunk + ((nuint)i * (nuint)_layout.BlockBytes)), (nint)(chunk + blockBytes + ((nuint)i * _idBytes))));
        }
    }

    private void SetBlocks(BlockAddress[] blocks)
    {
        MemoryBytes += (long)sizeof(BlockAddress) * (blocks.Length - _blocks.Length);
        Volatile.Write(ref _blocks, blocks);
    }

    private readonly record struct Chunk(nint Address, long Bytes, int FirstBlock);
}
