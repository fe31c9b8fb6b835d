namespace KernelGen.Generators.Plans;

/// <summary>Small arithmetic of plans and emitters.</summary>
internal static class PlanMath
{
    /// <summary>Bytes of a cache line, at which parts of blocks and queries start.</summary>
    public const int Line = 64;

    public static int RoundUp(int value, int multiple = Line) => (value + multiple - 1) / multiple * multiple;

    public static int Log2(int powerOfTwo)
    {
        int log = 0;
        while (1 << log < powerOfTwo)
        {
            log++;
        }

        return log;
    }
}
