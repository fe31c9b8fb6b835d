using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using KernelGen.Devices;

namespace KernelGen.GpuBenchmarks;

/// <summary>Measures one scheme after another: scans against the device's own copy, whole searches against the CPU.</summary>
internal sealed class GpuBenchmark(GpuDeviceInfo device, long bytes, bool isQuick)
{
    private const int Queries = 16;

    /// <summary>Launches between two waits, so that these do not count.</summary>
    private readonly int _launches = isQuick ? 1 : 10;

    private double _copyBytesPerSecond;

    /// <summary>Measures the device's copy and prints the head of the table.</summary>
    public void Begin()
    {
        _copyBytesPerSecond = CopyBytesPerSecond();
        Console.WriteLine(
            $"{device.Name} ({device.Kind}, {device.MemoryBytes >> 20} MiB). Codes: {bytes >> 20} MiB. Copy within the device: {_copyBytesPerSecond / 1e9:F0} GB/s (read and written).");
        Console.WriteLine();
        Console.WriteLine(
            $"| scheme | bytes/vector | scan, one query: GB/s | of copy | scan, {Queries} queries: Gvectors*queries/s | search, GPU ms | search, CPU ms (all cores) | {Queries} queries, GPU ms | {Queries} queries, CPU ms |");
        Console.WriteLine("| ------ | -----------: | --------------------: | ------: | -----------------------------------: | -------------: | -------------------------: | -----------------: | -----------------: |");
    }

    /// <summary>Prints the row of a scheme.</summary>
    public void Measure<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        int blocks = (int)Math.Max(1, bytes / layout.BlockBytes);
        int rows = blocks * layout.BlockRows;
        var random = new Random(1);
        float[] vectors = new float[layout.Dimensions * layout.BlockRows];
        foreach (ref float value in vectors.AsSpan())
        {
            value = (float)(random.NextDouble() - 0.5);
        }

        // The same rows in every block: what a scan takes does not depend on the values.
        byte[] codes = new byte[layout.CodeBytes * layout.BlockRows];
        byte[] block = new byte[layout.BlockBytes];
        codec.Encode(vectors, codes);
        codec.Pack(codes, block, 0);
        float[] query = vectors[..(layout.Dimensions * Queries)];
        byte[] prepared = new byte[Queries * layout.QueryBytes];
        codec.Prepare(query, prepared);

        GpuProgram program = codec.CreateGpuProgram()!;
        double one;
        double batch;
        using (GpuAccelerator gpu = program.Library.Open(device))
        {
            GpuKernels kernels = program.Load(gpu);
            using GpuBuffer blockBuffer = gpu.Allocate((long)blocks * layout.BlockBytes);
            using GpuBuffer preparedBuffer = gpu.Allocate(prepared.Length);
            using GpuBuffer scores = gpu.Allocate(4L * Queries * rows);
            using GpuStaging staging = gpu.AllocateStaging(Math.Max(block.Length, prepared.Length));
            block.CopyTo(staging.Span);
            for (int b = 0; b < blocks; b++)
            {
                gpu.CopyToDevice(0, staging, 0, blockBuffer, (long)b * block.Length, block.Length);
            }

            gpu.Wait(0);
            prepared.CopyTo(staging.Span);
            gpu.CopyToDevice(0, staging, 0, preparedBuffer, 0, prepared.Length);
            gpu.Wait(0);
            double Scan(int count) => Median(7, () =>
            {
                for (int i = 0; i < _launches; i++)
                {
                    kernels.Scan(0, preparedBuffer, count, blockBuffer, rows, scores, rows);
                }

                gpu.Wait(0);
            }) / _launches;
            one = Scan(1);
            batch = Scan(Queries);
        }

        using var set = new VectorSet<TCodec>(codec) { GpuOptions = new GpuOptions { DeviceIndex = device.Index } };
        for (int b = 0; b < blocks; b++)
        {
            long first = (long)b * layout.BlockRows;
            set.AddRange([.. Enumerable.Range(0, layout.BlockRows).Select(i => first + i)], vectors, parallelism: -1);
        }

        float[] single = query[..layout.Dimensions];
        set.Device = KernelGen.Device.Gpu;
        double gpuOne = Median(11, () => set.Search(single, 10));
        double gpuBatch = Median(5, () => set.SearchBatch(query, 10));
        set.Device = KernelGen.Device.Cpu;
        double cpuOne = Median(5, () => set.Search(single, 10, parallelism: -1));
        double cpuBatch = Median(3, () => set.SearchBatch(query, 10, parallelism: -1));
        double speed = (double)rows * layout.CodeBytes / one;
        Console.WriteLine(
            $"| {typeof(TCodec).Name} | {layout.CodeBytes} | {speed / 1e9:F0} | {speed / _copyBytesPerSecond:F2} | {(double)rows * Queries / batch / 1e9:F2} | {gpuOne * 1e3:F2} | {cpuOne * 1e3:F2} | {gpuBatch * 1e3:F2} | {cpuBatch * 1e3:F2} |");
    }

    private double Median(int rounds, Action action)
    {
        action();
        double[] seconds = new double[isQuick ? 1 : rounds];
        for (int i = 0; i < seconds.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[seconds.Length / 2];
    }

    private double CopyBytesPerSecond()
    {
        using Context context = Context.Create(builder => builder.Cuda().OpenCL().CPU());
        ILGPU.Runtime.Device found = context.Devices.First(d => d.Name == device.Name);
        using Accelerator accelerator = found.CreateAccelerator(context);
        using MemoryBuffer1D<byte, Stride1D.Dense> source = accelerator.Allocate1D<byte>(bytes);
        using MemoryBuffer1D<byte, Stride1D.Dense> target = accelerator.Allocate1D<byte>(bytes);
        double seconds = Median(7, () =>
        {
            for (int i = 0; i < _launches; i++)
            {
                target.View.BaseView.CopyFrom(accelerator.DefaultStream, source.View.BaseView);
            }

            accelerator.Synchronize();
        });
        return 2.0 * bytes * _launches / seconds;
    }
}
