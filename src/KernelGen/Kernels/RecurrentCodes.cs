using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>
/// Several planes of signs (docs/formats.md, section 9): codes and scales of vectors, and of queries, which are codes too. The same results on every
/// processor. For generated code.
/// </summary>
/// <remarks>
/// The signs b of a value and of what they leave over, with weights 2^-t, are the bits of the interval of the mid-rise grid in which the value lies, the
/// first one highest: so no residual is formed.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RecurrentCodes
{
    /// <summary>Encodes a vector.</summary>
    /// <param name="values">The vector.</param>
    /// <param name="planes">Bits of a code, 2 to 8.</param>
    /// <param name="isUnit">Whether codes stand for vectors of norm 1; else for the multiple of the code that is nearest to the vector.</param>
    /// <param name="codes">Receives a code per value, a byte each.</param>
    /// <param name="scale">The step between two codes.</param>
    /// <returns>False if a value is not finite; then nothing is written.</returns>
    public static bool TryEncode(ReadOnlySpan<float> values, int planes, bool isUnit, Span<byte> codes, out float scale)
    {
        double norm2 = StripedSums.Squares(values);
        scale = 0f;
        if (!double.IsFinite(norm2))
        {
            return false;
        }

        // Finite values have a finite sum of squares. Steps are those that suit normal values of the vector's deviation.
        bool isZero = norm2 < StripedSums.SmallestSquares;
        double inverse = isZero ? 0 : ((1 << planes) - 1) / (2 * RotatedEncoder.Ranges[planes - 1]) * Math.Sqrt(values.Length / norm2);
        (double product, double squares) = SteppedCodes.Encode(values, new Steps(1 << (planes - 1), inverse), codes);
        if (!isZero)
        {
            scale = Scales.RoundSingle((float)(isUnit ? 1.0 / Math.Sqrt(squares) : product / squares));
        }

        return true;
    }

    /// <summary>Encodes a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="planes">Bits of a code, 2 to 8.</param>
    /// <param name="isUnit">As for vectors.</param>
    /// <param name="codes">At least as many bytes, which are overwritten.</param>
    /// <param name="integers">Receives odd integers.</param>
    /// <param name="step">What one of them stands for: half the scale.</param>
    /// <returns>False if a value is not finite.</returns>
    public static bool TryPrepare(ReadOnlySpan<float> query, int planes, bool isUnit, Span<byte> codes, Span<int> integers, out float step)
    {
        if (!TryEncode(query, planes, isUnit, codes, out float scale))
        {
            step = 0;
            return false;
        }

        int greatest = (1 << planes) - 1;
        codes = codes[..integers.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = (2 * codes[i]) - greatest;
        }

        step = 0.5f * scale;
        return true;
    }

    /// <summary>The squared norm of the vector that an encoded query stands for.</summary>
    /// <param name="integers">The query's integers.</param>
    /// <param name="step">What one of them stands for.</param>
    /// <param name="decoded">Receives the vector.</param>
    public static float SquaredNorm(ReadOnlySpan<int> integers, float step, Span<float> decoded)
    {
        for (int i = 0; i < integers.Length; i++)
        {
            decoded[i] = integers[i] * step;
        }

        return (float)StripedSums.Squares(decoded[..integers.Length]);
    }

    /// <summary>Steps of a width, half a step around zero.</summary>
    /// <param name="center">Half the number of codes.</param>
    /// <param name="inverse">One over the width.</param>
    private readonly struct Steps(int center, double inverse) : ISteps
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Encode(Vector256<float> values, int index, ref byte codes)
        {
            Vector512<double> step = Vector512.Floor(StripedSums.Widen(values) * inverse);
            step = Vector512.MinNative(Vector512.MaxNative(step, Vector512.Create(-(double)center)), Vector512.Create((double)(center - 1)));

            // Beside 2^52 an integer stands in the lowest bits.
            StripedSums.StoreLowestBytes((step + Vector512.Create((double)(1L << 52) + center)).AsInt64(), ref codes);
            return step + Vector512.Create(0.5);
        }
    }
}
