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

    /// <summary>The number of the code of group m of a run and of stage s among all, times a constant.</summary>
    public static string Code(CodebookPlan plan, SubspaceRun run, int factor = 1) =>
        plan.Stages == 1 ? Number(run, factor) : $"{Number(run, plan.Stages * factor)} + {Times("s", factor)}";

    /// <summary>Values of each centroid in the codebooks of a run.</summary>
    public static int CentroidLength(CodebookPlan plan, SubspaceRun run) => plan.SharedLength > 0 ? plan.SharedLength : run.Dimensions;

    /// <summary>Where the codebook of group m of a run and of stage s starts, counted in single values of centroids, times a constant.</summary>
    public static string Codebook(CodebookPlan plan, SubspaceRun run, int factor)
    {
        string stage = Times("s", CentroidLength(plan, run) * factor);
        return plan switch
        {
            { SharedLength: > 0, Stages: 1 } => "0",
            { SharedLength: > 0 } => stage,
            { Stages: 1 } => Start(run, factor),
            _ => $"{Start(run, plan.Stages * factor)} + {stage}",
        };
    }

    /// <summary>The norm that is stored at an offset behind a reference.</summary>
    public static string Norm(CodebookPlan plan, string reference, string offset) => plan.NormBytes == 4
        ? $"KernelMath.Read<float>(ref {reference}, {offset})"
        : $"KernelMath.NormOfByte(Unsafe.Add(ref {reference}, {offset}))";

    /// <summary>Emits a loop over the stages of a group, if there are several.</summary>
    public static void EmitStages(SourceWriter writer, CodebookPlan plan, Action emitBody, int first = 0)
    {
        if (plan.Stages > 1)
        {
            writer.Open($"for (int s = {first}; s < {plan.Stages}; s++)");
        }

        emitBody();
        if (plan.Stages > 1)
        {
            writer.Close();
        }
    }

    /// <summary>The four partial sums of a score.</summary>
    public static string Total(string prefix = "sum") => $"{prefix}0 + {prefix}2 + ({prefix}1 + {prefix}3)";

    /// <summary>The different numbers of dimensions that subspaces have.</summary>
    public static IEnumerable<int> Sizes(CodebookPlan plan) => plan.Runs.Select(static run => run.Dimensions);
}
