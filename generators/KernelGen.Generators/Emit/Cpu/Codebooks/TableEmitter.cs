using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits the tables of a query: its product with every centroid, or minus its squared distance from it.</summary>
internal sealed class TableEmitter(CodebookPlan plan)
{
    /// <summary>Vectors of entries that are summed side by side where a subspace has many dimensions.</summary>
    private const int LongVectors = 4;

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
            EmitQuery(writer, run);
            bool isUnrolled = run.Dimensions <= CodebookText.MaximumUnroll;
            for (int i = 0; isUnrolled && i < run.Dimensions; i++)
            {
                writer.Write($"{v}<float> q{i} = {v}.Create({CodebookText.At("q", SourceWriter.Number(i))});");
            }

            CodebookText.EmitStages(writer, plan, () =>
            {
                EmitPlaces(writer, run);
                if (isUnrolled)
                {
                    EmitShort(writer, target, run);
                }
                else
                {
                    EmitLong(writer, target, run);
                }
            });
        });
        writer.Blank();
        writer.Write("return KernelMath.MaxLane(greatest);");
        writer.Close();
        writer.Blank();
    }

    /// <summary>A vector of entries at a time; the query's values are in registers.</summary>
    private void EmitShort(SourceWriter writer, CpuTarget target, SubspaceRun run)
    {
        writer.Open($"for (nuint j = 0; j < {plan.Stride}; j += {target.Floats})");
        for (int i = 0; i < run.Dimensions; i++)
        {
            EmitTerm(writer, target.V, "", SourceWriter.Number(i), $"q{i}", CodebookText.Plus("j", i * plan.Stride), isFirst: i == 0);
        }

        EmitEntries(writer, target, 1);
        writer.Close();
    }

    /// <summary>Several vectors of entries at a time: a sum of many terms waits for the one before.</summary>
    private void EmitLong(SourceWriter writer, CpuTarget target, SubspaceRun run)
    {
        int vectors = Math.Min(LongVectors, plan.Stride / target.Floats);
        writer.Open($"for (nuint j = 0; j < {plan.Stride}; j += {vectors * target.Floats})");
        EmitTerms("0", "q", "j", isFirst: true);
        writer.Open($"for (int i = 1; i < {run.Dimensions}; i++)");
        writer.Write($"nuint at = j + ((nuint)(uint)i * {plan.Stride});");
        EmitTerms("i", "Unsafe.Add(ref q, i)", "at", isFirst: false);
        writer.Close();
        writer.Blank();
        EmitEntries(writer, target, vectors);
        writer.Close();

        void EmitTerms(string suffix, string value, string at, bool isFirst)
        {
            writer.Write($"{target.V}<float> v{suffix} = {target.V}.Create({value});");
            for (int k = 0; k < vectors; k++)
            {
                string number = vectors == 1 ? "" : SourceWriter.Number(k);
                EmitTerm(writer, target.V, number, suffix + number, $"v{suffix}", CodebookText.Plus(at, k * target.Floats), isFirst);
            }
        }
    }

    /// <summary>Stores vectors of entries.</summary>
    private static void EmitEntries(SourceWriter writer, CpuTarget target, int vectors)
    {
        string v = target.V;
        for (int k = 0; k < vectors; k++)
        {
            string number = vectors == 1 ? "" : SourceWriter.Number(k);
            writer.Write($"t{number}.StoreUnsafe(ref table, {CodebookText.Plus("j", k * target.Floats)});");
            writer.Write($"greatest = {v}.Max(greatest, t{number}.AsInt32() & {v}.Create(int.MaxValue));");
        }
    }

    private void EmitScalar(SourceWriter writer)
    {
        EmitSummary(writer);
        writer.Open($"private static int TablesScalar({Parameters})");
        writer.Write("int greatest = 0;");
        CodebookText.EmitRuns(writer, plan, run =>
        {
            EmitQuery(writer, run);
            CodebookText.EmitStages(writer, plan, () =>
            {
                EmitPlaces(writer, run);
                EmitScalarEntries(writer, run);
            });
        });
        writer.Blank();
        writer.Write("return greatest;");
        writer.Close();
        writer.Blank();
    }

    private void EmitScalarEntries(SourceWriter writer, SubspaceRun run)
    {
        writer.Open($"for (int j = 0; j < {plan.Stride}; j++)");
        writer.Write("float t = 0f;");
        writer.Open($"for (int i = 0; i < {run.Dimensions}; i++)");
        string value = "Unsafe.Add(ref q, i)";
        string centroid = $"Unsafe.Add(ref column, (i * {plan.Stride}) + j)";
        if (plan.HasDistanceTables)
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
    }

    private void EmitSummary(SourceWriter writer) => writer.Write(
        $"/// <summary>{(plan.HasDistanceTables ? "Minus the squared distances of a query from" : "Products of a query with")} all centroids; returns the bits of the greatest magnitude.</summary>");

    private static void EmitQuery(SourceWriter writer, SubspaceRun run) =>
        writer.Write($"ref float q = ref Unsafe.Add(ref query, {CodebookText.Start(run)});");

    private void EmitPlaces(SourceWriter writer, SubspaceRun run)
    {
        writer.Write($"ref float column = ref Unsafe.Add(ref columns, {CodebookText.Codebook(plan, run, plan.Stride)});");
        writer.Write($"ref float table = ref Unsafe.Add(ref tables, {CodebookText.Code(plan, run, plan.Stride)});");
    }

    /// <summary>Adds a term to the entries t with a number.</summary>
    private void EmitTerm(SourceWriter writer, string v, string number, string suffix, string value, string column, bool isFirst)
    {
        string centroid = $"{v}.LoadUnsafe(ref column, {column})";
        if (plan.HasDistanceTables)
        {
            string difference = $"d{suffix}";
            writer.Write($"{v}<float> {difference} = {value} - {centroid};");
            writer.Write(isFirst ? $"{v}<float> t{number} = -({difference} * {difference});" : $"t{number} -= {difference} * {difference};");
        }
        else
        {
            writer.Write(isFirst ? $"{v}<float> t{number} = {value} * {centroid};" : $"t{number} += {value} * {centroid};");
        }
    }
}
