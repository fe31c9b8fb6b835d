using ILGPU.StandIn;
using ILGPU.StandIn.Execution;

namespace ILGPU.Runtime;

/// <summary>What the stand-in knows of a device in use: its memory, and whether it still works.</summary>
public abstract partial class Accelerator
{
    private readonly Lock _state = new();
    private readonly List<AcceleratorObject> _children = [];
    private long _liveBytes;
    private int _launches;
    private volatile bool _lost;
    private StandInException? _fault;

    internal LaunchOverlap Overlap { get; } = new();

    private StandInOptions Options => Context.Options;

    /// <summary>What the real accelerator throws when an allocation fails.</summary>
    internal abstract Exception OutOfMemory(long bytes);

    /// <summary>What the real accelerator throws when the device is gone.</summary>
    internal abstract Exception Lost();

    /// <summary>Whether freeing memory fails as well then: CUDA answers every call with the error, OpenCL only counts references.</summary>
    internal virtual bool FreeFailsWhenLost => false;

    internal void Register(AcceleratorObject child)
    {
        lock (_state)
        {
            _children.Add(child);
        }
    }

    internal void Unregister(AcceleratorObject child)
    {
        lock (_state)
        {
            _children.Remove(child);
        }
    }

    internal AcceleratorObject[] Children()
    {
        lock (_state)
        {
            return [.. _children];
        }
    }

    internal void CheckUsable()
    {
        if (IsDisposed)
        {
            throw StandInException.Misuse($"the accelerator {Name} is used after it was disposed.");
        }

        Context.CheckUsable();
        ThrowIfBroken();
    }

    internal void ThrowIfLost()
    {
        if (_lost)
        {
            throw Lost();
        }
    }

    internal void ThrowIfFreeFails()
    {
        if (FreeFailsWhenLost && !IsDisposed)
        {
            ThrowIfLost();
        }
    }

    internal void ThrowIfBroken()
    {
        ThrowIfLost();

        // A kernel that faults takes the device with it until the accelerator is disposed, as on CUDA.
        if (Volatile.Read(ref _fault) is StandInException fault)
        {
            throw StandInException.InKernel(fault.Kernel ?? Name, "the device has faulted before: " + fault.Message, fault);
        }
    }

    internal void Fault(StandInException fault) => Interlocked.CompareExchange(ref _fault, fault, null);

    /// <summary>Called when a launch runs; loses the device when its last launch is over.</summary>
    internal void CountLaunch()
    {
        int launch = Interlocked.Increment(ref _launches);
        if (Options.LoseDeviceAfterLaunches is int last && launch > last)
        {
            _lost = true;
            throw Lost();
        }

        Context.Counters.Launched();
        Options.BeforeLaunch?.Invoke();
        if (Options.LaunchDelay > TimeSpan.Zero)
        {
            Thread.Sleep(Options.LaunchDelay);
        }
    }

    internal void Freed(long bytes) => Interlocked.Add(ref _liveBytes, -bytes);

    protected sealed override void Dispose(bool disposing)
    {
        Disposed?.Invoke(this, EventArgs.Empty);
        MarkDisposed();
        bool holdsMemory = false;
        foreach (AcceleratorObject child in Children())
        {
            holdsMemory |= child is DeviceMemory { IsDisposed: false };
            child.DisposeWithAccelerator();
        }

        Context.Counters.AcceleratorClosed();
        if (holdsMemory && FreeFailsWhenLost)
        {
            ThrowIfLost();
        }
    }

    private void Reserve(long length, int elementSize)
    {
        // An array is the most that the stand-in can give.
        long limit = Math.Min(Math.Min(Options.MemoryLimit ?? long.MaxValue, MemorySize), long.MaxValue);
        bool tooLarge = length > (Array.MaxLength - DeviceMemory.BaseAlignment) / elementSize;
        long bytes = tooLarge ? long.MaxValue : length * elementSize;
        long live = tooLarge ? 0 : Interlocked.Add(ref _liveBytes, bytes);
        if (tooLarge || live > limit)
        {
            if (!tooLarge)
            {
                Freed(bytes);
            }

            throw OutOfMemory(bytes);
        }
    }
}
