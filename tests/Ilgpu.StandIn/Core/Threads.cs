using ILGPU.Runtime;
using ILGPU.StandIn;
using ILGPU.StandIn.Execution;

namespace ILGPU;

public static class Grid
{
    public static int IdxX => KernelThread.Current.Group.Index.X;

    public static int IdxY => KernelThread.Current.Group.Index.Y;

    public static int IdxZ => KernelThread.Current.Group.Index.Z;

    public static Index3D Index => KernelThread.Current.Group.Index;

    public static int DimX => Dimension.X;

    public static int DimY => Dimension.Y;

    public static int DimZ => Dimension.Z;

    public static Index3D Dimension => KernelThread.Current.Group.Launch.GridDim;

    public static int LinearIndex
    {
        get
        {
            Index3D index = Index;
            Index3D dimension = Dimension;
            return (((index.Z * dimension.Y) + index.Y) * dimension.X) + index.X;
        }
    }

    public static Index3D GlobalIndex
    {
        get
        {
            Index3D group = Index;
            Index3D size = Group.Dimension;
            Index3D thread = Group.Index;
            return checked(new Index3D((group.X * size.X) + thread.X, (group.Y * size.Y) + thread.Y, (group.Z * size.Z) + thread.Z));
        }
    }

    public static int GlobalLinearIndex => checked((LinearIndex * Group.Dimension.Size) + Group.LinearIndex);
}

public static class Group
{
    public static int IdxX => KernelThread.Current.Index.X;

    public static int IdxY => KernelThread.Current.Index.Y;

    public static int IdxZ => KernelThread.Current.Index.Z;

    public static Index3D Index => KernelThread.Current.Index;

    public static int DimX => Dimension.X;

    public static int DimY => Dimension.Y;

    public static int DimZ => Dimension.Z;

    public static Index3D Dimension => KernelThread.Current.Group.Launch.GroupDim;

    public static int LinearIndex => KernelThread.Current.Linear;

    public static bool IsFirstThread => LinearIndex == 0;

    public static bool IsLastThread => LinearIndex == Dimension.Size - 1;

    public static void Barrier() => KernelThread.Current.Barrier(predicate: false);

    public static int BarrierPopCount(bool predicate) => KernelThread.Current.Barrier(predicate);

    public static bool BarrierAnd(bool predicate) => BarrierPopCount(predicate) == Dimension.Size;

    public static bool BarrierOr(bool predicate) => BarrierPopCount(predicate) > 0;
}

/// <summary>Declared so that code compiles: it is to ask for <c>CudaAsm.IsSupported</c> first, which is false here.</summary>
public static class Warp
{
    public static int WarpSize => KernelThread.Current.Group.Launch.Accelerator.WarpSize;

    public static int LaneIdx => Group.LinearIndex % WarpSize;

    public static bool IsFirstLane => LaneIdx == 0;

    public static bool IsLastLane => LaneIdx == WarpSize - 1;

    public static int WarpIdx => Group.LinearIndex / WarpSize;

    public static void Barrier() => throw Unavailable();

    public static T Shuffle<T>(T variable, int sourceLane)
        where T : unmanaged =>
        throw Unavailable();

    public static T ShuffleDown<T>(T variable, int delta)
        where T : unmanaged =>
        throw Unavailable();

    public static T ShuffleUp<T>(T variable, int delta)
        where T : unmanaged =>
        throw Unavailable();

    public static T ShuffleXor<T>(T variable, int mask)
        where T : unmanaged =>
        throw Unavailable();

    private static StandInException Unavailable() =>
        StandInException.Misuse("warps do not run in step here, nor does OpenCL have shuffles everywhere.");
}

public static class SharedMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged =>
        KernelThread.Current.AllocateShared<T>(extent);

    public static ref T Allocate<T>()
        where T : unmanaged =>
        ref Allocate<T>(1)[0];

    public static ArrayView1D<T, Stride1D.Dense> Allocate1D<T>(Index1D extent)
        where T : unmanaged =>
        Allocate1D<T, Stride1D.Dense>(extent, default);

    public static ArrayView1D<T, TStride> Allocate1D<T, TStride>(Index1D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    public static ArrayView<T> GetDynamic<T>()
        where T : unmanaged =>
        KernelThread.Current.AllocateShared<T>(KernelThread.Current.Group.Launch.DynamicSharedBytes / Interop.SizeOf<T>());
}

public static class LocalMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged =>
        KernelThread.Current.AllocateLocal<T>(extent);

    public static ArrayView1D<T, Stride1D.Dense> Allocate1D<T>(Index1D extent)
        where T : unmanaged =>
        Allocate1D<T, Stride1D.Dense>(extent, default);

    public static ArrayView1D<T, TStride> Allocate1D<T, TStride>(Index1D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);
}

public static class MemoryFence
{
    public static void GroupLevel() => Interlocked.MemoryBarrier();

    public static void DeviceLevel() => Interlocked.MemoryBarrier();

    public static void SystemLevel() => Interlocked.MemoryBarrier();
}
