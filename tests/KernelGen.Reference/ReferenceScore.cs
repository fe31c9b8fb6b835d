using System.Runtime.InteropServices;

namespace KernelGen.Reference;

/// <summary>A result with the documented bound on what a kernel may return instead.</summary>
/// <param name="Value">The result; a float where the bound is 0.</param>
/// <param name="Tolerance">Greatest absolute error; 0 where every tier must return exactly <paramref name="Value"/>, infinity where the
/// result is not defined.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ReferenceScore(double Value, double Tolerance)
{
    /// <summary>
    /// The bound on a float sum in any order.
    /// </summary>
    /// <param name="value">The sum, summed in double precision.</param>
    /// <param name="terms">Number of terms.</param>
    /// <param name="magnitude">The sum of the absolute values of the terms.</param>
    /// <param name="factor">The greatest factor that multiplies a rounded intermediate result.</param>
    public static ReferenceScore OfSum(double value, int terms, double magnitude, double factor) =>
        new(value, (terms + 16) * (Math.ScaleB(magnitude, -24) + Math.ScaleB(Math.Max(factor, 1), -149)));

    /// <summary>Each value of destination + sum of weights[i] * rows[i].</summary>
    public static ReferenceScore[] OfAccumulation(float[][] rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination)
    {
        var sums = Array.ConvertAll(destination.ToArray(), x => (Value: (double)x, Magnitude: (double)Math.Abs(x)));
        for (int r = 0; r < rows.Length; r++)
        {
            foreach ((int i, float x) in rows[r].Index())
            {
                double term = (double)weights[r] * x;
                sums[i].Value += term;
                sums[i].Magnitude += Math.Abs(term);
            }
        }

        return Array.ConvertAll(sums, sum => OfSum(sum.Value, rows.Length, sum.Magnitude, factor: 1));
    }

    /// <summary>Whether a kernel may return this result.</summary>
    public bool Allows(float actual) =>
        Tolerance == 0
            ? (double.IsNaN(Value) && float.IsNaN(actual)) || BitConverter.SingleToInt32Bits(actual) == BitConverter.SingleToInt32Bits((float)Value)
            : double.IsPositiveInfinity(Tolerance) || Math.Abs(actual - Value) <= Tolerance;
}

/// <summary>A prepared query.</summary>
/// <param name="Values">The query, under Cosine normalised.</param>
/// <param name="Integers">qi; empty for float formats.</param>
/// <param name="Scale">qs.</param>
/// <param name="Norm2">q2, the squared norm.</param>
/// <param name="Constant">C, what learned minima add to every inner product.</param>
public sealed record ReferenceQuery(float[] Values, int[] Integers, float Scale, float Norm2, float Constant);
