namespace KernelGen.Training.Tests;

internal static class Orthogonality
{
    /// <summary>Fails unless rows have length 1 and right angles.</summary>
    internal static void Check(float[] rows, int dimensions, double tolerance)
    {
        for (int i = 0; i < rows.Length; i += dimensions)
        {
            for (int j = 0; j <= i; j += dimensions)
            {
                double product = 0;
                for (int d = 0; d < dimensions; d++)
                {
                    product += (double)rows[i + d] * rows[j + d];
                }

                Assert.Equal(i == j ? 1 : 0, product, tolerance);
            }
        }
    }
}
