using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KernelGen.Tests.Numerics;

/// <summary>Where a buffer lies between two pages that fault.</summary>
public enum Placement
{
    /// <summary>The buffer ends where the page behind it begins.</summary>
    AgainstEnd,

    /// <summary>The buffer begins where the page in front of it ends.</summary>
    AgainstStart,

    /// <summary>Like <see cref="AgainstStart"/>, but bytes begin at an odd address, floats four bytes behind the page.</summary>
    Unaligned,
}

/// <summary>A zeroed buffer between two inaccessible pages: reading or writing past it kills the process. Plain memory where there
/// is no mmap.</summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly nint _mapping;
    private readonly nuint _mappedBytes;
    private readonly T* _start;

    public GuardedMemory(int length, Placement placement)
    {
        Length = length;
        nuint page = (nuint)Environment.SystemPageSize;
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        nuint offset = placement == Placement.Unaligned ? (nuint)sizeof(T) : 0;
        nuint usable = (bytes + offset + page - 1) / page * page;
        _mappedBytes = usable + (2 * page);
        _mapping = OperatingSystem.IsLinux() ? Map(_mappedBytes, page) : (nint)NativeMemory.AllocZeroed(_mappedBytes);
        byte* first = (byte*)_mapping + page;
        _start = (T*)(placement == Placement.AgainstEnd ? first + usable - bytes : first + offset);
    }

    public int Length { get; }

    public Span<T> Span => new(_start, Length);

    public static implicit operator Span<T>(GuardedMemory<T> memory) => memory.Span;

    public static implicit operator ReadOnlySpan<T>(GuardedMemory<T> memory) => memory.Span;

    /// <summary>A guarded copy.</summary>
    public static GuardedMemory<T> Of(ReadOnlySpan<T> values, Placement placement)
    {
        var memory = new GuardedMemory<T>(values.Length, placement);
        values.CopyTo(memory.Span);
        return memory;
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsLinux())
        {
            NativeMemory.Free((void*)_mapping);
        }
        else if (LinuxMemory.Unmap(_mapping, _mappedBytes) != 0)
        {
            throw new Win32Exception();
        }
    }

    private static nint Map(nuint bytes, nuint page)
    {
        nint mapping = LinuxMemory.Map(0, bytes, LinuxMemory.ReadWrite, LinuxMemory.PrivateAnonymous, -1, 0);
        return mapping != -1
            && LinuxMemory.Protect(mapping, page, LinuxMemory.NoAccess) == 0
            && LinuxMemory.Protect(mapping + (nint)(bytes - page), page, LinuxMemory.NoAccess) == 0
            ? mapping
            : throw new Win32Exception();
    }
}

/// <summary>The system calls, and those of their constants that are used here.</summary>
internal static partial class LinuxMemory
{
    public const int NoAccess = 0;
    public const int ReadWrite = 3;
    public const int PrivateAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Unmap(nint address, nuint length);

    /// <summary>Fills memory with random bytes; returns how many, or -1 where it is not writable.</summary>
    [LibraryImport("libc", EntryPoint = "getrandom")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint GetRandom(nint address, nuint length, uint flags);
}
