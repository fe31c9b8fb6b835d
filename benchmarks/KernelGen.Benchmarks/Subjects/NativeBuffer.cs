using System.Runtime.InteropServices;

namespace KernelGen.Benchmarks;

/// <summary>Page-aligned memory outside the managed heap.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint PageBytes = 4096;

    private byte* _start;

    public NativeBuffer(long length)
    {
        Length = length;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, PageBytes);
        NativeMemory.Fill(_start, (nuint)length, 1);
    }

    public long Length { get; }

    internal byte* Start => _start;

    public Span<byte> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new Span<byte>(_start + start, length);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
