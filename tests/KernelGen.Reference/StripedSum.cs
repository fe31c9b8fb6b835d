namespace KernelGen.Reference;

/// <summary>The order in which docs/formats.md sums doubles: eight partial sums, combined as a tree.</summary>
internal static class StripedSum
{
    public static double Of(int count, Func<int, double> term)
    {
        var p = new double[8];
        for (int i = 0; i < count; i++)
        {
            p[i % 8] += term(i);
        }

        return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
    }

    public static double OfSquares(float[] values) => Of(values.Length, i => (double)values[i] * values[i]);
}
