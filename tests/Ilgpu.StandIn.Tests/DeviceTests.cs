using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class DeviceTests
{
    [Fact]
    public void It_goes_by_the_name_of_the_real_one()
    {
        AssemblyName name = typeof(Context).Assembly.GetName();
        Assert.Equal("ILGPU", name.Name);
        Assert.Equal(new Version(1, 5, 3, 0), name.Version);
    }

    [Fact]
    public void Without_a_driver_there_is_the_CPU()
    {
        using Context context = Context.CreateDefault();
        Assert.Equal(0, context.GetCudaDevices().Count);
        Assert.Equal(0, context.GetCLDevices().Count);
        Device device = Assert.Single(context.Devices);
        Assert.Same(CPUDevice.Default, device);
        Assert.Equal(16, device.MaxNumThreadsPerGroup);

        // As in 1.5.3, where nobody sets it.
        Assert.Null(device.Capabilities);
    }

    [Fact]
    public void The_CPU_runs_kernels()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using Accelerator accelerator = context.GetCPUDevices()[0].CreateAccelerator(context);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = accelerator.Allocate1D<int>(1024);
        accelerator.LoadStreamKernel<ArrayView<int>, int>(Numbers)((1, 1024), buffer.View, 0);
        Assert.Equal(Enumerable.Range(0, 1024), buffer.GetAsArray1D());
        Assert.Equal(AcceleratorType.CPU, accelerator.AcceleratorType);
    }

    [Fact]
    public void Devices_are_listed_as_asked()
    {
        using StandInScope scope = StandInScope.Begin(options =>
        {
            options.CudaDevices = 2;
            options.OpenCLDevices = 1;
            options.DeviceMemory = 1 << 20;
            options.Float64 = false;
        });
        using Context context = Context.CreateDefault();
        Assert.Equal(2, context.GetCudaDevices().Count);
        Assert.Equal("Emulated CUDA device 1", context.GetCudaDevices()[1].Name);
        Assert.Equal(1 << 20, context.GetCudaDevice(0).MemorySize);
        Assert.False(context.GetCLDevices()[0].Capabilities.Float64);
        int count = 0;
        foreach (CudaDevice device in context.GetCudaDevices())
        {
            using CudaAccelerator accelerator = device.CreateCudaAccelerator(context);
            Assert.Same(device, accelerator.Device);
            count++;
        }

        Assert.Equal(2, count);
        Assert.Throws<NotSupportedException>(() => context.GetCudaDevices()[2]);
    }

    [Fact]
    public void Extents_are_checked()
    {
        using var machine = new Machine(options => options.MaxThreadsPerGroup = 64);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<int>(8);
        Action<KernelConfig, ArrayView<int>, int> kernel = machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(Numbers);
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel((0, 8), buffer.View, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel((1, 0), buffer.View, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel((1, 65), buffer.View, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel((new Index2D(1, 1), new Index2D(64, 2)), buffer.View, 0));
    }

    [Fact]
    public void Inline_assembly_is_not_supported()
    {
        using var machine = new Machine();
        Assert.Equal([1], machine.Fill<int>(Guarded, (1, 1), 1));
        Assert.Throws<StandInException>(() => machine.Fill<int>(Unguarded, (1, 1), 1));
    }

    [Fact]
    public void What_is_disposed_cannot_be_used()
    {
        using StandInScope scope = StandInScope.Begin(options => options.CudaDevices = 1);
        Context context = Context.CreateDefault();
        Accelerator first = context.GetCudaDevice(0).CreateAccelerator(context);
        Accelerator second = context.GetCudaDevice(0).CreateAccelerator(context);
        first.Dispose();
        Assert.True(first.IsDisposed);
        Assert.Throws<StandInException>(() => first.Allocate1D<int>(1));
        context.Dispose();
        Assert.Throws<StandInException>(second.Synchronize);
        second.Dispose();
    }

    private static void Numbers(ArrayView<int> output, int length) => output[Grid.GlobalIndex.X] = Grid.GlobalIndex.X;

    private static void Guarded(ArrayView<int> output, int length)
    {
        int value = 1;
        if (CudaAsm.IsSupported)
        {
            CudaAsm.Emit("mov.u32 %0, %laneid;", out value);
        }

        output[0] = value;
    }

    private static void Unguarded(ArrayView<int> output, int length)
    {
        CudaAsm.Emit("mov.u32 %0, %laneid;", out int value);
        output[0] = value;
    }
}
