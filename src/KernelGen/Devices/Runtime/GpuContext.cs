using System.Numerics;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>Buffers that serve one piece of work after another.</summary>
internal enum GpuScratch
{
    Prepared,
    Scores0,
    Scores1,
    TopScores0,
    TopScores1,
    TopIds0,
    TopIds1,
    Blocks0,
    Blocks1,
    Ids0,
    Ids1,
    Parameters,
    Input0,
    Input1,
    Kernel0,
    Kernel1,
    Output0,
    Output1,
    Count,
}

/// <summary>Page-locked memory: one piece per stream, and one for results.</summary>
internal enum GpuStagingSlot
{
    Stream0,
    Stream1,
    Results,
    Count,
}

/// <summary>
/// An open device with everything that lives on it. Knows which streams have work queued, so that memory is never replaced under it, and
/// that nobody waits for a stream without need. Used under the session's lock.
/// </summary>
internal sealed class GpuContext(GpuAccelerator accelerator)
{
    /// <summary>Pieces that cross the bus: long enough for its full speed, short enough to overlap with filling the next one.</summary>
    public const int PieceBytes = 4 << 20;

    private const long GrowthStep = 1 << 20;

    private readonly Dictionary<Type, GpuKernels> _kernels = [];
    private readonly GpuBuffer?[] _scratch = new GpuBuffer?[(int)GpuScratch.Count];
    private readonly GpuStaging?[] _stagings = new GpuStaging?[(int)GpuStagingSlot.Count];
    private readonly bool[] _isBusy = new bool[GpuAccelerator.StreamCount];

    // Keeps memory of sets that were collected until their finalizers have told.
    private readonly HashSet<GpuMemory> _memories = [];

    // Searches ask from outside the lock whether kernels are there.
    private volatile Type[] _loaded = [];

    public GpuDeviceInfo Device { get; } = accelerator.Device;

    /// <summary>Whether a search was done, so that the next one's time says something.</summary>
    public bool IsWarm { get; set; }

    public bool HasKernels(Type codec) => Array.IndexOf(_loaded, codec) >= 0;

    public GpuKernels Kernels(Type codec, GpuProgram program)
    {
        if (!_kernels.TryGetValue(codec, out GpuKernels? kernels))
        {
            kernels = program.Load(accelerator);
            _kernels.Add(codec, kernels);
            _loaded = [.. _kernels.Keys];
        }

        return kernels;
    }

    public GpuBuffer Allocate(long bytes) => accelerator.Allocate(bytes);

    /// <summary>A buffer of at least so many bytes, with undefined contents, valid until the same one is asked for again.</summary>
    public GpuBuffer Scratch(GpuScratch slot, long bytes)
    {
        ref GpuBuffer? buffer = ref _scratch[(int)slot];
        if (buffer is null || buffer.Bytes < bytes)
        {
            if (buffer is { } old)
            {
                WaitAll();
                buffer = null;
                old.Dispose();
            }

            buffer = accelerator.Allocate(Grown(bytes));
        }

        return buffer;
    }

    /// <summary>Page-locked memory of at least so many bytes. The caller waits for the stream that may be using it.</summary>
    public GpuStaging Staging(GpuStagingSlot slot, int bytes)
    {
        ref GpuStaging? staging = ref _stagings[(int)slot];
        if (staging is null || staging.Span.Length < bytes)
        {
            if (staging is { } old)
            {
                WaitAll();
                staging = null;
                old.Dispose();
            }

            staging = accelerator.AllocateStaging((int)Grown(bytes));
        }

        return staging;
    }

    /// <summary>The stream has work from now on. To be called before work is queued other than by methods of this class.</summary>
    public int Use(int stream)
    {
        _isBusy[stream] = true;
        return stream;
    }

    public void CopyToDevice(int stream, GpuStaging source, int sourceOffset, GpuBuffer destination, long destinationOffset, int bytes) =>
        accelerator.CopyToDevice(Use(stream), source, sourceOffset, destination, destinationOffset, bytes);

    public void CopyToHost(int stream, GpuBuffer source, long sourceOffset, GpuStaging destination, int destinationOffset, int bytes) =>
        accelerator.CopyToHost(Use(stream), source, sourceOffset, destination, destinationOffset, bytes);

    public void SelectTop(int stream, in GpuSelection selection) => accelerator.SelectTop(Use(stream), selection);

