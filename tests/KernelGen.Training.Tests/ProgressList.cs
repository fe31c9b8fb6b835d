namespace KernelGen.Training.Tests;

/// <summary>Keeps what is reported, on the reporting thread.</summary>
internal sealed class ProgressList : IProgress<double>
{
    internal List<double> Shares { get; } = [];

    internal Action? OnReport { get; init; }

    public void Report(double value)
    {
        Shares.Add(value);
        OnReport?.Invoke();
    }

    /// <summary>Fails unless the shares grow, from above 0 to exactly 1.</summary>
    internal void AssertComplete()
    {
        Assert.NotEmpty(Shares);
        Assert.True(Shares[0] > 0);
        Assert.Equal(1.0, Shares[^1]);
        Assert.All(Shares.Zip(Shares.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }
}
