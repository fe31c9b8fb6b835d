namespace KernelGen.Training.Tests;

/// <summary>Tests of the memory of the whole process run alone.</summary>
[CollectionDefinition(nameof(MemoryCollection), DisableParallelization = true)]
public sealed class MemoryCollection;

/// <summary>Training keeps at most one copy of the sample, whatever is done to vectors first.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class MemoryTests
{
    private const int D = 128;

    /// <summary>All of them are used: 64 centroids from at most 512 vectors each.</summary>
    private const int Count = 64 * 512;

    /// <summary>How often memory in use has been read.</summary>
    private static int s_readings;

    private static readonly float[] s_sample = Gaussian.Values(Count * D, seed: 90);

    private static readonly CodebookTrainingOptions s_options = new()
    {
        Iterations = 2, RotationRounds = 2, AdditiveRounds = 2, MaximumThreads = 2, MaximumPointsPerCentroid = 1024,
    };

    public static TheoryData<string> Names => [.. Trainings.Keys];

    private static Dictionary<string, Action> Trainings { get; } = new(StringComparer.Ordinal)
    {
        ["Residual"] = static () => ResidualMemory.Train(s_sample, s_options),
        ["Residual, subspaces, cosine"] = static () => SubspacesMemory.Train(s_sample, s_options),
        ["Additive"] = static () => AdditiveMemory.Train(s_sample, s_options),
        ["Product"] = static () => ProductMemory.Train(s_sample, s_options),
        ["Centred product"] = static () => FixedProductMemory.Train(s_sample, s_options),
        ["Centred product, score-aware"] = static () => FixedProductMemory.Train(s_sample, s_options with { AnisotropicThreshold = 0.2 }),
        ["Centred, learned product"] = static () => LearnedProductMemory.Train(s_sample, s_options),
        ["Components, learned product"] = static () => ComponentsProductMemory.Train(s_sample, s_options),
        ["Centred residual with norm"] = static () => FixedResidualMemory.Train(s_sample, s_options),
        ["Centred, learned residual"] = static () => LearnedResidualMemory.Train(s_sample, s_options),
        ["Centred, learned additive"] = static () => LearnedAdditiveMemory.Train(s_sample, s_options),
        ["Centred, learned scalar"] = static () => LearnedScalarMemory.Train(s_sample, s_options),
        ["Centred, learned half"] = static () => LearnedHalfMemory.Train(s_sample, s_options),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void One_copy_of_the_sample(string name)
    {
        double copies = (double)GreatestGrowth(Trainings[name]) / (sizeof(float) * Count * D);
        Assert.True(copies < 1.3, $"{name}: {copies:F2} copies.");
    }

    /// <summary>What the measurement sees: two copies are two copies.</summary>
    [Fact]
    public void Copies_are_counted()
    {
        long growth = GreatestGrowth(static () =>
        {
            float[] first = [.. s_sample];
            float[] second = [.. s_sample];
            int seen = Volatile.Read(ref s_readings);
            SpinWait.SpinUntil(() => Volatile.Read(ref s_readings) - seen >= 2);
            GC.KeepAlive(first);
            GC.KeepAlive(second);
        });
        Assert.InRange((double)growth / (sizeof(float) * Count * D), 1.95, 2.1);
    }

    /// <summary>The most bytes that were in use at any time, above those in use before. Asked again and again by another thread, each time a collection: what is
    /// no longer used does not count.</summary>
    private static long GreatestGrowth(Action action)
    {
        long before = InUse();
        long greatest = before;
        using var stop = new ManualResetEventSlim();
        var watch = new Thread(() =>
        {
            do
            {
                greatest = Math.Max(greatest, InUse());
                Interlocked.Increment(ref s_readings);
            }
            while (!stop.Wait(TimeSpan.FromMilliseconds(1)));
        });
        watch.Start();
        try
        {
            action();
        }
        finally
        {
            stop.Set();
            watch.Join();
        }

        return greatest - before;
    }

    private static long InUse()
    {
        GC.Collect();
        GCMemoryInfo collection = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return collection.HeapSizeBytes - collection.FragmentedBytes;
    }
}
