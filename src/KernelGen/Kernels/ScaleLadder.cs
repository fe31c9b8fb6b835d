using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>
/// The magnitudes of a vector as integers below 2^23, and what their steps give for a scale t: magnitude a has the level k + 1/2, k = min(K, floor(t*a)).
/// All products and sums are exact in double precision, so their order does not matter.
/// </summary>
/// <param name="magnitudes">The magnitudes; zeros fill them up to a multiple of 16.</param>
/// <param name="count">How many there are.</param>
/// <param name="greatestStep">K.</param>
/// <param name="isWide">Whether vectors of 512 bits are used.</param>
internal readonly ref struct ScaleLadder(Span<double> magnitudes, int count, int greatestStep, bool isWide)
{
    private readonly Span<double> _magnitudes = magnitudes;

    /// <summary>The code of a scale: the inner product of levels and magnitudes, and the sum of squares of the levels.</summary>
    /// <param name="scale">A single-precision number, for its products with magnitudes to be exact.</param>
    public LadderPoint Evaluate(float scale)
    {
        (double product, double squares) = isWide ? Evaluate512(scale) : Evaluate256(scale);

        // The zeros that fill up have the level 1/2.
        return new LadderPoint(scale, product, squares - (0.25 * (_magnitudes.Length - count)));
    }

    /// <summary>Collects the steps that codes take from one scale to a greater one: (scale, magnitude and step) of each.</summary>
    public int CollectSteps(float from, float to, ref ScaleSteps steps)
    {
        int found = 0;
        ref double start = ref MemoryMarshal.GetReference(_magnitudes);
        Vector512<double> most = Vector512.Create((double)greatestStep);
        for (int i = 0; i < _magnitudes.Length; i += 8)
        {
            Vector512<double> magnitude = Vector512.LoadUnsafe(ref start, (nuint)i);
            Vector512<double> low = Vector512.Floor(Vector512.Min(magnitude * from, most));
            Vector512<double> high = Vector512.Floor(Vector512.Min(magnitude * to, most));
            ulong differs = Vector512.ExtractMostSignificantBits(Vector512.LessThan(low, high));
            for (; differs != 0; differs &= differs - 1)
            {
                int lane = System.Numerics.BitOperations.TrailingZeroCount(differs);
                found = steps.Add(found, Unsafe.Add(ref start, i + lane), (int)low.GetElement(lane) + 1, (int)high.GetElement(lane));
            }
        }

        return found;
    }

    private (double Product, double Squares) Evaluate512(double scale)
    {
        ref double start = ref MemoryMarshal.GetReference(_magnitudes);
        Vector512<double> most = Vector512.Create((double)greatestStep);
        Vector512<double> half = Vector512.Create(0.5);
        Vector512<double> factor = Vector512.Create(scale);
        Vector512<double> products = Vector512<double>.Zero;
        Vector512<double> squares = Vector512<double>.Zero;
        Vector512<double> moreProducts = Vector512<double>.Zero;
        Vector512<double> moreSquares = Vector512<double>.Zero;
        for (int i = 0; i < _magnitudes.Length; i += 16)
        {
            Vector512<double> magnitude = Vector512.LoadUnsafe(ref start, (nuint)i);
            Vector512<double> level = Vector512.Floor(Vector512.MinNative(magnitude * factor, most)) + half;
            products = Vector512.MultiplyAddEstimate(level, magnitude, products);
            squares = Vector512.MultiplyAddEstimate(level, level, squares);
            magnitude = Vector512.LoadUnsafe(ref start, (nuint)(i + 8));
            level = Vector512.Floor(Vector512.MinNative(magnitude * factor, most)) + half;
            moreProducts = Vector512.MultiplyAddEstimate(level, magnitude, moreProducts);
            moreSquares = Vector512.MultiplyAddEstimate(level, level, moreSquares);
        }

        return (Vector512.Sum(products + moreProducts), Vector512.Sum(squares + moreSquares));
    }

    private (double Product, double Squares) Evaluate256(double scale)
    {
        ref double start = ref MemoryMarshal.GetReference(_magnitudes);
        Vector256<double> most = Vector256.Create((double)greatestStep);
        Vector256<double> half = Vector256.Create(0.5);
        Vector256<double> factor = Vector256.Create(scale);
        Vector256<double> products = Vector256<double>.Zero;
        Vector256<double> squares = Vector256<double>.Zero;
        Vector256<double> moreProducts = Vector256<double>.Zero;
        Vector256<double> moreSquares = Vector256<double>.Zero;
        for (int i = 0; i < _magnitudes.Length; i += 8)
        {
            Vector256<double> magnitude = Vector256.LoadUnsafe(ref start, (nuint)i);
            Vector256<double> level = Vector256.Floor(Vector256.MinNative(magnitude * factor, most)) + half;
            products = Vector256.MultiplyAddEstimate(level, magnitude, products);
            squares = Vector256.MultiplyAddEstimate(level, level, squares);
            magnitude = Vector256.LoadUnsafe(ref start, (nuint)(i + 4));
            level = Vector256.Floor(Vector256.MinNative(magnitude * factor, most)) + half;
            moreProducts = Vector256.MultiplyAddEstimate(level, magnitude, moreProducts);
            moreSquares = Vector256.MultiplyAddEstimate(level, level, moreSquares);
        }

        return (Vector256.Sum(products + moreProducts), Vector256.Sum(squares + moreSquares));
    }
}

