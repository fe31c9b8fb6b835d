using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using ILGPU.StandIn;

namespace ILGPU;

public interface IArrayView
{
    MemoryBuffer Buffer { get; }

    bool IsValid { get; }

    long Length { get; }

    int ElementSize { get; }

    long LengthInBytes { get; }
}

public interface IContiguousArrayView : IArrayView
{
    long Index { get; }

    long IndexInBytes { get; }

    ArrayView<byte> AsRawArrayView();
}

public interface IArrayView<T> : IArrayView
    where T : unmanaged;

public interface IContiguousArrayView<T> : IArrayView<T>, IContiguousArrayView
    where T : unmanaged;

/// <summary>A range of a buffer. Every access is checked: its bounds, and that the buffer still exists.</summary>
public readonly unsafe struct ArrayView<T> : IContiguousArrayView<T>
    where T : unmanaged
{
    public static readonly int ElementSize = sizeof(T);

    public static readonly ArrayView<T> Empty;

    // Bytes, not elements as in the real one: a cast then cannot round silently.
    private readonly long _start;

    public ArrayView(MemoryBuffer source, long index, long length)
        : this(source, checked(index * sizeof(T)), length, inBytes: true)
    {
        if (index < 0 || length < 0)
        {
            throw StandInException.Misuse($"A view of {length} elements from {index} on was made.");
        }
    }

    private ArrayView(MemoryBuffer source, long start, long length, bool inBytes)
    {
        Buffer = source;
        _start = start;
        Length = length;
    }

    internal MemoryBuffer Buffer { get; }

    MemoryBuffer IArrayView.Buffer => Buffer;

    internal long IndexInBytes => _start;

    long IContiguousArrayView.Index => _start / sizeof(T);

    long IContiguousArrayView.IndexInBytes => _start;

    int IArrayView.ElementSize => sizeof(T);

    public bool IsValid => Buffer is not null && Length > 0;

    public LongIndex1D Extent => new(Length);

    public Stride1D.Dense Stride => default;

    public Index1D IntExtent => Extent.ToIntIndex();

    public long Length { get; }

    public int IntLength => Length <= int.MaxValue
        ? (int)Length
        : throw StandInException.Misuse($"IntLength of a view of {Length} elements.");

    public long LengthInBytes => Length * sizeof(T);

    public ref T this[Index1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index.X];
    }

    public ref T this[LongIndex1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[index.X];
    }

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index];
    }

    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)Length)
            {
                ThrowOutOfBounds(index);
            }

            // Once: another thread may free the buffer. Its memory stays while anything refers to it.
            nint address = Buffer.Address;
            if (address == 0)
            {
                ThrowFreed();
            }

            return ref Unsafe.AsRef<T>((byte*)address + _start + (index * sizeof(T)));
        }
    }

    public ArrayView<T> SubView(long index)
    {
        CheckStart(index, Length - index);
        return SubView(index, Length - index);
    }

    public ArrayView<T> SubView(int index, int subViewLength) => SubView((long)index, subViewLength);

    public ArrayView<T> SubView(long index, long subViewLength)
    {
        CheckStart(index, subViewLength);
        return new ArrayView<T>(Buffer, _start + (index * sizeof(T)), subViewLength, inBytes: true);
    }

    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
    {
        // The real one rounds the start down on the host, and a device faults at an address that is not aligned.
        if (Length > 0 && (_start % sizeof(TOther) != 0 || Alignment.Of<TOther>() > Buffer.Alignment))
        {
            throw StandInException.Misaligned(_start, Buffer.Alignment, typeof(T), typeof(TOther), sizeof(TOther));
        }

        return new ArrayView<TOther>(Buffer, _start, LengthInBytes / sizeof(TOther), inBytes: true);
    }

    ArrayView<byte> IContiguousArrayView.AsRawArrayView() => new(Buffer, _start, LengthInBytes);

    public override string ToString() => $"{_start / sizeof(T)} [{Length}]";

    public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) => new(view, view.Extent, default);

    public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => view.BaseView.SubView(0, view.Length);

    // Apart, so that the indexer is small enough to be inlined.
    [DoesNotReturn]
    private void ThrowOutOfBounds(long index) => throw StandInException.OutOfBounds(index, Length, typeof(T));

    [DoesNotReturn]
    private void ThrowFreed() => throw StandInException.Freed(Buffer);

    private void CheckStart(long index, long length)
    {
        // As in the real one, a part must start inside, also where it is empty.
        bool inside = (index >= 0 && index < Length) || (index == 0 && Length == 0);
        if (!inside || length < 0 || length > Length - index)
        {
            throw StandInException.OutOfBounds(index, length, Length, typeof(T));
        }
    }
}

internal static unsafe class Alignment
{
    /// <summary>What elements are aligned to where nobody asks for more.</summary>
    public static int Of<T>()
        where T : unmanaged =>
        sizeof(Padded<T>) - sizeof(T);

    private struct Padded<T>
        where T : unmanaged
    {
#pragma warning disable CS0169 // Fields that only have a size.
        private byte _before;
        private T _value;
#pragma warning restore CS0169
    }
}
