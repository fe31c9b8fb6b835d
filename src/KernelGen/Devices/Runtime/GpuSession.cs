using System.Collections.Concurrent;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>Work on an open device.</summary>
internal interface IGpuWork
{
    /// <summary>Does the work: queues it and waits for what it reads. Calls nothing of the user's.</summary>
    void Run(GpuContext gpu, GpuKernels kernels);
}

/// <summary>
/// One device, shared by all sets and codecs of a GPU library: opened when it is first needed, used by one thread at a time, opened anew
/// after it failed. What lives on the device belongs to a <see cref="GpuContext"/> and goes with it.
/// </summary>
internal sealed class GpuSession(GpuHost host, int? deviceIndex)
{
    /// <summary>Contexts that may be lost before the GPU stays off.</summary>
    public const int MaximumLosses = 3;

    // The launch lock. Taken after the locks of a set, never before them.
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Type, GpuException> _rejected = [];
    private readonly ConcurrentQueue<GpuMemory> _abandoned = [];
    private volatile GpuContext? _context;
    private volatile GpuDeviceInfo? _device;
    private volatile GpuException? _off;
    private int _losses;

    public GpuHost Host => host;

    /// <summary>The device that was asked for; null for the best one.</summary>
    public int? DeviceIndex => deviceIndex;

    /// <summary>The device; null before it was opened.</summary>
    public GpuDeviceInfo? Device => _device;

    /// <summary>Whether memory is still there.</summary>
    public bool Keeps(GpuMemory memory) => _context == memory.Context;

    /// <summary>Whether work of a codec could begin at once.</summary>
    public bool IsReady(Type codec) => _context?.HasKernels(codec) ?? false;

    /// <summary>The failure that work of a codec would only repeat; null if there is none.</summary>
    public GpuException? WhyOff(Type codec) => _off ?? (_rejected.IsEmpty ? null : _rejected.GetValueOrDefault(codec));

    /// <summary>Does work of a codec on the device, alone.</summary>
    /// <exception cref="GpuException">The GPU cannot be used; nothing of the work is queued any more.</exception>
    public void Run<TWork>(Type codec, GpuProgram program, scoped ref TWork work)
        where TWork : IGpuWork, allows ref struct
    {
        lock (_lock)
        {
            ThrowIfOff(codec);
            try
            {
                GpuContext gpu = _context ?? Open();
                FreeAbandoned(gpu);
                work.Run(gpu, Kernels(gpu, codec, program));
            }
            catch (GpuException exception)
            {
                Recover(codec, exception);
                throw;
            }
            catch (Exception exception) when (exception is OperationCanceledException or OutOfMemoryException)
            {
                Settle();
                throw;
            }
            catch (Exception exception)
            {
                // Nothing of the user's runs here, so it was the library.
                var lost = new GpuException(
                    GpuFailure.DeviceLost, $"{host.LibraryName} failed with {exception.GetType().Name}: {exception.Message}", exception);
                Recover(codec, lost);
                throw lost;
            }
        }
    }

    /// <summary>Frees memory, unless its context took it along.</summary>
    public void Free(GpuMemory memory)
    {
        lock (_lock)
        {
            if (_context is { } gpu && memory.Context == gpu)
            {
                Guard(gpu, () => gpu.Free(memory));
            }
        }
    }

    /// <summary>Frees the chunks of memory from a block on, unless its context took them along.</summary>
    public void Trim(GpuMemory memory, int blocks)
    {
        lock (_lock)
        {
            if (_context is { } gpu && memory.Context == gpu)
            {
                Guard(gpu, () => memory.Trim(gpu, blocks));
            }
        }
    }

    /// <summary>Frees memory whose owner was collected. For finalizers: returns at once.</summary>
    public void Abandon(GpuMemory memory)
    {
        _abandoned.Enqueue(memory);
        ThreadPool.UnsafeQueueUserWorkItem(
            static session =>
            {
                lock (session._lock)
                {
                    if (session._context is { } gpu)
                    {
                        session.Guard(gpu, () => session.FreeAbandoned(gpu));
                    }
                }
            },
            this,
            preferLocal: false);
    }

