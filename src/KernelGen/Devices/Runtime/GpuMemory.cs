using KernelGen.Devices;

namespace KernelGen;

/// <summary>Consecutive blocks of a set on a device, and the ids of their rows.</summary>
internal sealed record GpuChunk(GpuBuffer Blocks, GpuBuffer Ids, int FirstBlock, int BlockCount)
{
    /// <summary>One after the last block that there is room for.</summary>
    public int EndBlock => FirstBlock + BlockCount;
}

/// <summary>The device memory of one set. Belongs to a context, which keeps it until it is freed.</summary>
internal sealed class GpuMemory(GpuContext context)
{
    /// <summary>The greatest buffer of a device.</summary>
    public const long MaximumBufferBytes = (1L << 31) - 64;

    private readonly List<GpuChunk> _chunks = [];
    private volatile int _capacity;

    public GpuContext Context => context;

    public IReadOnlyList<GpuChunk> Chunks => _chunks;

    /// <summary>Number of blocks that there is room for. May be read without the session's lock.</summary>
    public int Capacity => _capacity;

    /// <summary>Adds room for blocks.</summary>
    /// <exception cref="GpuException">Not enough memory; everything is as before.</exception>
    public void Add(int blocks, CodecLayout layout)
    {
        GpuBuffer codes = context.Allocate((long)blocks * layout.BlockBytes);
        try
        {
            _chunks.Add(new GpuChunk(codes, context.Allocate((long)blocks * layout.BlockRows * sizeof(long)), Capacity, blocks));
            _capacity += blocks;
        }
        catch
        {
            codes.Dispose();
            throw;
        }
    }

    /// <summary>Frees the chunks that hold none of the first blocks.</summary>
    public void Trim(GpuContext gpu, int blocks)
    {
        while (_chunks.Count > 0 && _chunks[^1].FirstBlock >= blocks)
        {
            gpu.WaitAll();
            GpuChunk last = _chunks[^1];
            _chunks.RemoveAt(_chunks.Count - 1);
            _capacity = last.FirstBlock;
            last.Blocks.Dispose();
            last.Ids.Dispose();
        }
    }

    /// <summary>The chunk that has a block.</summary>
    public GpuChunk Find(int block)
    {
        int low = 0;
        int high = _chunks.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_chunks[middle].EndBlock > block)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return _chunks[low];
    }
}
