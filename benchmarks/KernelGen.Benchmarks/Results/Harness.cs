using System.Diagnostics;

namespace KernelGen.Benchmarks;

/// <summary>Something to time; one run handles so many units (vectors, values, queries).</summary>
internal sealed record Contender(double Units, Action Run);

/// <summary>Nanoseconds per unit, one sample per round.</summary>
internal sealed class Samples(double[] values)
{
    public double Median { get; } = MedianOf(values);

    /// <summary>How many times longer the other took: the median of the ratios within a round, scaled to equal work.</summary>
    public double FasterThan(Samples other) => MedianOf([.. values.Select((value, round) => other[round] / value)]);

    private double this[int round] => values[round];

    private static double MedianOf(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

/// <summary>
/// Times contenders in turns within one process: each round runs every contender once, each round starting with another one. What
/// else the machine does strikes all alike, so ratios within a round hold where times do not.
/// </summary>
/// <param name="rounds">Samples per contender.</param>
/// <param name="slice">Time of a sample; contenders that are faster are repeated.</param>
/// <param name="warmUp">Time that the contenders run before, so that the JIT has finished with them.</param>
internal sealed class Harness(int rounds, TimeSpan slice, TimeSpan warmUp)
{
    public Samples[] Measure(params ReadOnlySpan<Contender> contenders)
    {
        int[] repeats = WarmUp(contenders);
        var samples = new double[contenders.Length][];
        foreach (ref double[] values in samples.AsSpan())
        {
            values = new double[rounds];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < contenders.Length; turn++)
            {
                int i = (round + turn) % contenders.Length;
                samples[i][round] = Time(contenders[i], repeats[i]).TotalNanoseconds / repeats[i] / contenders[i].Units;
            }
        }

        return [.. samples.Select(values => new Samples(values))];
    }

    /// <summary>Runs all contenders in turns and returns how often each must run to fill a slice.</summary>
    private int[] WarmUp(ReadOnlySpan<Contender> contenders)
    {
        var repeats = new int[contenders.Length];
        Array.Fill(repeats, 1);
        long start = Stopwatch.GetTimestamp();
        do
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                double share = Time(contenders[i], repeats[i]) / slice;
                repeats[i] = (int)Math.Clamp(repeats[i] / Math.Max(share, 1e-3), 1, 1_000_000);
            }
        }
        while (Stopwatch.GetElapsedTime(start) < warmUp);
        return repeats;
    }

    private static TimeSpan Time(Contender contender, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            contender.Run();
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
