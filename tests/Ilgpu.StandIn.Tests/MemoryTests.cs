using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class MemoryTests
{
    private const int Garbage = unchecked((int)0xCDCDCDCD);

    [Fact]
    public void New_memory_holds_garbage()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(3);
        Assert.Equal([Garbage, Garbage, Garbage], buffer.GetAsArray1D());
        Assert.Equal(Enumerable.Repeat(Garbage, 8), machine.Fill<int>(Unwritten, (4, 2), 8));
        buffer.MemSetToZero();
        Assert.Equal([0, 0, 0], buffer.GetAsArray1D());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(-1)]
    public void An_access_out_of_bounds_names_kernel_index_and_length(int index)
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(64);
        machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(WritesAt)((1, 1), buffer.View.SubView(0, 8), index);
        var exception = Assert.Throws<StandInException>(machine.Accelerator.Synchronize);
        Assert.Equal(index, exception.Index);
        Assert.Equal(8, exception.Length);
        Assert.Contains("MemoryTests.WritesAt [group (0, 0, 0), thread (0, 0, 0)]", exception.Kernel);
    }

    [Fact]
    public void A_fault_takes_the_device_with_it()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(8);
        machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(WritesAt)((1, 1), buffer.View, 8);
        Assert.Throws<StandInException>(machine.Accelerator.Synchronize);
        Assert.Throws<StandInException>(machine.Accelerator.Synchronize);
        Assert.Throws<StandInException>(() => machine.Accelerator.Allocate1D<int>(1));
        Assert.Throws<StandInException>(() => buffer.GetAsArray1D());
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(8, 0)]
    [InlineData(-1, 1)]
    [InlineData(5, 4)]
    public void A_part_stays_inside(int index, int length)
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(8);
        Assert.Throws<StandInException>(() => buffer.View.BaseView.SubView(index, length));
    }

    [Fact]
    public void A_cast_needs_an_aligned_start()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<byte>(64);
        ArrayView<byte> view = buffer.View;
        Assert.Equal(2, view.SubView(32).Cast<Quad>().Length);
        Assert.Equal(3, view.SubView(8).Cast<uint>().SubView(2).Cast<Quad>().Length);
        Assert.Throws<StandInException>(() => view.SubView(8).Cast<Quad>());
        Assert.Throws<StandInException>(() => view.SubView(2).Cast<uint>());
    }

    [Fact]
    public void Shared_memory_is_aligned_as_its_elements()
    {
        using var machine = new Machine();
        Assert.Equal([1], machine.Fill<int>(CastsSharedInts, (1, 1), 1));
        Assert.Throws<StandInException>(() => machine.Fill<int>(CastsSharedBytes, (1, 1), 1));
    }

    [Fact]
    public void Shared_memory_is_one_for_all_threads()
    {
        using var machine = new Machine();
        var exception = Assert.Throws<StandInException>(() => machine.Fill<int>(AllocatesDifferently, (1, 2), 2));
        Assert.Contains("shared allocation 0", exception.Message);
    }

    [Fact]
    public void Shared_memory_ends()
    {
        using var machine = new Machine(options => options.SharedMemoryPerGroup = 15);
        Assert.Throws<StandInException>(() => machine.Fill<int>(CastsSharedInts, (1, 1), 1));
    }

    [Fact]
    public void A_freed_buffer_cannot_be_used()
    {
        using var machine = new Machine();
        MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(8);
        ArrayView<int> view = buffer.View;
        Action<KernelConfig, ArrayView<int>, int> kernel = machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(WritesAt);
        kernel((1, 1), view, 0);
        buffer.Dispose();

        // Launched before, to run after.
        Assert.Throws<StandInException>(machine.Accelerator.Synchronize);
        Assert.Throws<StandInException>(() => kernel((1, 1), view, 0));
        Assert.Throws<StandInException>(() => view.CopyFromCPU(new int[8]));
        Assert.Throws<StandInException>(() => view[0]);
    }

    [Fact]
    public void Memory_of_others_cannot_be_used()
    {
        using var machine = new Machine();
        using Accelerator other = machine.Context.Devices[1].CreateAccelerator(machine.Context);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = other.Allocate1D<int>(8);
        using PageLockedArray1D<int> host = machine.Accelerator.AllocatePageLocked1D<int>(8);
        Action<KernelConfig, ArrayView<int>, int> kernel = machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(WritesAt);
        Assert.Throws<StandInException>(() => kernel((1, 1), buffer.View, 0));
        Assert.Throws<StandInException>(() => kernel((1, 1), host.ArrayView, 0));
        Assert.Throws<StandInException>(() => buffer.View.CopyFromCPU(machine.Accelerator.DefaultStream, new int[8]));
    }

    [Fact]
    public void Arrays_and_spans_are_copied()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D(new[] { 1, 2, 3, 4 });
        AcceleratorStream stream = machine.Accelerator.DefaultStream;
        buffer.View.SubView(1, 2).CopyFromCPU(stream, new ReadOnlySpan<int>([7, 8]));
        var part = new int[3];
        buffer.View.BaseView.SubView(1).CopyToCPU(stream, new Span<int>(part));
        Assert.Equal([7, 8, 4], part);
        buffer.View.SubView(0, 2).CopyFrom(stream, buffer.View.SubView(2, 2));
        Assert.Equal([8, 4, 8, 4], buffer.GetAsArray1D());
    }

    [Fact]
    public void A_copy_stays_in_its_view()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(8);
        using PageLockedArray1D<int> host = machine.Accelerator.AllocatePageLocked1D<int>(5);
        AcceleratorStream stream = machine.Accelerator.DefaultStream;
        Assert.Throws<StandInException>(() => buffer.View.SubView(0, 4).CopyFromPageLockedAsync(stream, host));
        Assert.Throws<StandInException>(() => buffer.View.SubView(0, 4).CopyToPageLockedAsync(stream, host));
        Assert.Throws<StandInException>(() => buffer.View.SubView(0, 4).CopyFromCPU(stream, new int[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.View.CopyFromCPU(stream, new int[5]));
    }

    [Fact]
    public void Kernels_exist_in_kernels_only() => Assert.Throws<StandInException>(() => Grid.IdxX);

    private static void Unwritten(ArrayView<int> output, int length)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(2);
        ArrayView<int> local = LocalMemory.Allocate<int>(1);
        output[Grid.GlobalIndex.X] = shared[Group.IdxX] == local[0] ? local[0] : 0;
        shared[Group.IdxX] = 1;
        local[0] = 2;
    }

    private static void WritesAt(ArrayView<int> output, int index) => output[index] = 1;

    private static void CastsSharedInts(ArrayView<int> output, int length)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(4);
        shared[0] = 1;
        output[0] = shared.Cast<Quad>().Cast<byte>()[0];
    }

    private static void CastsSharedBytes(ArrayView<int> output, int length) =>
        output[0] = SharedMemory.Allocate<byte>(16).Cast<int>()[0];

    private static void AllocatesDifferently(ArrayView<int> output, int length) =>
        output[Group.IdxX] = SharedMemory.Allocate<int>(4 + Group.IdxX)[0];

    [InlineArray(4)]
    private struct Quad
    {
        private uint _first;
    }
}
