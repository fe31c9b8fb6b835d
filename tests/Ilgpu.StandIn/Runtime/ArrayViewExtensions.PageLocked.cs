namespace ILGPU.Runtime;

/// <summary>Copies from and to page-locked memory: they wait for the stream on every device, which the real one does on CUDA only.</summary>
public static unsafe partial class ArrayViewExtensions
{
    public static void CopyToPageLockedAsync<T, TView>(this TView source, AcceleratorStream stream, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pageLockScope);
        if (pageLockScope.LengthInBytes > 0)
        {
            Transfers.Copy(stream, Transfers.Part(source, pageLockScope.LengthInBytes), pageLockScope.Memory.AsRawArrayView());
        }
    }

    public static void CopyFromPageLockedAsync<T, TView>(this TView target, AcceleratorStream stream, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pageLockScope);
        if (pageLockScope.LengthInBytes > 0)
        {
            Transfers.Copy(stream, pageLockScope.Memory.AsRawArrayView(), Transfers.Part(target, pageLockScope.LengthInBytes));
        }
    }

    public static void CopyToPageLockedAsync<T, TView>(this TView source, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToPageLockedAsync(source.GetDefaultStream(), pageLockScope);

    public static void CopyFromPageLockedAsync<T, TView>(this TView target, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromPageLockedAsync(target.GetDefaultStream(), pageLockScope);

    public static void CopyToPageLockedAsync<T, TView>(this TView source, AcceleratorStream stream, PageLockedArray<T> pageLockedArray)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToPageLockedAsync(stream, pageLockedArray.Scope);

    public static void CopyFromPageLockedAsync<T, TView>(this TView target, AcceleratorStream stream, PageLockedArray<T> pageLockedArray)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromPageLockedAsync(stream, pageLockedArray.Scope);

    public static void CopyToPageLockedAsync<T, TView>(this TView source, PageLockedArray<T> pageLockedArray)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToPageLockedAsync(pageLockedArray.Scope);

    public static void CopyFromPageLockedAsync<T, TView>(this TView target, PageLockedArray<T> pageLockedArray)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromPageLockedAsync(pageLockedArray.Scope);

    public static void CopyToPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> source, PageLockScope<T> pageLockScope)
        where T : unmanaged =>
        source.BaseView.CopyToPageLockedAsync(pageLockScope);

    public static void CopyToPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, PageLockScope<T> pageLockScope)
        where T : unmanaged =>
        source.BaseView.CopyToPageLockedAsync(stream, pageLockScope);

    public static void CopyFromPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> target, PageLockScope<T> pageLockScope)
        where T : unmanaged =>
        target.BaseView.CopyFromPageLockedAsync(pageLockScope);

    public static void CopyFromPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, PageLockScope<T> pageLockScope)
        where T : unmanaged =>
        target.BaseView.CopyFromPageLockedAsync(stream, pageLockScope);

    public static void CopyToPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> source, PageLockedArray1D<T> pageLockedArray)
        where T : unmanaged =>
        source.BaseView.CopyToPageLockedAsync(pageLockedArray);

    public static void CopyToPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, PageLockedArray1D<T> pageLockedArray)
        where T : unmanaged =>
        source.BaseView.CopyToPageLockedAsync(stream, pageLockedArray);

    public static void CopyFromPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> target, PageLockedArray1D<T> pageLockedArray)
        where T : unmanaged =>
        target.BaseView.CopyFromPageLockedAsync(pageLockedArray);

    public static void CopyFromPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, PageLockedArray1D<T> pageLockedArray)
        where T : unmanaged =>
        target.BaseView.CopyFromPageLockedAsync(stream, pageLockedArray);
}
