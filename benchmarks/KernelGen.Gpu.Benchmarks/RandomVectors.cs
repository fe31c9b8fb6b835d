namespace KernelGen.GpuBenchmarks;

/// <summary>Values between -0.5 and 0.5.</summary>
internal static class RandomVectors
{
    public static float[] Create(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)(random.NextDouble() - 0.5);
        }

        return values;
    }
}
