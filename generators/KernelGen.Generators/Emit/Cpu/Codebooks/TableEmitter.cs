using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits the tables of a query: its product with every centroid, or minus its squared distance from it.</summary>
internal sealed class TableEmitter(CodebookPlan plan)
{
    private const string Parameters = "ref float query, ref float columns, ref float tables";

    /// <summary>The kernel of a tier; the scalar one without a target.</summary>
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        if (target is null)
        {
            EmitScalar(writer);
            return;
        }

        string v = target.V;
        EmitSummary(writer);
        writer.Open($"private static int Tables{target.Tier}({Parameters})");
        writer.Write($"{v}<int> greatest = {v}<int>.Zero;");
        CodebookText.EmitRuns(writer, plan, run =>
        {
            EmitPlaces(writer, run);
            bool isUnrolled = run.Dimensions <= CodebookText.MaximumUnroll;
            for (int i = 0; isUnrolled && i < run.Dimensions; i++)
            {
                writer.Write($"{v}<float> q{i} = {v}.Create({CodebookText.At("q", SourceWriter.Number(i))});");
            }

            writer.Open($"for (nuint j = 0; j < {plan.Stride}; j += {target.Floats})");
            if (isUnrolled)
            {
                for (int i = 0; i < run.Dimensions; i++)
                {
                    EmitTerm(writer, v, SourceWriter.Number(i), $"q{i}", CodebookText.Plus("j", i * plan.Stride), isFirst: i == 0);
                }
            }
            else
            {
                EmitTerm(writer, v, "0", $"{v}.Create(q)", "j", isFirst: true);
                writer.Open($"for (int i = 1; i < {run.Dimensions}; i++)");
                EmitTerm(writer, v, "", $"{v}.Create(Unsafe.Add(ref q, i))", $"j + ((nuint)(uint)i * {plan.Stride})", isFirst: false);
                writer.Close();
                writer.Blank();
            }

            writer.Write("t.StoreUnsafe(ref table, j);");
            writer.Write($"greatest = {v}.Max(greatest, t.AsInt32() & {v}.Create(int.MaxValue));");
            writer.Close();
        });
        writer.Blank();
        writer.Write("return KernelMath.MaxLane(greatest);");
        writer.Close();
        writer.Blank();
    }

    private void EmitScalar(SourceWriter writer)
    {
        EmitSummary(writer);
        writer.Open($"private static int TablesScalar({Parameters})");
        writer.Write("int greatest = 0;");
        CodebookText.EmitRuns(writer, plan, run =>
        {
            EmitPlaces(writer, run);
            writer.Open($"for (int j = 0; j < {plan.Stride}; j++)");
            writer.Write("float t = 0f;");
            writer.Open($"for (int i = 0; i < {run.Dimensions}; i++)");
            string value = "Unsafe.Add(ref q, i)";
            string centroid = $"Unsafe.Add(ref column, (i * {plan.Stride}) + j)";
            if (plan.IsL2)
            {
                writer.Write($"float difference = {value} - {centroid};");
                writer.Write("t = i == 0 ? -(difference * difference) : t - (difference * difference);");
            }
            else
            {
                writer.Write($"float product = {value} * {centroid};");
                writer.Write("t = i == 0 ? product : t + product;");
            }

            writer.Close();
            writer.Blank();
            writer.Write("Unsafe.Add(ref table, j) = t;");
            writer.Write("greatest = Math.Max(greatest, BitConverter.SingleToInt32Bits(t) & int.MaxValue);");
            writer.Close();
        });
        writer.Blank();
        writer.Write("return greatest;");
        writer.Close();
        writer.Blank();
    }

    private void EmitSummary(SourceWriter writer) => writer.Write(
        $"/// <summary>{(plan.IsL2 ? "Minus the squared distances of a query from" : "Products of a query with")} all centroids; returns the bits of the greatest magnitude.</summary>");

    private void EmitPlaces(SourceWriter writer, SubspaceRun run)
    {
        writer.Write($"ref float q = ref Unsafe.Add(ref query, {CodebookText.Start(run)});");
        writer.Write($"ref float column = ref Unsafe.Add(ref columns, {CodebookText.Start(run, plan.Stride)});");
        writer.Write($"ref float table = ref Unsafe.Add(ref tables, {CodebookText.Number(run, plan.Stride)});");
    }

    private void EmitTerm(SourceWriter writer, string v, string suffix, string value, string column, bool isFirst)
    {
        string centroid = $"{v}.LoadUnsafe(ref column, {column})";
        if (plan.IsL2)
        {
            string difference = $"d{suffix}";
            writer.Write($"{v}<float> {difference} = {value} - {centroid};");
            writer.Write(isFirst ? $"{v}<float> t = -({difference} * {difference});" : $"t -= {difference} * {difference};");
        }
        else
        {
            writer.Write(isFirst ? $"{v}<float> t = {value} * {centroid};" : $"t += {value} * {centroid};");
        }
    }
}
