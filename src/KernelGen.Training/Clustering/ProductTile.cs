using System.Runtime.CompilerServices;

namespace KernelGen.Training.Clustering;

/// <summary>
/// The loop of all matrix products: four rows by one panel. Eight sums are as many as hide the latency of two multiply-adds per
/// cycle, and a panel is read once per four rows.
/// </summary>
/// <remarks>A sum runs through the dimensions in order, whatever the width of the vectors: with fused multiply-adds it has the
/// same bits on every processor.</remarks>
internal static unsafe class ProductTile
{
    /// <summary>Adds the products of four rows and the rows of a panel to sums, and returns where the next panel
    /// starts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float* Add<TSingle, TInt32, TLanes>(
        float* row0,
        float* row1,
        float* row2,
        float* row3,
        float* panel,
        int dimensions,
        ref TSingle sum00,
        ref TSingle sum01,
        ref TSingle sum10,
        ref TSingle sum11,
        ref TSingle sum20,
        ref TSingle sum21,
        ref TSingle sum30,
        ref TSingle sum31)
        where TSingle : struct
        where TInt32 : struct
        where TLanes : ILanes<TSingle, TInt32>
    {
        for (int d = 0; d < dimensions; d++, panel += 2 * TLanes.Count)
        {
            TSingle lower = TLanes.Load(panel), upper = TLanes.Load(panel + TLanes.Count);
            TSingle value = TLanes.Broadcast(row0[d]);
            sum00 = TLanes.MultiplyAdd(value, lower, sum00);
            sum01 = TLanes.MultiplyAdd(value, upper, sum01);
            value = TLanes.Broadcast(row1[d]);
            sum10 = TLanes.MultiplyAdd(value, lower, sum10);
            sum11 = TLanes.MultiplyAdd(value, upper, sum11);
            value = TLanes.Broadcast(row2[d]);
            sum20 = TLanes.MultiplyAdd(value, lower, sum20);
            sum21 = TLanes.MultiplyAdd(value, upper, sum21);
            value = TLanes.Broadcast(row3[d]);
            sum30 = TLanes.MultiplyAdd(value, lower, sum30);
            sum31 = TLanes.MultiplyAdd(value, upper, sum31);
        }

        return panel;
    }
}
