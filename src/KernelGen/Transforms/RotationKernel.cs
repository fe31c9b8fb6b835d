using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Transforms;

/// <summary>
/// Rotations of vectors in passes (docs/rotations.md), for one width of SIMD vectors. No pass touches memory outside its values:
/// where their number is no multiple of the width, the last SIMD vector overlaps the one before. Passes are not inlined: together
/// they would exceed what the JIT inlines into one method.
/// </summary>
internal static class RotationKernel<TLanes, TVector>
    where TLanes : struct, IHadamardLanes<TVector>
    where TVector : struct
{
    private const float Sqrt2 = 1.41421354f;
    private const int LastRound = HadamardRotation.Rounds - 1;

    /// <summary>Where factors enter the Kac step next to them: after it in a rotation, before it in the inverse.</summary>
    private enum Factors
    {
        None,
        Before,
        After,
    }

    /// <summary>Rotates vectors of D values.</summary>
    /// <param name="source">The vectors.</param>
    /// <param name="destination">The rotated vectors; may be the source.</param>
    /// <param name="factors">D factors for each round.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="window">n, the values of a Hadamard transform.</param>
    /// <param name="isInverse">Whether to undo the rotation.</param>
    public static void Run(
        ReadOnlySpan<float> source, Span<float> destination, float[] factors, int dimensions, int window, bool isInverse)
    {
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        ref float start = ref MemoryMarshal.GetArrayDataReference(factors);
        for (nint i = 0; i < source.Length; i += dimensions)
        {
            if (isInverse)
            {
                RotateBack(ref Unsafe.Add(ref from, i), ref Unsafe.Add(ref to, i), ref start, dimensions, window);
            }
            else
            {
                Rotate(ref Unsafe.Add(ref from, i), ref Unsafe.Add(ref to, i), ref start, dimensions, window);
            }
        }
    }

    private static void Rotate(ref float source, ref float destination, ref float factors, int dimensions, int window)
    {
        if (window == dimensions)
        {
            HadamardTransform<TLanes, TVector>.RunProducts(ref source, ref factors, ref destination, window);
            for (int round = 1; round <= LastRound; round++)
            {
                factors = ref Unsafe.Add(ref factors, dimensions);
                HadamardTransform<TLanes, TVector>.RunProducts(ref destination, ref factors, ref destination, window);
            }

            return;
        }

        Multiply(ref source, ref factors, ref destination, dimensions);
        for (int round = 0; round < LastRound; round++)
        {
            TransformWindow(ref destination, round, dimensions, window);
            factors = ref Unsafe.Add(ref factors, dimensions);
            KacThenMultiply(ref destination, ref factors, dimensions);
        }

        TransformWindow(ref destination, LastRound, dimensions, window);
        Kac(ref destination, ref destination, dimensions);
    }

    /// <summary>The steps of <see cref="Rotate"/> in reverse order; each undoes itself, but for its length.</summary>
    private static void RotateBack(ref float source, ref float destination, ref float factors, int dimensions, int window)
    {
        ref float roundFactors = ref Unsafe.Add(ref factors, LastRound * dimensions);
        if (window == dimensions)
        {
            HadamardTransform<TLanes, TVector>.Run(ref source, ref destination, window);
            for (int round = LastRound; round > 0; round--)
            {
                HadamardTransform<TLanes, TVector>.RunProducts(ref destination, ref roundFactors, ref destination, window);
                roundFactors = ref Unsafe.Subtract(ref roundFactors, dimensions);
            }
        }
        else
        {
            Kac(ref source, ref destination, dimensions);
            for (int round = LastRound; round > 0; round--)
            {
                TransformWindow(ref destination, round, dimensions, window);
                MultiplyThenKac(ref destination, ref roundFactors, dimensions);
                roundFactors = ref Unsafe.Subtract(ref roundFactors, dimensions);
            }

            TransformWindow(ref destination, 0, dimensions, window);
        }

        Multiply(ref destination, ref factors, ref destination, dimensions);
    }

    /// <summary>destination[i] = source[i] * factors[i].</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Multiply(ref float source, ref float factors, ref float destination, nint count)
    {
        // The last vector is read before the loop writes any part of it.
        nint last = count - TLanes.Count;
        TVector lastProducts = TLanes.Multiply(TLanes.Load(ref source, last), TLanes.Load(ref factors, last));
        for (nint i = 0; i < last; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(ref source, i), TLanes.Load(ref factors, i)), ref destination, i);
        }

        TLanes.Store(lastProducts, ref destination, last);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Kac(ref float source, ref float destination, int dimensions) =>
        KacStep(ref source, ref destination, ref source, Factors.None, dimensions);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void KacThenMultiply(ref float values, ref float factors, int dimensions) =>
        KacStep(ref values, ref values, ref factors, Factors.After, dimensions);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MultiplyThenKac(ref float values, ref float factors, int dimensions) =>
        KacStep(ref values, ref values, ref factors, Factors.Before, dimensions);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KacStep(ref float source, ref float destination, ref float factors, Factors use, int dimensions)
    {
        nint upper = dimensions - (dimensions / 2);
        nint last = (dimensions / 2) - TLanes.Count;
        float middle = Unsafe.Add(ref source, upper - 1);
        KacButterfly(ref source, ref factors, use, last, upper, out TVector lastSum, out TVector lastDifference);
        for (nint i = 0; i < last; i += TLanes.Count)
        {
            KacButterfly(ref source, ref factors, use, i, upper, out TVector sum, out TVector difference);
            TLanes.Store(sum, ref destination, i);
            TLanes.Store(difference, ref destination, i + upper);
        }

        TLanes.Store(lastSum, ref destination, last);
        TLanes.Store(lastDifference, ref destination, last + upper);
        if ((dimensions & 1) != 0)
        {
            float factor = use == Factors.None ? 1f : Unsafe.Add(ref factors, upper - 1);
            Unsafe.Add(ref destination, upper - 1) = use == Factors.Before ? middle * factor * Sqrt2 : middle * Sqrt2 * factor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KacButterfly(
        ref float source, ref float factors, Factors use, nint i, nint upper, out TVector sum, out TVector difference)
    {
        TVector left = TLanes.Load(ref source, i);
        TVector right = TLanes.Load(ref source, i + upper);
        if (use == Factors.Before)
        {
            left = TLanes.Multiply(left, TLanes.Load(ref factors, i));
            right = TLanes.Multiply(right, TLanes.Load(ref factors, i + upper));
        }

        sum = TLanes.Add(left, right);
        difference = TLanes.Subtract(left, right);
        if (use == Factors.After)
        {
            sum = TLanes.Multiply(sum, TLanes.Load(ref factors, i));
            difference = TLanes.Multiply(difference, TLanes.Load(ref factors, i + upper));
        }
    }

    private static void TransformWindow(ref float values, int round, int dimensions, int window)
    {
        ref float start = ref Unsafe.Add(ref values, (round & 1) == 0 ? 0 : dimensions - window);
        HadamardTransform<TLanes, TVector>.Run(ref start, ref start, window);
    }
}
