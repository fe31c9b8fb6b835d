using System.Buffers;
using KernelGen.Training.Clustering;
using MathNet.Numerics.LinearAlgebra.Double;

namespace KernelGen.Training.Linear;

/// <summary>Orthogonal matrices, row after row.</summary>
internal static class Rotations
{
    private const int RowsPerStep = 64;

    /// <summary>
    /// The principal axes in such an order that the variances of each group have about the same product: one axis after
    /// another, the greatest variance first, goes to the group whose product is least among those that have room (eigenvalue
    /// allocation).
    /// </summary>
    /// <param name="groups">Points whose groups are meant.</param>
    /// <param name="covariance">The axes.</param>
    internal static float[] Balanced(GroupedPoints groups, Covariance covariance)
    {
        int dimensions = groups.Dimensions;
        var rotation = new float[dimensions * dimensions];
        var products = new double[groups.Groups];
        var used = new int[groups.Groups];
        double least = covariance.Eigenvalues[0] * 1e-12;
        for (int axis = 0; axis < dimensions; axis++)
        {
            int chosen = -1;
            for (int m = 0; m < products.Length; m++)
            {
                if (used[m] < groups.Of(m).Width && (chosen < 0 || products[m] < products[chosen]))
                {
                    chosen = m;
                }
            }

            int row = groups.StartOf(chosen) + used[chosen]++;
            covariance.CopyAxis(axis, rotation.AsSpan(row * dimensions, dimensions));

            // Relative to a variance that none falls below, so that every axis makes its group's product greater.
            products[chosen] += least > 0 ? Math.Log(Math.Max(covariance.Eigenvalues[axis] / least, 2)) : 1;
        }

        return rotation;
    }

    /// <summary>A random orthogonal matrix, evenly distributed: the orthogonal factor of a Gaussian matrix, with the signs of the other factor's diagonal
    /// (Mezzadri: How to generate random matrices from the classical compact groups, 2007).</summary>
    internal static float[] Random(int dimensions, SeededRandom random)
    {
        var gaussian = DenseMatrix.Create(dimensions, dimensions, (_, _) => NextGaussian(random));
        var decomposition = gaussian.QR();
        var rotation = new float[dimensions * dimensions];
        for (int k = 0; k < dimensions; k++)
        {
            double sign = decomposition.R[k, k] < 0 ? -1 : 1;
            for (int j = 0; j < dimensions; j++)
            {
                rotation[(k * dimensions) + j] = (float)(sign * decomposition.Q[j, k]);
            }
        }

        return rotation;
    }

    /// <summary>Rotates a sample.</summary>
    internal static unsafe void Apply(float[] rotation, SampleChunks sample, GroupedPoints rotated, Workers workers)
    {
        int dimensions = sample.Dimensions;
        var panels = new Panels(dimensions, dimensions);
        for (int row = 0; row < dimensions; row++)
        {
            for (int d = 0; d < dimensions; d++)
            {
                panels[row, d] = rotation[(row * dimensions) + d];
            }
        }

        sample.ForEach((first, rows) => workers.For((rows.Count + RowsPerStep - 1) / RowsPerStep, step =>
        {
            int start = step * RowsPerStep;
            int count = Math.Min(RowsPerStep, rows.Count - start);
            float[] rented = ArrayPool<float>.Shared.Rent(count * dimensions);
            fixed (float* products = rented)
            {
                var part = new Rows(products, count, dimensions, dimensions);
                MatrixProduct.Compute(rows.Part(start, count), panels, part);
                rotated.Write(first + start, part);
            }

            ArrayPool<float>.Shared.Return(rented);
        }));
    }

    /// <summary>Products of two matrices, each row after row, in double precision.</summary>
    internal static float[] Multiply(float[] left, float[] right, int inner)
    {
        int rows = left.Length / inner;
        int columns = right.Length / inner;
        var product = DenseMatrix.Create(rows, inner, (j, k) => left[(j * inner) + k])
            .Multiply(DenseMatrix.Create(inner, columns, (j, k) => right[(j * columns) + k]));
        return [.. product.ToRowMajorArray().Select(static value => (float)value)];
    }

    /// <summary>The rotation that brings a sample nearest to targets: U V^T of the singular value decomposition of the sum of
    /// target sample^T (Schönemann: A generalized solution of the orthogonal Procrustes problem, 1966).</summary>
    internal static float[] Nearest(GroupedPoints targets, SampleChunks sample, Workers workers)
    {
        var matrix = Correlation(targets, sample, workers);
        var decomposition = matrix.Svd(computeVectors: true);
        return [.. decomposition.U.Multiply(decomposition.VT).ToRowMajorArray().Select(value => (float)value)];
    }

    /// <summary>The sum of target sample^T, scaled so that its greatest element is 1.</summary>
    internal static unsafe DenseMatrix Correlation(GroupedPoints targets, SampleChunks sample, Workers workers)
    {
        int dimensions = sample.Dimensions;
        var products = new CrossProducts(dimensions, workers);
        var values = new float[SampleChunks.RowsPerChunk * dimensions];
        fixed (float* start = values)
        {
            var chunk = new Rows(start, SampleChunks.RowsPerChunk, dimensions, dimensions);
            sample.ForEach((first, rows) =>
            {
                Rows part = chunk.Part(0, rows.Count);
                targets.Read(first, part);
                products.Add(part, rows);
            });
        }

        double greatest = products.Sums.Max(Math.Abs);
        double factor = greatest > 0 ? 1 / greatest : 1;
        return DenseMatrix.Create(dimensions, dimensions, (j, k) => products.Sums[(j * dimensions) + k] * factor);
    }

    /// <summary>Normally distributed (Box, Muller: A note on the generation of random normal deviates, 1958).</summary>
    private static double NextGaussian(SeededRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
