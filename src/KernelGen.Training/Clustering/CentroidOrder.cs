namespace KernelGen.Training.Clustering;

/// <summary>
/// The order of the centroids of 8-bit codes, which is free: halves of halves that are close to each other share the high bits of their codes. Searches
/// bound the score of a code by the greatest of four neighbours (docs/architecture.md); the closer they are, the tighter.
/// </summary>
internal static class CentroidOrder
{
    /// <summary>Steps towards the direction in which centroids differ most, and of halves away from each other.</summary>
    private const int DirectionSteps = 8;
    private const int HalvingSteps = 6;

    /// <summary>Arranges codebooks of 8 bits; others stay as they are.</summary>
    public static void Arrange(CodebookShape shape, float[] codebooks, Workers workers)
    {
        if (shape.Bits != 8)
        {
            return;
        }

        workers.For(shape.Subspaces, m =>
        {
            int dimensions = shape.DimensionsOf(m);
            Span<float> codebook = codebooks.AsSpan(shape.CodebookOf(m), shape.Centroids * dimensions);
            float[] given = codebook.ToArray();
            int[] order = [.. Enumerable.Range(0, shape.Centroids)];
            Halve(given, dimensions, order);
            for (int j = 0; j < order.Length; j++)
            {
                given.AsSpan(order[j] * dimensions, dimensions).CopyTo(codebook[(j * dimensions)..]);
            }
        });
    }

    /// <summary>Sorts centroids into two halves that are as far from each other as their means, and these again.</summary>
    private static void Halve(float[] values, int dimensions, Span<int> centroids)
    {
        if (centroids.Length <= 2)
        {
            return;
        }

        int half = centroids.Length / 2;
        double[] direction = WidestDirection(values, dimensions, centroids);
        Span<double> places = stackalloc double[centroids.Length];
        for (int step = 0; step < HalvingSteps; step++)
        {
            for (int i = 0; i < centroids.Length; i++)
            {
                places[i] = 0;
                for (int d = 0; d < dimensions; d++)
                {
                    places[i] += direction[d] * values[(centroids[i] * dimensions) + d];
                }
            }

            places.Sort(centroids);
            Array.Clear(direction);
            for (int i = 0; i < centroids.Length; i++)
            {
                for (int d = 0; d < dimensions; d++)
                {
                    double value = values[(centroids[i] * dimensions) + d];
                    direction[d] += i < half ? -value : value;
                }
            }
        }

        Halve(values, dimensions, centroids[..half]);
        Halve(values, dimensions, centroids[half..]);
    }

    /// <summary>Close to the first principal component, by the power method.</summary>
    private static double[] WidestDirection(float[] values, int dimensions, ReadOnlySpan<int> centroids)
    {
        var mean = new double[dimensions];
        foreach (int j in centroids)
        {
            for (int d = 0; d < dimensions; d++)
            {
                mean[d] += values[(j * dimensions) + d] / (double)centroids.Length;
            }
        }

        var direction = new double[dimensions];
        for (int d = 0; d < dimensions; d++)
        {
            direction[d] = values[(centroids[0] * dimensions) + d] - mean[d];
        }

        for (int step = 0; step < DirectionSteps; step++)
        {
            var next = new double[dimensions];
            foreach (int j in centroids)
            {
                double place = 0;
                for (int d = 0; d < dimensions; d++)
                {
                    place += (values[(j * dimensions) + d] - mean[d]) * direction[d];
                }

                for (int d = 0; d < dimensions; d++)
                {
                    next[d] += place * (values[(j * dimensions) + d] - mean[d]);
                }
            }

            double greatest = next.Max(Math.Abs);
            if (!(greatest > 0) || double.IsInfinity(greatest))
            {
                break;
            }

            direction = Array.ConvertAll(next, x => x / greatest);
        }

        return direction;
    }
}
