namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>How the threads of a group share the rows of a tile: a row is read by <see cref="Lanes"/> neighbouring threads.</summary>
/// <param name="Lanes">Threads per row, a power of two.</param>
/// <param name="Turns">Units that a lane takes, one after another.</param>
internal sealed record LaneShape(int Lanes, int Turns)
{
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
        while (lanes < elements && lanes < Model.GpuKernel.GroupSize)
        {
            lanes *= 2;
        }

        return new LaneShape(lanes, TurnsOf(elements, lanes));
    }

    private static int TurnsOf(int units, int lanes) => (units + lanes - 1) / lanes;
}
