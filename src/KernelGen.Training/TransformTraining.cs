using KernelGen.Training.Additive;
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
    /// <param name="reconstruct">The quantizer: learns from transformed vectors, if it learns anything, and puts what they decode to in their place.</param>
    /// <remarks>Keeps one copy of the vectors that are drawn.</remarks>
    /// <exception cref="ArgumentException">No vector, a part of one, a value that is not finite, or options with weights.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain TrainRotation(
        TransformShape shape,
        bool isGivens,
        ReadOnlySpan<float> sample,
        TrainingOptions? options,
        Action<float[], TrainingOptions?> reconstruct)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(reconstruct);
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options);
        (float[] mean, float[] components) = LearnBase(shape, false, sample, used);
        int n = shape.OutputDimensions;
        TrainingOptions inner = used with { Progress = null };
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        float[] rotation;
        unsafe
        {
            fixed (float* first = sample)
            {
                int count = sample.Length / shape.Dimensions;
                PointSource source = PointSource.Of(new Rows(first, count, shape.Dimensions, shape.Dimensions));
                int[] drawn = new SeededRandom(used.Seed, -1).Select(MostVectors, count);
                var chunks = new SampleChunks(source, drawn, 0, workers) { Transforms = Base(shape, mean, components) };
                var points = new GroupedPoints(drawn.Length, [0, n]);
                rotation = RotationRounds.Run(Rotations.Random(n, Random(used)), isGivens, used.RotationRounds, chunks, points, workers, round =>
                {
                    reconstruct(points.Values, inner);
                    used.Progress?.Report((round + 1.0) / used.RotationRounds);
                });
                GC.KeepAlive(points);
            }
        }

        return Chain(shape, mean, components, rotation);
    }

    /// <summary>Learns transforms, and the codebooks of a product quantizer for transformed vectors; with a learned rotation both together
    /// (<see cref="OptimizedProductQuantization"/>).</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="rotation">Its rotation, if any.</param>
    /// <param name="sample">Vectors one after another, at least as many as centroids.</param>
    /// <param name="options"><see cref="CodebookTrainingOptions"/>, or others for the defaults; weights are refused.</param>
    /// <param name="codebooks">The codebooks, in the order that <see cref="CodebookShape"/> describes.</param>
    /// <remarks>Keeps one transformed copy of the vectors that are used.</remarks>
    /// <exception cref="ArgumentException">Too few vectors, a part of one, a value that is not finite, or options with weights.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain TrainProduct(
        CodecLayout layout, Rotation? rotation, ReadOnlySpan<float> sample, TrainingOptions? options, out float[] codebooks)
    {
        ArgumentNullException.ThrowIfNull(layout);
        TransformShape shape = layout.Transforms!;
        CodebookShape values = layout.Codebooks!.Value;
        if (!IsLearned(rotation))
        {
            TransformChain transforms = TrainFixed(shape, rotation, sample, options);
            codebooks = ProductQuantizerTraining.Train(values, normalize: false, transforms, isChecked: true, sample, options);
            return transforms;
        }

        (float[] mean, float[] components) = LearnBase(shape, false, sample, CodebookTrainingOptions.From(options));
        OptimizedProductCodebooks learned = OptimizedProductQuantization.Train(
            values, normalize: false, rotation == Rotation.Givens, Base(shape, mean, components), isChecked: true, sample, options);
        codebooks = learned.Codebooks;
        return Chain(shape, mean, components, learned.Rotation);
    }

    /// <summary>Learns transforms, and the codebooks of a residual or additive quantizer for transformed vectors. A learned rotation is improved in turn with
    /// codebooks that are chosen from greedily, <see cref="CodebookTrainingOptions.RotationRounds"/> times; then codebooks are learned for it.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="rotation">Its rotation, if any.</param>
    /// <param name="beam">Partial codes that the encoder keeps, at least 1.</param>
    /// <param name="normalize">Whether transformed vectors are scaled to norm 1, by the factor that encoders use.</param>
    /// <param name="sample">Vectors one after another, at least as many as centroids.</param>
    /// <param name="options"><see cref="CodebookTrainingOptions"/>, or others for the defaults; weights are refused.</param>
    /// <param name="codebooks">The codebooks, in the order that <see cref="AdditiveShape"/> describes.</param>
    /// <remarks>Keeps one transformed copy of the vectors that are used.</remarks>
    /// <exception cref="ArgumentException">Too few vectors, a part of one, a value that is not finite, options with weights, or a transformed vector whose squared
    /// norm is 2^120 or more.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain TrainAdditive(
        CodecLayout layout,
        Rotation? rotation,
        int beam,
        bool normalize,
        ReadOnlySpan<float> sample,
        TrainingOptions? options,
        out float[] codebooks)
    {
        ArgumentNullException.ThrowIfNull(layout);
        TransformShape shape = layout.Transforms!;
        AdditiveShape values = layout.AdditiveCodebooks!.Value;
        TransformChain transforms;
        if (IsLearned(rotation))
        {
            transforms = TrainAdditiveRotation(shape, values, rotation == Rotation.Givens, beam, normalize, sample, options);
            options = options is null ? null : options with { Progress = PartialProgress.Of(options.Progress, 0.5, 1) };
        }
        else
        {
            transforms = TrainFixed(shape, rotation, sample, options);
        }

        codebooks = values.IsShared
            ? AdditiveQuantizerTraining.Train(values, beam, normalize, transforms, isChecked: true, sample, options)
            : ResidualQuantizerTraining.Train(values, beam, normalize, transforms, isChecked: true, sample, options);
        return transforms;
    }

    private static TransformChain TrainAdditiveRotation(
        TransformShape shape, AdditiveShape values, bool isGivens, int beam, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options)
    {
        (float[] mean, float[] components) = LearnBase(shape, false, sample, CodebookTrainingOptions.From(options));
        float[] rotation = [];
        SamplePoints.Open(values, beam, normalize, Base(shape, mean, components), isChecked: true, sample, options, given =>
            rotation = AdditiveRotation.Train(values, isGivens, given, PartialProgress.Of(options?.Progress, 0, 0.5)));
        return Chain(shape, mean, components, rotation);
    }

    /// <summary>Transforms whose rotation needs no quantizer. Weights are refused only where a matrix is learned.</summary>
    private static TransformChain TrainFixed(TransformShape shape, Rotation? rotation, ReadOnlySpan<float> sample, TrainingOptions? options) =>
        shape.HasMatrix ? Train(shape, rotation == Rotation.Random, sample, options) : TransformFitting.Fit(shape, sample, options);

    private static bool IsLearned(Rotation? rotation) => rotation is Rotation.Learned or Rotation.Givens;

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
                sample, shape.Dimensions, shape.OutputDimensions, shape.Normalizes, isChecked: true, options with { Progress = null });
            return (learned.Mean, learned.Components);
        }

        return (shape.Centers ? TransformFitting.Mean(shape, sample, options.CancellationToken) : [], []);
    }

    /// <summary>What is done to vectors before they are rotated; null for nothing.</summary>
    private static TransformChain? Base(TransformShape shape, float[] mean, float[] components)
    {
        TransformShape before = shape with { HasMatrix = components.Length != 0, HasHadamard = false };
        return before is { Normalizes: false, Centers: false, HasMatrix: false } ? null : new(before, [.. mean, .. components]);
    }

    private static TransformChain Chain(TransformShape shape, float[] mean, float[] components, float[] rotation)
    {
        float[] matrix = components.Length == 0 ? rotation : Rotations.Multiply(rotation, components, shape.OutputDimensions);
        return new TransformChain(shape, [.. mean, .. matrix]);
    }
}
