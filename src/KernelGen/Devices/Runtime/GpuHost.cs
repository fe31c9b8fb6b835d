using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>What all codecs of a GPU library share: a session per device, and what was reported.</summary>
internal sealed class GpuHost(GpuLibrary library)
{
    private static readonly ConditionalWeakTable<GpuLibrary, GpuHost> s_hosts = [];

    // The key -1 stands for the best device.
    private readonly ConcurrentDictionary<int, GpuSession> _sessions = [];

    // Opening may take a second; only others that ask the library wait for it.
    private readonly Lock _libraryLock = new();
    private readonly ConcurrentDictionary<(GpuFailure Failure, string? Scheme), bool> _reported = [];

    public string LibraryName => library.Name;

    public static GpuHost Of(GpuLibrary library) => s_hosts.GetValue(library, key => new GpuHost(key));

    /// <summary>The program of a codec.</summary>
    /// <exception cref="GpuException">There is none.</exception>
    public static GpuProgram CreateProgram<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        GpuProgram? program;
        try
        {
            program = codec.CreateGpuProgram();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or GpuException))
        {
            throw DoesNotLoad<TCodec>(exception);
        }

        return program ?? throw NoKernels<TCodec>();
    }

    public static GpuException NoKernels<TCodec>()
        where TCodec : class, IVectorCodec<TCodec> => new(
        GpuFailure.NoKernels,
        $"{typeof(TCodec).Name} has no kernels for GPUs: the project that declares it was compiled without a GPU library (docs/gpu.md).");

    /// <summary>The library was there when the codec was compiled, and is missing or broken now.</summary>
    public static GpuException DoesNotLoad<TCodec>(Exception exception) => new(
        GpuFailure.NoKernels, $"The GPU library that {typeof(TCodec).Name} was compiled with does not load: {exception.Message}", exception);

    public static void ResetAll()
    {
        foreach ((_, GpuHost host) in s_hosts)
        {
            host.Reset();
        }
    }

    /// <summary>The session of a device; of the best one for null.</summary>
    public GpuSession Session(int? deviceIndex) => _sessions.GetOrAdd(deviceIndex ?? -1, _ => new GpuSession(this, deviceIndex));

    /// <summary>The devices.</summary>
    /// <exception cref="GpuException">The driver failed.</exception>
    public IReadOnlyList<GpuDeviceInfo> FindDevices()
    {
        lock (_libraryLock)
        {
            try
            {
                return library.FindDevices();
            }
            catch (Exception exception) when (exception is not (OutOfMemoryException or GpuException))
            {
                throw new GpuException(GpuFailure.NoDevice, $"{library.Name} does not list devices: {exception.Message}", exception);
            }
        }
    }

    public GpuAccelerator Open(GpuDeviceInfo device)
    {
        lock (_libraryLock)
        {
            return library.Open(device);
        }
    }

    /// <summary>Tells why the CPU answers, unless that was told already.</summary>
    public void Report(GpuException exception, GpuDeviceInfo? device, string scheme)
    {
        // A missing device is the same news for every codec.
        string? about = exception.Failure == GpuFailure.NoDevice ? null : scheme;
        if (_reported.TryAdd((exception.Failure, about), true))
        {
            GpuDiagnostics.Raise(new GpuDiagnostic
            {
                Failure = exception.Failure,
                Message = exception.Message,
                Device = device,
                Scheme = about,
                Exception = exception,
            });
        }
    }

    private void Reset()
    {
        foreach ((_, GpuSession session) in _sessions)
        {
            session.Reset();
        }

        _reported.Clear();
    }
}
