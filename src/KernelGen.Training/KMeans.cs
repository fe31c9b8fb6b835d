using KernelGen.Training.Clustering;

namespace KernelGen.Training;

/// <summary>
/// Learns centroids that lie near all points of a sample: k-means++ (Arthur, Vassilvitskii 2007) and Lloyd's iterations (1957),
/// with the defaults of FAISS. Deterministic: equal samples, options and processors give equal centroids, whatever the number of
/// threads.
/// </summary>
/// <remarks>
/// Values may have any finite magnitude: a sample whose greatest lies outside 2^-40 to 2^41 is scaled by a power of two. The
/// first centroids are drawn from at most 32 points per centroid. Empty clusters take a part of the largest one. Where a
/// sample has fewer different points than centroids, some centroids are equal, or stand for no point.
/// </remarks>
public static class KMeans
{
    /// <summary>Learns centroids of points.</summary>
    /// <param name="points">Points one after another; left as they are, and used in place if all of them are used without weights
    /// per dimension.</param>
    /// <param name="dimensions">Values of a point, at least 1.</param>
    /// <param name="clusters">Number of centroids, at least 1 and at most that of points.</param>
    /// <param name="options">How to learn; null for the defaults.</param>
    /// <exception cref="ArgumentException">A part of a point, fewer points than clusters, a value that is not finite, or wrong
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static KMeansResult Train(ReadOnlySpan<float> points, int dimensions, int clusters, KMeansOptions? options = null) =>
        Train(points, dimensions, 0, dimensions, clusters, options);

    /// <summary>Learns centroids of neighbouring dimensions of rows.</summary>
    /// <param name="rows">Rows one after another. Training copies the dimensions that it uses, of the points that it
    /// uses.</param>
    /// <param name="stride">Values of a row, at least 1.</param>
    /// <param name="start">The first dimension to use, from 0.</param>
    /// <param name="dimensions">How many dimensions to use, at least 1: the values of a centroid.</param>
    /// <param name="clusters">Number of centroids, at least 1 and at most that of rows.</param>
    /// <param name="options">How to learn; null for the defaults. Weights per dimension lie like the rows.</param>
    /// <exception cref="ArgumentException">A part of a row, fewer rows than clusters, a value that is not finite, or wrong
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static KMeansResult Train(
        ReadOnlySpan<float> rows, int stride, int start, int dimensions, int clusters, KMeansOptions? options = null)
    {
        options ??= new KMeansOptions();
        options.CheckNumbers();
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        CheckSlice(stride, start, dimensions);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        int count = Sample.Count(rows, stride, clusters, stride == dimensions ? "points" : nameof(rows));
        var weights = new SampleWeights(options, count, stride);
        var workers = new Workers(options.MaximumThreads, options.CancellationToken);
        var random = new SeededRandom(options.Seed, -1);
        int[] selected = Sample.Select(options, count, clusters, random);
        unsafe
        {
            fixed (float* first = rows)
            {
                var source = new PointSource
                {
                    Rows = new Rows(first + start, count, dimensions, stride),
                    Start = start,
                    Length = stride,
                    Factors = [],
                    Weights = weights,
                };
                var run = new KMeansRun(source, selected, clusters, options, stream: 0, workers);
                run.Train(new ProgressCounter(options.Progress, options.Iterations));
                return new KMeansResult(run.Centroids(), run.Error(), run.Iterations);
            }
        }
    }

    private static void CheckSlice(int stride, int start, int dimensions)
    {
        if (start < 0 || start >= stride)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"Expected a dimension of rows of {stride} values.");
        }

        if (dimensions > stride - start)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimensions), dimensions, $"Expected 1 to {stride - start} dimensions from {start} on in rows of {stride} values.");
        }
    }
}
