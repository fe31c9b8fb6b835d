using ILGPU.StandIn;

namespace ILGPU.Runtime;

public abstract class AcceleratorStream : AcceleratorObject
{
    private protected AcceleratorStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    public abstract void Synchronize();

    public Task SynchronizeAsync() => Task.Run(Synchronize);

    internal abstract void Enqueue(string what, Action operation);
}

/// <summary>
/// A queue of copies and launches. They run, in order and on the calling thread, when the stream or its accelerator is synchronized,
/// and never if it is not: the latest moment that a real device may choose.
/// </summary>
internal sealed class QueuedStream(Accelerator accelerator) : AcceleratorStream(accelerator)
{
    private readonly Lock _running = new();
    private readonly Queue<(string What, Action Run)> _operations = new();

    public override void Synchronize()
    {
        CheckUsable("synchronized");
        lock (_running)
        {
            while (TryTake(out (string What, Action Run) operation))
            {
                RunOne(operation);
            }

            Accelerator.ThrowIfBroken();
        }
    }

    internal override void Enqueue(string what, Action operation)
    {
        CheckUsable(what);
        lock (_operations)
        {
            _operations.Enqueue((what, operation));
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        lock (_operations)
        {
            _operations.Clear();
        }

        Accelerator.ThrowIfFreeFails();
    }

    private void RunOne((string What, Action Run) operation)
    {
        try
        {
            Accelerator.ThrowIfBroken();
            operation.Run();
        }
        catch
        {
            // What followed would have run on wrong data.
            lock (_operations)
            {
                _operations.Clear();
            }

            throw;
        }

        if (Accelerator.IsDisposed)
        {
            throw StandInException.Misuse($"the accelerator was disposed during: {operation.What}.");
        }
    }

    private bool TryTake(out (string What, Action Run) operation)
    {
        lock (_operations)
        {
            return _operations.TryDequeue(out operation);
        }
    }

    private void CheckUsable(string what)
    {
        Accelerator.CheckUsable();
        if (IsDisposed)
        {
            throw StandInException.Misuse($"a disposed stream is used: {what}.");
        }
    }
}
