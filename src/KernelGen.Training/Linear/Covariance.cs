using KernelGen.Training.Clustering;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace KernelGen.Training.Linear;

/// <summary>Mean and principal axes of chunks of rows.</summary>
internal sealed class Covariance
{
    private readonly int _dimensions;
    private readonly double[] _eigenvectors;

    private Covariance(double[] mean, double[] eigenvalues, double[] eigenvectors)
    {
        _dimensions = mean.Length;
        _eigenvectors = eigenvectors;
        Mean = mean;
        Eigenvalues = eigenvalues;
    }

    internal double[] Mean { get; }

    /// <summary>Variances along the axes, descending, none below 0.</summary>
    internal double[] Eigenvalues { get; }

    internal static Covariance Of(SampleChunks sample, Workers workers)
    {
        int dimensions = sample.Dimensions;
        var mean = new double[dimensions];
        sample.ForEach((_, rows) =>
        {
            for (int i = 0; i < rows.Count; i++)
            {
                ReadOnlySpan<float> row = rows[i];
                for (int d = 0; d < row.Length; d++)
                {
                    mean[d] += row[d];
                }
            }
        });
        for (int d = 0; d < dimensions; d++)
        {
            mean[d] /= sample.Count;
        }

        var products = new CrossProducts(dimensions, workers);
        sample.ForEach((_, rows) =>
        {
            Subtract(mean, rows);
            products.Add(rows, rows);
        });
        return Decompose(mean, products.Sums, sample.Count);
    }

    /// <summary>Copies an axis of length 1, the one of the greatest variance first; its value of greatest magnitude is
    /// positive.</summary>
    internal void CopyAxis(int axis, Span<float> destination)
    {
        // MathNet keeps matrices column after column.
        ReadOnlySpan<double> vector = _eigenvectors.AsSpan((_dimensions - 1 - axis) * _dimensions, _dimensions);
        double greatest = 0;
        foreach (double value in vector)
        {
            greatest = Math.Abs(value) > Math.Abs(greatest) ? value : greatest;
        }

        for (int d = 0; d < vector.Length; d++)
        {
            destination[d] = (float)(greatest < 0 ? -vector[d] : vector[d]);
        }
    }

    private static Covariance Decompose(double[] mean, double[] sums, int count)
    {
        int dimensions = mean.Length;
        var matrix = DenseMatrix.Create(
            dimensions, dimensions, (j, k) => (sums[(j * dimensions) + k] + sums[(k * dimensions) + j]) / (2.0 * count));
        var decomposition = matrix.Evd(Symmetricity.Symmetric);
        double[] ascending = [.. decomposition.EigenValues.Select(value => Math.Max(0, value.Real))];
        Array.Reverse(ascending);
        return new Covariance(mean, ascending, decomposition.EigenVectors.ToColumnMajorArray());
    }

    private static unsafe void Subtract(double[] mean, Rows rows)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            float* row = rows.At(i);
            for (int d = 0; d < mean.Length; d++)
            {
                row[d] = (float)(row[d] - mean[d]);
            }
        }
    }
}
