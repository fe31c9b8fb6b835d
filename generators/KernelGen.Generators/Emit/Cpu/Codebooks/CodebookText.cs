using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Pieces of text that the emitters of the codebook family share.</summary>
internal static class CodebookText
{
    /// <summary>Steps that are written out; what is longer becomes a loop.</summary>
    public const int MaximumUnroll = 16;

    /// <summary>An element behind a reference.</summary>
    public static string At(string reference, string index) => index == "0" ? reference : $"Unsafe.Add(ref {reference}, {index})";

    /// <summary>A product of a variable and a constant.</summary>
    public static string Times(string variable, int factor) => factor == 1 ? variable : $"({variable} * {factor})";

    /// <summary>A sum with a constant.</summary>
    public static string Plus(string text, int constant) => constant == 0 ? text : text == "0" ? SourceWriter.Number(constant) : $"{text} + {constant}";

    /// <summary>The first dimension of subspace m of a run, m counted from the run's first, times a constant.</summary>
    public static string Start(SubspaceRun run, int factor = 1) => Plus(Times("m", run.Dimensions * factor), run.Start * factor);

    /// <summary>The number of subspace m of a run among all, times a constant.</summary>
    public static string Number(SubspaceRun run, int factor = 1) => Plus(Times("m", factor), run.First * factor);

    /// <summary>Emits a loop over the subspaces of each run.</summary>
    public static void EmitRuns(SourceWriter writer, CodebookPlan plan, Action<SubspaceRun> emitBody)
    {
        foreach (SubspaceRun run in plan.Runs)
        {
            if (run.First > 0)
            {
                writer.Blank();
            }

            writer.Open($"for (int m = 0; m < {run.Count}; m++)");
            emitBody(run);
            writer.Close();
        }
    }

    /// <summary>The four partial sums of a score.</summary>
    public static string Total(string prefix = "sum") => $"{prefix}0 + {prefix}2 + ({prefix}1 + {prefix}3)";

    /// <summary>The different numbers of dimensions that subspaces have.</summary>
    public static IEnumerable<int> Sizes(CodebookPlan plan) => plan.Runs.Select(static run => run.Dimensions);
}
