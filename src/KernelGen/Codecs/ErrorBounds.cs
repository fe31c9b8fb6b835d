namespace KernelGen;

/// <summary>Which bounds of <see cref="IBoundedCodec{TSelf}"/> hold with which probability.</summary>
public static class ErrorBounds
{
    /// <summary>
    /// The share of the bound that always holds which a score's error exceeds, upwards or downwards, with at most a given probability. After a random rotation what a
    /// code leaves over points anywhere, so its product with the query is that of two random directions: close to normal, with a deviation of
    /// 1/sqrt(n - 1) (Gao, Long: RaBitQ, 2024, section 3.2).
    /// </summary>
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
        return dimensions == 1 ? 1 : (float)Math.Min(1, NormalQuantile((1 + confidence) / 2) / Math.Sqrt(dimensions - 1));
    }

    /// <summary>The value below which a normal variable lies with probability p, 0.5 &lt;= p &lt; 1, within 1e-7 (bisection of its distribution).</summary>
    private static double NormalQuantile(double p)
    {
        double low = 0;
        double high = 9;
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            if (UpperTail(middle) > 1 - p)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>The probability that a normal variable exceeds x >= 0: Simpson's rule on its density, far beyond what a bound needs.</summary>
    private static double UpperTail(double x)
    {
        const int Steps = 400;
        const double Width = 12;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double t = x + (Width * i / Steps);
            double weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * t * t);
        }

        return sum * Width / Steps / 3 / Math.Sqrt(2 * Math.PI);
    }
}
