using System.Reflection;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ILGPU.StandIn;

/// <summary>What the stand-in finds where a real one looks for drivers.</summary>
public enum DriverState
{
    /// <summary>A driver with the devices that <see cref="StandInOptions"/> asks for.</summary>
    Working,

    /// <summary>No driver. The real one does not throw then: it lists no CUDA and no OpenCL device.</summary>
    Missing,

    /// <summary>A driver without devices: listed as <see cref="Missing"/>.</summary>
    WithoutDevices,

    /// <summary><see cref="Context.Create(Action{Context.Builder})"/> throws <see cref="StandInOptions.DriverError"/>.</summary>
    Broken,
}

/// <summary>In which order the threads of a group run between two barriers. Results must not depend on it.</summary>
public enum ThreadOrder
{
    Ascending,
    Descending,

    /// <summary>Another order in every phase, the same in every run.</summary>
    Shuffled,
}

/// <summary>The devices that the stand-in lists, and what goes wrong with them. Faults may be changed while a context is open.</summary>
public sealed class StandInOptions
{
    /// <summary>How many emulated CUDA devices there are: none, as on a machine without a driver.</summary>
    public int CudaDevices { get; set; }

    /// <summary>How many emulated OpenCL devices there are: none, as on a machine without a driver.</summary>
    public int OpenCLDevices { get; set; }

    /// <summary>The memory that emulated devices report.</summary>
    public long DeviceMemory { get; set; } = 1L << 30;

    /// <summary>The largest group of emulated devices.</summary>
    public int MaxThreadsPerGroup { get; set; } = 1024;

    /// <summary>Shared memory of a group, in bytes.</summary>
    public int SharedMemoryPerGroup { get; set; } = 48 * 1024;

    public int WarpSize { get; set; } = 32;

    public int Multiprocessors { get; set; } = 4;

    /// <summary>Whether emulated OpenCL devices know double precision.</summary>
    public bool Float64 { get; set; } = true;

    public ThreadOrder ThreadOrder { get; set; }

    /// <summary>Runs kernels with barriers on threads of the system also where they could be rewritten: slow, to compare.</summary>
    public bool UseSystemThreads { get; set; }

    /// <summary>Whether kernels that ILGPU rejects or miscompiles are rejected: on.</summary>
    public bool CheckKernels { get; set; } = true;

    /// <summary>Fault: what the driver looks like.</summary>
    public DriverState Driver { get; set; }

    /// <summary>Fault: what creating a context throws when <see cref="Driver"/> is <see cref="DriverState.Broken"/>.</summary>
    public Func<Exception> DriverError { get; set; } = () => new DllNotFoundException("Emulated: the driver does not load.");

    /// <summary>Fault: bytes that all buffers of an accelerator may take together.</summary>
    public long? MemoryLimit { get; set; }

    /// <summary>Fault: the device is lost when so many launches have run; the next one fails, and all that follows.</summary>
    public int? LoseDeviceAfterLaunches { get; set; }

    /// <summary>What a lost CUDA device answers.</summary>
    public CudaError CudaLossError { get; set; } = CudaError.CUDA_ERROR_LAUNCH_FAILED;

    /// <summary>What a lost OpenCL device answers.</summary>
    public CLError OpenCLLossError { get; set; } = CLError.CL_OUT_OF_RESOURCES;

    /// <summary>Fault: kernels that do not compile. They spoil their context.</summary>
    public Predicate<MethodInfo>? FailCompilation { get; set; }

    /// <summary>Fault: what every launch waits before it runs.</summary>
    public TimeSpan LaunchDelay { get; set; }

    /// <summary>Called when a launch begins to run, on the thread that runs it: the moment to dispose something, without waiting.</summary>
    public Action? BeforeLaunch { get; set; }

    internal IEnumerable<CudaDevice> CreateCudaDevices() =>
        Driver == DriverState.Working ? Enumerable.Range(0, CudaDevices).Select(number => new CudaDevice(this, number)) : [];

    internal IEnumerable<CLDevice> CreateOpenCLDevices() =>
        Driver == DriverState.Working ? Enumerable.Range(0, OpenCLDevices).Select(number => new CLDevice(this, number)) : [];
}
