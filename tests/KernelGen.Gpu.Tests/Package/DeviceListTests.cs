using KernelGen.GpuTests.Infrastructure;
using Xunit.Abstractions;

namespace KernelGen.GpuTests.Package;

/// <summary>On what a run of these tests was: in its output.</summary>
public sealed class DeviceListTests(ITestOutputHelper output)
{
    [RealIlgpuFact]
    public void Devices_are_found()
    {
        IReadOnlyList<GpuDeviceInfo> devices = Gpu.FindDevices(Int8Cosine.Train(TestSet<Int8Cosine>.Queries(1)));
        foreach (GpuDeviceInfo device in devices)
        {
            output.WriteLine($"{device.Index}: {device.Name}, {device.Kind}, {device.MemoryBytes >> 20} MiB, double precision: {device.HasDouble}");
        }

        Assert.Contains(devices, device => device.Kind == GpuKind.Emulator);
    }
}
