namespace KernelGen.Training.Clustering;

/// <summary>One k-means: Lloyd's iterations over all selected rows, or over a batch of rows that is drawn anew for each
/// iteration.</summary>
internal sealed class KMeansRun
{
    private const int PointsPerStep = 1024;

    private readonly PointSource _source;
    private readonly KMeansOptions _options;
    private readonly Workers _workers;
    private readonly SeededRandom _random;
    private readonly int _clusters;
    private readonly int _exponent;
    private readonly bool _batches;
    private readonly float[] _centroids;
    private readonly CentroidTable _table;
    private readonly ClusterMeans _means;
    private readonly ClusterMembers _members;
    private readonly int[] _nearest;
    private ClusterPoints _points;

    /// <summary>Makes the points and the first centroids.</summary>
    /// <param name="source">The sample.</param>
    /// <param name="selected">Rows to learn from; if there are none, batches of <see cref="KMeansOptions.BatchSize"/> are
    /// drawn.</param>
    /// <param name="clusters">Number of centroids.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="stream">Number of the run among those of the same seed.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="initial">The first centroids; none to draw them.</param>
    internal KMeansRun(
        in PointSource source,
        int[] selected,
        int clusters,
        KMeansOptions options,
        int stream,
        Workers workers,
        ReadOnlySpan<float> initial = default)
    {
        _source = source;
        _options = options;
        _clusters = clusters;
        _workers = workers;
        _random = new SeededRandom(options.Seed, stream);
        _exponent = source.Exponent();
        _batches = selected.Length == 0;
        _points = _batches
            ? DrawPoints((int)Math.Min((long)clusters * PlusPlusSeeding.PointsPerCentroid, source.Rows.Count))
            : ClusterPoints.Create(source, selected, _exponent, copy: source.Rows.Stride > source.Rows.Width);
        _centroids = initial.IsEmpty ? PlusPlusSeeding.Draw(_points, clusters, _random, workers) : Scaled(initial, -_exponent);
        _table = new CentroidTable(clusters, _points.Dimensions, _points.Weighted);
        _means = new ClusterMeans(clusters, _points);
        int points = _batches ? options.BatchSize : _points.Count;
        _members = new ClusterMembers(points, clusters);
        _nearest = new int[points];
    }

    /// <summary>Iterations done.</summary>
    internal int Iterations { get; private set; }

    /// <summary>Iterates until nothing changes or the options' number is reached, and counts all of these as steps of
    /// progress.</summary>
    internal void Train(ProgressCounter progress)
    {
        while (Iterations < _options.Iterations)
        {
            if (_batches)
            {
                _points = DrawPoints(_options.BatchSize);
            }

            bool changed = Assign() > 0;
            if (!_batches && !changed && Iterations > 0)
            {
                break;
            }

            Update();
            Iterations++;
            progress.Add();
        }

        progress.Add(_options.Iterations - Iterations);
        GC.KeepAlive(this);
    }

    /// <summary>The centroids in the units of the sample, row after row.</summary>
    internal float[] Centroids() => Scaled(_centroids, _exponent);

    /// <summary>Writes to each point's row the nearest centroid. For runs over all rows.</summary>
    internal unsafe void Reconstruct(ReadOnlySpan<float> centroids, Rows rows)
    {
        Assign();
        for (int i = 0; i < rows.Count; i++)
        {
            centroids.Slice(_nearest[i] * rows.Width, rows.Width).CopyTo(new Span<float>(rows.At(i), rows.Width));
        }

        GC.KeepAlive(this);
    }

    /// <summary>The mean squared distance of the points (of the last batch) to their nearest centroids, each counted by its
    /// weight, in the units of the sample.</summary>
    internal double Error()
    {
        Assign();
        var errors = new double[(_points.Count + PointsPerStep - 1) / PointsPerStep];
        _workers.For(errors.Length, step =>
        {
            var squares = new double[_points.Dimensions];
            for (int i = step * PointsPerStep; i < Math.Min((step + 1) * PointsPerStep, _points.Count); i++)
            {
                int start = _nearest[i] * squares.Length;
                _points.AddSquaredDifferences(squares, i, _centroids.AsSpan(start, squares.Length));
            }

            errors[step] = squares.Sum();
        });
        double weight = 0;
        for (int i = 0; i < _points.Count; i++)
        {
            weight += _points.WeightOf(i);
        }

        GC.KeepAlive(this);
        double unit = Math.ScaleB(1, _exponent);
        return weight == 0 ? 0 : errors.Sum() / weight * unit * unit;
    }

    private int Assign()
    {
        _table.Fill(_centroids);
        return NearestCentroid.Find(_points.Rows, _table, _nearest, _workers);
    }

    private void Update()
    {
        _members.Sort(_nearest.AsSpan(0, _points.Count));
        if (!_batches)
        {
            _means.Clear();
        }

        // The mean of all points that a centroid met in any batch: the learning rate 1/count of Sculley.
        _means.Add(_points, _members, _centroids, _workers);
        if (!_batches && EmptyClusters.Refill(_points, _members, _means, _centroids))
        {
            // What was nearest before moved: the next iteration is due even if no point changes its centroid.
            _nearest.AsSpan().Fill(-1);
        }
    }

    /// <summary>A copy of rows drawn with repetition.</summary>
    private ClusterPoints DrawPoints(int count)
    {
        var drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            drawn[i] = _random.NextInt32(_source.Rows.Count);
        }

        return ClusterPoints.Create(_source, drawn, _exponent, copy: true);
    }

    private static float[] Scaled(ReadOnlySpan<float> values, int exponent)
    {
        double factor = Math.ScaleB(1, exponent);
        var scaled = new float[values.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            // Rounding may have led past the greatest float, in quotients of weighted values for instance.
            scaled[i] = (float)Math.Clamp(values[i] * factor, -float.MaxValue, float.MaxValue);
        }

        return scaled;
    }
}
