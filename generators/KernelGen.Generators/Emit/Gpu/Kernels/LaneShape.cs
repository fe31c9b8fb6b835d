using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>How the threads of a group share the rows of a tile: a row is read by <see cref="Lanes"/> neighbouring threads.</summary>
/// <param name="Lanes">Threads per row, a power of two.</param>
/// <param name="Turns">Units that a lane takes, one after another.</param>
internal sealed record LaneShape(int Lanes, int Turns)
{
    /// <summary>What a device's memory delivers at once.</summary>
    private const int DeliveredBytes = 64;

    private const int ManyStripes = 3;

    /// <summary>Rows that a group reads beside each other.</summary>
    public int GroupRows => GpuKernel.GroupSize / Lanes;

    /// <summary>The number of a thread's row among those rows.</summary>
    public GpuExpression RowOfThread => GpuKernel.Thread >> PlanMath.Log2(Lanes);

    /// <summary>The number of a thread's lane.</summary>
    public GpuExpression LaneOfThread => GpuKernel.Thread & (Lanes - 1);

    /// <summary>
    /// As many lanes as have two units each without more than a fifth of their turns being idle: neighbouring threads then read neighbouring
    /// bytes, and few partial sums are left to add up.
    /// </summary>
    /// <param name="units">Units of a stripe.</param>
    /// <param name="stripes">Stripes of a row.</param>
    /// <param name="unitBytes">Bytes of a unit.</param>
    public static LaneShape ForUnits(int units, int stripes, int unitBytes)
    {
        int lanes = 32;
        while (lanes > 1 && (units < 2 * lanes || TurnsOf(units, lanes) * lanes * 4 > units * 5))
        {
            lanes /= 2;
        }

        // A turn reads a piece of each stripe. Of many pieces smaller than what memory delivers at once, the rest is gone when its turn comes
        // and is delivered again: rather idle lanes, up to a quarter.
        int whole = 1 << PlanMath.Log2(units);
        bool rereads = stripes >= ManyStripes && lanes * unitBytes < DeliveredBytes;
        return rereads && whole * 3 <= units * 4 && whole <= 32 ? new LaneShape(whole, 1) : new LaneShape(lanes, TurnsOf(units, lanes));
    }

    /// <summary>One lane per element as far as the group goes, for kernels that treat elements apart.</summary>
    public static LaneShape ForElements(int elements)
    {
        int lanes = 1;
        while (lanes < elements && lanes < GpuKernel.GroupSize)
        {
            lanes *= 2;
        }

        return new LaneShape(lanes, TurnsOf(elements, lanes));
    }

    private static int TurnsOf(int units, int lanes) => (units + lanes - 1) / lanes;
}
