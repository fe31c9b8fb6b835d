using KernelGen.Devices;

namespace KernelGen;

/// <summary>The GPUs of this process.</summary>
public static class Gpu
{
    /// <summary>The devices that a codec's kernels could run on, best first; none without a driver or a device.</summary>
    /// <exception cref="GpuException">The codec was compiled without a GPU library, or the driver failed.</exception>
    public static IReadOnlyList<GpuDeviceInfo> FindDevices<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        ArgumentNullException.ThrowIfNull(codec);
        return GpuHost.Of(GpuHost.CreateProgram(codec).Library).FindDevices();
    }

    /// <summary>
    /// Closes all devices, which frees their memory, and forgets what has failed: the next search opens a device and copies what it
    /// needs anew. Waits for work that is on a device.
    /// </summary>
    public static void Reset() => GpuHost.ResetAll();
}
