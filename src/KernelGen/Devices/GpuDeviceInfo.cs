namespace KernelGen;

/// <summary>How a device is programmed.</summary>
public enum GpuKind
{
    /// <summary>NVIDIA's driver.</summary>
    Cuda,

    /// <summary>An OpenCL driver.</summary>
    OpenCL,

    /// <summary>Threads of the CPU that behave like a GPU: for tests.</summary>
    Emulator,
}

/// <summary>A device that GPU kernels can run on.</summary>
public sealed record GpuDeviceInfo
{
    /// <summary>Its place among the devices of its library.</summary>
    public required int Index { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How it is programmed.</summary>
    public required GpuKind Kind { get; init; }

    /// <summary>Bytes of its memory.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Whether it computes in double precision, which encoding some schemes needs.</summary>
    public required bool HasDouble { get; init; }
}
