using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;

namespace KernelGen.Training;

/// <summary>
/// Learns the codebooks of product quantizers (Jégou, Douze, Schmid: Product quantization for nearest neighbor search, 2011): a
/// k-means of its own per subspace; on request for a loss that cares for inner products. Called by generated code.
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
    /// <remarks>Each thread copies the subspace that it trains, of the vectors that are used: with as many threads as subspaces
    /// that is one copy of them. Equal for any number of threads.</remarks>
    /// <exception cref="ArgumentException">A part of a vector, fewer vectors than centroids, a value that is not finite, or wrong
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in CodebookShape shape, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options);
        used.CheckNumbers();
        bool anisotropic = used.AnisotropicThreshold > 0;
        used = anisotropic ? used with { BatchSize = 0 } : used;
        int count = Sample.Count(sample, shape.Dimensions, shape.Centroids, nameof(sample));
        var weights = new SampleWeights(used, count, shape.Dimensions);
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        int[] selected = Sample.Select(used, count, shape.Centroids, new SeededRandom(used.Seed, -1));
        var codebooks = new float[shape.Values];
        unsafe
        {
            fixed (float* first = sample)
            {
                PointSource source = PointSource.Of(first, count, shape.Dimensions, normalize, weights, workers);
                int steps = checked(shape.Subspaces * (used.Iterations + (anisotropic ? AnisotropicRefinement.Rounds : 0)));
                var progress = new ProgressCounter(used.Progress, steps);
                TrainSubspaces(shape, source, selected, used, workers, progress, codebooks);
                if (anisotropic)
                {
                    Refine(shape, source, selected, used, workers, progress, codebooks);
                }
            }
        }

        return codebooks;
    }

    private static void Refine(
        CodebookShape shape,
        PointSource source,
        int[] selected,
        CodebookTrainingOptions options,
        Workers workers,
        ProgressCounter progress,
        float[] codebooks)
    {
        int exponent = source.Exponent();
        Scale(codebooks, -exponent);
        float[] given = source.Weights.OfPoints(selected);
        double[] weights = [.. selected.Select((_, i) => given.Length == 0 ? 1.0 : given[i])];
        double eta = AnisotropicRefinement.Eta(shape.Dimensions, options.AnisotropicThreshold);
        var chunks = new SampleChunks(source, selected, exponent, options.CancellationToken);
        AnisotropicRefinement.Run(shape, chunks, weights, eta, codebooks, workers, progress);
        Scale(codebooks, exponent);
    }

    private static void Scale(Span<float> values, int exponent)
    {
        foreach (ref float value in values)
        {
            value = MathF.ScaleB(value, exponent);
        }
    }

    /// <summary>Trains all subspaces, side by side as far as there are some: a subspace stays in the cache of one core.</summary>
    /// <param name="shape">How vectors are cut.</param>
    /// <param name="source">The vectors.</param>
    /// <param name="selected">Those to learn from.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Counts options.Iterations per subspace.</param>
    /// <param name="codebooks">Receives the codebooks.</param>
    /// <param name="afterwards">What is done with the result of a subspace, if anything.</param>
    /// <param name="resume">Whether training starts with the codebooks as they are.</param>
    internal static void TrainSubspaces(
        CodebookShape shape,
        PointSource source,
        int[] selected,
        KMeansOptions options,
        Workers workers,
        ProgressCounter progress,
        float[] codebooks,
        Action<KMeansRun, float[], Rows>? afterwards = null,
        bool resume = false)
    {
        Workers inner = workers.Share(shape.Subspaces);
        workers.For(shape.Subspaces, m =>
        {
            PointSource slice = source.Slice(shape.StartOf(m), shape.DimensionsOf(m));
            Span<float> codebook = codebooks.AsSpan(shape.CodebookOf(m), slice.Rows.Width * shape.Centroids);
            var run = new KMeansRun(slice, selected, shape.Centroids, options, m, inner, resume ? codebook : []);
            run.Train(progress);
            float[] centroids = run.Centroids();
            centroids.CopyTo(codebook);
            afterwards?.Invoke(run, centroids, slice.Rows);
        });
    }
}
