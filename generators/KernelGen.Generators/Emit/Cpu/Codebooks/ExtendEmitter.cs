using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits the errors of partial codes that are extended by every centroid of a stage, and what hands these kernels to the beam search.</summary>
internal sealed class ExtendEmitter(CodebookPlan plan) : CompareEmitter(plan)
{
    private const string Parameters = "ref float values, int rows, ref float errors, ref float columns, ref float halfNorms, ref float totals";

    /// <summary>The kernels, as the beam search takes them.</summary>
    public void EmitKernels(SourceWriter writer)
    {
        writer.Write("/// <summary>The kernels, as the beam search takes them.</summary>");
        writer.Open("private readonly struct BeamKernels : IBeamKernels");
        writer.Open($"public static void Extend(int dimensions, int stride, {Parameters}, CpuTier tier)");
        int[] sizes = [.. CodebookText.Sizes(Plan)];
        foreach (int size in sizes)
        {
            if (size != sizes.Last())
            {
                writer.Open($"if (dimensions == {size})");
            }

            TierSwitch.Emit(writer, tier => [$"Extend{size}{tier}(ref values, rows, ref errors, ref columns, ref halfNorms, ref totals);"]);
            if (size != sizes.Last())
            {
                writer.Blank();
                writer.Write("return;");
                writer.Close();
                writer.Blank();
            }
        }

        writer.Close();
        writer.Close();
        writer.Blank();
    }

    protected override void EmitSignature(SourceWriter writer, int size, string tier)
    {
        writer.Write($"/// <summary>For each residual of {size} dimensions and each of {Plan.Centroids} centroids, the error of the partial code that the centroid extends.</summary>");
        writer.Open($"private static void Extend{size}{tier}({Parameters})");
    }

    protected override int RowFloats(int size) => size;

    protected override void EmitScalarStart(SourceWriter writer)
    {
        writer.Write("float error = Unsafe.Add(ref errors, row);");
        writer.Write($"ref float total = ref Unsafe.Add(ref totals, row * {Plan.Stride});");
        if (Plan.Stride > Plan.Centroids)
        {
            // The search reads whole columns.
            writer.Open($"for (int j = {Plan.Centroids}; j < {Plan.Stride}; j++)");
            writer.Write("Unsafe.Add(ref total, j) = float.PositiveInfinity;");
            writer.Close();
            writer.Blank();
        }
    }

    protected override void EmitScalarResult(SourceWriter writer) => writer.Write("Unsafe.Add(ref total, j) = error + t;");

    protected override void EmitScalarEnd(SourceWriter writer)
    {
    }

    protected override void EmitStart(SourceWriter writer, CpuTarget target, int row)
    {
        writer.Write($"{target.V}<float> error{row} = {target.V}.Create(Unsafe.Add(ref errors, {Row(row)}));");
        writer.Write($"ref float total{row} = ref Unsafe.Add(ref totals, {Row(row)} * {Plan.Stride});");
    }

    protected override void EmitStart(SourceWriter writer, CpuTarget target)
    {
    }

    protected override void EmitResults(SourceWriter writer, CpuTarget target, int rows, int vector)
    {
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"(error{r} + t{r}{vector}).StoreUnsafe(ref total{r}, {Lane("j", vector, target)});");
        }
    }

    protected override void EmitEnd(SourceWriter writer, int rows)
    {
    }
}
