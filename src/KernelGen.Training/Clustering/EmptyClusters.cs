namespace KernelGen.Training.Clustering;

/// <summary>
/// Gives empty clusters a part of the largest ones, as FAISS does: the centroid of the largest is moved a little to one side and
/// the empty one's to the other. FAISS moves by 1/1024 of the centroid and draws the cluster; here it is 1/16 of the standard
/// deviation per dimension, so that data far from the origin split too, and always the cluster with the most points. Clusters
/// whose points are all equal cannot be split; if there is no other, empty clusters stay as they are.
/// </summary>
internal sealed class EmptyClusters
{
    private const double Move = 1.0 / 16;

    private readonly ClusterPoints _points;
    private readonly ClusterMembers _members;
    private readonly float[] _centroids;
    private readonly int[] _counts;
    private readonly int[] _origins;
    private readonly double[] _moves;

    private EmptyClusters(ClusterPoints points, ClusterMembers members, float[] centroids)
    {
        _points = points;
        _members = members;
        _centroids = centroids;
        _counts = new int[centroids.Length / points.Dimensions];
        _origins = new int[_counts.Length];
        _moves = new double[_counts.Length];
        for (int c = 0; c < _counts.Length; c++)
        {
            _counts[c] = members[c].Length;
            _origins[c] = c;
            _moves[c] = Move;
        }
    }

    /// <summary>Splits clusters until none is empty or none can be split.</summary>
    /// <returns>Whether a centroid moved.</returns>
    internal static bool Refill(ClusterPoints points, ClusterMembers members, ClusterMeans means, float[] centroids)
    {
        EmptyClusters? clusters = null;
        bool moved = false;
        for (int c = 0; c < centroids.Length / points.Dimensions; c++)
        {
            if (means.IsEmpty(c))
            {
                clusters ??= new EmptyClusters(points, members, centroids);
                moved |= clusters.Refill(c);
            }
        }

        return moved;
    }

    private bool Refill(int empty)
    {
        var deviations = new double[_points.Dimensions];
        for (int donor = IndexOfGreatest(); _counts[donor] > 1; donor = IndexOfGreatest())
        {
            if (SetDeviations(_origins[donor], deviations))
            {
                Split(donor, empty, deviations);
                return true;
            }

            _counts[donor] = 0;
        }

        return false;
    }

    private void Split(int donor, int empty, ReadOnlySpan<double> deviations)
    {
        int dimensions = deviations.Length;
        for (int d = 0; d < dimensions; d++)
        {
            double centre = _centroids[(donor * dimensions) + d];
            double move = deviations[d] * (d % 2 == 0 ? _moves[donor] : -_moves[donor]);
            _centroids[(empty * dimensions) + d] = (float)(centre + move);
            _centroids[(donor * dimensions) + d] = (float)(centre - move);
        }

        // Halved, so that the parts of parts do not meet.
        _moves[empty] = _moves[donor] /= 2;
        _origins[empty] = _origins[donor];
        _counts[empty] = _counts[donor] / 2;
        _counts[donor] -= _counts[empty];
    }

    private bool SetDeviations(int cluster, Span<double> deviations)
    {
        deviations.Clear();
        ReadOnlySpan<float> centroid = _centroids.AsSpan(cluster * deviations.Length, deviations.Length);
        double weight = 0;
        foreach (int point in _members[cluster])
        {
            _points.AddSquaredDifferences(deviations, point, centroid);
            weight += _points.WeightOf(point);
        }

        bool any = false;
        for (int d = 0; d < deviations.Length; d++)
        {
            deviations[d] = weight > 0 ? Math.Sqrt(deviations[d] / weight) : 0;
            float value = centroid[d];
            any |= (float)(value + (deviations[d] * Move)) != value;
        }

        return any;
    }

    private int IndexOfGreatest()
    {
        int greatest = 0;
        for (int c = 1; c < _counts.Length; c++)
        {
            greatest = _counts[c] > _counts[greatest] ? c : greatest;
        }

        return greatest;
    }
}
