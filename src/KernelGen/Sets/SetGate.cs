namespace KernelGen;

/// <summary>
/// The locks of a set: changing methods run one after another; those that touch what readers may be reading exclude readers in addition, taken last, so that
/// a method that waits for a long add does not keep readers waiting.
/// </summary>
/// <param name="owner">The set, which must not be collected while a scope lasts: that would free the memory under a reader.</param>
internal sealed class SetGate(IDisposable owner)
{
    private readonly Lock _writer = new();
    private readonly ReaderWriterLockSlim _readers = new();
    private bool _disposed;

    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), owner);

    /// <summary>The scope of a reading method.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public ReadScope Read()
    {
        _readers.EnterReadLock();
        var scope = new ReadScope(this);
        if (_disposed)
        {
            scope.Dispose();
            ThrowIfDisposed();
        }

        return scope;
    }

    /// <summary>The scope of a changing method.</summary>
    /// <exception cref="InvalidOperationException">Called back from a changing method.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed, unless that is allowed.</exception>
    public WriteScope Write(bool evenDisposed = false)
    {
        if (_writer.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException("A progress receiver must not change the set that calls it.");
        }

        _writer.Enter();
        if (_disposed && !evenDisposed)
        {
            _writer.Exit();
            ThrowIfDisposed();
        }

        return new WriteScope(this);
    }

    /// <summary>Waits until no method reads, and keeps others from it; inside <see cref="Write"/>.</summary>
    public ExclusiveScope Exclude()
    {
        _readers.EnterWriteLock();
        return new ExclusiveScope(_readers);
    }

    /// <summary>From now on every scope throws; inside <see cref="Exclude"/>.</summary>
    public void MarkDisposed() => Volatile.Write(ref _disposed, true);

    private void KeepOwner() => GC.KeepAlive(owner);

    public readonly ref struct ReadScope(SetGate gate)
    {
        public void Dispose()
        {
            gate._readers.ExitReadLock();
            gate.KeepOwner();
        }
    }

    public readonly ref struct WriteScope(SetGate gate)
    {
        public void Dispose()
        {
            gate._writer.Exit();
            gate.KeepOwner();
        }
    }

    public readonly ref struct ExclusiveScope(ReaderWriterLockSlim readers)
    {
        public void Dispose() => readers.ExitWriteLock();
    }
}
