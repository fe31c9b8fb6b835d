namespace KernelGen;

/// <summary>Objects with buffers that searches use one after another; as many are kept as may be in use at once.</summary>
internal sealed class IdlePool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _idle = new T?[2 * Environment.ProcessorCount];

    public T Rent()
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } item)
            {
                return item;
            }
        }

        return create();
    }

    public void Return(T item)
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            if (Interlocked.CompareExchange(ref slot, item, null) is null)
            {
                return;
            }
        }
    }

    /// <summary>Lets go of what is kept.</summary>
    public void Clear()
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            Interlocked.Exchange(ref slot, null);
        }
    }
}
