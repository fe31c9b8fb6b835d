using KernelGen.Kernels;
using KernelGen.Transforms;

namespace KernelGen.Training.Clustering;

/// <summary>Checks of a sample, and the choice of the rows to learn from.</summary>
internal static class Sample
{
    /// <summary>Checks a sample and returns its number of rows.</summary>
    /// <param name="values">Rows one after another.</param>
    /// <param name="dimensions">Values of a row.</param>
    /// <param name="clusters">How many rows there must be.</param>
    /// <param name="parameter">The name of the argument.</param>
    /// <param name="isChecked">Whether all values are known to be finite.</param>
    internal static int Count(ReadOnlySpan<float> values, int dimensions, int clusters, string parameter, bool isChecked = false)
    {
        (int count, int rest) = Math.DivRem(values.Length, dimensions);
        if (rest != 0)
        {
            throw new ArgumentException($"Expected a multiple of {dimensions} values, but got {values.Length}.", parameter);
        }

        if (count < clusters)
        {
            throw new ArgumentException($"Expected at least {clusters} vectors to learn {clusters} centroids, but got {count}.", parameter);
        }

        if (!isChecked)
        {
            CodecGuard.CheckFinite(values, dimensions, parameter);
        }

        return count;
    }

    /// <summary>The numbers of all of so many rows.</summary>
    internal static int[] All(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>Checks that transforms, if any, lead to vectors of so many dimensions.</summary>
    internal static void CheckTransforms(TransformChain? transforms, int dimensions)
    {
        if (transforms is not null && transforms.Shape.OutputDimensions != dimensions)
        {
            throw new ArgumentException(
                $"Expected transforms to {dimensions} dimensions, but these lead to {transforms.Shape.OutputDimensions}.", nameof(transforms));
        }
    }

    /// <summary>The rows to learn from, ascending; none if batches are to be drawn from all of them.</summary>
    internal static int[] Select(KMeansOptions options, int count, int clusters, SeededRandom random)
    {
        bool batches = options.BatchSize > 0 && options.BatchSize < count;
        return batches ? [] : random.Select((int)Math.Min((long)clusters * options.MaximumPointsPerCentroid, count), count);
    }

    /// <summary>The factors that scale rows to norm 1; 0 for rows of zeros.</summary>
    internal static float[] InverseNorms(Rows rows, Workers workers)
    {
        const int RowsPerStep = 1024;
        var factors = new float[rows.Count];
        workers.For((rows.Count + RowsPerStep - 1) / RowsPerStep, step =>
        {
            for (int i = step * RowsPerStep; i < Math.Min((step + 1) * RowsPerStep, rows.Count); i++)
            {
                factors[i] = StripedSums.InverseNorm(rows[i]);
            }
        });
        return factors;
    }
}
