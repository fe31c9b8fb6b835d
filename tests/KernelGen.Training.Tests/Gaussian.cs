namespace KernelGen.Training.Tests;

/// <summary>Samples with a seed.</summary>
internal static class Gaussian
{
    /// <summary>Independent standard normal values.</summary>
    internal static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Rows of normal values whose dimensions depend on each other: a random mixture, with decreasing
    /// variances.</summary>
    internal static float[] Correlated(int count, int dimensions, int seed)
    {
        float[] values = Values(count * dimensions, seed);
        float[] mixture = Values(dimensions * dimensions, seed + 1);
        var rows = new float[values.Length];
        for (int i = 0; i < count; i++)
        {
            for (int d = 0; d < dimensions; d++)
            {
                double sum = 0;
                for (int j = 0; j < dimensions; j++)
                {
                    sum += values[(i * dimensions) + j] * mixture[(d * dimensions) + j] * Math.Pow(0.8, j);
                }

                rows[(i * dimensions) + d] = (float)sum;
            }
        }

        return rows;
    }
}
