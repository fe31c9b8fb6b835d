using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>Asks Linux to back large memory with huge pages where it grants them on request only, which spares a scan address translations.</summary>
internal static partial class HugePages
{
    private const int HugePageAdvice = 14; // MADV_HUGEPAGE of Linux

    /// <summary>Advises the system; that it may not follow, or may lack the call, changes speed alone.</summary>
    public static unsafe void Advise(void* address, nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MemoryAdvise(address, bytes, HugePageAdvice);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Ordinary pages then.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int MemoryAdvise(void* address, nuint bytes, int advice);
}
