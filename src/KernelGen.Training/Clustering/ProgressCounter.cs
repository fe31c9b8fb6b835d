namespace KernelGen.Training.Clustering;

/// <summary>Turns finished steps of several threads into shares that only grow.</summary>
internal sealed class ProgressCounter(IProgress<double>? progress, int steps)
{
    private readonly Lock _lock = new();
    private int _done;

    /// <summary>Reports that steps are done; the last one reports exactly 1.</summary>
    internal void Add(int count = 1)
    {
        if (progress is null || count == 0)
        {
            return;
        }

        lock (_lock)
        {
            _done += count;
            progress.Report((double)_done / steps);
        }
    }
}
