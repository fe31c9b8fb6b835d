using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;
using KernelGen.Transforms;

namespace KernelGen.Training;

/// <summary>
/// Learns a rotation together with the codebooks of a product quantizer (Ge, He, Ke, Sun: Optimized product quantization for
/// approximate nearest neighbor search, 2013). The rotation starts with the principal axes, dealt out so that the subspaces have
/// equal products of variances (the paper's parametric solution); then codebooks and rotation are improved in turn (its
/// non-parametric one): a few iterations of k-means for rotated vectors, then the rotation that brings vectors nearest to their
/// decoded codes, an orthogonal Procrustes problem.
/// </summary>
public static class OptimizedProductQuantization
{
    private const int IterationsPerRound = 4;

    /// <summary>Learns a rotation and codebooks.</summary>
    /// <param name="shape">How rotated vectors are cut.</param>
    /// <param name="normalize">Whether vectors are scaled to norm 1 first.</param>
    /// <param name="sample">Vectors one after another, at least 2^<see cref="CodebookShape.Bits"/>.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the
    /// defaults.
    /// <see cref="KMeansOptions.Iterations"/> are those after the last rotation; weights are refused, batches not used.</param>
    /// <remarks>Keeps one rotated copy of the vectors that are used. A round costs D^2 multiplications per vector twice, and a
    /// singular value decomposition of a D x D matrix: two seconds for D = 768.</remarks>
    /// <exception cref="ArgumentException">A part of a vector, fewer vectors than centroids, a value that is not finite, or
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static OptimizedProductCodebooks Train(
        in CodebookShape shape, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null) =>
        Train(shape, normalize, isGivens: false, transforms: null, isChecked: false, sample, options);

    /// <summary>The same for transformed vectors and samples that were checked before, with rotations improved by Givens rotations on demand.</summary>
    internal static OptimizedProductCodebooks Train(
        in CodebookShape shape,
        bool normalize,
        bool isGivens,
        TransformChain? transforms,
        bool isChecked,
        ReadOnlySpan<float> sample,
        TrainingOptions? options)
    {
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options) with { BatchSize = 0 };
        used.CheckNumbers();
        used.CheckNoWeights();
        int dimensions = transforms?.Shape.Dimensions ?? shape.Dimensions;
        int count = Sample.Count(sample, dimensions, shape.Centroids, nameof(sample), isChecked);
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        int[] selected = Sample.Select(used, count, shape.Centroids, new SeededRandom(used.Seed, -1));
        unsafe
        {
            fixed (float* first = sample)
            {
                PointSource source = PointSource.Of(first, count, dimensions, normalize, SampleWeights.None, workers);
                var chunks = new SampleChunks(source, selected, 0, workers) { Transforms = transforms };
                return Train(shape, isGivens, chunks.InSafeUnit(out int exponent), used, workers, Math.ScaleB(1, exponent));
            }
        }
    }

    private static OptimizedProductCodebooks Train(
        CodebookShape shape, bool isGivens, SampleChunks sample, CodebookTrainingOptions options, Workers workers, double unit)
    {
        var progress = new ProgressCounter(
            options.Progress, checked(((options.RotationRounds * IterationsPerRound) + options.Iterations) * shape.Subspaces));
        int[] all = Sample.All(sample.Count);
        GroupedPoints points = GroupedPoints.For(shape, sample.Count);
        var codebooks = new float[shape.Values];
        CodebookTrainingOptions roundOptions = options with { Iterations = IterationsPerRound };
        float[] rotation = RotationRounds.Run(
            Rotations.Balanced(points, Covariance.Of(sample, workers)),
            isGivens,
            options.RotationRounds,
            sample,
            points,
            workers,
            round => ProductQuantizerTraining.TrainSubspaces(
                shape,
                Slice,
                all,
                roundOptions,
                workers,
                progress,
                codebooks,
                afterwards: (run, centroids, slice) => run.Reconstruct(centroids, slice),
                resume: round > 0));
        Rotations.Apply(rotation, sample, points, workers);
        ProductQuantizerTraining.TrainSubspaces(
            shape, Slice, all, options, workers, progress, codebooks, resume: options.RotationRounds > 0);
        GC.KeepAlive(points);
        CentroidOrder.Arrange(shape, codebooks, workers);
        return new OptimizedProductCodebooks(rotation, [.. codebooks.Select(x => (float)(x * unit))]);

        PointSource Slice(int m) => PointSource.Of(points.Of(m));
    }
}
