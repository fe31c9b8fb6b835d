namespace ILGPU.Runtime;

/// <summary>What the host does with views. The overloads for dense one-dimensional views are in the other parts.</summary>
public static unsafe partial class ArrayViewExtensions
{
    public static ArrayView1D<T, Stride1D.Dense> AsDense<T>(this ArrayView<T> view)
        where T : unmanaged =>
        view;

    public static bool HasNoData<TView>(this TView view)
        where TView : IArrayView =>
        !view.IsValid || view.Length < 1;

    public static bool HasData<TView>(this TView view)
        where TView : IArrayView =>
        view.IsValid && view.Length > 0;

    public static Accelerator GetAccelerator<TView>(this TView view)
        where TView : IArrayView =>
        view.Buffer?.Accelerator ?? throw new InvalidOperationException("The view belongs to no accelerator.");

    public static Context GetContext<TView>(this TView view)
        where TView : IArrayView =>
        view.GetAccelerator().Context;

    public static AcceleratorType GetAcceleratorType<TView>(this TView view)
        where TView : IArrayView =>
        view.Buffer.AcceleratorType;

    public static void MemSetToZero<TView>(this TView view)
        where TView : IContiguousArrayView =>
        view.MemSetToZero(view.GetDefaultStream());

    public static void MemSetToZero<TView>(this TView view, AcceleratorStream stream)
        where TView : IContiguousArrayView =>
        view.MemSet(stream, 0);

    public static void MemSet<TView>(this TView view, byte value)
        where TView : IContiguousArrayView =>
        view.MemSet(view.GetDefaultStream(), value);

    public static void MemSet<TView>(this TView view, AcceleratorStream stream, byte value)
        where TView : IContiguousArrayView
    {
        if (!view.IsValid)
        {
            throw new ArgumentNullException(nameof(view));
        }

        if (view.HasData())
        {
            Transfers.Fill(stream, view.AsRawArrayView(), value);
        }
    }

    public static void CopyTo<TView>(this TView source, in TView target)
        where TView : IContiguousArrayView =>
        source.CopyTo(source.GetDefaultStream(), target);

    public static void CopyTo<TView>(this TView source, AcceleratorStream stream, in TView target)
        where TView : IContiguousArrayView
    {
        if (target.IsValid)
        {
            Transfers.Copy(stream, Transfers.Part(source, target.LengthInBytes), target.AsRawArrayView());
        }
    }

    public static void CopyFrom<TView>(this TView target, in TView source)
        where TView : IContiguousArrayView =>
        target.CopyFrom(target.GetDefaultStream(), source);

    public static void CopyFrom<TView>(this TView target, AcceleratorStream stream, in TView source)
        where TView : IContiguousArrayView
    {
        if (source.IsValid)
        {
            Transfers.Copy(stream, source.AsRawArrayView(), Transfers.Part(target, source.LengthInBytes));
        }
    }

    public static void CopyToCPU<T, TView>(this TView source, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToCPU(source.GetDefaultStream(), ref cpuData, length);

    public static void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > 0)
        {
            fixed (T* address = &cpuData)
            {
                Transfers.Copy(stream, Transfers.Part(source, length * sizeof(T)), Transfers.Host(address, length));
                stream.Synchronize();
            }
        }
    }

    public static void CopyFromCPU<T, TView>(this TView target, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromCPU(target.GetDefaultStream(), ref cpuData, length);

    public static void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > 0)
        {
            fixed (T* address = &cpuData)
            {
                Transfers.Copy(stream, Transfers.Host(address, length), Transfers.Part(target, length * sizeof(T)));
                stream.Synchronize();
            }
        }
    }

    /// <summary>Queued like every copy: the memory must be pinned, and left alone until the stream was waited for.</summary>
    public static void CopyToCPUUnsafeAsync<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > 0)
        {
            fixed (T* address = &cpuData)
            {
                Transfers.Copy(stream, Transfers.Part(source, length * sizeof(T)), Transfers.Host(address, length));
            }
        }
    }

    /// <inheritdoc cref="CopyToCPUUnsafeAsync"/>
    public static void CopyFromCPUUnsafeAsync<T, TView>(this TView target, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > 0)
        {
            fixed (T* address = &cpuData)
            {
                Transfers.Copy(stream, Transfers.Host(address, length), Transfers.Part(target, length * sizeof(T)));
            }
        }
    }

    public static void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        if (!span.IsEmpty)
        {
            source.CopyToCPU(stream, ref span[0], span.Length);
        }
    }

    public static void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        if (!span.IsEmpty)
        {
            target.CopyFromCPU(stream, ref System.Runtime.CompilerServices.Unsafe.AsRef(in span[0]), span.Length);
        }
    }

    public static void CopyToCPU<T, TView>(this TView source, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToCPU(source.GetDefaultStream(), span);

    public static void CopyFromCPU<T, TView>(this TView target, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromCPU(target.GetDefaultStream(), span);

    public static void CopyToCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged =>
        view.AsDense().CopyToCPU(data);

    public static void CopyToCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        view.AsDense().CopyToCPU(stream, data);

    public static void CopyFromCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged =>
        view.AsDense().CopyFromCPU(data);

    public static void CopyFromCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        view.AsDense().CopyFromCPU(stream, data);

    public static T[] GetAsArray<T>(this ArrayView<T> view)
        where T : unmanaged =>
        view.GetAsArray(view.GetDefaultStream());

    public static T[] GetAsArray<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return [];
        }

        var result = new T[view.Length];
        view.CopyToCPU(stream, new Span<T>(result));
        return result;
    }

    internal static AcceleratorStream GetDefaultStream<TView>(this TView view)
        where TView : IArrayView =>
        view.GetAccelerator().DefaultStream;
}
