using System.Numerics;
using KernelGen.Kernels;

namespace KernelGen.Training.Clustering;

/// <summary>
/// The first centroids, by k-means++ (Arthur, Vassilvitskii: k-means++, the advantages of careful seeding, 2007): each is a
/// point, drawn with a chance in proportion to its squared distance to the nearest one drawn before.
/// </summary>
internal sealed class PlusPlusSeeding
{
    /// <summary>Points per centroid that are looked at: as many distances in all as an eighth of an iteration over 256 per
    /// centroid.</summary>
    internal const int PointsPerCentroid = 32;

    /// <summary>Points whose chances are summed before the sum of all.</summary>
    private const int PointsPerBlock = 256;

    /// <summary>Panels given to a thread at once.</summary>
    private const int PanelsPerStep = 32;

    private readonly ClusterPoints _points;
    private readonly int[] _selected;
    private readonly Workers _workers;
    private readonly SeededRandom _random;
    private readonly Panels _panels;
    private readonly float[] _distances;
    private readonly float[] _chances;
    private readonly double[] _sums;

    private PlusPlusSeeding(ClusterPoints points, int clusters, SeededRandom random, Workers workers)
    {
        _points = points;
        _workers = workers;
        _random = random;
        _selected = random.Select((int)Math.Min((long)clusters * PointsPerCentroid, points.Count), points.Count);
        _panels = new Panels(_selected.Length, points.Rows.Width);
        for (int i = 0; i < _selected.Length; i++)
        {
            ReadOnlySpan<float> row = points.Rows[_selected[i]];
            for (int d = 0; d < row.Length; d++)
            {
                _panels[i, d] = row[d];
            }
        }

        _distances = new float[_panels.Count * Panels.Width];
        _chances = points.HasPointWeights ? new float[_selected.Length] : _distances;
        _sums = new double[(_selected.Length + PointsPerBlock - 1) / PointsPerBlock];
    }

    /// <summary>Draws centroids, row after row.</summary>
    internal static float[] Draw(ClusterPoints points, int clusters, SeededRandom random, Workers workers)
    {
        var seeding = new PlusPlusSeeding(points, clusters, random, workers);
        var centroids = new float[clusters * points.Dimensions];
        Array.Fill(seeding._distances, 1f);
        for (int c = 0; c < clusters; c++)
        {
            int drawn = seeding.Draw();
            Span<float> centroid = centroids.AsSpan(c * points.Dimensions, points.Dimensions);
            seeding.CopyPoint(drawn, centroid);
            if (c == 0)
            {
                Array.Fill(seeding._distances, float.PositiveInfinity);
            }

            seeding.Approach(centroids.AsMemory(c * points.Dimensions, points.Dimensions));
        }

        return centroids;
    }

    private int Draw()
    {
        if (_points.HasPointWeights)
        {
            for (int i = 0; i < _chances.Length; i++)
            {
                _chances[i] = (float)(_distances[i] * _points.WeightOf(_selected[i]));
            }
        }

        double total = 0;
        for (int block = 0; block < _sums.Length; block++)
        {
            int first = block * PointsPerBlock;
            _sums[block] = StripedSums.Values(_chances.AsSpan(first, Math.Min(PointsPerBlock, _selected.Length - first)));
            total += _sums[block];
        }

        double target = _random.NextDouble() * total;
        if (total == 0)
        {
            // Fewer different points than centroids: some centroids are equal then.
            return _random.NextInt32(_selected.Length);
        }

        int found = 0;
        while (found < _sums.Length - 1 && target >= _sums[found])
        {
            target -= _sums[found++];
        }

        return DrawIn(found * PointsPerBlock, target);
    }

    private int DrawIn(int first, double target)
    {
        int last = first;
        for (int i = first; i < Math.Min(first + PointsPerBlock, _selected.Length); i++)
        {
            if (_chances[i] > 0)
            {
                last = i;
                target -= _chances[i];
                if (target < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private void CopyPoint(int drawn, Span<float> centroid)
    {
        ReadOnlySpan<float> row = _points.Rows[_selected[drawn]];
        for (int d = 0; d < centroid.Length; d++)
        {
            centroid[d] = !_points.Weighted ? row[d] : row[centroid.Length + d] == 0 ? 0 : row[d] / row[centroid.Length + d];
        }
    }

    /// <summary>Lowers the distances to those to a new centroid, where that is nearer.</summary>
    private void Approach(ReadOnlyMemory<float> centroid) =>
        _workers.For((_panels.Count + PanelsPerStep - 1) / PanelsPerStep, step =>
        {
            int end = Math.Min((step + 1) * PanelsPerStep, _panels.Count);
            for (int panel = step * PanelsPerStep; panel < end; panel++)
            {
                Approach(_panels[panel], centroid.Span, _distances.AsSpan(panel * Panels.Width, Panels.Width));
            }
        });

    private void Approach(ReadOnlySpan<float> panel, ReadOnlySpan<float> centroid, Span<float> distances)
    {
        for (int lane = 0; lane < distances.Length; lane += Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int d = 0; d < centroid.Length; d++)
            {
                var value = new Vector<float>(panel[((d * Panels.Width) + lane)..]);
                if (_points.Weighted)
                {
                    var weight = new Vector<float>(panel[(((centroid.Length + d) * Panels.Width) + lane)..]);
                    Vector<float> difference = value - (weight * centroid[d]);
                    sum += difference * difference / Vector.Max(weight, new Vector<float>(Scales.Smallest));
                }
                else
                {
                    Vector<float> difference = value - new Vector<float>(centroid[d]);
                    sum = Vector.MultiplyAddEstimate(difference, difference, sum);
                }
            }

            Vector.Min(sum, new Vector<float>(distances[lane..])).CopyTo(distances[lane..]);
        }
    }
}
