using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Kernels;

/// <summary>
/// The codebooks of a codec in the forms that kernels read: centroid by centroid for decoding, and dimension by dimension, so that a vector
/// holds the same dimension of neighbouring centroids, for encoding and tables. For generated code.
/// </summary>
/// <remarks>Columns and half norms have <see cref="Stride"/> places per subspace. Formulas: docs/formats.md, section 6.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Codebooks
{
    /// <summary>Scores of all pairs of centroids are kept up to so many floats (64 MiB); beyond they are computed as they are needed.</summary>
    private const long MostPairs = 1 << 24;

    private readonly float[] _values;
    private readonly CentroidColumns _columns;
    private readonly bool _isL2;
    private float[]? _pairs;

    /// <summary>Takes a copy of codebooks.</summary>
    /// <param name="layout">The layout of a codec that has codebooks.</param>
    /// <param name="codebooks"><see cref="CodebookShape.Values"/> floats as <see cref="CodebookShape"/> says.</param>
    /// <exception cref="ArgumentException">Wrong number, a value that is not finite, or a centroid whose squared norm is not.</exception>
    public Codebooks(CodecLayout layout, ReadOnlySpan<float> codebooks)
    {
        Shape = layout.Codebooks!.Value;
        _isL2 = layout.Metric == Metric.SquaredL2;
        if (codebooks.Length != Shape.Values)
        {
            throw new ArgumentException(
                $"Expected {Shape.Values} values, {Shape.Dimensions} dimensions * {Shape.Centroids} centroids, but got {codebooks.Length}.",
                nameof(codebooks));
        }

        if (FindFault(Shape, codebooks) is { } fault)
        {
            throw new ArgumentException(fault, nameof(codebooks));
        }

        _values = codebooks.ToArray();
        _columns = new CentroidColumns(Shape.Dimensions, Shape.Subspaces, Shape.Centroids);
        for (int m = 0; m < Shape.Subspaces; m++)
        {
            int dimensions = Shape.DimensionsOf(m);
            _columns.Fill(_values.AsSpan(Shape.CodebookOf(m), dimensions * Shape.Centroids), dimensions, Shape.StartOf(m), m);
        }
    }

    /// <summary>How vectors are cut.</summary>
    public CodebookShape Shape { get; }

    /// <summary>Places per subspace in a dimension's column, in half norms and in tables.</summary>
    public int Stride => _columns.Stride;

    /// <summary>The codebooks as they were given.</summary>
    public ReadOnlyMemory<float> Memory => _values;

    /// <summary>The codebooks, centroid by centroid.</summary>
    public ref float Values => ref MemoryMarshal.GetArrayDataReference(_values);

    /// <summary>For each dimension, its value in every centroid of its subspace; at a multiple of 64 bytes.</summary>
    public ref float Columns => ref _columns.Columns;

    /// <summary>For each subspace, half the squared norm of every centroid.</summary>
    public ref float HalfNorms => ref _columns.HalfNorms;

    /// <summary>The codebooks, then half the squared norms of all centroids: what kernels of devices read.</summary>
    public float[] ToParameters() => _columns.WithHalfNorms(_values);

    /// <summary>What keeps values from being codebooks; null if nothing does.</summary>
    internal static string? FindFault(CodebookShape shape, ReadOnlySpan<float> values) => CentroidColumns.FindFault(
        values, shape.Centroids, Enumerable.Range(0, shape.Subspaces).Select(m => (shape.DimensionsOf(m), $"subspace {m}")));

    /// <summary>The score of two decoded vectors, given by their codes.</summary>
    /// <param name="first">The first of M codes.</param>
    /// <param name="second">The first of M codes.</param>
    public float ScorePair(ref ushort first, ref ushort second)
    {
        int k = Shape.Centroids;
        float[]? pairs = (long)Shape.Subspaces * k * k <= MostPairs ? Volatile.Read(ref _pairs) ?? ComputePairs() : null;
        Span<float> sums = stackalloc float[4];
        sums.Clear();
        for (int m = 0; m < Shape.Subspaces; m++)
        {
            int a = Unsafe.Add(ref first, m);
            int b = Unsafe.Add(ref second, m);
            sums[m & 3] += pairs is null ? PairScore(m, a, b) : pairs[(((m * k) + a) * k) + b];
        }

        return sums[0] + sums[2] + (sums[1] + sums[3]);
    }

    private ReadOnlySpan<float> Centroid(int subspace, int code)
    {
        int dimensions = Shape.DimensionsOf(subspace);
        return _values.AsSpan(Shape.CodebookOf(subspace) + (code * dimensions), dimensions);
    }

    private float[] ComputePairs()
    {
        int k = Shape.Centroids;
        var pairs = new float[Shape.Subspaces * k * k];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = PairScore(i / (k * k), i / k % k, i % k);
        }

        // Threads that come at the same time compute the same.
        Volatile.Write(ref _pairs, pairs);
        return pairs;
    }

    /// <summary>The entry of a table for a query that is the first centroid.</summary>
    private float PairScore(int subspace, int first, int second)
    {
        ReadOnlySpan<float> query = Centroid(subspace, first);
        ReadOnlySpan<float> centroid = Centroid(subspace, second);
        float sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            if (_isL2)
            {
                float difference = query[i] - centroid[i];
                sum = i == 0 ? -(difference * difference) : sum - (difference * difference);
            }
            else
            {
                sum = i == 0 ? query[i] * centroid[i] : sum + (query[i] * centroid[i]);
            }
        }

        return sum;
    }
}
