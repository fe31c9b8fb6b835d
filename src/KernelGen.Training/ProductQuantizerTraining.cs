using KernelGen.Kernels;
using KernelGen.Training.Clustering;

namespace KernelGen.Training;

/// <summary>
/// Learns the codebooks of product quantizers (Jégou, Douze, Schmid: Product quantization for nearest neighbor search, 2011): a
/// k-means of its own per subspace. Called by generated code.
/// </summary>
public static class ProductQuantizerTraining
{
    /// <summary>Learns codebooks.</summary>
    /// <param name="shape">How vectors are cut.</param>
    /// <param name="normalize">Whether vectors are scaled to norm 1 first, by the factor that encoders use.</param>
    /// <param name="sample">Vectors one after another, at least 2^<see cref="CodebookShape.Bits"/>.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the
    /// defaults. Steps of progress are reported one at a time, by the threads that train.</param>
    /// <returns><see cref="CodebookShape.Values"/> values, in the order that <see cref="CodebookShape"/> describes.</returns>
    /// <remarks>Each thread copies the subspace that it trains, of the vectors that are used: with as many threads as subspaces that
    /// is one copy of them. Equal for any number of threads.</remarks>
    /// <exception cref="ArgumentException">A part of a vector, fewer vectors than centroids, a value that is not finite, or wrong
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in CodebookShape shape, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        KMeansOptions used = KMeansOptions.From(options);
        used.CheckNumbers();
        int count = Sample.Count(sample, shape.Dimensions, shape.Centroids, nameof(sample));
        var weights = new SampleWeights(used, count, shape.Dimensions);
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        int[] selected = Sample.Select(used, count, shape.Centroids, new SeededRandom(used.Seed, -1));
        var codebooks = new float[shape.Values];
        unsafe
        {
            fixed (float* first = sample)
            {
                var rows = new Rows(first, count, shape.Dimensions, shape.Dimensions);
                var source = new PointSource { Rows = rows, Factors = normalize ? InverseNorms(rows, workers) : [], Weights = weights };
                TrainSubspaces(shape, source, selected, used, workers, codebooks);
            }
        }

        return codebooks;
    }

    private static void TrainSubspaces(
        CodebookShape shape, PointSource source, int[] selected, KMeansOptions options, Workers workers, float[] codebooks)
    {
        // Side by side as far as there are subspaces: a subspace stays in the cache of one core.
        var progress = new ProgressCounter(options.Progress, checked(shape.Subspaces * options.Iterations));
        Workers inner = workers.Share(shape.Subspaces);
        workers.For(shape.Subspaces, m =>
        {
            int dimensions = shape.DimensionsOf(m);
            var run = new KMeansRun(source.Slice(shape.StartOf(m), dimensions), selected, shape.Centroids, options, stream: m, inner);
            run.Train(progress);
            run.CopyCentroids(codebooks.AsSpan(shape.CodebookOf(m), dimensions * shape.Centroids));
        });
    }

    private static float[] InverseNorms(Rows rows, Workers workers)
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
