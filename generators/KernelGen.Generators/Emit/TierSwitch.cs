using KernelGen.Generators.Emit.Cpu;

namespace KernelGen.Generators.Emit;

/// <summary>Emits the choice between the kernels of the tiers by the variable <c>tier</c>.</summary>
internal static class TierSwitch
{
    private static readonly IReadOnlyList<string> s_tiers = ["Scalar", .. CpuTarget.All.Select(target => target.Tier)];

    /// <summary>Statements for every tier. If they end with a return, they need no break.</summary>
    public static void Emit(SourceWriter writer, Func<string, string[]> statements)
    {
        writer.Open("switch (tier)");
        foreach (string tier in s_tiers.Reverse())
        {
            writer.Write(tier == "Scalar" ? "default:" : $"case CpuTier.{tier}:");
            string[] lines = statements(tier);
            foreach (string line in lines)
            {
                writer.Write($"    {line}");
            }

            if (!lines.Last().StartsWith("return ", StringComparison.Ordinal))
            {
                writer.Write("    break;");
            }
        }

        writer.Close();
    }

    /// <summary>Declares a variable as the result of a kernel's call in each tier.</summary>
    public static void EmitExpression(SourceWriter writer, string variable, Func<string, string> call)
    {
        writer.Open($"{variable} = tier switch");
        foreach (string tier in s_tiers.Reverse())
        {
            writer.Write($"{(tier == "Scalar" ? "_" : $"CpuTier.{tier}")} => {call(tier)},");
        }

        writer.Close(";");
    }
}
