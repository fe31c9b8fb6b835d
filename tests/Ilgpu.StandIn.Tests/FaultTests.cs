using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class FaultTests
{
    [Theory]
    [InlineData(DriverState.Missing)]
    [InlineData(DriverState.WithoutDevices)]
    public void Without_a_driver_no_device_is_listed(DriverState driver)
    {
        using StandInScope scope = StandInScope.Begin(options =>
        {
            options.CudaDevices = 1;
            options.OpenCLDevices = 1;
            options.Driver = driver;
        });
        using Context context = Context.CreateDefault();
        Assert.Equal(AcceleratorType.CPU, Assert.Single(context.Devices).AcceleratorType);
    }

    [Fact]
    public void A_broken_driver_throws()
    {
        using StandInScope scope = StandInScope.Begin(options => options.Driver = DriverState.Broken);
        Assert.Throws<DllNotFoundException>(Context.CreateDefault);
        scope.Options.DriverError = () => new TypeInitializationException("ILGPU.Runtime.Cuda.CudaAPI", null);
        Assert.Throws<TypeInitializationException>(Context.CreateDefault);
        Assert.Equal(0, scope.Counters.LiveContexts);
    }

    [Fact]
    public void Memory_of_CUDA_ends()
    {
        using var machine = new Machine(options => options.MemoryLimit = 100);
        MemoryBuffer1D<int, Stride1D.Dense> first = machine.Accelerator.Allocate1D<int>(20);
        var exception = Assert.Throws<CudaException>(() => machine.Accelerator.Allocate1D<int>(6));
        Assert.Equal(nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY), exception.Error);
        first.Dispose();
        machine.Accelerator.Allocate1D<int>(25).Dispose();
        Assert.Throws<CudaException>(() => machine.Accelerator.Allocate1D<long>(1L << 40));
        Assert.Equal(100, machine.Scope.Counters.PeakBytes);
        Assert.Equal(0, machine.Scope.Counters.LiveBytes);
    }

    [Fact]
    public void Memory_of_OpenCL_ends()
    {
        using var machine = new Machine(options => options.DeviceMemory = 100, AcceleratorType.OpenCL);
        var exception = Assert.Throws<CLException>(() => machine.Accelerator.Allocate1D<int>(26));
        Assert.Equal(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE, exception.Error);
    }

    [Fact]
    public void A_device_is_lost()
    {
        using var machine = new Machine(options => options.LoseDeviceAfterLaunches = 2);
        MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D([0]);
        Action<KernelConfig, ArrayView<int>, int> kernel = machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne);
        kernel((1, 1), buffer.View, 0);
        kernel((1, 1), buffer.View, 0);
        Assert.Equal([2], buffer.GetAsArray1D());
        kernel((1, 1), buffer.View, 0);
        var exception = Assert.Throws<CudaException>(machine.Accelerator.Synchronize);
        Assert.Equal(nameof(CudaError.CUDA_ERROR_LAUNCH_FAILED), exception.Error);
        Assert.Throws<CudaException>(machine.Accelerator.Synchronize);
        Assert.Throws<CudaException>(() => kernel((1, 1), buffer.View, 0));
        Assert.Throws<CudaException>(() => machine.Accelerator.Allocate1D<int>(1));
        Assert.Throws<CudaException>(() => buffer.GetAsArray1D());
        Assert.Throws<CudaException>(buffer.Dispose);
        Assert.Equal(0, machine.Scope.Counters.LiveBuffers);
        Assert.Equal(2, machine.Scope.Counters.Launches);
    }

    [Fact]
    public void An_OpenCL_device_is_lost()
    {
        using var machine = new Machine(options => options.LoseDeviceAfterLaunches = 0, AcceleratorType.OpenCL);
        var exception = Assert.Throws<CLException>(() => machine.Fill<int>(AddOne, (1, 1), 1));
        Assert.Equal(CLError.CL_OUT_OF_RESOURCES, exception.Error);
        Assert.Equal(0, machine.Scope.Counters.LiveBuffers);
    }

    [Fact]
    public void A_lost_accelerator_that_holds_memory_throws_when_it_is_disposed()
    {
        using var machine = new Machine(options => options.LoseDeviceAfterLaunches = 0);
        MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(1);
        machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne)((1, 1), buffer.View, 0);
        Assert.Throws<CudaException>(machine.Accelerator.Synchronize);
        Assert.Throws<CudaException>(machine.Accelerator.Dispose);
        Assert.True(machine.Accelerator.IsDisposed);
        Assert.Equal((0, 0), (machine.Scope.Counters.LiveBuffers, machine.Scope.Counters.LiveAccelerators));
    }

    [Fact]
    public void A_kernel_that_does_not_compile_spoils_its_context()
    {
        using var machine = new Machine(options => options.FailCompilation = method => method.Name == nameof(Other));
        machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne);
        Assert.Throws<InternalCompilerException>(() => machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(Other));
        Assert.Throws<InternalCompilerException>(() => machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne));
        using Context fresh = Context.CreateDefault();
        using Accelerator accelerator = fresh.GetCudaDevice(0).CreateAccelerator(fresh);
        accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne);
    }

    [Fact]
    public void An_accelerator_is_disposed_while_it_works()
    {
        using var machine = new Machine();
        MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D([0]);
        machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne)((1, 1), buffer.View, 0);
        machine.Scope.Options.BeforeLaunch = machine.Accelerator.Dispose;
        Assert.Throws<StandInException>(machine.Accelerator.Synchronize);
        Assert.Equal(0, machine.Scope.Counters.LiveBuffers);
    }

    [Fact]
    public void A_device_is_slow()
    {
        using var machine = new Machine(options => options.LaunchDelay = TimeSpan.FromMilliseconds(20));
        long start = Stopwatch.GetTimestamp();
        machine.Fill<int>(AddOne, (1, 1), 1);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(20), TimeSpan.MaxValue);
    }

    [Fact]
    public void Everything_is_counted()
    {
        using StandInScope scope = StandInScope.Begin();
        Counters counters;
        using (var machine = new Machine())
        {
            counters = machine.Scope.Counters;
            MemoryBuffer1D<int, Stride1D.Dense> first = machine.Accelerator.Allocate1D([1, 2, 3]);
            MemoryBuffer1D<int, Stride1D.Dense> second = machine.Accelerator.Allocate1D<int>(2);
            machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(AddOne)((1, 1), first.View, 0);
            first.GetAsArray1D();
            second.View.CopyFrom(first.View.SubView(0, 2));
            machine.Accelerator.Synchronize();
            Assert.Equal((1, 1, 12, 12), (counters.Launches, counters.Loads, counters.BytesUp, counters.BytesDown));
            Assert.Equal((2, 20, 20), (counters.LiveBuffers, counters.LiveBytes, counters.PeakBytes));
            Assert.Equal((1, 1), (counters.LiveContexts, counters.LiveAccelerators));
            second.Dispose();
            Assert.Equal((1, 12), (counters.LiveBuffers, counters.LiveBytes));
        }

        // An accelerator frees what it still has.
        Assert.Equal((0, 0, 20), (counters.LiveBuffers, counters.LiveBytes, counters.PeakBytes));
        Assert.Equal((0, 0), (counters.LiveContexts, counters.LiveAccelerators));
        Assert.Equal(0, scope.Counters.Launches);
        Assert.Same(scope, StandInScope.Current);
    }

    private static void AddOne(ArrayView<int> output, int length) => output[0]++;

    private static void Other(ArrayView<int> output, int length) => output[0] += 2;
}
