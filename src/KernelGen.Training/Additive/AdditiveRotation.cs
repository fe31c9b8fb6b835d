using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;

namespace KernelGen.Training.Additive;

/// <summary>
/// Learns a rotation in front of residual and additive codes: rotation and codebooks are improved in turn, from the principal axes on, dealt out so that
/// groups of dimensions have equal products of variances. In these rounds the encoder keeps one partial code, and codebooks are not moved together: that takes
/// a small part of the time and leads to nearly the same rotation.
/// </summary>
internal sealed class AdditiveRotation
{
    /// <summary>Iterations of k-means per stage and round.</summary>
    private const int Iterations = 4;

    private readonly AdditiveShape _shape;
    private readonly GroupedPoints _points;
    private readonly GroupTraining[] _trainings;
    private readonly Workers _workers;

    /// <summary>A group that is shorter than the others and shares their codebooks, or null.</summary>
    private readonly GroupTraining? _last;

    private AdditiveRotation(AdditiveShape shape, GroupedPoints points, CodebookTrainingOptions options, Workers workers)
    {
        (_shape, _points, _workers) = (shape, points, workers);
        CodebookTrainingOptions inRounds = options with { Iterations = Iterations, Progress = null };
        int whole = shape.IsShared ? shape.Dimensions / shape.GroupSize : shape.Groups;
        Workers inner = shape.IsShared ? workers : workers.Share(shape.Groups);
        _trainings = shape.IsShared
            ? [Training(points.Of(0, whole), workers)]
            : [.. Enumerable.Range(0, whole).Select(group => Training(points.Of(group), inner))];
        _last = whole < shape.Groups ? Training(points.Of(whole), workers) : null;

        GroupTraining Training(Rows rows, Workers threads) =>
            new(rows, AdditiveShape.Residual(rows.Width, shape.Stages, shape.Bits), beam: 1, inRounds, threads);
    }

    /// <summary>Learns a rotation.</summary>
    /// <param name="shape">The shape of the codebooks.</param>
    /// <param name="isGivens">Whether rotations are improved by Givens rotations; else by singular value decompositions.</param>
    /// <param name="given">The sample.</param>
    /// <param name="progress">Receives the share of the rounds that are done.</param>
    internal static float[] Train(AdditiveShape shape, bool isGivens, SamplePoints given, IProgress<double>? progress)
    {
        CodebookTrainingOptions options = given.Options;
        SampleChunks sample = given.Chunks().InSafeUnit(out _);
        GroupedPoints points = GroupedPoints.For(shape, sample.Count);
        var rotation = new AdditiveRotation(shape, points, options, given.Workers);
        float[] learned = RotationRounds.Run(
            Rotations.Balanced(points, Covariance.Of(sample, given.Workers)),
            isGivens,
            options.RotationRounds,
            sample,
            points,
            given.Workers,
            round =>
            {
                rotation.Quantize(round);
                progress?.Report((round + 1.0) / options.RotationRounds);
            });
        GC.KeepAlive(points);
        return learned;
    }

    private void Quantize(int round)
    {
        var none = new ProgressCounter(null, 0);
        _workers.For(_trainings.Length, i =>
        {
            _trainings[i].TrainStages(i * _shape.Stages, none, resume: round > 0);
            _trainings[i].Reconstruct();
        });
        if (_last is not null)
        {
            int width = _points.Of(_shape.Groups - 1).Width;
            _last.TakeCodebooks([.. _trainings[0].Codebooks.Where((_, i) => i % _shape.GroupSize < width)]);
            _last.Reconstruct();
        }
    }
}
