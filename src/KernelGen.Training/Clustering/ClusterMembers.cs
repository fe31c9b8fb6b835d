namespace KernelGen.Training.Clustering;

/// <summary>The points of each cluster, in ascending order: what is summed by them does not depend on the number of
/// threads.</summary>
internal sealed class ClusterMembers(int points, int clusters)
{
    private readonly int[] _starts = new int[clusters + 1];
    private readonly int[] _items = new int[points];

    internal ReadOnlySpan<int> this[int cluster] => _items.AsSpan(_starts[cluster], _starts[cluster + 1] - _starts[cluster]);

    /// <summary>Sorts the points by their cluster.</summary>
    internal void Sort(ReadOnlySpan<int> clusterOf)
    {
        Array.Clear(_starts);
        foreach (int cluster in clusterOf)
        {
            _starts[cluster + 1]++;
        }

        for (int c = 0; c < clusters; c++)
        {
            _starts[c + 1] += _starts[c];
        }

        // Where the next point of a cluster goes; afterwards each start has become that of the next cluster.
        for (int i = 0; i < clusterOf.Length; i++)
        {
            _items[_starts[clusterOf[i]]++] = i;
        }

        Array.Copy(_starts, 0, _starts, 1, clusters);
        _starts[0] = 0;
    }
}
