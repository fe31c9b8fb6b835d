using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;
using KernelGen.Transforms;

namespace KernelGen.Training;

/// <summary>Learns the transforms of codecs: principal components, random and learned rotations. Called by generated code.</summary>
public static class TransformTraining
{
    /// <summary>Vectors that a rotation is learned from at most; more make it no better than the matrix's rounding.</summary>
    private const int MostVectors = 65_536;

    /// <summary>Learns transforms whose rotation, if any, needs no quantizer.</summary>
    /// <param name="shape">Which transforms there are.</param>
    /// <param name="isRandom">Whether the matrix, or what is left of vectors by its principal components, is rotated at random.</param>
    /// <param name="sample">Vectors one after another.</param>
    /// <param name="options">Token and, if they are <see cref="KMeansOptions"/>, seed and number of threads; weights are refused.</param>
    /// <exception cref="ArgumentException">No vector, a part of one, a value that is not finite, or options with weights.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain Train(TransformShape shape, bool isRandom, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        KMeansOptions used = KMeansOptions.From(options);
        (float[] mean, float[] matrix) = LearnBase(shape, shape.HasMatrix && !isRandom, sample, used);
        if (isRandom)
        {
            float[] rotation = Rotations.Random(shape.OutputDimensions, Random(used));
            matrix = matrix.Length == 0 ? rotation : Rotations.Multiply(rotation, matrix, shape.OutputDimensions);
        }

