using System.Buffers;
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

    /// <summary>What codes leave over of points; the points themselves while there are no codes.</summary>
    private readonly Rows _residuals;

    /// <summary>Room for a code of every stage per point.</summary>
    private readonly ushort[] _codes;
    private readonly int _count;
    private readonly int _beam;
    private readonly KMeansOptions _options;
    private readonly Workers _workers;
    private readonly AdditiveShape _shape;

    /// <summary>Stages whose codes are known.</summary>
    private int _encoded;

    /// <summary>Takes points and the shape of the codebooks of a single group.</summary>
    /// <param name="points">Points one after another, in memory that stays in its place. Whatever is done leaves something else there: a second copy of the points
    /// would be as large as the sample.</param>
    /// <param name="shape">The shape of residual codebooks of one subspace, whose dimensions a point has.</param>
    /// <param name="beam">Partial codes that the encoder keeps.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="workers">The threads.</param>
    internal GroupTraining(Rows points, AdditiveShape shape, int beam, KMeansOptions options, Workers workers)
    {
        (_residuals, _shape, _beam, _options, _workers) = (points, shape, beam, options, workers);
        _count = points.Count;
        _codes = new ushort[_count * shape.Stages];
        Codebooks = new float[shape.Values];
    }

    /// <summary>The codebooks, stage after stage.</summary>
    internal float[] Codebooks { get; private set; }

    /// <summary>Learns a stage after the other, each with what the stages before, as the encoder chooses them, leave over.</summary>
    /// <param name="stream">Number of the first stage's k-means among those of the same seed.</param>
    /// <param name="progress">Counts options.Iterations per stage.</param>
    /// <param name="resume">Whether stages start with the codebooks as they are.</param>
    internal void TrainStages(int stream, ProgressCounter progress, bool resume = false)
    {
        int values = _shape.Values / _shape.Stages;
        _encoded = 0;
        for (int stage = 0; stage < _shape.Stages; stage++)
        {
            if (stage > 0)
            {
                Encode(stage);
            }

            Span<float> codebook = Codebooks.AsSpan(stage * values, values);
            Cluster(stream + stage, progress, resume ? codebook : []).CopyTo(codebook);
        }
    }

    /// <summary>Takes codebooks that were learned from other points, for points that have not been encoded.</summary>
    internal void TakeCodebooks(float[] codebooks) => (Codebooks, _encoded) = (codebooks, 0);

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

    /// <summary>Encodes all points and puts what they decode to in their place.</summary>
    internal void Reconstruct()
    {
        Encode(_shape.Stages);
        ForPoints((_, first, count) =>
        {
            for (int i = first; i < first + count; i++)
            {
                Decode(i, Residual(i));
            }
        });
    }

    /// <summary>Encodes all points with the first stages, sets the residuals to what these leave over, and returns the sum of their squares.</summary>
    private double Encode(int stages)
    {
        int n = _shape.Dimensions;
        AdditiveShape shape = AdditiveShape.Residual(n, stages, _shape.Bits);
        var codebooks = new AdditiveCodebooks(shape, Codebooks.AsSpan(0, shape.Values));
        var errors = new double[(_count + PointsPerStep - 1) / PointsPerStep];
        ForPoints((step, first, count) =>
        {
            float[] points = ArrayPool<float>.Shared.Rent(count * n);
            var codes = new ushort[count * stages];
            var decoded = new float[n];
            for (int i = 0; i < count; i++)
            {
                // The point, up to a rounding, is what its codes stand for and what they leave over.
                Span<float> point = points.AsSpan(i * n, n);
                Residual(first + i).CopyTo(point);
                Decode(first + i, decoded);
                QueryMath.AddProducts(point, decoded, 1);
            }

            BeamSearch.Encode<BeamKernels>(points.AsSpan(0, count * n), codebooks, _beam, codes, CpuTier.Auto);
            for (int i = 0; i < count; i++)
            {
                codes.AsSpan(i * stages, stages).CopyTo(_codes.AsSpan((first + i) * _shape.Stages));
                Decode(first + i, decoded, stages);
                Span<float> residual = Residual(first + i);
                QueryMath.Subtract(points.AsSpan(i * n, n), decoded, residual);
                errors[step] += StripedSums.Squares(residual);
            }

            ArrayPool<float>.Shared.Return(points);
        });
        _encoded = stages;
        return errors.Sum();
    }

    private float[] Cluster(int stream, ProgressCounter progress, ReadOnlySpan<float> initial)
    {
        var run = new KMeansRun(PointSource.Of(_residuals), Sample.All(_count), _shape.Centroids, _options, stream, _workers, initial);
        run.Train(progress);
        return run.Centroids();
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
                ReadOnlySpan<float> residual = _residuals[point];
                for (int d = 0; d < n; d++)
                {
                    mean[d] += residual[d];
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
                Span<float> residual = Residual(point);
                QueryMath.Subtract(residual, move, residual);
            }
        }
    });

    private void ForPoints(Action<int, int, int> body) => _workers.For((_count + PointsPerStep - 1) / PointsPerStep, step =>
    {
        int first = step * PointsPerStep;
        body(step, first, Math.Min(PointsPerStep, _count - first));
    });

    /// <summary>What the codes of a point stand for: zeros while there are none.</summary>
    private void Decode(int point, Span<float> decoded) => Decode(point, decoded, _encoded);

    private void Decode(int point, Span<float> decoded, int stages)
    {
        decoded.Clear();
        for (int s = 0; s < stages; s++)
        {
            QueryMath.AddProducts(decoded, Centroid(s, _codes[(point * _shape.Stages) + s]), 1);
        }
    }

    private unsafe Span<float> Residual(int point) => new(_residuals.At(point), _residuals.Width);

    private ReadOnlySpan<float> Centroid(int stage, int code) =>
        Codebooks.AsSpan(((stage * _shape.Centroids) + code) * _shape.Dimensions, _shape.Dimensions);
}
