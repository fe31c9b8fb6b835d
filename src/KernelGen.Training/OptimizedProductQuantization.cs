using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;

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
        Train(shape, normalize, isGivens: false, sample, options);

    /// <summary>The same, with rotations improved by Givens rotations on demand.</summary>
    internal static OptimizedProductCodebooks Train(
        in CodebookShape shape, bool normalize, bool isGivens, ReadOnlySpan<float> sample, TrainingOptions? options)
    {
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options) with { BatchSize = 0 };
        used.CheckNumbers();
        used.CheckNoWeights();
        int count = Sample.Count(sample, shape.Dimensions, shape.Centroids, nameof(sample));
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        int[] selected = Sample.Select(used, count, shape.Centroids, new SeededRandom(used.Seed, -1));
        unsafe
        {
            fixed (float* first = sample)
            {
                PointSource source = PointSource.Of(first, count, shape.Dimensions, normalize, new SampleWeights(used, count, shape.Dimensions), workers);
                int exponent = source.Exponent();
                var chunks = new SampleChunks(source, selected, exponent, used.CancellationToken);
                return Train(shape, isGivens, chunks, used, workers, Math.ScaleB(1, exponent));
            }
        }
    }

    private static unsafe OptimizedProductCodebooks Train(
        CodebookShape shape, bool isGivens, SampleChunks sample, CodebookTrainingOptions options, Workers workers, double unit)
    {
        var progress = new ProgressCounter(
            options.Progress, checked(((options.RotationRounds * IterationsPerRound) + options.Iterations) * shape.Subspaces));
        int dimensions = shape.Dimensions;
        int[] all = [.. Enumerable.Range(0, sample.Count)];
        float[] rotation = Rotations.Balanced(shape, Covariance.Of(sample, workers));
        var codebooks = new float[shape.Values];
        float[] values = GC.AllocateUninitializedArray<float>(checked(sample.Count * dimensions), pinned: true);
        var rotated = new Rows(
            (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values)), sample.Count, dimensions, dimensions);
        var source = new PointSource { Rows = rotated, Factors = [], Weights = new SampleWeights(new KMeansOptions(), 0, 0) };
        CodebookTrainingOptions roundOptions = options with { Iterations = IterationsPerRound };
        for (int round = 0; round < options.RotationRounds; round++)
        {
            Rotations.Apply(rotation, sample, rotated, workers);
            ProductQuantizerTraining.TrainSubspaces(
                shape,
                source,
                all,
                roundOptions,
                workers,
                progress,
                codebooks,
                afterwards: (run, centroids, slice) => run.Reconstruct(centroids, slice),
                resume: round > 0);
            rotation = isGivens ? GivensDescent.Improve(rotation, rotated, sample, workers) : Rotations.Nearest(rotated, sample, workers);
        }

        Rotations.Apply(rotation, sample, rotated, workers);
        ProductQuantizerTraining.TrainSubspaces(
            shape, source, all, options, workers, progress, codebooks, resume: options.RotationRounds > 0);
        GC.KeepAlive(values);
        return new OptimizedProductCodebooks(rotation, [.. codebooks.Select(x => (float)(x * unit))]);
    }
}
