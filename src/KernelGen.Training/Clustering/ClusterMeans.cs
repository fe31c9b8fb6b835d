namespace KernelGen.Training.Clustering;

/// <summary>Moves centroids to the weighted means of their points.</summary>
internal sealed class ClusterMeans
{
    private const int ClustersPerStep = 16;

    private readonly int _clusters;
    private readonly int _dimensions;
    private readonly int _width;
    private readonly double[] _sums;
    private readonly double[] _weights;

    internal ClusterMeans(int clusters, ClusterPoints points)
    {
        _clusters = clusters;
        _dimensions = points.Dimensions;
        _width = points.Rows.Width;
        _sums = new double[clusters * _width];
        _weights = new double[clusters];
    }

    /// <summary>Whether a cluster has met no point that weighs anything.</summary>
    internal bool IsEmpty(int cluster) => _weights[cluster] == 0;

    /// <summary>Forgets the points met so far.</summary>
    internal void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_weights);
    }

    /// <summary>Adds points to those met before and sets the centroids to the means of all; those of empty clusters
    /// stay.</summary>
    internal void Add(ClusterPoints points, ClusterMembers members, float[] centroids, Workers workers) =>
        workers.For((_clusters + ClustersPerStep - 1) / ClustersPerStep, step =>
        {
            int end = Math.Min((step + 1) * ClustersPerStep, _clusters);
            for (int c = step * ClustersPerStep; c < end; c++)
            {
                Span<double> sums = _sums.AsSpan(c * _width, _width);
                _weights[c] += points.AddTo(sums, members[c]);
                SetMean(c, sums, centroids.AsSpan(c * _dimensions, _dimensions));
            }
        });

    private void SetMean(int cluster, ReadOnlySpan<double> sums, Span<float> centroid)
    {
        for (int d = 0; d < centroid.Length; d++)
        {
            double weight = _width == _dimensions ? _weights[cluster] : sums[_dimensions + d];
            if (weight > 0)
            {
                centroid[d] = (float)(sums[d] / weight);
            }
        }
    }
}
