using System.Runtime.CompilerServices;

namespace KernelGen.Transforms;

/// <summary>Products of a matrix with vectors, for one width of SIMD vectors. Lanes are outputs, so every sum has the same order on every width:
/// one product after another, two roundings each.</summary>
internal static class MatrixKernel<TLanes, TVector>
    where TLanes : struct, IHadamardLanes<TVector>
    where TVector : struct
{
    /// <summary>The floats of the widest vector.</summary>
    private const int WidestCount = 16;

    /// <summary>Multiplies rows by a matrix: destination[r, j] = sum over i of source[r, i] * matrix[i, j].</summary>
    /// <param name="source">The first of rows of <paramref name="inputs"/> values.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="inputs">Values of a row.</param>
    /// <param name="matrix">For each input a row of <paramref name="stride"/> values.</param>
    /// <param name="stride">At least <paramref name="outputs"/>, a multiple of <see cref="PaddedMatrix.Padding"/>.</param>
    /// <param name="destination">The first of rows of <paramref name="outputs"/> values.</param>
    /// <param name="outputs">Values of a result.</param>
    public static void Multiply(ref float source, int rows, int inputs, ref float matrix, int stride, ref float destination, int outputs)
    {
        // Four rows read two vectors of the matrix; these columns of it stay in the cache for all rows.
        int fours = rows & ~3;
        for (nint j = 0; fours > 0 && j < outputs; j += 2 * TLanes.Count)
        {
            for (nint row = 0; row < fours; row += 4)
            {
                MultiplyFour(
                    ref Unsafe.Add(ref source, row * inputs), inputs, ref Unsafe.Add(ref matrix, j), stride, ref Unsafe.Add(ref destination, row * outputs), j, outputs);
            }
        }

        for (nint row = fours; row < rows; row++)
        {
            for (nint j = 0; j < outputs; j += 8 * TLanes.Count)
            {
                MultiplyOne(
                    ref Unsafe.Add(ref source, row * inputs), inputs, ref Unsafe.Add(ref matrix, j), stride, ref Unsafe.Add(ref destination, row * outputs), j, outputs);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MultiplyFour(ref float source, int inputs, ref float matrix, nint stride, ref float destination, nint j, nint outputs)
    {
        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        ref float second = ref Unsafe.Add(ref source, inputs);
        ref float third = ref Unsafe.Add(ref second, inputs);
        ref float fourth = ref Unsafe.Add(ref third, inputs);
        for (nint i = 0; i < inputs; i++)
        {
            TVector m0 = TLanes.Load(ref matrix, 0);
            TVector m1 = TLanes.Load(ref matrix, TLanes.Count);
            TVector x = TLanes.Create(Unsafe.Add(ref source, i));
            a0 = TLanes.Add(a0, TLanes.Multiply(m0, x));
            a1 = TLanes.Add(a1, TLanes.Multiply(m1, x));
            x = TLanes.Create(Unsafe.Add(ref second, i));
            b0 = TLanes.Add(b0, TLanes.Multiply(m0, x));
            b1 = TLanes.Add(b1, TLanes.Multiply(m1, x));
            x = TLanes.Create(Unsafe.Add(ref third, i));
            c0 = TLanes.Add(c0, TLanes.Multiply(m0, x));
            c1 = TLanes.Add(c1, TLanes.Multiply(m1, x));
            x = TLanes.Create(Unsafe.Add(ref fourth, i));
            d0 = TLanes.Add(d0, TLanes.Multiply(m0, x));
            d1 = TLanes.Add(d1, TLanes.Multiply(m1, x));
            matrix = ref Unsafe.Add(ref matrix, stride);
        }

        StorePair(a0, a1, ref destination, j, outputs);
        StorePair(b0, b1, ref Unsafe.Add(ref destination, outputs), j, outputs);
        StorePair(c0, c1, ref Unsafe.Add(ref destination, 2 * outputs), j, outputs);
        StorePair(d0, d1, ref Unsafe.Add(ref destination, 3 * outputs), j, outputs);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MultiplyOne(ref float source, int inputs, ref float matrix, nint stride, ref float destination, nint j, nint outputs)
    {
        TVector a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (nint i = 0; i < inputs; i++)
        {
            TVector x = TLanes.Create(Unsafe.Add(ref source, i));
            a0 = TLanes.Add(a0, TLanes.Multiply(TLanes.Load(ref matrix, 0), x));
            a1 = TLanes.Add(a1, TLanes.Multiply(TLanes.Load(ref matrix, TLanes.Count), x));
            a2 = TLanes.Add(a2, TLanes.Multiply(TLanes.Load(ref matrix, 2 * TLanes.Count), x));
            a3 = TLanes.Add(a3, TLanes.Multiply(TLanes.Load(ref matrix, 3 * TLanes.Count), x));
            a4 = TLanes.Add(a4, TLanes.Multiply(TLanes.Load(ref matrix, 4 * TLanes.Count), x));
            a5 = TLanes.Add(a5, TLanes.Multiply(TLanes.Load(ref matrix, 5 * TLanes.Count), x));
            a6 = TLanes.Add(a6, TLanes.Multiply(TLanes.Load(ref matrix, 6 * TLanes.Count), x));
            a7 = TLanes.Add(a7, TLanes.Multiply(TLanes.Load(ref matrix, 7 * TLanes.Count), x));
            matrix = ref Unsafe.Add(ref matrix, stride);
        }

        StorePair(a0, a1, ref destination, j, outputs);
        StorePair(a2, a3, ref destination, j + (2 * TLanes.Count), outputs);
        StorePair(a4, a5, ref destination, j + (4 * TLanes.Count), outputs);
        StorePair(a6, a7, ref destination, j + (6 * TLanes.Count), outputs);
    }

    private static void StorePair(TVector first, TVector second, ref float destination, nint j, nint outputs)
    {
        Store(first, ref destination, j, outputs);
        Store(second, ref destination, j + TLanes.Count, outputs);
    }

    /// <summary>Stores lanes j.. of a result as far as it goes.</summary>
    private static void Store(TVector value, ref float destination, nint j, nint outputs)
    {
        if (j + TLanes.Count <= outputs)
        {
            TLanes.Store(value, ref destination, j);
            return;
        }

        if (j < outputs)
        {
            Span<float> lanes = stackalloc float[WidestCount];
            TLanes.Store(value, ref lanes[0], 0);
            for (nint i = 0; i < outputs - j; i++)
            {
                Unsafe.Add(ref destination, j + i) = lanes[(int)i];
            }
        }
    }
}
