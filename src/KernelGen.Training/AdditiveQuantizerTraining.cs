using KernelGen.Training.Additive;
using KernelGen.Training.Clustering;
using KernelGen.Transforms;

namespace KernelGen.Training;

/// <summary>
/// Learns the codebooks of additive quantizers (Babenko, Lempitsky: Additive quantization for extreme vector compression, 2014). They start as those of
/// a residual quantizer; then codes are chosen by the encoder, and all codebooks moved to the least squares for these codes, in turn. Groups of
/// dimensions that share codebooks are pooled (Egiazarian et al.: Extreme compression of large language models via additive quantization,
/// 2024). Called by generated code.
/// </summary>
public static class AdditiveQuantizerTraining
{
    /// <summary>Learns codebooks.</summary>
    /// <param name="shape">The shape of an additive quantizer's codebooks.</param>
    /// <param name="beam">Partial codes that the encoder keeps, at least 1.</param>
    /// <param name="normalize">Whether vectors are scaled to norm 1 first, by the factor that encoders use.</param>
    /// <param name="sample">Vectors one after another, with at least 2^<see cref="AdditiveShape.Bits"/> groups of
    /// <see cref="AdditiveShape.GroupSize"/> dimensions in all.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the defaults. Weights are
    /// refused, batches not used; <see cref="KMeansOptions.MaximumPointsPerCentroid"/> counts groups.</param>
    /// <returns><see cref="AdditiveShape.Values"/> values, in the order that <see cref="AdditiveShape"/> describes: of all rounds those whose codes have
    /// the least squared error on the sample, which is at most that of the residual quantizer.</returns>
    /// <remarks>Keeps one copy of the groups that are used; a last group that is shorter than the others is not learned from. Equal for any number of
    /// threads.</remarks>
    /// <exception cref="ArgumentException">A shape of codebooks that groups do not share, a part of a vector, fewer groups than centroids, a value that is
    /// not finite, weights, or a vector, of those that are used, whose squared norm is 2^120 or more.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The beam or a number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in AdditiveShape shape, int beam, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null) =>
        Train(shape, beam, normalize, transforms: null, isChecked: false, sample, options);

    /// <summary>Learns codebooks of transformed vectors.</summary>
    /// <param name="shape">The shape of an additive quantizer's codebooks.</param>
    /// <param name="beam">Partial codes that the encoder keeps, at least 1.</param>
    /// <param name="normalize">Whether transformed vectors are scaled to norm 1, by the factor that encoders use.</param>
    /// <param name="transforms">What is done to vectors first.</param>
    /// <param name="sample">Vectors one after another, before they are transformed; with at least 2^<see cref="AdditiveShape.Bits"/> whole groups in all.</param>
    /// <param name="options">How to learn: <see cref="CodebookTrainingOptions"/>, or others for the defaults; null for the defaults. Weights are
    /// refused, batches not used.</param>
    /// <returns><see cref="AdditiveShape.Values"/> values, in the order that <see cref="AdditiveShape"/> describes.</returns>
    /// <remarks>Keeps one transformed copy of the groups that are used. Equal for any number of threads.</remarks>
    /// <exception cref="ArgumentException">A shape of codebooks that groups do not share, transforms to another number of dimensions, a part of a vector, fewer groups than centroids, a
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
        if (!shape.IsShared)
        {
            throw new ArgumentException("Expected the shape of an additive quantizer, but its groups have codebooks of their own.", nameof(shape));
        }

        AdditiveShape one = AdditiveShape.Residual(shape.GroupSize, shape.Stages, shape.Bits);
        float[] codebooks = [];
        SamplePoints.Open(shape, beam, normalize, transforms, isChecked, sample, options, given =>
        {
            CodebookTrainingOptions used = given.Options;
            GroupedPoints points = given.OfSharedGroups();

            // With one codebook k-means has done it.
            int rounds = one.Stages == 1 ? 0 : used.AdditiveRounds;
            var progress = new ProgressCounter(used.Progress, checked((one.Stages * used.Iterations) + rounds));
            var training = new GroupTraining(points.Of(0), one, beam, used, given.Workers);
            training.TrainStages(stream: 0, progress);
            training.Refine(rounds, progress);
            codebooks = training.Codebooks;
            GC.KeepAlive(points);
        });
        return codebooks;
    }
}
