using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace ILGPU.StandIn.Execution;

/// <summary>What all groups of a launch share.</summary>
internal sealed record Launch(Accelerator Accelerator, string Kernel, Index3D GridDim, Index3D GroupDim, int DynamicSharedBytes);

/// <summary>The group that runs. One object serves all groups of a launch, one after another.</summary>
internal sealed class KernelGroup(Launch launch)
{
    private readonly List<MemoryBuffer> _shared = [];
    private long _sharedBytes;

    public Launch Launch { get; } = launch;

    public Index3D Index { get; private set; }

    public int Size { get; } = launch.GroupDim.Size;

    public unsafe void Start(Index3D index)
    {
        Index = index;
        foreach (MemoryBuffer block in _shared)
        {
            new Span<byte>((void*)block.Address, (int)block.LengthInBytes).Fill(Garbage.Pattern);
        }
    }

    /// <summary>The n-th allocation of each thread is the same memory.</summary>
    public ArrayView<T> Shared<T>(int ordinal, int extent)
        where T : unmanaged
    {
        if (ordinal == _shared.Count)
        {
            _shared.Add(KernelMemory.Allocate<T>(extent));
            _sharedBytes += _shared[ordinal].LengthInBytes;
            if (_sharedBytes > Launch.Accelerator.MaxSharedMemoryPerGroup)
            {
                throw StandInException.Misuse(
                    $"{_sharedBytes} bytes of shared memory, where a group has {Launch.Accelerator.MaxSharedMemoryPerGroup}.");
            }
        }

        MemoryBuffer block = _shared[ordinal];
        if (block.Length != extent || block.ElementSize != Interop.SizeOf<T>())
        {
            throw StandInException.Misuse(
                $"shared allocation {ordinal} is {block.Length} elements of {block.ElementSize} bytes for one thread "
                + $"and {extent} of {Interop.SizeOf<T>()} for another.");
        }

        return block.AsArrayView<T>(0, extent);
    }
}

/// <summary>A thread of a group: its place, and its allocations.</summary>
internal sealed class KernelThread(KernelGroup group, IBarrier barrier)
{
    [ThreadStatic]
    private static KernelThread? s_current;

    private readonly List<MemoryBuffer> _local = [];
    private int _sharedOrdinal;
    private int _localOrdinal;

    public static KernelThread Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_current ?? ThrowOutside();
    }

    public KernelGroup Group { get; } = group;

    public Index3D Index { get; private set; }

    public int Linear { get; private set; }

    /// <summary>The kernel and thread that run on this thread of the system, for messages; null outside of kernels.</summary>
    public static string? Describe() =>
        s_current is KernelThread thread ? $"{thread.Group.Launch.Kernel} [group {thread.Group.Index}, thread {thread.Index}]" : null;

    public static void Leave() => s_current = null;

    public void Enter() => s_current = this;

    /// <summary>Begins anew as another thread of the group, or in another group.</summary>
    public void Start(int linear)
    {
        Index3D size = Group.Launch.GroupDim;
        Linear = linear;
        Index = new Index3D(linear % size.X, linear / size.X % size.Y, linear / (size.X * size.Y));
        _sharedOrdinal = 0;
        _localOrdinal = 0;
    }

    public int Barrier(bool predicate) => barrier.Wait(this, predicate);

    public ArrayView<T> AllocateShared<T>(int extent)
        where T : unmanaged =>
        Group.Shared<T>(_sharedOrdinal++, extent);

    public unsafe ArrayView<T> AllocateLocal<T>(int extent)
        where T : unmanaged
    {
        int ordinal = _localOrdinal++;
        if (ordinal == _local.Count)
        {
            _local.Add(KernelMemory.Allocate<T>(extent));
        }
        else if (_local[ordinal].Length != extent || _local[ordinal].ElementSize != sizeof(T))
        {
            _local[ordinal] = KernelMemory.Allocate<T>(extent);
        }
        else
        {
            new Span<byte>((void*)_local[ordinal].Address, (int)_local[ordinal].LengthInBytes).Fill(Garbage.Pattern);
        }

        return _local[ordinal].AsArrayView<T>(0, extent);
    }

    [DoesNotReturn]
    private static KernelThread ThrowOutside() =>
        throw new StandInException("What only kernels have was used outside of a kernel.");
}

/// <summary>How the threads of a group wait for each other.</summary>
internal interface IBarrier
{
    /// <returns>For how many threads of the group the predicate holds.</returns>
    int Wait(KernelThread thread, bool predicate);
}

/// <summary>Shared and local memory. It is aligned as its elements are: OpenCL promises no more.</summary>
internal static class KernelMemory
{
    public static MemoryBuffer Allocate<T>(int extent)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extent);
        int alignment = Alignment.Of<T>();
        byte[]? memory = Garbage.Allocate((long)extent * Interop.SizeOf<T>(), DeviceMemory.BaseAlignment, out nint address);
        return new HostMemory(address, extent, Interop.SizeOf<T>(), memory, alignment);
    }
}
