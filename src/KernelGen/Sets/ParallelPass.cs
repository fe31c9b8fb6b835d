using System.Runtime.ExceptionServices;

namespace KernelGen;

/// <summary>Work on a run of items, taken in steps by one or more threads. Reusable; without allocation on one thread.</summary>
internal abstract class ParallelPass
{
    private int _next;
    private int _items;
    private int _step;
    private CancellationToken _cancellationToken;

    /// <summary>The number of threads that a caller asked for: -1 means all cores.</summary>
    internal static int Threads(int parallelism) => parallelism switch
    {
        -1 => Environment.ProcessorCount,
        > 0 => parallelism,
        _ => throw new ArgumentOutOfRangeException(nameof(parallelism), parallelism, "Expected 1 or more threads, or -1 for all cores."),
    };

    /// <summary>Processes all items and returns when every thread is done. The first exception of a thread comes out as it is.</summary>
    /// <returns>How many workers there were.</returns>
    protected int Run(int items, int step, int threads, CancellationToken cancellationToken)
    {
        _items = items;
        _step = step;
        _next = 0;
        _cancellationToken = cancellationToken;
        int workers = (int)Math.Clamp(((long)items + step - 1) / step, 1, threads);
        Begin(workers);
        if (workers == 1)
        {
            Work(0);
            return workers;
        }

        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, Work);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return workers;
    }

    /// <summary>Called once before the work begins.</summary>
    protected abstract void Begin(int workers);

    /// <summary>Processes items; called by several threads at once, each with its own worker number.</summary>
    protected abstract void Process(int worker, int first, int end);

    private void Work(int worker)
    {
        while (Volatile.Read(ref _next) < _items)
        {
            int first = Interlocked.Add(ref _next, _step) - _step;
            if (first >= _items)
            {
                return;
            }

            _cancellationToken.ThrowIfCancellationRequested();
            Process(worker, first, (int)Math.Min((long)first + _step, _items));
        }
    }
}
