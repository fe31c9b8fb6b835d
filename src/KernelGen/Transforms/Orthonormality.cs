namespace KernelGen.Transforms;

/// <summary>Whether the rows of a matrix are orthonormal, tested by a few products with it: forming all pairs of rows would cost as much as training.</summary>
internal static class Orthonormality
{
    private const double Tolerance = 1e-3;

    /// <summary>What keeps the rows from being orthonormal; null if nothing is found.</summary>
    public static string? FindFault(ReadOnlySpan<float> matrix, int columns)
    {
        int rows = matrix.Length / columns;
        for (int j = 0; j < rows; j++)
        {
            double square = Kernels.StripedSums.Squares(matrix.Slice(j * columns, columns));
            if (!(Math.Abs(square - 1) <= Tolerance))
            {
                return $"Expected a matrix of orthonormal rows, but row {j} has the squared norm {square}.";
            }
        }

        // A A^T y = y for every y, if rows are orthonormal; four vectors of random signs find what is not.
        float[] signs = TransformFitting.Signs(new TransformShape { Dimensions = rows, OutputDimensions = rows, HasHadamard = true });
        var image = new double[columns];
        for (int first = 0; first < signs.Length; first += rows)
        {
            ReadOnlySpan<float> probe = signs.AsSpan(first, rows);
            Array.Clear(image);
            for (int j = 0; j < rows; j++)
            {
                ReadOnlySpan<float> row = matrix.Slice(j * columns, columns);
                for (int i = 0; i < columns; i++)
                {
                    image[i] += (double)probe[j] * row[i];
                }
            }

            double error = 0;
            for (int j = 0; j < rows; j++)
            {
                ReadOnlySpan<float> row = matrix.Slice(j * columns, columns);
                double sum = 0;
                for (int i = 0; i < columns; i++)
                {
                    sum += image[i] * row[i];
                }

                error += (sum - probe[j]) * (sum - probe[j]);
            }

            if (error > Tolerance * Tolerance * rows)
            {
                return $"Expected a matrix of orthonormal rows, but the product with its transpose is off the identity by {Math.Sqrt(error / rows)} (tolerance {Tolerance}).";
            }
        }

        return null;
    }
}
