namespace Shared;

/// <summary>Progress that arrives at once and in order, unlike that of <see cref="Progress{T}"/>.</summary>
internal sealed class Relay(Action<double> report) : IProgress<double>
{
    public void Report(double value) => report(value);
}
