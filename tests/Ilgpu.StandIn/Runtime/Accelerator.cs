using ILGPU.StandIn;
using ILGPU.StandIn.Execution;
using ILGPU.Util;

namespace ILGPU.Runtime;

public enum AcceleratorType
{
    CPU,
    Cuda,
    OpenCL,
}

public abstract class AcceleratorException : Exception
{
    protected AcceleratorException()
    {
    }

    protected AcceleratorException(string message)
        : base(message)
    {
    }

    protected AcceleratorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public abstract AcceleratorType AcceleratorType { get; }
}

/// <summary>A device in use. What is public is ILGPU's; the rest is in <c>Accelerator.State.cs</c>.</summary>
public abstract partial class Accelerator : DisposeBase
{
    private protected Accelerator(Context context, Device device)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckUsable();
        Context = context;
        Device = device;
        DefaultStream = new QueuedStream(this);
        context.Counters.AcceleratorOpened();
    }

    public static AcceleratorType CurrentType => AcceleratorType.CPU;

    public event EventHandler? Disposed;

    public Context Context { get; }

    public Device Device { get; }

    public AcceleratorStream DefaultStream { get; }

    public AcceleratorType AcceleratorType => Device.AcceleratorType;

    public string Name => Device.Name;

    public long MemorySize => Device.MemorySize;

    public Index3D MaxGridSize => Device.MaxGridSize;

    public Index3D MaxGroupSize => Device.MaxGroupSize;

    public int MaxNumThreadsPerGroup => Device.MaxNumThreadsPerGroup;

    public int MaxSharedMemoryPerGroup => Device.MaxSharedMemoryPerGroup;

    public int MaxConstantMemory => Device.MaxConstantMemory;

    public int WarpSize => Device.WarpSize;

    public int NumMultiprocessors => Device.NumMultiprocessors;

    public int MaxNumThreadsPerMultiprocessor => Device.MaxNumThreadsPerMultiprocessor;

    public int MaxNumThreads => Device.MaxNumThreads;

    public (Index1D, Index1D) MaxNumGroupsExtent =>
        (NumMultiprocessors * (MaxNumThreadsPerMultiprocessor / MaxNumThreadsPerGroup), MaxNumThreadsPerGroup);

    public CapabilityContext Capabilities => Device.Capabilities;

    /// <summary>Does nothing: a thread needs no current device here.</summary>
    public void Bind() => CheckUsable();

    public AcceleratorStream CreateStream()
    {
        CheckUsable();
        return new QueuedStream(this);
    }

    /// <summary>Runs what is queued on all streams, one stream after another.</summary>
    public void Synchronize()
    {
        CheckUsable();
        foreach (QueuedStream stream in Children().OfType<QueuedStream>())
        {
            stream.Synchronize();
        }
    }

    public MemoryBuffer AllocateRaw(long length, int elementSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        CheckUsable();
        Reserve(length, elementSize);
        return new DeviceMemory(this, length, elementSize);
    }

    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged =>
        Allocate1D<T, Stride1D.Dense>(length, default);

    public MemoryBuffer1D<T, TStride> Allocate1D<T, TStride>(long length, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        Blittable.Check(typeof(T));
        long elements = stride.ComputeBufferLength(new LongIndex1D(length));
        MemoryBuffer buffer = AllocateRaw(elements, Interop.SizeOf<T>());
        return new MemoryBuffer1D<T, TStride>(
            this,
            new ArrayView1D<T, TStride>(new ArrayView<T>(buffer, 0, elements), new LongIndex1D(length), stride));
    }

    public PageLockScope<T> CreatePageLockFromPinned<T>(IntPtr pinned, long numElements)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numElements);
        Blittable.Check(typeof(T));
        CheckUsable();
        return new LockedPages<T>(this, pinned, numElements, owner: null);
    }

    public unsafe PageLockScope<T> CreatePageLockFromPinned<T>(T[] pinned)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pinned);
        fixed (T* address = pinned)
        {
            return CreatePageLockFromPinned<T>((nint)address, pinned.Length);
        }
    }

    public override string ToString() => Device.ToString();
}
