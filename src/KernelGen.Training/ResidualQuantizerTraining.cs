using KernelGen.Training.Additive;
using KernelGen.Training.Clustering;

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
    /// <remarks>Keeps two copies of the vectors that are used. Equal for any number of threads.</remarks>
    /// <exception cref="ArgumentException">A shape of codebooks that groups share, a part of a vector, fewer vectors than centroids, a value that is not
    /// finite, weights, or a vector whose squared norm is 2^120 or more.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The beam or a number of the options is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Train(
        in AdditiveShape shape, int beam, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        if (shape.IsShared)
        {
            throw new ArgumentException("Expected the shape of a residual quantizer, but its groups share codebooks.", nameof(shape));
        }

        AdditiveShape whole = shape;
        var codebooks = new float[shape.Values];
        SamplePoints.Open(shape, beam, normalize, sample, options, (points, source) =>
        {
            CodebookTrainingOptions used = points.Options;
            var progress = new ProgressCounter(used.Progress, checked(whole.Codes * used.Iterations));
            Workers inner = points.Workers.Share(whole.Groups);
            points.Workers.For(whole.Groups, group =>
            {
                AdditiveShape one = AdditiveShape.Residual(whole.DimensionsOf(group), whole.Stages, whole.Bits);
                var training = new GroupTraining(points.Of(source, group), one, beam, used, inner);
                training.TrainStages(group * whole.Stages, progress);
                training.Codebooks.CopyTo(codebooks, whole.CodebookOf(group, 0));
            });
        });
        return codebooks;
    }
}
