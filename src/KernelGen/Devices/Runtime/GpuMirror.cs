using KernelGen.Devices;

namespace KernelGen;

/// <summary>
/// The copy of a set's blocks and ids on a device, made as far as searches need it. Holds the first blocks; those that the device has no
/// room for cross the bus at every search. Changed under the session's lock only.
/// </summary>
/// <remarks>Blocks are compared by their stamps, which are read before the block is: a block that changes while it is copied keeps the
/// older stamp here and is copied again by the next search that sees the change.</remarks>
internal sealed class GpuMirror(GpuSession session, CodecLayout layout, BlockStamps stamps) : IDisposable
{
    private GpuMemory? _memory;

    // Stamps of what was copied; 0 for nothing. Blocks and ids are copied one after the other.
    private long[] _copiedBlocks = [];
    private long[] _copiedIds = [];
    private int _pause;

#pragma warning disable MA0055 // Memory of a device goes back in order, under the session's lock; a SafeHandle has no part in that.
    ~GpuMirror()
#pragma warning restore MA0055
    {
        // The context keeps the memory, so it is still whole, whatever was finalized before.
        if (_memory is { } memory)
        {
            session.Abandon(memory);
        }
    }

    public GpuSession Session => session;

    /// <summary>Number of blocks that there is room for.</summary>
    public int Capacity => _memory?.Capacity ?? 0;

    private long BytesPerBlock => layout.BlockBytes + ((long)layout.BlockRows * sizeof(long));

    /// <summary>Brings the copy of the rows up to date, on stream 0 and with room for as many blocks as the device takes.</summary>
    /// <returns>How many bytes were copied.</returns>
    public long Synchronize(GpuContext gpu, RowView rows, GpuOptions options)
    {
        if (_memory?.Context != gpu)
        {
            _memory = gpu.CreateMemory();
            ForgetFrom(0);
        }

        int blocks = rows.BlockCount;
        int allowed = (int)Math.Min(int.MaxValue, options.MirrorBytes(gpu.Device) / BytesPerBlock);
        while (Capacity > allowed)
        {
            Trim(gpu, _memory.Chunks[^1].FirstBlock);
        }

        // Of a set that shrinks and grows, up to twice as much is kept as it needs.
        Trim(gpu, (int)Math.Min(int.MaxValue, 2L * blocks));
        Grow(_memory, blocks, allowed, options);
        Reserve(Capacity);
        long stale = CountStale(Math.Min(blocks, Capacity));
        if (stale == 0)
        {
            return 0;
        }

        try
        {
            var upload = new GpuUpload(gpu, stale * BytesPerBlock);
            CopyStale(ref upload, rows, _copiedBlocks, areIds: false);
            CopyStale(ref upload, rows, _copiedIds, areIds: true);
            upload.Finish();
            return upload.Bytes;
        }
        catch
        {
            // Some of it may not have arrived.
            ForgetFrom(0);
            throw;
        }
    }

    /// <summary>The chunk that has a block; null if the block has to cross the bus.</summary>
    public GpuChunk? Find(int block) => block < Capacity ? _memory!.Find(block) : null;

    /// <summary>Frees the last chunk, so that other buffers have room.</summary>
    /// <returns>Whether there was one.</returns>
    public bool ReleaseLast(GpuContext gpu, GpuOptions options)
    {
        if (_memory is not { Chunks.Count: > 0 } memory || memory.Context != gpu)
        {
            return false;
        }

        _pause = options.Sizes.GrowthPause;
        Trim(gpu, memory.Chunks[^1].FirstBlock);
        return true;
    }

    /// <summary>What a search has to copy. An estimate: reads without the lock what others may be changing.</summary>
    public (long Upload, long Streamed) Estimate(int blocks, GpuOptions options)
    {
        bool isThere = _memory is { } memory && session.Keeps(memory);
        long room = isThere && Volatile.Read(ref _pause) > 0 ? Capacity : options.MirrorBytes(session.Device) / BytesPerBlock;
        int resident = (int)Math.Min(blocks, room);
        return ((isThere ? CountStale(resident) : resident) * BytesPerBlock, (blocks - (long)resident) * BytesPerBlock);
    }

    /// <summary>Frees the chunks that hold none of the first blocks.</summary>
    public void Trim(int blocks)
    {
        if (_memory is { } memory)
        {
            session.Trim(memory, blocks);
            ForgetFrom(memory.Capacity);
        }
    }

    public void Dispose()
    {
        if (_memory is { } memory)
        {
            session.Free(memory);
        }

        GC.SuppressFinalize(this);
    }

    private void Trim(GpuContext gpu, int blocks)
    {
        _memory!.Trim(gpu, blocks);
        ForgetFrom(_memory.Capacity);
    }

    private void Grow(GpuMemory memory, int blocks, int allowed, GpuOptions options)
    {
        blocks = Math.Min(blocks, allowed);
        if (memory.Capacity >= blocks)
        {
            return;
        }

        if (_pause > 0)
        {
            _pause--;
            return;
        }

        try
        {
            while (memory.Capacity < blocks)
            {
                // Doubling keeps small sets small.
                int wanted = Math.Max(memory.Capacity, blocks - memory.Capacity);
                memory.Add(Math.Min(Math.Min(wanted, options.ChunkBlocks(layout)), allowed - memory.Capacity), layout);
            }
        }
        catch (GpuException exception) when (exception.Failure == GpuFailure.OutOfMemory)
        {
            // What fits stays, the rest crosses the bus; asking again at every search would only cost time.
            _pause = options.Sizes.GrowthPause;
        }
    }

    private void CopyStale(ref GpuUpload upload, RowView rows, long[] copied, bool areIds)
    {
        int end = Math.Min(rows.BlockCount, Capacity);
        long idBytes = (long)layout.BlockRows * sizeof(long);
        for (int b = 0; b < end; b++)
        {
            long stamp = stamps[b];
            if (copied[b] != stamp)
            {
                GpuChunk chunk = _memory!.Find(b);
                int place = b - chunk.FirstBlock;
                if (areIds)
                {
                    upload.Write(rows.IdBytes(b), chunk.Ids, place * idBytes);
                }
                else
                {
                    upload.Write(rows.Block(b), chunk.Blocks, (long)place * layout.BlockBytes);
                }

                copied[b] = stamp;
            }
        }
    }

    /// <summary>Blocks that are to be copied, or their ids: an add that was published between the two copies has let them
    /// differ.</summary>
    private int CountStale(int blocks)
    {
        long[] copiedIds = Volatile.Read(ref _copiedIds);
        long[] copiedBlocks = Volatile.Read(ref _copiedBlocks);
        int known = Math.Min(copiedIds.Length, copiedBlocks.Length);
        int stale = 0;
        for (int b = 0; b < blocks; b++)
        {
            long stamp = stamps[b];
            stale += b < known && copiedIds[b] == stamp && copiedBlocks[b] == stamp ? 0 : 1;
        }

        return stale;
    }

    private void Reserve(int blocks)
    {
        if (_copiedIds.Length < blocks)
        {
            Array.Resize(ref _copiedBlocks, blocks);
            Array.Resize(ref _copiedIds, blocks);
        }
    }

    private void ForgetFrom(int block)
    {
        for (int b = block; b < _copiedIds.Length; b++)
        {
            _copiedBlocks[b] = 0;
            _copiedIds[b] = 0;
        }
    }
}
