using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;
using KernelGen.Transforms;

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
    /// that is one copy of them, with weights per dimension one of these as well. Equal for any number of threads. Of 8 bits, centroids that are close to
    /// each other stand together.</remarks>
    /// <exception cref="ArgumentException">A part of a vector, fewer vectors than centroids, a value that is not finite, or wrong
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in CodebookShape shape, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null) =>
        Train(shape, normalize, transforms: null, isChecked: false, sample, options);

    /// <summary>Learns codebooks of transformed vectors.</summary>
    /// <param name="shape">How transformed vectors are cut.</param>
    /// <param name="transforms">What is done to vectors first.</param>
    /// <param name="sample">Vectors one after another, before they are transformed; at least 2^<see cref="CodebookShape.Bits"/>.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the defaults. Weights per dimension are
    /// those of transformed vectors.</param>
    /// <returns><see cref="CodebookShape.Values"/> values, in the order that <see cref="CodebookShape"/> describes.</returns>
    /// <remarks>Keeps one transformed copy of the vectors that are used. With batches or weights per dimension each thread also copies what it trains.</remarks>
    /// <exception cref="ArgumentException">Transforms to another number of dimensions, a part of a vector, fewer vectors than centroids, a value that is not
    /// finite or whose transform is not, or wrong weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in CodebookShape shape, TransformChain transforms, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return Train(shape, normalize: false, transforms, isChecked: false, sample, options);
    }

    /// <summary>The same, for a sample that may have been checked before.</summary>
    internal static float[] Train(
        in CodebookShape shape, bool normalize, TransformChain? transforms, bool isChecked, ReadOnlySpan<float> sample, TrainingOptions? options)
    {
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options);
        used.CheckNumbers();
        used = used.AnisotropicThreshold > 0 ? used with { BatchSize = 0 } : used;
        Sample.CheckTransforms(transforms, shape.Dimensions);
        int dimensions = transforms?.Shape.Dimensions ?? shape.Dimensions;
        int count = Sample.Count(sample, dimensions, shape.Centroids, nameof(sample), isChecked);
        var weights = new SampleWeights(used, count, shape.Dimensions);
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        int[] selected = Sample.Select(used, count, shape.Centroids, new SeededRandom(used.Seed, -1));
        unsafe
        {
            fixed (float* first = sample)
            {
                PointSource source = PointSource.Of(first, count, dimensions, normalize, weights, workers);
                float[] codebooks = transforms is null
                    ? TrainInPlace(shape, source, selected, used, workers)
                    : TrainTransformed(shape, source, selected, transforms, used, workers);
                CentroidOrder.Arrange(shape, codebooks, workers);
                return codebooks;
            }
        }
    }

    private static float[] TrainInPlace(
        CodebookShape shape, PointSource source, int[] selected, CodebookTrainingOptions options, Workers workers)
    {
        var codebooks = new float[shape.Values];
        ProgressCounter progress = Progress(shape, options);
        TrainSubspaces(shape, m => source.Slice(shape.StartOf(m), shape.DimensionsOf(m)), selected, options, workers, progress, codebooks);
        if (options.AnisotropicThreshold > 0)
        {
            SampleChunks chunks = new SampleChunks(source, selected, 0, workers).InSafeUnit(out int exponent);
            GroupedPoints points = GroupedPoints.For(shape, selected.Length);
            points.Fill(chunks);
            Refine(shape, points, source.WeightsOf(selected), exponent, options, workers, progress, codebooks);
        }

        return codebooks;
    }

    private static float[] TrainTransformed(
        CodebookShape shape, PointSource source, int[] selected, TransformChain transforms, CodebookTrainingOptions options, Workers workers)
    {
        int[] needed = selected.Length == 0 ? Sample.All(source.Rows.Count) : selected;
        GroupedPoints points = GroupedPoints.For(shape, needed.Length);
        points.Fill(new SampleChunks(source, needed, 0, workers) { Transforms = transforms });
        int[] all = selected.Length == 0 ? [] : Sample.All(needed.Length);
        var codebooks = new float[shape.Values];
        ProgressCounter progress = Progress(shape, options);
        PointSource Slice(int m) => new()
        {
            Rows = points.Of(m), Start = shape.StartOf(m), Length = shape.Dimensions, Numbers = needed, Factors = [], Weights = source.Weights,
        };
        TrainSubspaces(shape, Slice, all, options, workers, progress, codebooks);
        if (options.AnisotropicThreshold > 0)
        {
            int exponent = PointSource.Exponent(Enumerable.Range(0, shape.Subspaces).Max(m => points.Of(m).MaxMagnitude()));
            Scale(points.Values, -exponent);
            Refine(shape, points, source.WeightsOf(needed), exponent, options, workers, progress, codebooks);
        }

        GC.KeepAlive(points);
        return codebooks;
    }

    private static ProgressCounter Progress(CodebookShape shape, CodebookTrainingOptions options)
    {
        int rounds = options.AnisotropicThreshold > 0 ? AnisotropicRefinement.Rounds : 0;
        return new ProgressCounter(options.Progress, checked(shape.Subspaces * (options.Iterations + rounds)));
    }

    /// <summary>Lowers the score-aware loss.</summary>
    /// <param name="shape">How vectors are cut.</param>
    /// <param name="points">Vectors times 2^-exponent.</param>
    /// <param name="given">Their weights; none for equal ones.</param>
    /// <param name="exponent">What codebooks are divided by in the meantime.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Counts rounds per subspace.</param>
    /// <param name="codebooks">The codebooks.</param>
    private static void Refine(
        CodebookShape shape,
        GroupedPoints points,
        float[] given,
        int exponent,
        CodebookTrainingOptions options,
        Workers workers,
        ProgressCounter progress,
        float[] codebooks)
    {
        Scale(codebooks, -exponent);
        double[] weights = [.. Enumerable.Range(0, points.Count).Select(i => given.Length == 0 ? 1.0 : given[i])];
        double eta = AnisotropicRefinement.Eta(shape.Dimensions, options.AnisotropicThreshold);
        AnisotropicRefinement.Run(shape, points, weights, eta, codebooks, workers, progress);
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
    /// <param name="slice">The vectors' values in a subspace.</param>
    /// <param name="selected">Those to learn from; none for batches.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Counts options.Iterations per subspace.</param>
    /// <param name="codebooks">Receives the codebooks.</param>
    /// <param name="afterwards">What is done with the result of a subspace, if anything.</param>
    /// <param name="resume">Whether training starts with the codebooks as they are.</param>
    internal static void TrainSubspaces(
        CodebookShape shape,
        Func<int, PointSource> slice,
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
            PointSource points = slice(m);
            Span<float> codebook = codebooks.AsSpan(shape.CodebookOf(m), points.Rows.Width * shape.Centroids);
            var run = new KMeansRun(points, selected, shape.Centroids, options, m, inner, resume ? codebook : []);
            run.Train(progress);
            float[] centroids = run.Centroids();
            centroids.CopyTo(codebook);
            afterwards?.Invoke(run, centroids, points.Rows);
        });
    }
}
