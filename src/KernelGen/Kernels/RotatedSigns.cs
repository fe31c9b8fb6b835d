using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>Scores of rotated codes of one bit, made of the sums of their signs and of the numbers that rows store. For generated code; formulas:
/// docs/formats.md, section 10.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RotatedSigns
{
    /// <summary>Where a prepared query holds its squared norm; the other numbers are those of <see cref="SignScan"/>.</summary>
    private const int NormOffset = 12;

    /// <summary>The inner product of two decoded vectors.</summary>
    /// <param name="dimensions">Their bits.</param>
    /// <param name="differing">How many of them differ.</param>
    /// <param name="first">The magnitude of the first vector's values.</param>
    /// <param name="second">That of the second one's.</param>
    public static float Product(int dimensions, int differing, float first, float second) =>
        (float)((double)first * second * (dimensions - (2 * differing)));

    /// <summary>Minus the squared distance of two decoded vectors; parameters as those of <see cref="Product"/>.</summary>
    public static float NegativeDistance(int dimensions, int differing, float first, float second)
    {
        double difference = (double)first - second;
        double sum = (double)first + second;
        return -(float)((difference * difference * (dimensions - differing)) + (sum * sum * differing));
    }

    /// <summary>Scores from sums.</summary>
    /// <param name="query">The prepared query.</param>
    /// <param name="scales">The scale of the first row; its term is <see cref="ISignKernels.TermsOffset"/> further.</param>
    /// <param name="sums">A sum per row.</param>
    /// <param name="scores">As many scores.</param>
    internal static void Scores<TKernels>(ref byte query, ref byte scales, ReadOnlySpan<ushort> sums, Span<float> scores)
        where TKernels : struct, ISignKernels
    {
        float step = KernelMath.Read<float>(ref query, SignScan.StepOffset);
        int magnitude = KernelMath.Read<int>(ref query, SignScan.MagnitudeOffset);
        float bias = KernelMath.Read<float>(ref query, SignScan.BiasOffset);
        float queryNorm = KernelMath.Read<float>(ref query, NormOffset);
        ref byte terms = ref Unsafe.Add(ref scales, TKernels.TermsOffset);
        ref ushort sum = ref MemoryMarshal.GetReference(sums);
        ref float score = ref MemoryMarshal.GetReference(scores[..sums.Length]);
        int i = 0;

        // 256 bits on every tier: the loop waits for its loads, not for its arithmetic.
        for (; i <= sums.Length - 8; i += 8)
        {
            nuint place = (nuint)i * 4;
            Vector256<float> products = Vector256.ConvertToSingle(SignScan.Products(ref Unsafe.Add(ref sum, i), Vector256.Create(magnitude)));
            products = Vector256.LoadUnsafe(ref scales, place).AsSingle() * (products * step);
            if (TKernels.Parts == SignParts.ScaleAndOffset)
            {
                products += Vector256.LoadUnsafe(ref terms, place).AsSingle();
            }
            else if (TKernels.Parts == SignParts.ScaleAndNorm)
            {
                Vector256<float> norms = Vector256.LoadUnsafe(ref terms, place).AsSingle();
                products = -Vector256.Max(Vector256<float>.Zero, norms + Vector256.Create(queryNorm) - (products + products));
            }

            (products + Vector256.Create(bias)).StoreUnsafe(ref score, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            float product = KernelMath.Read<float>(ref scales, i * 4) * (step * ((2 * Unsafe.Add(ref sum, i)) - magnitude));
            if (TKernels.Parts == SignParts.ScaleAndOffset)
            {
                product += KernelMath.Read<float>(ref terms, i * 4);
            }
            else if (TKernels.Parts == SignParts.ScaleAndNorm)
            {
                product = KernelMath.NegativeDistance(KernelMath.Read<float>(ref terms, i * 4), queryNorm, product);
            }

            Unsafe.Add(ref score, i) = product + bias;
        }
    }
}
