using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.Package;

/// <summary>A test of what no emulator does: skipped, with the reason, unless a GPU is there and the package.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealGpuFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_whyNot = new(() => RealIlgpuFactAttribute.WhyNot ?? (FindGpus().Count > 0 ? null : "needs a GPU"));

    public RealGpuFactAttribute() => Skip = s_whyNot.Value;

    /// <summary>The devices that are no emulators.</summary>
    public static IReadOnlyList<GpuDeviceInfo> FindGpus() =>
        [.. Gpu.FindDevices(Int8Cosine.Train(TestSet<Int8Cosine>.Queries(1))).Where(device => device.Kind != GpuKind.Emulator)];
}
