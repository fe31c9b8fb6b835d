using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Training.Clustering;

/// <summary>
/// The points that one run clusters: rows of the caller's memory where they can be used as they are, otherwise a packed copy,
/// scaled by a power of two. With weights per dimension a row holds w x and then w.
/// </summary>
internal sealed unsafe class ClusterPoints
{
    private readonly float[] _weights;

    private ClusterPoints(Rows rows, int dimensions, int exponent, float[] weights)
    {
        Rows = rows;
        Dimensions = dimensions;
        Exponent = exponent;
        _weights = weights;
    }

    /// <summary>Rows of <see cref="Dimensions"/> values, or of twice as many with weights per dimension.</summary>
    internal Rows Rows { get; }

    internal int Dimensions { get; }

    /// <summary>Values are those of the source times 2^-Exponent.</summary>
    internal int Exponent { get; }

    internal int Count => Rows.Count;

    internal bool Weighted => Rows.Width != Dimensions;

    internal bool HasPointWeights => _weights.Length != 0;

    /// <summary>Rows of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="selected">Which rows, in this order.</param>
    /// <param name="exponent">The source's exponent.</param>
    /// <param name="copy">Whether rows that could be used in place are copied all the same, because they lie far apart.</param>
    internal static ClusterPoints Create(in PointSource source, ReadOnlySpan<int> selected, int exponent, bool copy)
    {
        int dimensions = source.Rows.Width;
        float[] weights = source.WeightsOf(selected);
        bool asTheyAre = selected.Length == source.Rows.Count
            && exponent == 0
            && source.Factors.Length == 0
            && !source.Weights.PerDimension;
        if (asTheyAre && !copy)
        {
            return new ClusterPoints(source.Rows, dimensions, exponent, weights);
        }

        int width = source.Weights.PerDimension ? 2 * dimensions : dimensions;
        float[] values = GC.AllocateUninitializedArray<float>(checked(selected.Length * width), pinned: true);
        for (int i = 0; i < selected.Length; i++)
        {
            Gather(source, selected[i], exponent, values.AsSpan(i * width, width));
        }

        // Pinned: the address stays; and Rows keeps nothing alive, so the array goes with the points.
        var start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values));
        return new ClusterPoints(new Rows(start, selected.Length, width, width), dimensions, exponent, weights) { Owner = values };
    }

    /// <summary>The memory of <see cref="Rows"/> if it is a copy.</summary>
    private float[]? Owner { get; init; }

    /// <summary>The weight of a point; the greatest is 1.</summary>
    internal double WeightOf(int point) => _weights.Length == 0 ? 1 : _weights[point];

    /// <summary>Adds the weighted values of points (and with weights per dimension, the weights) to as many sums.</summary>
    /// <returns>The sum of the weights of the points.</returns>
    internal double AddTo(Span<double> sums, ReadOnlySpan<int> points)
    {
        int width = sums.Length;
        double total = 0;
        fixed (double* to = sums)
        {
            foreach (int point in points)
            {
                float* row = Rows.At(point);
                double weight = WeightOf(point);
                total += weight;
                int d = 0;
                for (; d <= width - 8; d += 8)
                {
                    (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Load(row + d));
                    (Vector512.Load(to + d) + (Vector512.Create(lower, upper) * weight)).Store(to + d);
                }

                for (; d < width; d++)
                {
                    to[d] += row[d] * weight;
                }
            }
        }

        return total;
    }

    /// <summary>Adds the weighted squared difference of a point and a centroid, dimension by dimension.</summary>
    internal void AddSquaredDifferences(Span<double> squares, int point, ReadOnlySpan<float> centroid)
    {
        ReadOnlySpan<float> row = Rows[point];
        double pointWeight = WeightOf(point);
        for (int d = 0; d < centroid.Length; d++)
        {
            double weight = Weighted ? row[Dimensions + d] : 1;
            double difference = row[d] - (weight * centroid[d]);
            squares[d] += weight == 0 ? 0 : difference * difference / weight * pointWeight;
        }
    }

    private static void Gather(in PointSource source, int row, int exponent, Span<float> destination)
    {
        source.CopyRow(row, exponent, destination);
        if (source.Weights.PerDimension)
        {
            Span<float> weights = destination[source.Rows.Width..];
            source.CopyWeights(row, weights);
            for (int d = 0; d < weights.Length; d++)
            {
                destination[d] *= weights[d];
            }
        }
    }
}
