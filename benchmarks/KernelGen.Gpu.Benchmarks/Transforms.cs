using System.Runtime.InteropServices;
using KernelGen.Devices;

namespace KernelGen.GpuBenchmarks;

/// <summary>Encode and Decode of vectors that are on the device and stay there.</summary>
internal sealed class Transforms(GpuDeviceInfo device, Timing timing)
{
    /// <summary>Floats: much more than the device's caches hold.</summary>
    private const long Bytes = 256 << 20;

    /// <summary>Vectors per second.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="vectors">Vectors, repeated until there are enough.</param>
    public (double Encode, double Decode) Measure<TCodec>(TCodec codec, float[] vectors)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        ReadOnlySpan<byte> values = MemoryMarshal.AsBytes(vectors.AsSpan());
        int repeats = (int)Math.Max(1, (timing.IsQuick ? 1 : Bytes) / values.Length);
        int rows = repeats * (vectors.Length / layout.Dimensions);
        GpuProgram program = codec.CreateGpuProgram()!;
        using GpuAccelerator gpu = program.Library.Open(device);
        GpuKernels kernels = program.Load(gpu);
        ReadOnlySpan<byte> learned = MemoryMarshal.AsBytes(program.Parameters.Span);
        using GpuBuffer floats = gpu.Allocate((long)repeats * values.Length);
        using GpuBuffer codes = gpu.Allocate((long)rows * layout.CodeBytes);
        using GpuBuffer parameters = gpu.Allocate(Math.Max(4, learned.Length));
        using GpuBuffer scratch = gpu.Allocate(kernels.EncodeScratchBytes(rows));
        using GpuStaging staging = gpu.AllocateStaging(Math.Max(values.Length, learned.Length));
        if (learned.Length > 0)
        {
            learned.CopyTo(staging.Span);
            gpu.CopyToDevice(0, staging, 0, parameters, 0, learned.Length);
            gpu.Wait(0);
        }

        values.CopyTo(staging.Span);
        for (int i = 0; i < repeats; i++)
        {
            gpu.CopyToDevice(0, staging, 0, floats, (long)i * values.Length, values.Length);
        }

        gpu.Wait(0);
        double encode = timing.Queued(5, () => kernels.Encode(0, floats, parameters, scratch, codes, rows), () => gpu.Wait(0));
        double decode = timing.Queued(5, () => kernels.Decode(0, codes, parameters, floats, rows), () => gpu.Wait(0));
        return (rows / encode, rows / decode);
    }
}
