using System.Globalization;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.Conformance;

/// <summary>Every device that ILGPU finds, or that which KERNELGEN_GPU_DEVICE names by its number.</summary>
internal static class DevicesUnderTest
{
    public static int[] Of<TCodec>()
        where TCodec : class, IVectorCodec<TCodec>
    {
        IReadOnlyList<GpuDeviceInfo> devices = Gpu.FindDevices(TestCodec.Create<TCodec>(new float[TCodec.Layout.Dimensions]));
        string? chosen = Environment.GetEnvironmentVariable("KERNELGEN_GPU_DEVICE");
        int[] indices = chosen is null ? [.. devices.Select(device => device.Index)] : [int.Parse(chosen, CultureInfo.InvariantCulture)];
        Assert.NotEmpty(indices);
        return indices;
    }
}