    /// <summary>Waits for a stream, unless nothing is queued on it.</summary>
    public void Wait(int stream)
    {
        if (_isBusy[stream])
        {
            accelerator.Wait(stream);
            _isBusy[stream] = false;
        }
    }

    public void WaitAll()
    {
        for (int stream = 0; stream < _isBusy.Length; stream++)
        {
            Wait(stream);
        }
    }

    /// <summary>Copies to the host after everything that is queued; returns when it is done.</summary>
    public void Download(GpuBuffer source, long offset, Span<byte> destination)
    {
        WaitAll();
        int queued = 0;
        for (int copied = 0; copied < destination.Length;)
        {
            // One piece is copied out of its staging while the next one crosses the bus.
            while (queued < destination.Length && queued - copied < 2 * PieceBytes)
            {
                int stream = (queued / PieceBytes) & 1;
                int bytes = Math.Min(PieceBytes, destination.Length - queued);
                CopyToHost(stream, source, offset + queued, Staging((GpuStagingSlot)stream, bytes), 0, bytes);
                queued += bytes;
            }

            int done = (copied / PieceBytes) & 1;
            Span<byte> piece = destination.Slice(copied, Math.Min(PieceBytes, destination.Length - copied));
            Wait(done);
            Staging((GpuStagingSlot)done, piece.Length).Span[..piece.Length].CopyTo(piece);
            copied += piece.Length;
        }
    }

    /// <summary>Memory for a set, which must be freed or abandoned.</summary>
    public GpuMemory CreateMemory()
    {
        var memory = new GpuMemory(this);
        _memories.Add(memory);
        return memory;
    }

    public void Free(GpuMemory memory)
    {
        memory.Trim(this, 0);
        _memories.Remove(memory);
    }

    /// <summary>Closes the device. The accelerator frees what was allocated.</summary>
    public void Dispose() => accelerator.Dispose();

    /// <summary>Small buffers double, so that they soon are large enough; large ones take what they need.</summary>
    private static long Grown(long bytes) => bytes < GrowthStep
        ? (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, 64))
        : Math.Min(GpuMemory.MaximumBufferBytes, (bytes + GrowthStep - 1) / GrowthStep * GrowthStep);
}

/// <summary>Copies runs of bytes to the device through page-locked memory, one piece being filled while another crosses the bus.</summary>
internal ref struct GpuUpload
{
    private readonly GpuContext _gpu;
    private readonly int _stagingBytes;
    private GpuStaging _staging;
    private int _stream;
    private int _used;
    private GpuBuffer? _destination;
    private long _destinationEnd;
    private int _runStart;

    /// <summary>Begins.</summary>
    /// <param name="gpu">The device.</param>
    /// <param name="expectedBytes">About how much will be written.</param>
    public GpuUpload(GpuContext gpu, long expectedBytes)
    {
        _gpu = gpu;
        _stagingBytes = (int)Math.Clamp(expectedBytes, 64, GpuContext.PieceBytes);
        _staging = Begin();
    }

    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes bytes, which may change as soon as this returns.</summary>
    public void Write(scoped ReadOnlySpan<byte> source, GpuBuffer destination, long offset)
    {
        Bytes += source.Length;
        if (destination != _destination || offset != _destinationEnd)
        {
            QueueRun();
            _destination = destination;
            _destinationEnd = offset;
        }

        while (!source.IsEmpty)
        {
            if (_used == _stagingBytes)
            {
                QueueRun();
                _stream ^= 1;
                _staging = Begin();
            }

            int bytes = Math.Min(source.Length, _stagingBytes - _used);
            source[..bytes].CopyTo(_staging.Span[_used..]);
            source = source[bytes..];
            _used += bytes;
            _destinationEnd += bytes;
        }
    }

    /// <summary>Queues the rest. What is queued on stream 0 afterwards finds everything in place.</summary>
    public void Finish()
    {
        QueueRun();
        _gpu.Wait(1);
    }

    private GpuStaging Begin()
    {
        _used = 0;
        _runStart = 0;
        _gpu.Wait(_stream);
        return _gpu.Staging((GpuStagingSlot)_stream, _stagingBytes);
    }

    private void QueueRun()
    {
        int bytes = _used - _runStart;
        if (bytes > 0)
        {
            _gpu.CopyToDevice(_stream, _staging, _runStart, _destination!, _destinationEnd - bytes, bytes);
            _runStart = _used;
        }
    }
}
