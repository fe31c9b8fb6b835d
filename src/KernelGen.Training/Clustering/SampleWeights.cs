namespace KernelGen.Training.Clustering;

/// <summary>Weights of the points of a sample and of their dimensions, checked, and scaled so that the greatest is 1.</summary>
internal sealed class SampleWeights
{
    private readonly ReadOnlyMemory<float> _points;
    private readonly ReadOnlyMemory<float> _dimensions;
    private readonly double _pointScale;
    private readonly double _dimensionScale;

    /// <summary>Checks and keeps weights; empty memory stands for none.</summary>
    /// <param name="options">What holds them.</param>
    /// <param name="points">Points of the sample.</param>
    /// <param name="dimensions">Values of a point.</param>
    internal SampleWeights(KMeansOptions options, int points, int dimensions)
    {
        _points = options.PointWeights;
        _dimensions = options.DimensionWeights;
        _pointScale = Scale(_points.Span, points, nameof(KMeansOptions.PointWeights));
        _dimensionScale = Scale(_dimensions.Span, (long)points * dimensions, nameof(KMeansOptions.DimensionWeights));
    }

    /// <summary>No weights.</summary>
    internal static SampleWeights None { get; } = new(new KMeansOptions(), 0, 0);

    /// <summary>Whether there are weights per point.</summary>
    internal bool PerPoint => !_points.IsEmpty;

    /// <summary>Whether there are weights per point and dimension.</summary>
    internal bool PerDimension => !_dimensions.IsEmpty;

    /// <summary>The weights of some points; empty without weights per point.</summary>
    /// <param name="selected">Which points.</param>
    /// <param name="numbers">The numbers of points in the sample that the weights belong to; null where they are the same.</param>
    internal float[] OfPoints(ReadOnlySpan<int> selected, int[]? numbers)
    {
        var weights = new float[PerPoint ? selected.Length : 0];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(_points.Span[numbers is null ? selected[i] : numbers[selected[i]]] * _pointScale);
        }

        return weights;
    }

    /// <summary>Copies weights of values, from the one at an index of the sample on.</summary>
    internal void CopyDimensions(int index, Span<float> destination)
    {
        ReadOnlySpan<float> weights = _dimensions.Span.Slice(index, destination.Length);
        for (int d = 0; d < destination.Length; d++)
        {
            destination[d] = (float)(weights[d] * _dimensionScale);
        }
    }

    private static double Scale(ReadOnlySpan<float> weights, long expected, string name)
    {
        if (weights.IsEmpty)
        {
            return 1;
        }

        if (weights.Length != expected)
        {
            throw new ArgumentException($"Expected {expected} {name}, but got {weights.Length}.", "options");
        }

        float greatest = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || !float.IsFinite(weights[i]))
            {
                throw new ArgumentException($"Expected finite {name} of at least 0, but number {i} is {weights[i]}.", "options");
            }

            greatest = Math.Max(greatest, weights[i]);
        }

        return greatest > 0 ? 1.0 / greatest : throw new ArgumentException($"Expected {name} above 0, but all are 0.", "options");
    }
}
