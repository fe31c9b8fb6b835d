using System.Collections.Immutable;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ILGPU.StandIn;
using ILGPU.Util;

namespace ILGPU;

public enum OptimizationLevel
{
    Debug = O0,
    Release = O1,
    O0 = 0,
    O1,
    O2,
}

public sealed class InternalCompilerException : Exception
{
    public InternalCompilerException()
    {
    }

    public InternalCompilerException(string message)
        : base(message)
    {
    }

    public InternalCompilerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

public class ContextProperties
{
    private protected ContextProperties()
    {
    }

    public OptimizationLevel OptimizationLevel { get; protected set; } = OptimizationLevel.Release;
}

public sealed class Context : DisposeBase
{
    private volatile InternalCompilerException? _poison;

    private Context(Builder builder)
    {
        Properties = builder;
        Options = builder.Options;
        Counters = builder.Counters;
        IntrinsicManager = builder.IntrinsicManager;
        Devices = builder.DeviceRegistry.Count > 0 ? builder.DeviceRegistry.ToImmutable() : [CPUDevice.Default];
        Counters.ContextOpened();
    }

    public ImmutableArray<Device> Devices { get; }

    public ContextProperties Properties { get; }

    internal StandInOptions Options { get; }

    internal Counters Counters { get; }

    internal IntrinsicImplementationManager IntrinsicManager { get; }

    public static Builder Create() => new();

    public static Context Create(Action<Builder> buildingCallback)
    {
        ArgumentNullException.ThrowIfNull(buildingCallback);
        Builder builder = Create();
        buildingCallback(builder);
        return builder.ToContext();
    }

    public static Context CreateDefault() => Create(builder => builder.Default());

    public TDevice GetDevice<TDevice>(int deviceIndex)
        where TDevice : Device =>
        GetDevices<TDevice>()[deviceIndex];

    public DeviceCollection<TDevice> GetDevices<TDevice>()
        where TDevice : Device =>
        new([.. Devices.OfType<TDevice>()]);

    public Device GetPreferredDevice(bool preferCPU)
    {
        Device? cpu = Devices.FirstOrDefault(device => device.AcceleratorType == AcceleratorType.CPU);
        Device? other = Devices.Where(device => device.AcceleratorType != AcceleratorType.CPU).MaxBy(device => device.MemorySize);
        return (preferCPU ? cpu : other ?? cpu) ?? throw new NotSupportedException("No such device.");
    }

    public ImmutableArray<Device>.Enumerator GetEnumerator() => Devices.GetEnumerator();

    internal void CheckUsable()
    {
        if (IsDisposed)
        {
            throw StandInException.Misuse("a context is used after it was disposed.");
        }
    }

    /// <summary>A kernel that does not compile spoils its context: nothing compiles in it any more.</summary>
    internal void Poison(InternalCompilerException exception) => _poison ??= exception;

    internal void ThrowIfPoisoned()
    {
        if (_poison is InternalCompilerException poison)
        {
            throw new InternalCompilerException("An earlier kernel of this context did not compile.", poison);
        }
    }

    protected override void Dispose(bool disposing) => Counters.ContextClosed();

    public sealed class Builder : ContextProperties
    {
        internal Builder()
        {
            StandInScope scope = StandInScope.Current;
            Options = scope.Options;
            Counters = scope.Counters;
        }

        internal StandInOptions Options { get; }

        internal Counters Counters { get; }

        internal DeviceRegistry DeviceRegistry { get; } = new();

        internal IntrinsicImplementationManager IntrinsicManager { get; } = new();

        public Builder Default() => AllAccelerators();

        public Builder AllAccelerators() => this.DefaultCPU().OpenCL().Cuda();

        public Builder Optimize(OptimizationLevel level)
        {
            OptimizationLevel = level;
            return this;
        }

        public Builder Debug() => Optimize(OptimizationLevel.Debug);

        public Builder Release() => Optimize(OptimizationLevel.Release);

        public Context ToContext()
        {
            if (Options is { Driver: DriverState.Broken, DriverError: Func<Exception> error })
            {
                throw error();
            }

            return new Context(this);
        }
    }

    public readonly ref struct DeviceCollection<TDevice>
        where TDevice : Device
    {
        private readonly List<TDevice> _devices;

        internal DeviceCollection(List<TDevice> devices) => _devices = devices;

        public AcceleratorType AcceleratorType => DeviceTypeAttribute.GetAcceleratorType(typeof(TDevice));

        public int Count => _devices.Count;

        public TDevice this[int deviceIndex]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfNegative(deviceIndex);
                return deviceIndex < Count ? _devices[deviceIndex] : throw new NotSupportedException("No such device.");
            }
        }

        public Enumerator GetEnumerator() => new(_devices);

        public ref struct Enumerator
        {
            private List<TDevice>.Enumerator _enumerator;

            internal Enumerator(List<TDevice> devices) => _enumerator = devices.GetEnumerator();

            public TDevice Current => _enumerator.Current;

            public bool MoveNext() => _enumerator.MoveNext();
        }
    }
}
