namespace KernelGen;

/// <summary>Why a GPU could not be used.</summary>
public enum GpuFailure
{
    /// <summary>The codec was compiled without a GPU library.</summary>
    NoKernels,

    /// <summary>There is no driver, or the driver knows no device.</summary>
    NoDevice,

    /// <summary>The device has not enough memory.</summary>
    OutOfMemory,

    /// <summary>The device stopped answering, or the driver failed.</summary>
    DeviceLost,

    /// <summary>The GPU library or the driver rejected a kernel.</summary>
    CompileFailed,

    /// <summary>The device lacks something that a kernel needs.</summary>
    NotSupported,
}

/// <summary>A GPU could not be used.</summary>
public sealed class GpuException : Exception
{
    /// <summary>Creates the exception.</summary>
    public GpuException(GpuFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Why.</summary>
    public GpuFailure Failure { get; }
}
