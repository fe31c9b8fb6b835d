using System.Runtime.InteropServices;

namespace KernelGen.Benchmarks;

/// <summary>Memory outside the managed heap, of the kind that sets allocate.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    private readonly NativeChunk _chunk;
    private byte* _start;

    public NativeBuffer(long length)
    {
        Length = length;
        _chunk = new NativeChunk((nuint)length);
        _start = (byte*)_chunk.DangerousGetHandle();
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
        _chunk.Dispose();
        _start = null;
    }
}
