namespace ILGPU.StandIn.Execution;

/// <summary>Runs the threads of one group after another.</summary>
internal interface IGroupRunner
{
    /// <summary>Runs the group that has been started.</summary>
    void Run();
}

internal static class GroupRunner
{
    public static IGroupRunner Create(KernelCode code, KernelGroup group, object[] arguments, StandInOptions options)
    {
        if (!code.HasBarrier)
        {
            return new SequentialRunner(code, group, arguments, options);
        }

        if (code.Resumable is ResumableCode resumable && !options.UseSystemThreads)
        {
            return new ResumableRunner(resumable, group, arguments, options.ThreadOrder);
        }

        group.Launch.Accelerator.Context.Counters.LaunchedSlowly();
        return new SystemThreadsRunner(code, group, arguments, options.ThreadOrder);
    }
}

/// <summary>Threads that never wait for each other: one after another, each to its end.</summary>
internal sealed class SequentialRunner : IGroupRunner, IBarrier
{
    private readonly Action _call;
    private readonly PhaseOrder _order;
    private readonly KernelThread _thread;

    public SequentialRunner(KernelCode code, KernelGroup group, object[] arguments, StandInOptions options)
    {
        _call = () => code.Call(arguments);
        if (code.Resumable is ResumableCode resumable && !options.UseSystemThreads)
        {
            var frame = new Frame { Arguments = arguments };
            _call = () => resumable.Resume(frame);
        }

        _order = new PhaseOrder(group.Size, options.ThreadOrder);
        _thread = new KernelThread(group, this);
    }

    public void Run()
    {
        _thread.Enter();
        try
        {
            foreach (int linear in _order.Next())
            {
                _thread.Start(linear);
                _call();
            }
        }
        finally
        {
            KernelThread.Leave();
        }
    }

    public int Wait(KernelThread thread, bool predicate) =>
        throw StandInException.Misuse("a barrier that was not found in the kernel's code.");
}

/// <summary>The order of the threads in each phase.</summary>
internal sealed class PhaseOrder
{
    private readonly ThreadOrder _kind;
    private readonly int[] _order;
    private uint _state = 1;

    public PhaseOrder(int threads, ThreadOrder kind)
    {
        _kind = kind;
        _order = [.. Enumerable.Range(0, threads)];
        if (kind == ThreadOrder.Descending)
        {
            Array.Reverse(_order);
        }
    }

    public int[] Next()
    {
        for (int i = _order.Length - 1; _kind == ThreadOrder.Shuffled && i > 0; i--)
        {
            _state = (_state * 1664525) + 1013904223;
            int other = (int)((_state >> 8) % (uint)(i + 1));
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }

        return _order;
    }
}
