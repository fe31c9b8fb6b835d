using KernelGen.Training.Clustering;

namespace KernelGen.Training.Linear;

/// <summary>Improves a rotation and a quantizer in turn: the quantizer learns from rotated vectors, then the rotation is the one that brings vectors nearest to what
/// they decode to.</summary>
internal static class RotationRounds
{
    /// <summary>Runs the rounds.</summary>
    /// <param name="rotation">The rotation to start with.</param>
    /// <param name="isGivens">Whether rotations are improved by Givens rotations; else by singular value decompositions.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="sample">The vectors.</param>
    /// <param name="points">Room for them.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="quantize">The quantizer, of the number of the round: puts what the points decode to in their place.</param>
    /// <returns>The last rotation.</returns>
    internal static float[] Run(
        float[] rotation, bool isGivens, int rounds, SampleChunks sample, GroupedPoints points, Workers workers, Action<int> quantize)
    {
        for (int round = 0; round < rounds; round++)
        {
            Rotations.Apply(rotation, sample, points, workers);
            quantize(round);
            rotation = isGivens ? GivensDescent.Improve(rotation, points, sample, workers) : Rotations.Nearest(points, sample, workers);
        }

        return rotation;
    }
}
