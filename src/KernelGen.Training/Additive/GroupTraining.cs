using KernelGen.Kernels;
using KernelGen.Training.Clustering;

namespace KernelGen.Training.Additive;

/// <summary>
/// The codebooks of one group, or of groups that share them, and the points that they are learned from: stage by stage by k-means of what the stages
/// before leave over, then all stages together by least squares.
/// </summary>
internal sealed class GroupTraining
{
    private const int PointsPerStep = 512;
    private const int CodesPerStep = 16;

    private readonly float[] _points;
    private readonly float[] _residuals;
    private readonly ushort[] _codes;
    private readonly int _count;
    private readonly int _beam;
    private readonly KMeansOptions _options;
    private readonly Workers _workers;
    private readonly AdditiveShape _shape;

    /// <summary>Takes points and the shape of the codebooks of a single group.</summary>
    /// <param name="points">Points one after another, left as they are.</param>
    /// <param name="shape">The shape of residual codebooks of one subspace, whose dimensions a point has.</param>
    /// <param name="beam">Partial codes that the encoder keeps.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="workers">The threads.</param>
    internal GroupTraining(float[] points, AdditiveShape shape, int beam, KMeansOptions options, Workers workers)
    {
        (_points, _shape, _beam, _options, _workers) = (points, shape, beam, options, workers);
        _count = points.Length / shape.Dimensions;
        _residuals = GC.AllocateUninitializedArray<float>(points.Length);
        _codes = new ushort[_count * shape.Stages];
        Codebooks = new float[shape.Values];
    }

    /// <summary>The codebooks, stage after stage.</summary>
    internal float[] Codebooks { get; private set; }

    /// <summary>Learns a stage after the other, each with what the stages before, as the encoder chooses them, leave over.</summary>
    /// <param name="stream">Number of the first stage's k-means among those of the same seed.</param>
    /// <param name="progress">Counts options.Iterations per stage.</param>
    internal void TrainStages(int stream, ProgressCounter progress)
    {
        int values = _shape.Values / _shape.Stages;
        _points.CopyTo(_residuals, 0);
        for (int stage = 0; stage < _shape.Stages; stage++)
        {
            if (stage > 0)
            {
                Encode(stage);
            }

            Cluster(stream + stage, progress).CopyTo(Codebooks, stage * values);
        }
    }

    /// <summary>Chooses codes and moves the codebooks to where the codes fit best, in turn; keeps the codebooks whose codes have the least error.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="progress">Counts one per round.</param>
    internal void Refine(int rounds, ProgressCounter progress)
    {
        double least = Encode(_shape.Stages);
        float[] best = Codebooks;
        for (int round = 0; round < rounds; round++)
        {
            Codebooks = [.. Codebooks];
            LeastSquares();
            double error = Encode(_shape.Stages);
            if (error < least)
            {
                (least, best) = (error, Codebooks);
            }

            progress.Add();
        }

        Codebooks = best;
    }

    /// <summary>Encodes all points with the first stages, sets the residuals to what these leave over, and returns the sum of their squares.</summary>
    private double Encode(int stages)
    {
        int n = _shape.Dimensions;
        AdditiveShape shape = AdditiveShape.Residual(n, stages, _shape.Bits);
        var codebooks = new AdditiveCodebooks(shape, Codebooks.AsSpan(0, shape.Values));
        var errors = new double[(_count + PointsPerStep - 1) / PointsPerStep];
        _workers.For(errors.Length, step =>
        {
            int first = step * PointsPerStep;
            int count = Math.Min(PointsPerStep, _count - first);
            Span<ushort> codes = _codes.AsSpan(first * stages, count * stages);
            BeamSearch.Encode<BeamKernels>(_points.AsSpan(first * n, count * n), codebooks, _beam, codes, CpuTier.Auto);
            var decoded = new float[n];
            for (int i = 0; i < count; i++)
            {
                Centroid(0, codes[i * stages]).CopyTo(decoded);
                for (int s = 1; s < stages; s++)
                {
                    QueryMath.AddProducts(decoded, Centroid(s, codes[(i * stages) + s]), 1);
                }

                Span<float> residual = _residuals.AsSpan((first + i) * n, n);
                QueryMath.Subtract(_points.AsSpan((first + i) * n, n), decoded, residual);
                errors[step] += StripedSums.Squares(residual);
            }
        });
        return errors.Sum();
    }

    private unsafe float[] Cluster(int stream, ProgressCounter progress)
    {
        int n = _shape.Dimensions;
        fixed (float* first = _residuals)
        {
            var source = new PointSource
            {
                Rows = new Rows(first, _count, n, n),
                Factors = [],
                Weights = new SampleWeights(new KMeansOptions(), _count, n),
            };
            var run = new KMeansRun(source, [.. Enumerable.Range(0, _count)], _shape.Centroids, _options, stream, _workers);
            run.Train(progress);
            return run.Centroids();
        }
    }

    /// <summary>
    /// Moves the codebooks towards the least squares of all stages for the present codes (the normal equations of Babenko and Lempitsky), by sweeps of
    /// block Gauss-Seidel: given all others, a stage's centroids are at their best where the mean of what they leave over is zero. So no step
    /// makes the error greater, and no matrix of all centroids is needed.
    /// </summary>
    private void LeastSquares()
    {
        const int sweeps = 8;
        var members = new ClusterMembers[_shape.Stages];
        var chosen = new int[_count];
        for (int s = 0; s < members.Length; s++)
        {
            for (int i = 0; i < _count; i++)
            {
                chosen[i] = _codes[(i * _shape.Stages) + s];
            }

            members[s] = new ClusterMembers(_count, _shape.Centroids);
            members[s].Sort(chosen);
        }

        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            for (int s = 0; s < members.Length; s++)
            {
                MoveStage(s, members[s]);
            }
        }
    }

    private void MoveStage(int stage, ClusterMembers members) => _workers.For(_shape.Centroids / Math.Min(CodesPerStep, _shape.Centroids), step =>
    {
        int n = _shape.Dimensions;
        var mean = new double[n];
        var move = new float[n];
        int codes = Math.Min(CodesPerStep, _shape.Centroids);
        for (int code = step * codes; code < (step + 1) * codes; code++)
        {
            ReadOnlySpan<int> points = members[code];
            if (points.IsEmpty)
            {
                continue;
            }

            Array.Clear(mean);
            foreach (int point in points)
            {
                for (int d = 0; d < n; d++)
                {
                    mean[d] += _residuals[(point * n) + d];
                }
            }

            Span<float> centroid = Codebooks.AsSpan((((stage * _shape.Centroids) + code) * n), n);
            for (int d = 0; d < n; d++)
            {
                // What the centroid really moves by, after rounding.
                float moved = (float)(centroid[d] + (mean[d] / points.Length));
                move[d] = moved - centroid[d];
                centroid[d] = moved;
            }

            foreach (int point in points)
            {
                Span<float> residual = _residuals.AsSpan(point * n, n);
                QueryMath.Subtract(residual, move, residual);
            }
        }
    });

    private ReadOnlySpan<float> Centroid(int stage, int code) =>
        Codebooks.AsSpan(((stage * _shape.Centroids) + code) * _shape.Dimensions, _shape.Dimensions);
}
