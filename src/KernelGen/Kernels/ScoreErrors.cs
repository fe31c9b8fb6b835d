using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Kernels;

/// <summary>How far scores can lie from those of decoded vectors in exact arithmetic. For generated code; the reasons stand in docs/formats.md, section 3.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ScoreErrors
{
    /// <summary>Half the distance between 1 and the next float: the relative error of one rounding.</summary>
    private const double Half = 1.0 / (1 << 24);

    /// <summary>The smallest float.</summary>
    private const double Smallest = float.Epsilon;

    /// <summary>Beyond this, scores or what they are made of may not be finite.</summary>
    private const double GreatestSafe = 1e37;

    /// <summary>Integer grids without minima that have a scale per vector or one for all.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="prepared">A prepared query; its first value is the step of its integers, times the scale for all.</param>
    /// <param name="scale">The scale for all; 1 where each vector has its own.</param>
    /// <param name="queryNorm">Norm of the query, 1 under Cosine.</param>
    /// <param name="vectorNorm">The greatest norm of decoded vectors.</param>
    public static double OfIntegers(CodecLayout layout, ReadOnlySpan<byte> prepared, double scale, double queryNorm, double vectorNorm)
    {
        CodecGuard.CheckLength(prepared.Length, 1, layout.QueryBytes, nameof(prepared), "bytes");
        float multiplier = Unsafe.ReadUnaligned<float>(ref MemoryMarshal.GetReference(prepared));
        double root = Math.Sqrt(layout.Dimensions);

        // Each value is rounded to the next integer, and those before it are off by three roundings. Without a step the query counts as 0.
        double query = multiplier < 1 / (float)(1UL << 63) / (1UL << 63)
            ? 2 * queryNorm
            : (0.5000001 * multiplier / scale * root) + (8 * Half * queryNorm);
        double rounded = queryNorm + query;

        // Sums of integers are exact. What remains are seven roundings of up to three times the product, and tiny results.
        double product = (vectorNorm * query) + (16 * Half * vectorNorm * rounded) + (Smallest * (2 + ((1 + root) * (rounded + 1))));
        return Total(layout.Metric, product, vectorNorm, queryNorm);
    }

    /// <summary>Sums of as many terms as there are dimensions, in single precision: float formats and product codes.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="queryNorm">Norm of the query, 1 under Cosine.</param>
    /// <param name="vectorNorm">The greatest norm of decoded vectors.</param>
    public static double OfSums(CodecLayout layout, double queryNorm, double vectorNorm)
    {
        // 16 roundings beside the sum as in the bound between tiers, and 8 for decoded values and the norm of the query.
        double roundings = (layout.Dimensions + 24) * Half;
        double tiny = (layout.Dimensions + 24) * Smallest * (1 + vectorNorm + queryNorm);
        double sum = layout.Metric == Metric.SquaredL2 ? vectorNorm + queryNorm : 0;
        double terms = layout.Metric == Metric.SquaredL2 ? sum * sum : vectorNorm * queryNorm;
        return Safe((roundings * terms) + tiny, terms, vectorNorm, queryNorm);
    }

    /// <summary>The error of a score that is made of a product and, under SquaredL2, of rounded squared norms.</summary>
    private static double Total(Metric metric, double product, double vectorNorm, double queryNorm)
    {
        if (metric != Metric.SquaredL2)
        {
            return Safe(product, vectorNorm * queryNorm, vectorNorm, queryNorm);
        }

        double sum = vectorNorm + queryNorm;
        return Safe((2 * product) + (5 * Half * sum * sum) + (4 * Smallest), sum * sum, vectorNorm, queryNorm);
    }

    private static double Safe(double error, double score, double vectorNorm, double queryNorm) =>
        score < GreatestSafe && vectorNorm < GreatestSafe && queryNorm < GreatestSafe ? error : double.MaxValue;
}
