namespace KernelGen.Generators.Plans;

/// <summary>Small arithmetic of plans and emitters.</summary>
internal static class PlanMath
{
    /// <summary>Bytes of a cache line, at which parts of blocks and queries start.</summary>
    public const int Line = 64;

    public static int RoundUp(int value, int multiple = Line) => (value + multiple - 1) / multiple * multiple;

    /// <summary>A float as a C# literal.</summary>
    public static string Literal(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "f";

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
