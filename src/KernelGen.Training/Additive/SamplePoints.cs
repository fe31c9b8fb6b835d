using KernelGen.Kernels;
using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;
using KernelGen.Transforms;

namespace KernelGen.Training.Additive;

/// <summary>A sample of vectors whose codebooks are to be learned: checks, and the points that groups learn from.</summary>
internal sealed class SamplePoints
{
    private readonly AdditiveShape _shape;
    private readonly PointSource _source;
    private readonly TransformChain? _transforms;
    private readonly bool _normalize;

    private SamplePoints(AdditiveShape shape, CodebookTrainingOptions options, Workers workers, PointSource source, TransformChain? transforms, bool normalize)
    {
        (_shape, _source, _transforms, _normalize) = (shape, source, transforms, normalize);
        Options = options;
        Workers = workers;
    }

    internal CodebookTrainingOptions Options { get; }

    internal Workers Workers { get; }

    /// <summary>Vectors whose whole groups share codebooks count once per group.</summary>
    private static int PointsPerVector(AdditiveShape shape) => shape.IsShared ? shape.Dimensions / shape.GroupSize : 1;

    /// <summary>Checks arguments and hands the sample, while it stays where it is, to what learns.</summary>
    /// <param name="shape">The shape of the codebooks.</param>
    /// <param name="beam">Partial codes that the encoder keeps.</param>
    /// <param name="normalize">Whether (transformed) vectors are scaled to norm 1.</param>
    /// <param name="transforms">What is done to vectors first; null for nothing.</param>
    /// <param name="isChecked">Whether all values are known to be finite.</param>
    /// <param name="sample">Vectors one after another.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="use">What learns.</param>
    internal static unsafe void Open(
        AdditiveShape shape,
        int beam,
        bool normalize,
        TransformChain? transforms,
        bool isChecked,
        ReadOnlySpan<float> sample,
        TrainingOptions? options,
        Action<SamplePoints> use)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(beam, 1);
        CodebookTrainingOptions used = CodebookTrainingOptions.From(options) with { BatchSize = 0 };
        used.CheckNumbers();
        used.CheckNoWeights();
        Sample.CheckTransforms(transforms, shape.Dimensions);
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        int least = ((shape.Centroids - 1) / PointsPerVector(shape)) + 1;
        int dimensions = transforms?.Shape.Dimensions ?? shape.Dimensions;
        int count = Sample.Count(sample, dimensions, least, nameof(sample), isChecked);
        fixed (float* first = sample)
        {
            PointSource source = PointSource.Of(first, count, dimensions, normalize && transforms is null, SampleWeights.None, workers);
            use(new SamplePoints(shape, used, workers, source, transforms, normalize));
        }
    }

    /// <summary>The vectors that a rotation, or the codebooks of groups of their own, are learned from.</summary>
    internal SampleChunks Chunks() => Chunks(Select(_source.Rows.Count));

    /// <summary>The points of all groups, which have codebooks of their own.</summary>
    internal GroupedPoints OfGroups()
    {
        SampleChunks chunks = Chunks();
        GroupedPoints points = GroupedPoints.For(_shape, chunks.Count);
        chunks.ForEach((first, rows) =>
        {
            CheckNorms(chunks, first, rows);
            points.Write(first, rows);
        });
        return points;
    }

    /// <summary>Points of all whole groups, which share their codebooks, as those of one.</summary>
    internal GroupedPoints OfSharedGroups()
    {
        int perVector = PointsPerVector(_shape);
        int[] selected = Select(checked(_source.Rows.Count * perVector));
        SampleChunks chunks = Chunks([.. selected.Select(number => number / perVector).Distinct()]);
        var points = new GroupedPoints(selected.Length, [0, _shape.GroupSize]);
        int next = 0;
        chunks.ForEach((first, rows) =>
        {
            CheckNorms(chunks, first, rows);
            for (int i = 0; i < rows.Count; i++)
            {
                for (; next < selected.Length && selected[next] / perVector == chunks.NumberOf(first + i); next++)
                {
                    int start = selected[next] % perVector * _shape.GroupSize;
                    rows[i].Slice(start, _shape.GroupSize).CopyTo(points.Values.AsSpan(next * _shape.GroupSize));
                }
            }
        });
        return points;
    }

    private int[] Select(int count) => new SeededRandom(Options.Seed, -1).Select(
        (int)Math.Min((long)_shape.Centroids * Options.MaximumPointsPerCentroid, count), count);

    private SampleChunks Chunks(int[] selected) =>
        new(_source, selected, 0, Workers) { Transforms = _transforms, NormalizesTransformed = _normalize && _transforms is not null };

    /// <summary>Means of such vectors, and of what they leave over, have squared norms that are finite in single precision.</summary>
    private static void CheckNorms(SampleChunks chunks, int first, Rows rows)
    {
        double greatest = Math.ScaleB(1, 120);
        for (int i = 0; i < rows.Count; i++)
        {
            double squares = StripedSums.Squares(rows[i]);
            if (squares >= greatest)
            {
                throw new ArgumentException(
                    $"Expected vectors whose squared norm is below 2^120, but that of vector {chunks.NumberOf(first + i)} is {squares}.", "sample");
            }
        }
    }
}
