using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelGen.Training.Clustering;

namespace KernelGen.Training.Linear;

/// <summary>Inner products of all rows of one matrix with all rows of another.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Computes the products of rows with the rows of panels.</summary>
    /// <param name="left">Rows.</param>
    /// <param name="right">Other rows.</param>
    /// <param name="products">As many rows as <paramref name="left"/>, of as many values as <paramref name="right"/> has
    /// rows.</param>
    internal static void Compute(Rows left, Panels right, Rows products)
    {
        fixed (float* panels = right[0])
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Compute<Vector512<float>, Vector512<int>, Lanes512>(left, panels, products);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Compute<Vector256<float>, Vector256<int>, Lanes256>(left, panels, products);
            }
            else
            {
                Compute<Vector128<float>, Vector128<int>, Lanes128>(left, panels, products);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute<TSingle, TInt32, TLanes>(Rows left, float* panels, Rows products)
        where TSingle : struct
        where TInt32 : struct
        where TLanes : ILanes<TSingle, TInt32>
    {
        int lanes = TLanes.Count;
        int last = left.Count - 1;
        float* results = stackalloc float[8 * lanes];
        for (int i = 0; i < left.Count; i += 4)
        {
            float* values = panels;
            for (int column = 0; column < products.Width; column += 2 * lanes)
            {
                TSingle sum00 = TLanes.Broadcast(0), sum01 = sum00, sum10 = sum00, sum11 = sum00;
                TSingle sum20 = sum00, sum21 = sum00, sum30 = sum00, sum31 = sum00;
                values = ProductTile.Add<TSingle, TInt32, TLanes>(
                    left.At(i), left.At(Math.Min(i + 1, last)), left.At(Math.Min(i + 2, last)), left.At(Math.Min(i + 3, last)),
                    values, left.Width,
                    ref sum00, ref sum01, ref sum10, ref sum11, ref sum20, ref sum21, ref sum30, ref sum31);
                TLanes.Store(sum00, results);
                TLanes.Store(sum01, results + lanes);
                TLanes.Store(sum10, results + (2 * lanes));
                TLanes.Store(sum11, results + (3 * lanes));
                TLanes.Store(sum20, results + (4 * lanes));
                TLanes.Store(sum21, results + (5 * lanes));
                TLanes.Store(sum30, results + (6 * lanes));
                TLanes.Store(sum31, results + (7 * lanes));
                int columns = Math.Min(2 * lanes, products.Width - column);
                for (int r = 0; r < Math.Min(4, left.Count - i); r++)
                {
                    new Span<float>(results + (2 * r * lanes), columns).CopyTo(new Span<float>(products.At(i + r) + column, columns));
                }
            }
        }
    }
}
