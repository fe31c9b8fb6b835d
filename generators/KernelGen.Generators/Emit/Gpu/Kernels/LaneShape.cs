using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>How the threads of a group share the rows of a tile: a row is read by <see cref="Lanes"/> neighbouring threads.</summary>
/// <param name="Lanes">Threads per row, a power of two.</param>
/// <param name="Turns">Units that a lane takes, one after another.</param>
internal sealed record LaneShape(int Lanes, int Turns)
{
    /// <summary>Rows that a group reads beside each other.</summary>
    public int GroupRows => GpuKernel.GroupSize / Lanes;

    /// <summary>The number of a thread's row among those rows.</summary>
    public GpuExpression RowOfThread => GpuKernel.Thread >> PlanMath.Log2(Lanes);

    /// <summary>The number of a thread's lane.</summary>
    public GpuExpression LaneOfThread => GpuKernel.Thread & (Lanes - 1);

    /// <summary>
    /// As many lanes as have two units each without a quarter of their turns being idle: neighbouring threads then read neighbouring bytes,
    /// and few partial sums are left to add up.
    /// </summary>
    public static LaneShape ForUnits(int units)
    {
        int lanes = 32;
        while (lanes > 1 && (units < 2 * lanes || TurnsOf(units, lanes) * lanes * 4 > units * 5))
        {
            lanes /= 2;
        }

        return new LaneShape(lanes, TurnsOf(units, lanes));
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
