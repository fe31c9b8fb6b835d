using System.Diagnostics;

namespace KernelGen.GpuBenchmarks;

/// <summary>How often things are run for a figure.</summary>
/// <param name="IsQuick">Whether everything runs once, after a first time.</param>
internal sealed record Timing(bool IsQuick)
{
    /// <summary>Launches between two waits, so that these do not count.</summary>
    public int Launches { get; } = IsQuick ? 1 : 10;

    /// <summary>Seconds of an action: the median of some rounds, after one that does not count.</summary>
    public double Median(int rounds, Action action)
    {
        action();
        double[] seconds = new double[IsQuick ? 1 : rounds];
        for (int i = 0; i < seconds.Length; i++)
        {
            seconds[i] = Once(action);
        }

        Array.Sort(seconds);
        return seconds[seconds.Length / 2];
    }

    /// <summary>Seconds of something that is queued, without those of the wait.</summary>
    public double Queued(int rounds, Action queue, Action wait) => Median(rounds, () =>
    {
        for (int i = 0; i < Launches; i++)
        {
            queue();
        }

        wait();
    }) / Launches;

    public static double Once(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
