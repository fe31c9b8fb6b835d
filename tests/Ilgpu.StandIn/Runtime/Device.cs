using System.Collections.Immutable;
using System.Reflection;

namespace ILGPU.Runtime;

[AttributeUsage(AttributeTargets.Class)]
public sealed class DeviceTypeAttribute(AcceleratorType acceleratorType) : Attribute
{
    public AcceleratorType AcceleratorType { get; } = acceleratorType;

    public static AcceleratorType GetAcceleratorType(Type type) =>
        type.GetCustomAttribute<DeviceTypeAttribute>()?.AcceleratorType
        ?? throw new InvalidOperationException($"{type} has no {nameof(DeviceTypeAttribute)}.");
}

public abstract class Device
{
    private protected Device() => AcceleratorType = DeviceTypeAttribute.GetAcceleratorType(GetType());

    public AcceleratorType AcceleratorType { get; }

    public string Name { get; protected set; } = "<Unknown>";

    public long MemorySize { get; protected set; }

    public Index3D MaxGridSize { get; protected set; }

    public Index3D MaxGroupSize { get; protected set; }

    public int MaxNumThreadsPerGroup { get; protected set; }

    public int MaxSharedMemoryPerGroup { get; protected set; }

    public int MaxConstantMemory { get; protected set; }

    public int WarpSize { get; protected set; }

    public int NumMultiprocessors { get; protected set; }

    public int MaxNumThreadsPerMultiprocessor { get; protected set; }

    public int MaxNumThreads => NumMultiprocessors * MaxNumThreadsPerMultiprocessor;

    /// <summary>Null, against its type, for CPU devices: so it is in 1.5.3.</summary>
    public CapabilityContext Capabilities { get; protected set; } = null!;

    public abstract Accelerator CreateAccelerator(Context context);

    public override bool Equals(object? obj) =>
        obj is Device device && device.AcceleratorType == AcceleratorType && device.Name == Name;

    public override int GetHashCode() => (int)AcceleratorType;

    public override string ToString() =>
        $"{Name} [Type: {AcceleratorType}, WarpSize: {WarpSize}, MaxNumThreadsPerGroup: {MaxNumThreadsPerGroup}, MemorySize: {MemorySize}]";
}

public sealed class DeviceRegistry
{
    private readonly List<Device> _devices = [];

    public int Count => _devices.Count;

    public void Register(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!_devices.Contains(device))
        {
            _devices.Add(device);
        }
    }

    public void Register<TDevice>(TDevice device, Predicate<TDevice> predicate)
        where TDevice : Device
    {
        ArgumentNullException.ThrowIfNull(predicate);
        if (predicate(device))
        {
            Register(device);
        }
    }

    public ImmutableArray<Device> ToImmutable() => [.. _devices];
}

/// <summary>What devices can do. Double precision is known of OpenCL devices only, as in 1.5.3.</summary>
public abstract class CapabilityContext
{
    private protected CapabilityContext()
    {
    }
}
