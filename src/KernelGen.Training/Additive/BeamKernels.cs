using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelGen.Kernels;

namespace KernelGen.Training.Additive;

/// <summary>The kernels of the beam search for codebooks of any shape: what generated codecs compute, bit for bit.</summary>
internal readonly struct BeamKernels : IBeamKernels
{
    private const int TileRows = 4;

    /// <summary>Centroids per turn: two vectors of eight.</summary>
    private const int TileCentroids = 16;

    public static void Extend(
        int dimensions,
        int stride,
        ref float residuals,
        int rows,
        ref float errors,
        ref float columns,
        ref float halfNorms,
        ref float totals,
        CpuTier tier)
    {
        int row = 0;
        for (; row <= rows - TileRows; row += TileRows)
        {
            ref float x0 = ref Unsafe.Add(ref residuals, row * dimensions);
            ref float x1 = ref Unsafe.Add(ref x0, dimensions);
            ref float x2 = ref Unsafe.Add(ref x1, dimensions);
            ref float x3 = ref Unsafe.Add(ref x2, dimensions);
            ref float total = ref Unsafe.Add(ref totals, row * stride);
            for (int j = 0; j < stride; j += TileCentroids)
            {
                (Vector256<float> lower, Vector256<float> upper) = Load(ref Unsafe.Add(ref halfNorms, j));
                Vector256<float> t00 = lower, t01 = upper, t10 = lower, t11 = upper, t20 = lower, t21 = upper, t30 = lower, t31 = upper;
                ref float column = ref Unsafe.Add(ref columns, j);
                for (int i = 0; i < dimensions; i++)
                {
                    (lower, upper) = Load(ref column);
                    column = ref Unsafe.Add(ref column, stride);
                    Vector256<float> x = Vector256.Create(Unsafe.Add(ref x0, i));
                    t00 -= x * lower;
                    t01 -= x * upper;
                    x = Vector256.Create(Unsafe.Add(ref x1, i));
                    t10 -= x * lower;
                    t11 -= x * upper;
                    x = Vector256.Create(Unsafe.Add(ref x2, i));
                    t20 -= x * lower;
                    t21 -= x * upper;
                    x = Vector256.Create(Unsafe.Add(ref x3, i));
                    t30 -= x * lower;
                    t31 -= x * upper;
                }

                Store(t00, t01, Unsafe.Add(ref errors, row), ref Unsafe.Add(ref total, j));
                Store(t10, t11, Unsafe.Add(ref errors, row + 1), ref Unsafe.Add(ref total, stride + j));
                Store(t20, t21, Unsafe.Add(ref errors, row + 2), ref Unsafe.Add(ref total, (2 * stride) + j));
                Store(t30, t31, Unsafe.Add(ref errors, row + 3), ref Unsafe.Add(ref total, (3 * stride) + j));
            }
        }

        for (; row < rows; row++)
        {
            ref float x = ref Unsafe.Add(ref residuals, row * dimensions);
            for (int j = 0; j < stride; j += TileCentroids)
            {
                (Vector256<float> t0, Vector256<float> t1) = Load(ref Unsafe.Add(ref halfNorms, j));
                for (int i = 0; i < dimensions; i++)
                {
                    (Vector256<float> lower, Vector256<float> upper) = Load(ref Unsafe.Add(ref columns, (i * stride) + j));
                    t0 -= Vector256.Create(Unsafe.Add(ref x, i)) * lower;
                    t1 -= Vector256.Create(Unsafe.Add(ref x, i)) * upper;
                }

                Store(t0, t1, Unsafe.Add(ref errors, row), ref Unsafe.Add(ref totals, (row * stride) + j));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Lower, Vector256<float> Upper) Load(ref float source) =>
        (Vector256.LoadUnsafe(ref source), Vector256.LoadUnsafe(ref source, 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> lower, Vector256<float> upper, float error, ref float total)
    {
        (Vector256.Create(error) + lower).StoreUnsafe(ref total);
        (Vector256.Create(error) + upper).StoreUnsafe(ref total, 8);
    }
}