        return new TransformChain(shape, [.. mean, .. matrix, .. TransformFitting.Signs(shape)]);
    }

    /// <summary>Learns transforms with a rotation that brings vectors nearest to what a quantizer makes of them: rotation and quantizer are improved in turn,
    /// <see cref="CodebookTrainingOptions.RotationRounds"/> times, from a random rotation on.</summary>
    /// <param name="shape">Which transforms there are.</param>
    /// <param name="isGivens">Whether rotations are improved by Givens rotations; else by singular value decompositions.</param>
    /// <param name="sample">Vectors one after another, of which at most 65,536 are drawn.</param>
    /// <param name="options"><see cref="CodebookTrainingOptions"/>, or others for the defaults; weights are refused.</param>
    /// <param name="reconstruct">The quantizer: learns from transformed vectors (first argument), if it learns anything, and gives what they decode to.</param>
    /// <remarks>Keeps three copies of the vectors that are drawn.</remarks>
    /// <exception cref="ArgumentException">No vector, a part of one, a value that is not finite, or options with weights.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain TrainRotation(
        TransformShape shape,
        bool isGivens,
        ReadOnlySpan<float> sample,
        TrainingOptions? options,
        Action<float[], float[], TrainingOptions?> reconstruct)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(reconstruct);
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options);
        (float[] mean, float[] components) = LearnBase(shape, false, sample, used);
        int n = shape.OutputDimensions;
        float[] values = ApplyBase(shape, mean, components, Draw(shape, sample, used));
        float[] rotation = Rotations.Random(n, Random(used));
        var rotated = new float[values.Length];
        var decoded = GC.AllocateUninitializedArray<float>(values.Length, pinned: true);
        TrainingOptions inner = used with { Progress = null };
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        unsafe
        {
            fixed (float* first = values, target = rotated)
            {
                int count = values.Length / n;
                var source = new PointSource { Rows = new Rows(first, count, n, n), Factors = [], Weights = new SampleWeights(new KMeansOptions(), 0, 0) };
                var chunks = new SampleChunks(source, [.. Enumerable.Range(0, count)], 0, used.CancellationToken);
                var targets = new Rows((float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(decoded)), count, n, n);
                for (int round = 0; round < used.RotationRounds; round++)
                {
                    Rotations.Apply(rotation, chunks, new Rows(target, count, n, n), workers);
                    reconstruct(rotated, decoded, inner);
                    rotation = isGivens ? GivensDescent.Improve(rotation, targets, chunks, workers) : Rotations.Nearest(targets, chunks, workers);
                    used.Progress?.Report((round + 1.0) / used.RotationRounds);
                }
            }
        }

        float[] matrix = components.Length == 0 ? rotation : Rotations.Multiply(rotation, components, n);
        return new TransformChain(shape, [.. mean, .. matrix]);
    }

    /// <summary>Learns transforms with a rotation, and the codebooks of a product quantizer for transformed vectors
    /// (<see cref="OptimizedProductQuantization"/>).</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="isGivens">Whether rotations are improved by Givens rotations; else by singular value decompositions.</param>
    /// <param name="sample">Vectors one after another, at least as many as centroids.</param>
    /// <param name="options"><see cref="CodebookTrainingOptions"/>, or others for the defaults; weights are refused.</param>
    /// <param name="codebooks">The codebooks, in the order that <see cref="CodebookShape"/> describes.</param>
    /// <exception cref="ArgumentException">Too few vectors, a part of one, a value that is not finite, or options with weights.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain TrainProduct(
        CodecLayout layout, bool isGivens, ReadOnlySpan<float> sample, TrainingOptions? options, out float[] codebooks)
    {
        ArgumentNullException.ThrowIfNull(layout);
        TransformShape shape = layout.Transforms!;
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options);
        (float[] mean, float[] components) = LearnBase(shape, false, sample, used);

        // Without a mean and components the sample is read as it is.
        bool isBare = mean.Length == 0 && components.Length == 0;
        OptimizedProductCodebooks learned = isBare
            ? OptimizedProductQuantization.Train(layout.Codebooks!.Value, shape.Normalizes, isGivens, sample, used)
            : OptimizedProductQuantization.Train(layout.Codebooks!.Value, false, isGivens, ApplyBase(shape, mean, components, sample), used);
        codebooks = learned.Codebooks;
        float[] matrix = components.Length == 0 ? learned.Rotation : Rotations.Multiply(learned.Rotation, components, shape.OutputDimensions);
        return new TransformChain(shape, [.. mean, .. matrix]);
    }

    private static SeededRandom Random(KMeansOptions options) => new(options.Seed, -2);

    /// <summary>The mean and the principal components; these also where they only turn vectors, if nothing else does.</summary>
    private static (float[] Mean, float[] Components) LearnBase(TransformShape shape, bool turns, ReadOnlySpan<float> sample, KMeansOptions options)
    {
        options.CheckNumbers();
        options.CheckNoWeights();
        Sample.Count(sample, shape.Dimensions, 1, nameof(sample));
        if (turns || shape.OutputDimensions < shape.Dimensions)
        {
            PrincipalComponents learned = PrincipalComponents.Train(
                sample, shape.Dimensions, shape.OutputDimensions, shape.Normalizes, options with { Progress = null });
            return (learned.Mean, learned.Components);
        }

        return (shape.Centers ? TransformFitting.Mean(shape, sample, options.CancellationToken) : [], []);
    }

    private static float[] ApplyBase(TransformShape shape, float[] mean, float[] components, ReadOnlySpan<float> sample)
    {
        TransformShape before = shape with { HasMatrix = components.Length != 0, HasHadamard = false };
        return new TransformChain(before, [.. mean, .. components]).ApplyToSample(sample);
    }

    private static ReadOnlySpan<float> Draw(TransformShape shape, ReadOnlySpan<float> sample, KMeansOptions options)
    {
        int count = sample.Length / shape.Dimensions;
        if (count <= MostVectors)
        {
            return sample;
        }

        int[] drawn = new SeededRandom(options.Seed, -1).Select(MostVectors, count);
        var vectors = new float[drawn.Length * shape.Dimensions];
        for (int i = 0; i < drawn.Length; i++)
        {
            sample.Slice(drawn[i] * shape.Dimensions, shape.Dimensions).CopyTo(vectors.AsSpan(i * shape.Dimensions));
        }

        return vectors;
    }
}
