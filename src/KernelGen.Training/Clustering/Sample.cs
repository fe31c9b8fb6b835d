using KernelGen.Kernels;

namespace KernelGen.Training.Clustering;

/// <summary>Checks of a sample, and the choice of the rows to learn from.</summary>
internal static class Sample
{
    /// <summary>Checks a sample and returns its number of rows.</summary>
    /// <param name="values">Rows one after another.</param>
    /// <param name="dimensions">Values of a row.</param>
    /// <param name="clusters">How many rows there must be.</param>
    /// <param name="parameter">The name of the argument.</param>
    internal static int Count(ReadOnlySpan<float> values, int dimensions, int clusters, string parameter)
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

        CodecGuard.CheckFinite(values, dimensions, parameter);
        return count;
    }

    /// <summary>The rows to learn from, ascending; none if batches are to be drawn from all of them.</summary>
    internal static int[] Select(KMeansOptions options, int count, int clusters, SeededRandom random)
    {
        bool batches = options.BatchSize > 0 && options.BatchSize < count;
        return batches ? [] : random.Select((int)Math.Min((long)clusters * options.MaximumPointsPerCentroid, count), count);
    }
}
