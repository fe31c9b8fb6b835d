using System.Runtime.ExceptionServices;

namespace ILGPU.StandIn.Execution;

/// <summary>
/// A thread of the system for every thread of the group. One runs at a time; at a barrier it passes on to the next, so every run is
/// the same.
/// </summary>
internal sealed class SystemThreadsRunner : IGroupRunner, IBarrier
{
    // The workers serve one group at a time.
    private static readonly Lock s_gate = new();
    private static readonly List<Worker> s_workers = [];

    private readonly KernelCode _code;
    private readonly KernelGroup _group;
    private readonly object[] _arguments;
    private readonly PhaseOrder _phases;
    private readonly KernelThread[] _threads;
    private readonly State[] _states;
    private readonly bool[] _predicates;
    private readonly SemaphoreSlim _done = new(0);

    private int[] _order = [];
    private int _at;
    private int _popCount;
    private int _barrier;
    private bool _aborting;
    private ExceptionDispatchInfo? _failure;

    public SystemThreadsRunner(KernelCode code, KernelGroup group, object[] arguments, ThreadOrder order)
    {
        _code = code;
        _group = group;
        _arguments = arguments;
        _phases = new PhaseOrder(group.Size, order);
        _threads = new KernelThread[group.Size];
        _states = new State[group.Size];
        _predicates = new bool[group.Size];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new KernelThread(group, this);
        }
    }

    private enum State
    {
        Ready,
        Waiting,
        Ended,
    }

    public void Run()
    {
        lock (s_gate)
        {
            while (s_workers.Count < _group.Size)
            {
                s_workers.Add(new Worker());
            }

            for (int i = 0; i < _threads.Length; i++)
            {
                _threads[i].Start(i);
                _states[i] = State.Ready;
            }

            _barrier = 0;
            _order = _phases.Next();
            _at = -1;
            PassOn();
            _done.Wait();
        }

        _failure?.Throw();
    }

    public int Wait(KernelThread thread, bool predicate)
    {
        int linear = thread.Linear;
        _predicates[linear] = predicate;
        _states[linear] = State.Waiting;
        PassOn();
        s_workers[linear].WaitForTurn();
        if (_aborting)
        {
            throw new AbortedException();
        }

        return _popCount;
    }

    private void RunThread(int linear)
    {
        try
        {
            if (!_aborting)
            {
                _threads[linear].Enter();
                _code.Call(_arguments);
            }
        }
        catch (AbortedException)
        {
            // Another thread has failed.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        KernelThread.Leave();
        _states[linear] = State.Ended;
        PassOn();
    }

    /// <summary>Lets the next thread run; after the last one of the phase, begins the next phase.</summary>
    private void PassOn()
    {
        while (true)
        {
            for (_at++; _at < _order.Length; _at++)
            {
                int linear = _order[_at];
                if (_states[linear] != State.Ended)
                {
                    s_workers[linear].Resume(_states[linear] == State.Ready ? () => RunThread(linear) : null);
                    return;
                }
            }

            int waiting = _states.Count(state => state == State.Waiting);
            if (waiting == 0)
            {
                _done.Release();
                return;
            }

            if (waiting < _states.Length && !_aborting)
            {
                Fail(Divergence.At(_group, _barrier, waiting));
            }

            _barrier++;
            _popCount = _predicates.Count(predicate => predicate);
            _order = _phases.Next();
            _at = -1;
        }
    }

    private void Fail(Exception exception)
    {
        _failure ??= ExceptionDispatchInfo.Capture(exception);
        _aborting = true;
    }

    private sealed class AbortedException : Exception;

    private sealed class Worker
    {
        // A plain monitor: what spins before it waits takes the processor from the thread whose turn it is.
        private readonly object _gate = new();
        private bool _turn;
        private Action? _job;

        public Worker() => new Thread(Work, maxStackSize: 1 << 20) { IsBackground = true, Name = "Kernel thread" }.Start();

        public void Resume(Action? job)
        {
            lock (_gate)
            {
                _job = job;
                _turn = true;
                Monitor.Pulse(_gate);
            }
        }

        public void WaitForTurn()
        {
            lock (_gate)
            {
                while (!_turn)
                {
                    Monitor.Wait(_gate);
                }

                _turn = false;
            }
        }

        private void Work()
        {
            while (true)
            {
                WaitForTurn();
                _job!();
            }
        }
    }
}

internal static class Divergence
{
    public static StandInException At(KernelGroup group, int barrier, int waiting) =>
        StandInException.InKernel(
            group.Launch.Kernel,
            $"in group {group.Index}, {waiting} of {group.Size} threads wait at barrier {barrier}, the others have ended.");

    public static StandInException Sites(KernelGroup group, int barrier) =>
        StandInException.InKernel(
            group.Launch.Kernel, $"in group {group.Index}, threads wait at different barriers of the code (barrier {barrier} of each).");
}
