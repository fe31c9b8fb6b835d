using ILGPU.StandIn.Execution;

namespace ILGPU.Runtime;

public interface IMemoryBuffer<in TView> : IContiguousArrayView
    where TView : struct, IArrayView
{
    void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length);

    void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView);

    void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes);
}

public class MemoryBuffer<TView> : MemoryBuffer, IMemoryBuffer<TView>
    where TView : struct, IArrayView
{
    protected internal MemoryBuffer(Accelerator accelerator, in TView view)
        : base(accelerator, view.Length, view.ElementSize)
    {
        View = view;
        Address = view.Buffer?.Address ?? 0;
    }

    protected MemoryBuffer Buffer => View.Buffer;

    MemoryBuffer IArrayView.Buffer => Buffer;

    long IContiguousArrayView.Index => 0;

    long IContiguousArrayView.IndexInBytes => 0;

    public TView View { get; private set; }

    public bool IsValid => !IsDisposed;

    internal override MemoryBuffer Raw => Buffer;

    public TView ToArrayView() => View;

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        MemoryBuffer? buffer = View.Buffer;
        Address = 0;
        View = default;
        buffer?.Dispose();
    }

    public static implicit operator TView(MemoryBuffer<TView> buffer) => buffer.View;
}

public class MemoryBuffer1D<T, TStride> : MemoryBuffer<ArrayView1D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    protected internal MemoryBuffer1D(Accelerator accelerator, in ArrayView1D<T, TStride> view)
        : base(accelerator, view)
    {
    }

    public LongIndex1D Extent => View.Extent;

    public Index1D IntExtent => View.IntExtent;

    public ArrayView<T> AsContiguous() => View.AsContiguous();

    public static explicit operator ArrayView<T>(MemoryBuffer1D<T, TStride> buffer) => buffer.AsContiguous();
}

public abstract class PageLockScope<T> : AcceleratorObject
    where T : unmanaged
{
    private protected PageLockScope(Accelerator accelerator, long numElements)
        : base(accelerator) => Length = numElements;

    public IntPtr AddrOfLockedObject { get; private protected init; }

    public long Length { get; }

    public long LengthInBytes => Length * Interop.SizeOf<T>();

    /// <summary>The locked memory as a buffer, which ends with the scope.</summary>
    internal abstract MemoryBuffer Memory { get; }
}

internal sealed class LockedPages<T> : PageLockScope<T>
    where T : unmanaged
{
    internal LockedPages(Accelerator accelerator, nint address, long numElements, object? owner)
        : base(accelerator, numElements)
    {
        AddrOfLockedObject = address;
        Memory = new HostMemory(address, LengthInBytes, sizeof(byte), owner, alignment: 1);
    }

    internal override MemoryBuffer Memory { get; }

    protected override void DisposeAcceleratorObject(bool disposing) => Memory.Dispose();
}

public abstract class PageLockedArray<T> : Util.DisposeBase
    where T : unmanaged
{
    public abstract Span<T> Span { get; }

    protected internal MemoryBuffer MemoryBuffer { get; private set; } = null!;

    protected internal PageLockScope<T> Scope { get; private set; } = null!;

    public ArrayView<T> ArrayView { get; private set; } = ArrayView<T>.Empty;

    public long Length => Span.Length;

    public Span<T>.Enumerator GetEnumerator() => Span.GetEnumerator();

    private protected void Initialize(Accelerator? accelerator, nint address, long length, object owner)
    {
        if (accelerator is not null && length > 0)
        {
            MemoryBuffer = new HostMemory(address, length, Interop.SizeOf<T>(), owner, ILGPU.Alignment.Of<T>());
            ArrayView = MemoryBuffer.AsArrayView<T>(0, length);
            Scope = new LockedPages<T>(accelerator, address, length, owner);
        }
    }

    protected override void Dispose(bool disposing)
    {
        MemoryBuffer?.Dispose();
        Scope?.Dispose();
    }
}

public sealed class PageLockedArray1D<T> : PageLockedArray<T>
    where T : unmanaged
{
    public static readonly PageLockedArray1D<T> Empty = new(null, LongIndex1D.Zero, uninitialized: false);

    private readonly T[] _array;

    internal unsafe PageLockedArray1D(Accelerator? accelerator, LongIndex1D extent, bool uninitialized)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extent.X);
        int length = extent.ToIntIndex();
        _array = uninitialized ? GC.AllocateUninitializedArray<T>(length, pinned: true) : GC.AllocateArray<T>(length, pinned: true);
        if (uninitialized)
        {
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(_array.AsSpan()).Fill(Garbage.Pattern);
        }

        fixed (T* address = _array)
        {
            Initialize(accelerator, (nint)address, extent, _array);
        }
    }

    public LongIndex1D Extent => _array.LongLength;

    public override Span<T> Span => _array.AsSpan();

    public ref T this[int index] => ref _array[index];

    public ref T this[long index] => ref _array[index];

    public T[] GetArray() => _array;
}

public static class PageLockedArrayExtensions
{
    public static PageLockedArray1D<T> AllocatePageLocked1D<T>(this Accelerator accelerator, LongIndex1D extent, bool uninitialized)
        where T : unmanaged =>
        new(accelerator, extent, uninitialized);

    public static PageLockedArray1D<T> AllocatePageLocked1D<T>(this Accelerator accelerator, LongIndex1D extent)
        where T : unmanaged =>
        new(accelerator, extent, uninitialized: false);
}
