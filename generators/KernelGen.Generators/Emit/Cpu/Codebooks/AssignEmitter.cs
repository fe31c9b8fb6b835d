using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits the choice of the nearest centroid for rows of one subspace.</summary>
internal sealed class AssignEmitter(CodebookPlan plan) : CompareEmitter(plan)
{
    protected override void EmitSignature(SourceWriter writer, int size, string tier)
    {
        writer.Write($"/// <summary>For each row, the nearest of {Plan.Centroids} centroids of {size} dimensions: the least of half its squared norm minus its product with the row.</summary>");
        writer.Open($"private static void Assign{size}{tier}(ref float values, int rows, ref float columns, ref float halfNorms, ref ushort codes)");
    }

    protected override int RowFloats(int size) => Plan.Dimensions;

    protected override void EmitScalarStart(SourceWriter writer)
    {
        writer.Write("float least = float.PositiveInfinity;");
        writer.Write("int nearest = 0;");
    }

    protected override void EmitScalarResult(SourceWriter writer)
    {
        writer.Open("if (t < least)");
        writer.Write("least = t;");
        writer.Write("nearest = j;");
        writer.Close();
    }

    protected override void EmitScalarEnd(SourceWriter writer)
    {
        writer.Blank();
        writer.Write($"Unsafe.Add(ref codes, row * {Plan.Subspaces}) = (ushort)nearest;");
    }

    protected override void EmitStart(SourceWriter writer, CpuTarget target, int row)
    {
        string v = target.V;
        writer.Write($"{v}<float> least{row} = {v}.Create(float.PositiveInfinity);");
        writer.Write($"{v}<int> nearest{row} = {v}<int>.Zero;");
    }

    protected override void EmitStart(SourceWriter writer, CpuTarget target) => writer.Write($"{target.V}<int> lanes = {target.V}<int>.Indices;");

    protected override void EmitResults(SourceWriter writer, CpuTarget target, int rows, int vector)
    {
        string v = target.V;
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"{v}<float> isLess{r}{vector} = {v}.LessThan(t{r}{vector}, least{r});");
            writer.Write($"least{r} = {v}.ConditionalSelect(isLess{r}{vector}, t{r}{vector}, least{r});");
            writer.Write($"nearest{r} = {v}.ConditionalSelect(isLess{r}{vector}.AsInt32(), lanes, nearest{r});");
        }

        writer.Write($"lanes += {v}.Create({target.Floats});");
    }

    protected override void EmitEnd(SourceWriter writer, int rows)
    {
        writer.Blank();
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"Unsafe.Add(ref codes, {Row(r)} * {Plan.Subspaces}) = (ushort)KernelMath.FirstLeast(least{r}, nearest{r});");
        }
    }
}
