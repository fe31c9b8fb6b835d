using ILGPU;
using ILGPU.Runtime;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class StreamTests
{
    [Fact]
    public void A_copy_from_page_locked_memory_reads_it_late()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(4);
        using PageLockedArray1D<int> staging = machine.Accelerator.AllocatePageLocked1D<int>(2);
        AcceleratorStream stream = machine.Accelerator.DefaultStream;
        staging.Span.Fill(1);
        buffer.View.SubView(0, 2).CopyFromPageLockedAsync(stream, staging);

        // Too early: the first copy has not read it.
        staging.Span.Fill(2);
        buffer.View.SubView(2, 2).CopyFromPageLockedAsync(stream, staging);
        Assert.Equal([2, 2, 2, 2], buffer.GetAsArray1D());
    }

    [Fact]
    public void A_copy_to_page_locked_memory_writes_it_late()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D([1, 2]);
        using PageLockedArray1D<int> staging = machine.Accelerator.AllocatePageLocked1D<int>(2);
        buffer.View.CopyToPageLockedAsync(staging);
        Assert.Equal([0, 0], staging.GetArray());
        machine.Accelerator.DefaultStream.Synchronize();
        Assert.Equal([1, 2], staging.GetArray());
    }

    [Fact]
    public void Page_locked_memory_is_freed_after_its_copies()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(2);
        PageLockedArray1D<int> staging = machine.Accelerator.AllocatePageLocked1D<int>(2);
        buffer.View.CopyFromPageLockedAsync(staging);
        staging.Dispose();
        Assert.Throws<StandInException>(machine.Accelerator.Synchronize);
    }

    [Fact]
    public void Streams_run_in_order_and_apart()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D([0]);
        Action<AcceleratorStream, KernelConfig, ArrayView<int>, int> append = machine.Accelerator.LoadKernel<ArrayView<int>, int>(Append);
        using AcceleratorStream first = machine.Accelerator.CreateStream();
        using AcceleratorStream second = machine.Accelerator.CreateStream();
        append(first, (1, 1), buffer.View, 1);
        append(second, (1, 1), buffer.View, 2);
        append(first, (1, 1), buffer.View, 3);
        second.Synchronize();
        Assert.Equal([2], buffer.GetAsArray1D());
        machine.Accelerator.Synchronize();
        Assert.Equal([213], buffer.GetAsArray1D());
    }

    [Fact]
    public void What_is_not_synchronized_never_runs()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D([0]);
        Action<AcceleratorStream, KernelConfig, ArrayView<int>, int> append = machine.Accelerator.LoadKernel<ArrayView<int>, int>(Append);
        AcceleratorStream stream = machine.Accelerator.CreateStream();
        append(stream, (1, 1), buffer.View, 1);
        stream.Dispose();
        machine.Accelerator.Synchronize();
        Assert.Equal([0], buffer.GetAsArray1D());
        Assert.Equal(0, machine.Scope.Counters.Launches);
        Assert.Throws<StandInException>(() => append(stream, (1, 1), buffer.View, 1));
        Assert.Throws<StandInException>(stream.Synchronize);
    }

    [Fact]
    public void Launches_on_OpenCL_need_a_lock()
    {
        using var machine = new Machine(type: AcceleratorType.OpenCL);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D([0]);
        Action<AcceleratorStream, KernelConfig, ArrayView<int>, int> append = machine.Accelerator.LoadKernel<ArrayView<int>, int>(Append);
        var gate = new Lock();
        Run(locked: true);
        Assert.Throws<StandInException>(() => Run(locked: false));

        void Run(bool locked)
        {
            using var start = new Barrier(4);
            var failures = new Exception?[4];
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Thread(() =>
            {
                using AcceleratorStream stream = machine.Accelerator.CreateStream();
                start.SignalAndWait();
                for (int i = 0; i < 20; i++)
                {
                    failures[number] ??= Record.Exception(() =>
                    {
                        if (locked)
                        {
                            lock (gate)
                            {
                                append(stream, (1, 1), buffer.View, 1);
                            }
                        }
                        else
                        {
                            append(stream, (1, 1), buffer.View, 1);
                        }
                    });
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            if (failures.FirstOrDefault(failure => failure is not null) is Exception failure)
            {
                throw failure;
            }
        }
    }

    private static void Append(ArrayView<int> output, int digit) => output[0] = (output[0] * 10) + digit;
}
