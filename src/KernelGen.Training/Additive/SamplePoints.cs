using KernelGen.Kernels;
using KernelGen.Training.Clustering;

namespace KernelGen.Training.Additive;

/// <summary>A sample of vectors whose codebooks are to be learned: checks, and the parts of vectors that are the points of groups.</summary>
internal sealed class SamplePoints
{
    private readonly AdditiveShape _shape;

    private SamplePoints(AdditiveShape shape, CodebookTrainingOptions options, Workers workers)
    {
        _shape = shape;
        Options = options;
        Workers = workers;
    }

    /// <summary>Uses the sample while it stays where it is.</summary>
    internal delegate void Use(SamplePoints points, PointSource source);

    internal CodebookTrainingOptions Options { get; }

    internal Workers Workers { get; }

    /// <summary>Vectors whose whole groups share codebooks count once per group.</summary>
    private int PointsPerVector => _shape.IsShared ? _shape.Dimensions / _shape.GroupSize : 1;

    /// <summary>Checks arguments and hands the sample to what learns.</summary>
    internal static unsafe void Open(AdditiveShape shape, int beam, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options, Use use)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(beam, 1);
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options) with { BatchSize = 0 };
        used.CheckNumbers();
        used.CheckNoWeights();
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        var points = new SamplePoints(shape, used, workers);
        int least = ((shape.Centroids - 1) / points.PointsPerVector) + 1;
        int count = Sample.Count(sample, shape.Dimensions, least, nameof(sample));
        if (!normalize)
        {
            CheckNorms(sample, shape.Dimensions);
        }

        fixed (float* first = sample)
        {
            use(points, PointSource.Of(first, count, shape.Dimensions, normalize, new SampleWeights(used, count, shape.Dimensions), workers));
        }
    }

    /// <summary>Means of such vectors, and of what they leave over, have squared norms that are finite in single precision.</summary>
    private static void CheckNorms(ReadOnlySpan<float> sample, int dimensions)
    {
        double greatest = Math.ScaleB(1, 120);
        for (int start = 0; start < sample.Length; start += dimensions)
        {
            double squares = StripedSums.Squares(sample.Slice(start, dimensions));
            if (squares >= greatest)
            {
                throw new ArgumentException(
                    $"Expected vectors whose squared norm is below 2^120, but that of vector {start / dimensions} is {squares}.", nameof(sample));
            }
        }
    }

    /// <summary>The points of a group, or of all whole groups that share the codebooks.</summary>
    internal float[] Of(PointSource source, int group)
    {
        int n = _shape.DimensionsOf(group);
        int perVector = PointsPerVector;
        int[] selected = new SeededRandom(Options.Seed, -1).Select(
            (int)Math.Min((long)_shape.Centroids * Options.MaximumPointsPerCentroid, (long)source.Rows.Count * perVector),
            checked(source.Rows.Count * perVector));
        float[] points = GC.AllocateUninitializedArray<float>(checked(selected.Length * n));
        for (int i = 0; i < selected.Length; i++)
        {
            (int row, int inRow) = Math.DivRem(selected[i], perVector);
            PointSource part = source.Slice(_shape.StartOf(group + inRow), n);
            part.CopyRow(row, exponent: 0, points.AsSpan(i * n, n));
        }

        return points;
    }
}
