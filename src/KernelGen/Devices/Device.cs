namespace KernelGen;

/// <summary>Where a set is searched.</summary>
public enum Device
{
    /// <summary>
    /// Whichever the cost model expects to be faster (<see cref="GpuCostModel"/>). Without kernels for GPUs the CPU; without a device, or
    /// if the device fails, the CPU answers and <see cref="GpuDiagnostics"/> tells why.
    /// </summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The GPU, or a <see cref="GpuException"/>.</summary>
    Gpu,
}
