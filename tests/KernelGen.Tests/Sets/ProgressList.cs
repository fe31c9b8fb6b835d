namespace KernelGen.Tests.Sets;

/// <summary>Keeps what is reported, on the reporting thread.</summary>
internal sealed class ProgressList : IProgress<long>, IProgress<double>
{
    public List<long> Values { get; } = [];

    public List<double> Shares { get; } = [];

    public Action<long>? OnReport { get; init; }

    public void Report(long value)
    {
        lock (Values)
        {
            Values.Add(value);
        }

        OnReport?.Invoke(value);
    }

    public void Report(double value)
    {
        Shares.Add(value);
        OnReport?.Invoke(0);
    }
}
