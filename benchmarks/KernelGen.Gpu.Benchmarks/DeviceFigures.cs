using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using KernelGen.Devices;

namespace KernelGen.GpuBenchmarks;

/// <summary>What the device does without a scheme: what scans are compared with, and what <see cref="GpuCostModel"/> starts from.</summary>
internal sealed class DeviceFigures(GpuDeviceInfo device, Timing timing)
{
    /// <summary>Bytes per second that a copy within the device reads and writes, through ILGPU itself.</summary>
    public double CopyBytesPerSecond(long bytes)
    {
        using Context context = Context.Create(builder => builder.Cuda().OpenCL().CPU());
        ILGPU.Runtime.Device found = context.Devices.First(d => d.Name == device.Name);
        using Accelerator accelerator = found.CreateAccelerator(context);
        using MemoryBuffer1D<byte, Stride1D.Dense> source = accelerator.Allocate1D<byte>(bytes);
        using MemoryBuffer1D<byte, Stride1D.Dense> target = accelerator.Allocate1D<byte>(bytes);
        double seconds = timing.Queued(
            7, () => target.View.BaseView.CopyFrom(accelerator.DefaultStream, source.View.BaseView), accelerator.Synchronize);
        return 2.0 * bytes / seconds;
    }

    /// <summary>Prints the figures of the cost model, as this machine has them.</summary>
    public void Print<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        GpuProgram program = codec.CreateGpuProgram()!;
        GpuAccelerator? opened = null;
        double open = Timing.Once(() => opened = program.Library.Open(device));
        using GpuAccelerator gpu = opened!;
        const int rows = 128;
        GpuKernels? loaded = null;
        using GpuBuffer prepared = gpu.Allocate(TCodec.Layout.QueryBytes);
        using GpuBuffer block = gpu.Allocate(TCodec.Layout.BlockBytes);
        using GpuBuffer scores = gpu.Allocate(4 * rows);
        double compile = Timing.Once(() =>
        {
            loaded = program.Load(gpu);
            loaded.Scan(0, prepared, 1, block, rows, scores, rows);
            gpu.Wait(0);
        });
        GpuKernels kernels = loaded!;

        // As many launches as their queue holds without waiting.
        const int launches = 500;
        double launch = timing.Median(11, () =>
        {
            for (int i = 0; i < launches; i++)
            {
                kernels.Scan(0, prepared, 1, block, rows, scores, rows);
            }

            gpu.Wait(0);
        }) / launches;
        double roundTrip = timing.Median(101, () =>
        {
            kernels.Scan(0, prepared, 1, block, rows, scores, rows);
            gpu.Wait(0);
        });

        const int piece = 4 << 20;
        using GpuStaging staging = gpu.AllocateStaging(piece);
        using GpuBuffer buffer = gpu.Allocate(piece);
        double up = timing.Queued(11, () => gpu.CopyToDevice(0, staging, 0, buffer, 0, piece), () => gpu.Wait(0));
        double down = timing.Queued(11, () => gpu.CopyToHost(0, buffer, 0, staging, 0, piece), () => gpu.Wait(0));
        Console.WriteLine(
            $"Bus, pieces of 4 MiB, page-locked: {piece / up / 1e9:F1} GB/s to the device, {piece / down / 1e9:F1} GB/s back. Launch: {launch * 1e6:F1} us among others, {roundTrip * 1e6:F1} us with its wait. Opening the device: {open:F2} s; the first kernel: {compile:F2} s.");
        Console.WriteLine();
    }
}
