using KernelGen.Training.Additive;
using KernelGen.Training.Clustering;
using KernelGen.Transforms;

namespace KernelGen.Training;

/// <summary>
/// Learns the codebooks of residual quantizers (Chen, Guan, Wang: Approximate nearest neighbor search by residual vector quantization, 2010): a
/// k-means per stage, of what the stages before leave over when the encoder chooses their codes (as FAISS trains). Called by generated code.
/// </summary>
public static class ResidualQuantizerTraining
{
    /// <summary>Learns codebooks.</summary>
    /// <param name="shape">The shape of a residual quantizer's codebooks.</param>
    /// <param name="beam">Partial codes that the encoder keeps, at least 1.</param>
    /// <param name="normalize">Whether vectors are scaled to norm 1 first, by the factor that encoders use.</param>
    /// <param name="sample">Vectors one after another, at least 2^<see cref="AdditiveShape.Bits"/>.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the defaults. Weights are
    /// refused, batches not used.</param>
    /// <returns><see cref="AdditiveShape.Values"/> values, in the order that <see cref="AdditiveShape"/> describes.</returns>
    /// <remarks>Keeps one copy of the vectors that are used. Equal for any number of threads.</remarks>
    /// <exception cref="ArgumentException">A shape of codebooks that groups share, a part of a vector, fewer vectors than centroids, a value that is not
    /// finite, weights, or a vector, of those that are used, whose squared norm is 2^120 or more.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The beam or a number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in AdditiveShape shape, int beam, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null) =>
        Train(shape, beam, normalize, transforms: null, isChecked: false, sample, options);

    /// <summary>Learns codebooks of transformed vectors.</summary>
    /// <param name="shape">The shape of a residual quantizer's codebooks.</param>
    /// <param name="beam">Partial codes that the encoder keeps, at least 1.</param>
    /// <param name="normalize">Whether transformed vectors are scaled to norm 1, by the factor that encoders use.</param>
    /// <param name="transforms">What is done to vectors first.</param>
    /// <param name="sample">Vectors one after another, before they are transformed; at least 2^<see cref="AdditiveShape.Bits"/>.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the defaults. Weights are
    /// refused, batches not used.</param>
    /// <returns><see cref="AdditiveShape.Values"/> values, in the order that <see cref="AdditiveShape"/> describes.</returns>
    /// <remarks>Keeps one transformed copy of the vectors that are used. Equal for any number of threads.</remarks>
    /// <exception cref="ArgumentException">A shape of codebooks that groups share, transforms to another number of dimensions, a part of a vector, fewer vectors than centroids, a
    /// value that is not finite or whose transform is not, weights, or a transformed vector whose squared norm is 2^120 or more.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The beam or a number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in AdditiveShape shape, int beam, bool normalize, TransformChain transforms, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return Train(shape, beam, normalize, transforms, isChecked: false, sample, options);
    }

    /// <summary>The same, for a sample that may have been checked before.</summary>
    internal static float[] Train(
        in AdditiveShape shape,
        int beam,
        bool normalize,
        TransformChain? transforms,
        bool isChecked,
        ReadOnlySpan<float> sample,
        TrainingOptions? options)
    {
        if (shape.IsShared)
        {
            throw new ArgumentException("Expected the shape of a residual quantizer, but its groups share codebooks.", nameof(shape));
        }

        AdditiveShape whole = shape;
        var codebooks = new float[shape.Values];
        SamplePoints.Open(shape, beam, normalize, transforms, isChecked, sample, options, given =>
        {
            CodebookTrainingOptions used = given.Options;
            GroupedPoints points = given.OfGroups();
            var progress = new ProgressCounter(used.Progress, checked(whole.Codes * used.Iterations));
            Workers inner = given.Workers.Share(whole.Groups);
            given.Workers.For(whole.Groups, group =>
            {
                AdditiveShape one = AdditiveShape.Residual(whole.DimensionsOf(group), whole.Stages, whole.Bits);
                var training = new GroupTraining(points.Of(group), one, beam, used, inner);
                training.TrainStages(group * whole.Stages, progress);
                training.Codebooks.CopyTo(codebooks, whole.CodebookOf(group, 0));
            });
            GC.KeepAlive(points);
        });
        return codebooks;
    }
}
