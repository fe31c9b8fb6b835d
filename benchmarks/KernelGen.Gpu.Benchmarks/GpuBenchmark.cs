using KernelGen.Devices;

namespace KernelGen.GpuBenchmarks;

/// <summary>Measures one scheme after another: scans against the device's own copy, whole searches against the CPU, Encode and Decode.</summary>
internal sealed class GpuBenchmark(GpuDeviceInfo device, long bytes, double copyBytesPerSecond, Timing timing, bool searches)
{
    private const int Queries = 16;

    /// <summary>Prints the head of the table.</summary>
    public void Begin()
    {
        Console.WriteLine(
            $"| scheme | bytes/vector | scan, one query: GB/s | of copy | scan, {Queries} queries: Gvectors*queries/s | encode, Mvectors/s | decode, Mvectors/s"
            + $" | search, GPU ms | search, CPU ms (all cores) | {Queries} queries, GPU ms | {Queries} queries, CPU ms |");
        Console.WriteLine(
            "| ------ | -----------: | --------------------: | ------: | -----------------------------------: | -----------------: | -----------------:"
            + " | -------------: | -------------------------: | -----------------: | -----------------: |");
    }

    /// <summary>Prints the row of a scheme.</summary>
    public void Measure<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        int blocks = (int)Math.Max(1, bytes / layout.BlockBytes);
        int rows = blocks * layout.BlockRows;

        // The same rows in every block: what a scan takes does not depend on the values.
        float[] vectors = RandomVectors.Create(layout.Dimensions * layout.BlockRows, seed: 1);
        float[] query = vectors[..(layout.Dimensions * Queries)];
        (double one, double batch) = Scans(codec, vectors, query, blocks);
        (double encode, double decode) = new Transforms(device, timing).Measure(codec, vectors);
        string found = searches ? Searches(codec, vectors, query, blocks) : "- | - | - | -";
        double speed = (double)rows * layout.CodeBytes / one;
        Console.WriteLine(
            $"| {typeof(TCodec).Name} | {layout.CodeBytes} | {speed / 1e9:F0} | {speed / copyBytesPerSecond:F2} | {(double)rows * Queries / batch / 1e9:F2}"
            + $" | {encode / 1e6:F1} | {decode / 1e6:F1} | {found} |");
    }

    /// <summary>Seconds of a scan for one query, and for all.</summary>
    private (double One, double Batch) Scans<TCodec>(TCodec codec, float[] vectors, float[] query, int blocks)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        int rows = blocks * layout.BlockRows;
        byte[] codes = new byte[layout.CodeBytes * layout.BlockRows];
        byte[] block = new byte[layout.BlockBytes];
        codec.Encode(vectors, codes);
        codec.Pack(codes, block, 0);
        byte[] prepared = new byte[Queries * layout.QueryBytes];
        codec.Prepare(query, prepared);

        GpuProgram program = codec.CreateGpuProgram()!;
        using GpuAccelerator gpu = program.Library.Open(device);
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
        double Scan(int count) => timing.Queued(7, () => kernels.Scan(0, preparedBuffer, count, blockBuffer, rows, scores, rows), () => gpu.Wait(0));
        return (Scan(1), Scan(Queries));
    }

    /// <summary>Milliseconds of searches, as the table has them.</summary>
    private string Searches<TCodec>(TCodec codec, float[] vectors, float[] query, int blocks)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        using var set = new VectorSet<TCodec>(codec) { GpuOptions = new GpuOptions { DeviceIndex = device.Index } };
        for (int b = 0; b < blocks; b++)
        {
            long first = (long)b * layout.BlockRows;
            set.AddRange([.. Enumerable.Range(0, layout.BlockRows).Select(i => first + i)], vectors, parallelism: -1);
        }

        float[] single = query[..layout.Dimensions];
        set.Device = Device.Gpu;
        double gpuOne = timing.Median(11, () => set.Search(single, 10));
        double gpuBatch = timing.Median(5, () => set.SearchBatch(query, 10));
        set.Device = Device.Cpu;
        double cpuOne = timing.Median(5, () => set.Search(single, 10, parallelism: -1));
        double cpuBatch = timing.Median(3, () => set.SearchBatch(query, 10, parallelism: -1));
        return $"{gpuOne * 1e3:F2} | {cpuOne * 1e3:F2} | {gpuBatch * 1e3:F2} | {cpuBatch * 1e3:F2}";
    }
}
