using KernelGen.Training.Clustering;

namespace KernelGen.Training.Linear;

/// <summary>
/// The matrix whose element (j, k) is the sum over samples of left_j * right_k: products in single precision over chunks of
/// <see cref="SampleChunks.RowsPerChunk"/> rows, sums of chunks in double precision.
/// </summary>
internal sealed unsafe class CrossProducts
{
    private const int DimensionsPerStep = 32;

    private readonly int _dimensions;
    private readonly Workers _workers;
    private readonly Panels _right;
    private readonly float[] _left;
    private readonly float[] _products;

    /// <summary>Zeros.</summary>
    internal CrossProducts(int dimensions, Workers workers)
    {
        _dimensions = dimensions;
        _workers = workers;
        _right = new Panels(dimensions, SampleChunks.RowsPerChunk);
        _left = new float[dimensions * SampleChunks.RowsPerChunk];
        _products = new float[dimensions * dimensions];
        Sums = new double[dimensions * dimensions];
    }

    /// <summary>The matrix, row after row.</summary>
    internal double[] Sums { get; }

    /// <summary>Adds the products of at most a chunk of rows.</summary>
    /// <param name="left">Rows.</param>
    /// <param name="right">As many rows.</param>
    internal void Add(Rows left, Rows right)
    {
        for (int i = 0; i < SampleChunks.RowsPerChunk; i++)
        {
            // Rows that a short chunk lacks stay from the one before; the left side has zeros for them.
            _right.SetDimension(i, i < right.Count ? right[i] : []);
        }

        _workers.For((_dimensions + DimensionsPerStep - 1) / DimensionsPerStep, step =>
        {
            int first = step * DimensionsPerStep;
            AddRows(left, first, Math.Min(DimensionsPerStep, _dimensions - first));
        });
    }

    private void AddRows(Rows left, int first, int count)
    {
        const int Length = SampleChunks.RowsPerChunk;
        for (int d = first; d < first + count; d++)
        {
            Span<float> column = _left.AsSpan(d * Length, Length);
            column.Clear();
            for (int i = 0; i < left.Count; i++)
            {
                column[i] = left.At(i)[d];
            }
        }

        int start = first * _dimensions;
        fixed (float* columns = &_left[first * Length], products = &_products[start])
        {
            MatrixProduct.Compute(
                new Rows(columns, count, Length, Length), _right, new Rows(products, count, _dimensions, _dimensions));
        }

        for (int i = start; i < start + (count * _dimensions); i++)
        {
            Sums[i] += _products[i];
        }
    }
}
