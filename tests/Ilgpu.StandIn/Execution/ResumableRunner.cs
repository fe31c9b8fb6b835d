namespace ILGPU.StandIn.Execution;

/// <summary>What a thread of a rewritten kernel keeps while others run.</summary>
internal sealed class Frame
{
#pragma warning disable CS0649 // Assigned by rewritten code.
    public object[] Arguments = [];
    public object[] Slots = [];
    public int State;
    public int GroupSize;
    public int PopCount;
    public bool Predicate;
    public bool Ended;
#pragma warning restore CS0649
}

/// <summary>The place of one local variable.</summary>
internal sealed class Slot<T>
{
#pragma warning disable CS0649 // Assigned by rewritten code.
    public T? Value;
#pragma warning restore CS0649
}

/// <summary>Runs a thread from where it stopped to its next barrier (true) or to its end (false).</summary>
internal delegate bool Resume(Frame frame);

/// <summary>Threads of a rewritten kernel, which returns at barriers: no thread of the system has to wait.</summary>
internal sealed class ResumableRunner : IGroupRunner, IBarrier
{
    private readonly Resume _resume;
    private readonly KernelGroup _group;
    private readonly PhaseOrder _phases;
    private readonly KernelThread[] _threads;
    private readonly Frame[] _frames;

    public ResumableRunner(ResumableCode code, KernelGroup group, object[] arguments, ThreadOrder order)
    {
        _resume = code.Resume;
        _group = group;
        _phases = new PhaseOrder(group.Size, order);
        _threads = new KernelThread[group.Size];
        _frames = new Frame[group.Size];
        for (int i = 0; i < _frames.Length; i++)
        {
            _threads[i] = new KernelThread(group, this);
            _frames[i] = new Frame { Arguments = arguments, Slots = code.CreateSlots(), GroupSize = group.Size };
        }
    }

    public void Run()
    {
        for (int i = 0; i < _frames.Length; i++)
        {
            _threads[i].Start(i);
            _frames[i].State = 0;
            _frames[i].Ended = false;
        }

        try
        {
            for (int barrier = 0; RunPhase(barrier); barrier++)
            {
                int popCount = _frames.Count(frame => frame.Predicate);
                foreach (Frame frame in _frames)
                {
                    frame.PopCount = popCount;
                }
            }
        }
        finally
        {
            KernelThread.Leave();
        }
    }

    public int Wait(KernelThread thread, bool predicate) =>
        throw StandInException.Misuse("a barrier that was not found in the kernel's code.");

    private bool RunPhase(int barrier)
    {
        int waiting = 0;
        int site = -1;
        bool oneSite = true;
        foreach (int linear in _phases.Next())
        {
            Frame frame = _frames[linear];
            if (frame.Ended)
            {
                continue;
            }

            _threads[linear].Enter();
            if (_resume(frame))
            {
                waiting++;
                oneSite &= site < 0 || site == frame.State;
                site = frame.State;
            }
            else
            {
                frame.Ended = true;
            }
        }

        KernelThread.Leave();
        if (waiting > 0 && waiting < _frames.Length)
        {
            throw Divergence.At(_group, barrier, waiting);
        }

        return oneSite ? waiting > 0 : throw Divergence.Sites(_group, barrier);
    }
}
