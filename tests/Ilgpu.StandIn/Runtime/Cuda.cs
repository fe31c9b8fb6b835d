using System.Collections.Immutable;
using ILGPU.StandIn;

namespace ILGPU.Runtime.Cuda;

public readonly struct CudaArchitecture(int major, int minor) : IEquatable<CudaArchitecture>, IComparable<CudaArchitecture>
{
    public static readonly CudaArchitecture SM_70 = new(7, 0);
    public static readonly CudaArchitecture SM_75 = new(7, 5);
    public static readonly CudaArchitecture SM_80 = new(8, 0);
    public static readonly CudaArchitecture SM_86 = new(8, 6);
    public static readonly CudaArchitecture SM_89 = new(8, 9);
    public static readonly CudaArchitecture SM_90 = new(9, 0);

    public int Major { get; } = major;

    public int Minor { get; } = minor;

    public bool Equals(CudaArchitecture other) => Major == other.Major && Minor == other.Minor;

    public int CompareTo(CudaArchitecture other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public override bool Equals(object? obj) => obj is CudaArchitecture other && Equals(other);

    public override int GetHashCode() => Major.GetHashCode() ^ Minor.GetHashCode();

    public override string ToString() => $"SM_{Major}{Minor}";

    public static bool operator ==(CudaArchitecture first, CudaArchitecture second) => first.Equals(second);

    public static bool operator !=(CudaArchitecture first, CudaArchitecture second) => !first.Equals(second);

    public static bool operator <(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) < 0;

    public static bool operator >(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) > 0;

    public static bool operator <=(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) <= 0;

    public static bool operator >=(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) >= 0;
}

public sealed class CudaCapabilityContext : CapabilityContext
{
    public CudaCapabilityContext(CudaArchitecture arch) => TargetArchitecture = arch;

    public CudaArchitecture TargetArchitecture { get; }
}

[DeviceType(AcceleratorType.Cuda)]
public sealed class CudaDevice : Device
{
    internal CudaDevice(StandInOptions options, int deviceId)
    {
        DeviceId = deviceId;
        Name = $"Emulated CUDA device {deviceId}";
        Architecture = CudaArchitecture.SM_80;
        Capabilities = new CudaCapabilityContext(CudaArchitecture.SM_80);
        MemorySize = options.DeviceMemory;
        WarpSize = options.WarpSize;
        MaxNumThreadsPerGroup = options.MaxThreadsPerGroup;
        MaxNumThreadsPerMultiprocessor = 2048;
        NumMultiprocessors = options.Multiprocessors;
        MaxGroupSize = new Index3D(MaxNumThreadsPerGroup, MaxNumThreadsPerGroup, 64);
        MaxGridSize = new Index3D(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MaxSharedMemoryPerGroup = options.SharedMemoryPerGroup;
        MaxConstantMemory = ushort.MaxValue + 1;
    }

    public int DeviceId { get; }

    public CudaArchitecture? Architecture { get; }

    public static ImmutableArray<Device> GetDevices(Predicate<CudaDevice> predicate) =>
        [.. StandInScope.Current.Options.CreateCudaDevices().Where(device => predicate(device))];

    public override Accelerator CreateAccelerator(Context context) => CreateCudaAccelerator(context);

    public CudaAccelerator CreateCudaAccelerator(Context context) => new(context, this);

    public override bool Equals(object? obj) => obj is CudaDevice device && device.DeviceId == DeviceId;

    public override int GetHashCode() => DeviceId;
}

public sealed class CudaAccelerator : Accelerator
{
    internal CudaAccelerator(Context context, CudaDevice device)
        : base(context, device)
    {
    }

    public new CudaDevice Device => (CudaDevice)base.Device;

    public int DeviceId => Device.DeviceId;

    public CudaArchitecture Architecture => Device.Architecture!.Value;

    public new CudaCapabilityContext Capabilities => (CudaCapabilityContext)base.Capabilities;

    internal override bool FreeFailsWhenLost => true;

    internal override Exception OutOfMemory(long bytes) => new CudaException(CudaError.CUDA_ERROR_OUT_OF_MEMORY);

    internal override Exception Lost() => new CudaException(Context.Options.CudaLossError);
}

public static class CudaContextExtensions
{
    public static Context.Builder Cuda(this Context.Builder builder) => builder.Cuda(device => device.Architecture.HasValue);

    public static Context.Builder Cuda(this Context.Builder builder, Predicate<CudaDevice> predicate)
    {
        foreach (CudaDevice device in builder.Options.CreateCudaDevices())
        {
            builder.DeviceRegistry.Register(device, predicate);
        }

        return builder;
    }

    public static CudaDevice GetCudaDevice(this Context context, int cudaDeviceIndex) => context.GetDevice<CudaDevice>(cudaDeviceIndex);

    public static Context.DeviceCollection<CudaDevice> GetCudaDevices(this Context context) => context.GetDevices<CudaDevice>();

    public static CudaAccelerator CreateCudaAccelerator(this Context context, int cudaDeviceIndex) =>
        context.GetCudaDevice(cudaDeviceIndex).CreateCudaAccelerator(context);
}
