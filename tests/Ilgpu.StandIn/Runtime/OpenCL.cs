using System.Collections.Immutable;
using ILGPU.StandIn;

namespace ILGPU.Runtime.OpenCL;

/// <summary>The only capabilities that name double precision; other devices always have it, or are not asked.</summary>
public sealed class CLCapabilityContext : CapabilityContext
{
    public CLCapabilityContext(bool float16, bool float64, bool genericAddressSpace, bool int64_Atomics, bool subGroups)
    {
        Float16 = float16;
        Float64 = float64;
        GenericAddressSpace = genericAddressSpace;
        Int64_Atomics = int64_Atomics;
        SubGroups = subGroups;
    }

    public bool Float16 { get; }

    public bool Float64 { get; }

    public bool GenericAddressSpace { get; }

    public bool Int64_Atomics { get; }

    public bool SubGroups { get; }
}

[Flags]
public enum CLDeviceType
{
    CL_DEVICE_TYPE_DEFAULT = 1 << 0,
    CL_DEVICE_TYPE_CPU = 1 << 1,
    CL_DEVICE_TYPE_GPU = 1 << 2,
    CL_DEVICE_TYPE_ACCELERATOR = 1 << 3,
}

[DeviceType(AcceleratorType.OpenCL)]
public sealed class CLDevice : Device
{
    internal CLDevice(StandInOptions options, int number)
    {
        DeviceId = number;
        Name = $"Emulated OpenCL device {number}";
        PlatformName = VendorName = "Stand-in";
        base.Capabilities = new CLCapabilityContext(
            float16: false, options.Float64, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        MemorySize = options.DeviceMemory;
        WarpSize = options.WarpSize;
        MaxNumThreadsPerGroup = options.MaxThreadsPerGroup;
        MaxNumThreadsPerMultiprocessor = options.MaxThreadsPerGroup;
        NumMultiprocessors = options.Multiprocessors;
        MaxGroupSize = new Index3D(MaxNumThreadsPerGroup);
        MaxGridSize = new Index3D(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MaxSharedMemoryPerGroup = options.SharedMemoryPerGroup;
        MaxConstantMemory = 1024;
    }

    public IntPtr DeviceId { get; }

    public string PlatformName { get; }

    public string VendorName { get; }

    public CLDeviceType DeviceType => CLDeviceType.CL_DEVICE_TYPE_GPU;

    public new CLCapabilityContext Capabilities => (CLCapabilityContext)base.Capabilities;

    public static ImmutableArray<Device> GetDevices(Predicate<CLDevice> predicate) =>
        [.. StandInScope.Current.Options.CreateOpenCLDevices().Where(device => predicate(device))];

    public override Accelerator CreateAccelerator(Context context) => CreateCLAccelerator(context);

    public CLAccelerator CreateCLAccelerator(Context context) => new(context, this);

    public override bool Equals(object? obj) => obj is CLDevice device && device.DeviceId == DeviceId;

    public override int GetHashCode() => DeviceId.GetHashCode();
}

public sealed class CLAccelerator : Accelerator
{
    internal CLAccelerator(Context context, CLDevice device)
        : base(context, device)
    {
    }

    public new CLDevice Device => (CLDevice)base.Device;

    public string PlatformName => Device.PlatformName;

    public string VendorName => Device.VendorName;

    public new CLCapabilityContext Capabilities => Device.Capabilities;

    internal override Exception OutOfMemory(long bytes) => new CLException(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE);

    internal override Exception Lost() => new CLException(Context.Options.OpenCLLossError);
}

public static class CLContextExtensions
{
    public static Context.Builder OpenCL(this Context.Builder builder) =>
        builder.OpenCL(device => device.Capabilities.GenericAddressSpace);

    public static Context.Builder OpenCL(this Context.Builder builder, Predicate<CLDevice> predicate)
    {
        foreach (CLDevice device in builder.Options.CreateOpenCLDevices())
        {
            builder.DeviceRegistry.Register(device, predicate);
        }

        return builder;
    }

    public static CLDevice GetCLDevice(this Context context, int clDeviceIndex) => context.GetDevice<CLDevice>(clDeviceIndex);

    public static Context.DeviceCollection<CLDevice> GetCLDevices(this Context context) => context.GetDevices<CLDevice>();

    public static CLAccelerator CreateCLAccelerator(this Context context, int clDeviceIndex) =>
        context.GetCLDevice(clDeviceIndex).CreateCLAccelerator(context);
}
