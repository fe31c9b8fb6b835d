#if REAL_ILGPU
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using KernelGen.Devices;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.Package;

/// <summary>A CUDA device whose memory is really full. Alone: other tests need memory, too.</summary>
[CollectionDefinition(nameof(FullDeviceTests), DisableParallelization = true)]
[Collection(nameof(FullDeviceTests))]
public sealed class FullDeviceTests
{
    [RealGpuFact]
    public void Sets_are_streamed_until_there_is_room()
    {
        using Context context = Context.Create(builder => builder.Cuda());
        if (context.GetCudaDevices().Count == 0)
        {
            // An OpenCL driver moves memory to the host instead.
            return;
        }

        // The device and its kernels first: they need memory as well.
        GpuDeviceInfo device = RealGpuFactAttribute.FindGpus()[0];
        var options = new GpuOptions { DeviceIndex = device.Index, Sizes = new GpuSizes { StreamBytes = 1 << 20 } };
        using var set = new TestSet<HalfL2>(700, options);
        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 10);
        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 300);
        for (int i = 0; i < 9; i++)
        {
            set.Add(10_000);
        }

        using (CudaAccelerator hog = context.CreateCudaAccelerator(0))
        {
            Stack<MemoryBuffer> taken = TakeAll(hog);
            for (long freed = 0; freed < 10 << 20; freed += taken.Pop().LengthInBytes)
            {
                taken.Peek().Dispose();
            }

            // 18 MB of codes do not fit.
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 10);
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 300);
            foreach (MemoryBuffer buffer in taken)
            {
                buffer.Dispose();
            }
        }

        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 10);
    }

    private static Stack<MemoryBuffer> TakeAll(CudaAccelerator accelerator)
    {
        var taken = new Stack<MemoryBuffer>();
        for (long piece = 8L << 30; piece >= 1 << 20;)
        {
            try
            {
                taken.Push(accelerator.Allocate1D<byte>(piece));
            }
            catch (CudaException)
            {
                piece /= 2;
            }
        }

        return taken;
    }
}
#endif
