namespace KernelGen.Training.Clustering;

/// <summary>
/// Centroids in the form in which <see cref="NearestCentroid"/> meets them. The nearest centroid of x is the one with the least
/// |c|^2 / 2 - &lt;x, c&gt;; panels hold -c, and offsets |c|^2 / 2.
/// </summary>
/// <remarks>
/// With e = c - m, where m is the mean of the centroids, that is |e|^2 / 2 + &lt;m, e&gt; - &lt;x, e&gt; up to a constant. The
/// table holds e in place of c: data that lie far from the origin lose a factor |x| / |e| less precision.
/// With weights w per dimension the points are (w x, w) and the centroids (e, e^2 / 2 + m e), value by value; offsets are 0.
/// </remarks>
internal sealed class CentroidTable
{
    private readonly int _clusters;
    private readonly int _dimensions;
    private readonly bool _weighted;
    private readonly double[] _mean;

    internal CentroidTable(int clusters, int dimensions, bool weighted)
    {
        _clusters = clusters;
        _dimensions = dimensions;
        _weighted = weighted;
        _mean = new double[dimensions];
        Panels = new Panels(clusters, weighted ? 2 * dimensions : dimensions);
        Offsets = new float[Panels.Count * Panels.Width];
        // Rows that only fill up the last panel are never nearest.
        Offsets.AsSpan(clusters).Fill(float.PositiveInfinity);
    }

    internal Panels Panels { get; }

    /// <summary>What the sum over the dimensions of each centroid starts with.</summary>
    internal float[] Offsets { get; }

    /// <summary>Takes over centroids, row after row.</summary>
    internal void Fill(ReadOnlySpan<float> centroids)
    {
        SetMean(centroids);
        for (int c = 0; c < _clusters; c++)
        {
            double offset = 0;
            for (int d = 0; d < _dimensions; d++)
            {
                double e = centroids[(c * _dimensions) + d] - _mean[d];
                double half = ((e / 2) + _mean[d]) * e;
                offset += half;
                Panels[c, d] = (float)-e;
                if (_weighted)
                {
                    Panels[c, _dimensions + d] = (float)half;
                }
            }

            Offsets[c] = _weighted ? 0 : (float)offset;
        }
    }

    private void SetMean(ReadOnlySpan<float> centroids)
    {
        Array.Clear(_mean);
        for (int c = 0; c < _clusters; c++)
        {
            for (int d = 0; d < _dimensions; d++)
            {
                _mean[d] += centroids[(c * _dimensions) + d];
            }
        }

        for (int d = 0; d < _dimensions; d++)
        {
            _mean[d] /= _clusters;
        }
    }
}