/// <summary>The code of a scale.</summary>
/// <param name="scale">The scale.</param>
/// <param name="product">The inner product of levels and magnitudes.</param>
/// <param name="squares">The sum of squares of the levels.</param>
internal readonly struct LadderPoint(float scale, double product, double squares)
{
    public readonly float Scale = scale;
    public readonly double Product = product;
    public readonly double Squares = squares;

    /// <summary>The squared cosine, times what is the same for all scales.</summary>
    public readonly double Quality = product * product / squares;

    /// <summary>
    /// What no code between this scale and a greater one exceeds. A step of magnitude a to level j + 1/2 is taken at t = j/a, and adds a to the product and
    /// 2j = 2ta to the squares: as a function of the product, these lie above the line through this point that rises by 2*Scale, and above that through the
    /// other point which rises by twice its scale. The quotient of the square of the product and a linear function is convex, so the greatest is that of
    /// an end or of where the lines meet.
    /// </summary>
    public double Bound(in LadderPoint next)
    {
        double slope = 2.0 * Scale;
        double nextSlope = 2.0 * next.Scale;
        double meeting = ((nextSlope * next.Product) - (slope * Product) - (next.Squares - Squares)) / (nextSlope - slope);
        meeting = Math.Clamp(meeting, Product, next.Product);
        double middle = meeting * meeting / (Squares + (slope * (meeting - Product)));
        return Math.Max(middle, Math.Max(Quality, next.Quality)) * (1 + 1e-8);
    }
}

/// <summary>Steps of magnitudes by the scale at which they are taken.</summary>
internal ref struct ScaleSteps
{
    public double[] Scales;

    /// <summary>The magnitude, below 2^23, times 256, plus the step.</summary>
    public uint[] Places;

    public int Add(int count, double magnitude, int firstStep, int lastStep)
    {
        int needed = count + 1 + lastStep - firstStep;
        if (needed > Scales.Length)
        {
            Array.Resize(ref Scales, Math.Max(needed, 2 * Scales.Length));
            Array.Resize(ref Places, Scales.Length);
        }

        for (int step = firstStep; step <= lastStep; step++)
        {
            // Quotients of such small integers are equal in double precision exactly where they are equal.
            Scales[count] = step / magnitude;
            Places[count++] = ((uint)magnitude << 8) | (uint)step;
        }

        return count;
    }
}
