using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Numbers of a float format out of 32-bit words.</summary>
internal static class FloatCodes
{
    /// <summary>
    /// The number at a place of each word, times 2^-ExponentGap: moved to the top of the word, shifted down until its exponent is in
    /// place (the sign is copied on the way), and cleared of neighbours and copies.
    /// </summary>
    public static string Number(FloatPlan plan, CpuTarget target, string words, int part)
    {
        int left = 32 - (8 * plan.ElementBytes * (part + 1));
        string top = left == 0 ? words : $"{target.V}.ShiftLeft({words}, {left})";
        if (plan.ExponentShift != 0)
        {
            string signed = $"{target.V}.ShiftRightArithmetic({top}.AsInt32(), {plan.ExponentShift}).AsUInt32()";
            return $"({signed} & mask).AsSingle()";
        }

        // bfloat16 in the upper half still has its neighbour below; single precision is as it is.
        return plan.PerWord > 1 && left == 0 ? $"({top} & mask).AsSingle()" : $"{top}.AsSingle()";
    }

    /// <summary>2^exponent as a C# float.</summary>
    public static string Power(int exponent) => exponent switch
    {
        112 => "5.192297E+33f",
        120 => "1.3292280E+36f",
        _ => throw new ArgumentOutOfRangeException(nameof(exponent)),
    };
}
