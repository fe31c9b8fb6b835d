using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>
/// Bounds of the errors of scores of rotated codes (docs/formats.md, section 10): what a prepared query holds for them, and the bounds of rows. For generated
/// code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RotatedBounds
{
    /// <summary>2^-16: more than what transforms, sums and scores round, relative to the norms that meet.</summary>
    private const float Rounding = 1f / (1 << 16);

    /// <summary>2^-22: more than what normalising rounds.</summary>
    private const double NormRounding = 1.0 / (1 << 22);

    /// <summary>2^-130: more than the products of what is rounded below 2^-126 with a norm of 1.</summary>
    private const double Tiny = 1.0 / (1L << 62) / (1L << 62) / (1 << 6);

    /// <summary>The least float that is not less; infinity where there is none.</summary>
    public static float RoundUp(double value)
    {
        var rounded = (float)value;
        return rounded < value ? MathF.BitIncrement(rounded) : rounded;
    }

    /// <summary>Adds to a prepared query what bounds need.</summary>
    /// <param name="query">The transformed query.</param>
    /// <param name="integers">What stands for it.</param>
    /// <param name="step">The step of those integers.</param>
    /// <param name="spec">What all queries have in common.</param>
    /// <param name="destination">Receives four floats: the norm of the query; that of what its integers leave over, times the greatest norm of a code; what rounding
    /// adds per unit of a row's scale; and for every row.</param>
    public static void StoreQuery(ReadOnlySpan<float> query, ReadOnlySpan<int> integers, float step, RotatedBoundSpec spec, ref byte destination)
    {
        double norm2 = StripedSums.Squares(query);
        double norm = (Math.Sqrt(norm2) * (1 + (1.0 / (1L << 40)))) + (Tiny * 16);
        double code = spec.GreatestLevel * Math.Sqrt(query.Length);
        double both = norm + spec.MeanNorm;
        double unit = spec.Normalizes ? NormRounding : 0;
        double perScale = code * ((Rounding * both) + Tiny + unit);
        double perRow = (both * ((NormRounding * 4 * spec.MeanNorm) + Tiny + (4 * unit))) + (spec.IsL2 ? Rounding * norm2 : 0) + (Tiny * 16);
        KernelMath.Write(ref destination, 0, RoundUp(norm));
        KernelMath.Write(ref destination, 4, RoundUp(Math.Sqrt(LeftOver(query, integers, step)) * code * (1 + (1.0 / (1L << 40)))));
        KernelMath.Write(ref destination, 8, RoundUp(perScale));
        KernelMath.Write(ref destination, 12, RoundUp(perRow));
    }

    /// <summary>Bounds of rows.</summary>
    /// <param name="query">What <see cref="StoreQuery"/> stored.</param>
    /// <param name="scales">The scales of rows, floats.</param>
    /// <param name="deviations">Their deviations.</param>
    /// <param name="norms">Their squared norms under SquaredL2; else not read.</param>
    /// <param name="isL2">Whether scores are squared distances.</param>
    /// <param name="factor">Which bound.</param>
    /// <param name="errors">Receives the bounds.</param>
    public static void Fill(
        ref byte query, ref byte scales, ref byte deviations, ref byte norms, bool isL2, float factor, Span<float> errors)
    {
        // Rounded up by more than the few roundings from here on.
        const float up = 1 + (1f / (1 << 18));
        float times = (isL2 ? 2 : 1) * up;
        float perDeviation = KernelMath.Read<float>(ref query, 0) * factor * times;
        float perScale = ((KernelMath.Read<float>(ref query, 4) * factor) + KernelMath.Read<float>(ref query, 8)) * times;
        float perRow = KernelMath.Read<float>(ref query, 12) * up;
        if (!float.IsFinite(perDeviation + perScale + perRow))
        {
            errors.Fill(float.PositiveInfinity);
            return;
        }

        float perNorm = isL2 ? Rounding : 0f;
        ref byte norm = ref isL2 ? ref norms : ref scales;
        int i = 0;
        for (; i <= errors.Length - 8; i += 8)
        {
            nuint at = (nuint)i * 4;
            Vector256<float> error = (Vector256.LoadUnsafe(ref deviations, at).AsSingle() * perDeviation)
                + (Vector256.LoadUnsafe(ref scales, at).AsSingle() * perScale)
                + ((Vector256.LoadUnsafe(ref norm, at).AsSingle() * perNorm) + Vector256.Create(perRow));
            error.StoreUnsafe(ref errors[i]);
        }

        for (; i < errors.Length; i++)
        {
            errors[i] = (KernelMath.Read<float>(ref deviations, i * 4) * perDeviation)
                + (KernelMath.Read<float>(ref scales, i * 4) * perScale)
                + ((KernelMath.Read<float>(ref norm, i * 4) * perNorm) + perRow);
        }
    }

    /// <summary>The squared norm of what integers leave over of a query.</summary>
    private static double LeftOver(ReadOnlySpan<float> query, ReadOnlySpan<int> integers, double step)
    {
        double sum = 0;
        int i = 0;
        Vector512<double> sums = Vector512<double>.Zero;
        for (; i <= query.Length - 8; i += 8)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(query), (nuint)i));
            Vector256<float> whole = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(integers), (nuint)i));
            (Vector256<double> lowerWhole, Vector256<double> upperWhole) = Vector256.Widen(whole);
            Vector512<double> difference = Vector512.Create(lower, upper) - (Vector512.Create(lowerWhole, upperWhole) * step);
            sums += difference * difference;
        }

        for (; i < query.Length; i++)
        {
            double difference = query[i] - (integers[i] * step);
            sum += difference * difference;
        }

        return sum + Vector512.Sum(sums);
    }
}

/// <summary>What the bounds of all queries of a codec have in common. For generated code.</summary>
/// <param name="GreatestLevel">The greatest magnitude of a level.</param>
/// <param name="MeanNorm">The norm of the mean that is taken from vectors, rounded up; 0 without one.</param>
/// <param name="Normalizes">Whether vectors and queries are scaled to norm 1.</param>
/// <param name="IsL2">Whether scores are squared distances.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[StructLayout(LayoutKind.Auto)]
public readonly record struct RotatedBoundSpec(double GreatestLevel, float MeanNorm, bool Normalizes, bool IsL2);
