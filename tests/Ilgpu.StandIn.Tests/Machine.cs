using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

/// <summary>A scope with one emulated device, its context and an accelerator.</summary>
internal sealed class Machine : IDisposable
{
    public Machine(Action<StandInOptions>? configure = null, AcceleratorType type = AcceleratorType.Cuda)
    {
        Scope = StandInScope.Begin(options =>
        {
            options.CudaDevices = 1;
            options.OpenCLDevices = 1;
            configure?.Invoke(options);
        });
        Context = Context.Create(builder => builder.Cuda().OpenCL().Optimize(OptimizationLevel.O2));
        Accelerator = type == AcceleratorType.Cuda
            ? Context.GetCudaDevices()[0].CreateAccelerator(Context)
            : Context.GetCLDevices()[0].CreateAccelerator(Context);
    }

    public StandInScope Scope { get; }

    public Context Context { get; }

    public Accelerator Accelerator { get; }

    public void Dispose()
    {
        Accelerator.Dispose();
        Context.Dispose();
        Scope.Dispose();
    }

    /// <summary>Runs a kernel that fills an array.</summary>
    public T[] Fill<T>(Action<ArrayView<T>, int> kernel, KernelConfig config, int length)
        where T : unmanaged
    {
        using MemoryBuffer1D<T, Stride1D.Dense> buffer = Accelerator.Allocate1D<T>(length);
        Accelerator.LoadStreamKernel<ArrayView<T>, int>(kernel)(config, buffer.View, length);
        return buffer.GetAsArray1D();
    }
}
