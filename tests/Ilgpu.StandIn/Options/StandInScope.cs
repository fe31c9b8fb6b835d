using ILGPU.Runtime;

namespace ILGPU.StandIn;

/// <summary>
/// Devices, faults and counters of the contexts that are created while it is open. One at a time in the whole process (scopes nest):
/// tests that use them run one after another. A context keeps the scope it was created in.
/// </summary>
/// <example><c>using var scope = StandInScope.Begin(options => options.CudaDevices = 1);</c></example>
public sealed class StandInScope : IDisposable
{
    private static StandInScope s_current = new(new StandInOptions(), null);

    private readonly StandInScope? _outer;

    private StandInScope(StandInOptions options, StandInScope? outer)
    {
        Options = options;
        _outer = outer;
    }

    /// <summary>The innermost scope; without any, one with default options.</summary>
    public static StandInScope Current => Volatile.Read(ref s_current);

    public StandInOptions Options { get; }

    /// <summary>What happened in contexts of this scope.</summary>
    public Counters Counters { get; } = new();

    public static StandInScope Begin(Action<StandInOptions>? configure = null)
    {
        var options = new StandInOptions();
        configure?.Invoke(options);
        return s_current = new StandInScope(options, Current);
    }

    public void Dispose()
    {
        if (ReferenceEquals(s_current, this))
        {
            s_current = _outer!;
        }
    }
}

/// <summary>What contexts of a scope have done, and what of them is still there. Read them when nothing runs.</summary>
public sealed class Counters
{
    private readonly Lock _lock = new();

    /// <summary>Launches that ran: not those that wait in a stream.</summary>
    public int Launches { get; private set; }

    /// <summary>Of these, launches that needed threads of the system: barriers where the rewriter could not follow.</summary>
    public int SlowLaunches { get; private set; }

    /// <summary>Bytes copied from the host to devices.</summary>
    public long BytesUp { get; private set; }

    /// <summary>Bytes copied from devices to the host.</summary>
    public long BytesDown { get; private set; }

    /// <summary>Buffers of devices that were not freed.</summary>
    public int LiveBuffers { get; private set; }

    public long LiveBytes { get; private set; }

    public long PeakBytes { get; private set; }

    public int LiveContexts { get; private set; }

    public int LiveAccelerators { get; private set; }

    /// <summary>Kernels that were loaded, counting every load.</summary>
    public int Loads { get; private set; }

    internal void Launched()
    {
        lock (_lock)
        {
            Launches++;
        }
    }

    internal void LaunchedSlowly()
    {
        lock (_lock)
        {
            SlowLaunches++;
        }
    }

    internal void Loaded()
    {
        lock (_lock)
        {
            Loads++;
        }
    }

    internal void Copied(long bytes, bool fromDevice, bool toDevice)
    {
        lock (_lock)
        {
            BytesUp += toDevice && !fromDevice ? bytes : 0;
            BytesDown += fromDevice && !toDevice ? bytes : 0;
        }
    }

    internal void Allocated(long bytes)
    {
        lock (_lock)
        {
            LiveBuffers++;
            LiveBytes += bytes;
            PeakBytes = Math.Max(PeakBytes, LiveBytes);
        }
    }

    internal void Freed(long bytes)
    {
        lock (_lock)
        {
            LiveBuffers--;
            LiveBytes -= bytes;
        }
    }

    internal void ContextOpened() => Change(1, 0);

    internal void ContextClosed() => Change(-1, 0);

    internal void AcceleratorOpened() => Change(0, 1);

    internal void AcceleratorClosed() => Change(0, -1);

    private void Change(int contexts, int accelerators)
    {
        lock (_lock)
        {
            LiveContexts += contexts;
            LiveAccelerators += accelerators;
        }
    }
}

/// <summary>What an emulated loss of the CPU device throws; a real one cannot be lost.</summary>
public sealed class EmulatedLossException() : AcceleratorException("Emulated: the CPU device is lost.")
{
    public override AcceleratorType AcceleratorType => AcceleratorType.CPU;
}