    /// <summary>Closes the device and forgets failures.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Settle();
            Drop();
            _losses = 0;
            _off = null;
            _rejected.Clear();
        }
    }

    private void ThrowIfOff(Type codec)
    {
        if (WhyOff(codec) is { } failure)
        {
            // A new exception: one object thrown on two threads would mix up their stacks.
            throw new GpuException(failure.Failure, failure.Message, failure.InnerException);
        }
    }

    private GpuContext Open()
    {
        IReadOnlyList<GpuDeviceInfo> devices = host.FindDevices();
        GpuDeviceInfo? device = deviceIndex is { } index
            ? devices.ElementAtOrDefault(index)
            : devices.FirstOrDefault(static found => found.Kind != GpuKind.Emulator);
        if (device is null)
        {
            throw new GpuException(
                GpuFailure.NoDevice,
                deviceIndex is null || devices.Count == 0
                    ? $"{host.LibraryName} finds no device."
                    : $"Expected a device index from 0 to {devices.Count - 1}, but got {deviceIndex}.");
        }

        var context = new GpuContext(host.Open(device));
        _device = context.Device;
        _context = context;
        return context;
    }

    private GpuKernels Kernels(GpuContext gpu, Type codec, GpuProgram program)
    {
        try
        {
            return gpu.Kernels(codec, program);
        }
        catch (GpuException exception) when (exception.Failure == GpuFailure.NotSupported)
        {
            _rejected[codec] = exception;
            throw;
        }
        catch (Exception exception) when (exception is not (GpuException or OutOfMemoryException))
        {
            throw new GpuException(
                GpuFailure.CompileFailed, $"{host.LibraryName} rejects the kernels of {codec.Name}: {exception.Message}", exception);
        }
    }

    /// <summary>Brings the session into a state in which the next work can begin.</summary>
    private void Recover(Type codec, GpuException exception)
    {
        switch (exception.Failure)
        {
            case GpuFailure.NoDevice:
                Drop();
                _off = exception;
                break;
            case GpuFailure.DeviceLost:
            case var _ when _context is null:
                // What did not open, for whatever reason, would not open again and again.
                Lose(exception);
                break;
            case GpuFailure.CompileFailed:
                // Kernels may be compiled when they are first launched. One that is rejected may have spoiled its context.
                _rejected[codec] = exception;
                Drop();
                break;
            default:
                Settle();
                break;
        }
    }

    /// <summary>Waits for what is queued, so that nobody changes memory under it.</summary>
    private void Settle()
    {
        if (_context is { } gpu)
        {
            Guard(gpu, gpu.WaitAll);
        }
    }

    private void FreeAbandoned(GpuContext gpu)
    {
        while (_abandoned.TryDequeue(out GpuMemory? memory))
        {
            if (memory.Context == gpu)
            {
                gpu.Free(memory);
            }
        }
    }

    /// <summary>Does what must not fail; if the device does, it is lost.</summary>
    private void Guard(GpuContext gpu, Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever it is, the context cannot be trusted any more.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_context == gpu)
            {
                Lose(exception);
            }
        }
    }

    private void Lose(Exception exception)
    {
        Drop();
        _losses++;
        if (_losses >= MaximumLosses)
        {
            _off = new GpuException(
                (exception as GpuException)?.Failure ?? GpuFailure.DeviceLost,
                $"The GPU failed {_losses} times and stays off until Gpu.Reset(). The last failure: {exception.Message}",
                exception);
        }
    }

    private void Drop()
    {
        GpuContext? dropped = _context;
        _context = null;
        _abandoned.Clear();
        try
        {
            dropped?.Dispose();
        }
#pragma warning disable CA1031 // It is dropped because it fails.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Nothing more can be done for it.
        }
    }
}
