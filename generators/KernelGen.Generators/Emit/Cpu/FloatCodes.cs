using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Numbers of a float format out of 32-bit words.</summary>
internal static class FloatCodes
{
    /// <summary>
    /// Declares what the numbers of a vector of words are taken from. Bytes are first shifted within 16 bits, even and odd ones apart:
    /// an arithmetic shift that copies the sign and brings the exponent into place serves two numbers.
    /// </summary>
    public static void EmitHalves(SourceWriter writer, FloatPlan plan, CpuTarget target, int row)
    {
        if (plan.ElementBytes == 1)
        {
            string v = target.V;
            writer.Write($"{v}<uint> even{row} = {v}.ShiftRightArithmetic({v}.ShiftLeft(words{row}.AsInt16(), 8), {plan.ExponentShift}).AsUInt32();");
            writer.Write($"{v}<uint> odd{row} = {v}.ShiftRightArithmetic(words{row}.AsInt16(), {plan.ExponentShift}).AsUInt32();");
        }
    }

    /// <summary>
    /// The number at a place of each word, times 2^-ExponentGap: moved to the top of the word, shifted down until its exponent is in
    /// place (the sign is copied on the way), and cleared of neighbours and copies.
    /// </summary>
    public static string Number(FloatPlan plan, CpuTarget target, int row, int part)
    {
        string v = target.V;
        switch (plan.ElementBytes)
        {
            case 1:
                string half = part % 2 == 0 ? $"even{row}" : $"odd{row}";
                return $"({(part < 2 ? $"{v}.ShiftLeft({half}, 16)" : half)} & mask).AsSingle()";
            case 2:
                string top = part == 0 ? $"{v}.ShiftLeft(words{row}, 16)" : $"words{row}";
                if (plan.ExponentShift != 0)
                {
                    return $"({v}.ShiftRightArithmetic({top}.AsInt32(), {plan.ExponentShift}).AsUInt32() & mask).AsSingle()";
                }

                // bfloat16 in the upper half still has its neighbour below.
                return part == 0 ? $"{top}.AsSingle()" : $"({top} & mask).AsSingle()";
            default:
                return $"words{row}.AsSingle()";
        }
    }

    /// <summary>2^exponent as a C# float.</summary>
    public static string Power(int exponent) => exponent switch
    {
        112 => "5.192297E+33f",
        120 => "1.3292280E+36f",
        _ => throw new ArgumentOutOfRangeException(nameof(exponent)),
    };
}
