namespace KernelGen.Benchmarks;

/// <summary>What all measurements share: sizes and input.</summary>
internal static class Workload
{
    /// <summary>Bytes that stay in the cache of one core.</summary>
    public const long CacheBytes = 256L << 10;

    /// <summary>Bytes that no cache holds.</summary>
    public const long MemoryBytes = 512L << 20;

    /// <summary>Number of hits asked for in searches.</summary>
    public const int Hits = 10;

    /// <summary>Number of queries of a batch.</summary>
    public const int BatchQueries = 100;

    /// <summary>Independent values of the standard normal distribution; the same for the same seed.</summary>
    public static float[] Gaussian(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
