namespace KernelGen;

/// <summary>Which bounds of <see cref="IBoundedCodec{TSelf}"/> hold with which probability.</summary>
public static class ErrorBounds
{
    /// <summary>
    /// The share of the bound that always holds which a score's error exceeds, upwards or downwards, with at most a given probability. After a random rotation what a
    /// code leaves over points anywhere, so its product with the query is that of two random directions: close to normal, with a deviation of
    /// 1/sqrt(n - 1) (Gao, Long: RaBitQ, 2024, section 3.2).
    /// </summary>
    /// <remarks>That is a statement about rotations drawn at random. <see cref="Rotation.Hadamard"/> comes near to one if dimensions are a power of two or no few of
    /// them rule. Otherwise it mixes the dimensions from the greatest power of two on by some of its rounds only: of vectors with four of those 20 times as great as
    /// the rest, 0.2 % (768 dimensions) and 4 to 6 % (1,536) of 4-bit scores lay outside the bound for 0.999 (docs/rotations.md). The bound that always holds does.
    /// </remarks>
    /// <param name="confidence">The probability with which the error of one score stays within the bound on both sides, at least 0.5 and less than 1: 0.999 stands
    /// for 3.29 deviations, 0.9426 for RaBitQ's constant of 1.9.</param>
    /// <param name="dimensions">Dimensions of what is quantized, at least 1.</param>
    /// <returns>A factor in (0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A confidence outside [0.5, 1), or no dimension.</exception>
    public static float Factor(double confidence, int dimensions)
    {
        if (!(confidence is >= 0.5 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected a probability of at least 0.5 and less than 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        return dimensions == 1 ? 1 : (float)Math.Min(1, UpperQuantile((1 - confidence) / 2) / Math.Sqrt(dimensions - 1));
    }

    /// <summary>The value that a normal variable exceeds with probability q, 0 &lt; q &lt;= 0.25, within 2e-9 of itself (rational approximations: Acklam, An algorithm for
    /// computing the inverse normal cumulative distribution function, 2003). Every search with a probable guarantee asks, so no distribution is integrated.</summary>
    private static double UpperQuantile(double q)
    {
        if (q < 0.02425)
        {
            double t = Math.Sqrt(-2 * Math.Log(q));
            return -((((((((((-7.784894002430293e-03 * t) - 3.223964580411365e-01) * t) - 2.400758277161838e+00) * t) - 2.549732539343734e+00) * t) + 4.374664141464968e+00) * t) + 2.938163982698783e+00)
                / ((((((((7.784695709041462e-03 * t) + 3.224671290700398e-01) * t) + 2.445134137142996e+00) * t) + 3.754408661907416e+00) * t) + 1);
        }

        double r = 0.5 - q;
        double s = r * r;
        return ((((((((((-3.969683028665376e+01 * s) + 2.209460984245205e+02) * s) - 2.759285104469687e+02) * s) + 1.383577518672690e+02) * s) - 3.066479806614716e+01) * s) + 2.506628277459239e+00) * r
            / ((((((((((-5.447609879822406e+01 * s) + 1.615858368580409e+02) * s) - 1.556989798598866e+02) * s) + 6.680131188771972e+01) * s) - 1.328068155288572e+01) * s) + 1);
    }
}
