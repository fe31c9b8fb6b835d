using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>What sums of table entries must know of a scheme.</summary>
/// <param name="Subspaces">Codes of 4 bits of a row, each with a table of its own.</param>
/// <param name="GroupBytes">Bytes of a group of rows.</param>
/// <param name="QueryBytes">Bytes of a prepared query.</param>
/// <param name="TablesOffset">Where a query's byte tables begin.</param>
internal sealed record SumShape(int Subspaces, int GroupBytes, int QueryBytes, int TablesOffset)
{
    /// <summary>Bytes of a group that are summed: all, or those of a prefix.</summary>
    public int SummedBytes => PlanMath.RoundUp(Subspaces, 2) * 16;

    public static SumShape Of(CodebookPlan plan) => new(plan.Subspaces, plan.GroupBytes, plan.QueryBytes, plan.ByteTablesOffset);

    public static SumShape Of(SignPlan plan) => new(plan.Nibbles, plan.GroupBytes, plan.QueryBytes, SignPlan.HeaderBytes);
}

/// <summary>
/// Emits the fast scan: sums of table entries for groups of 32 rows. A shuffle looks up sixteen entries per 128 bits of codes; bytes are added
/// as 16-bit words, whose low byte is a row's entry and whose high byte that of the next row, and the next row's are added once more on their own
/// and taken off in the end.
/// </summary>
internal sealed class SumEmitter(SumShape shape)
{
    /// <summary>Vectors of codes per turn of the loop; more gain nothing and cost the compiler.</summary>
    private const int UnrolledSteps = 8;

    /// <summary>How far ahead one query asks for codes: less does not hide the way from memory while sums are turned into scores.</summary>
    private const int PrefetchAhead = 8192;

    private const int CacheLine = 64;

    /// <summary>Entries of a table.</summary>
    private const int Centroids = 16;

    /// <summary>Queries that share the loading of codes; more would not fit the registers.</summary>
    public static int BatchQueries(CpuTarget target) => target.Bytes == 64 ? 4 : 2;

    public static string Name(string tier, int queries) => $"Sum{queries}{tier}";

    /// <summary>The kernels of a tier; the scalar one without a target.</summary>
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        if (target is null)
        {
            EmitScalar(writer);
            return;
        }

        EmitKernel(writer, target, 1);
        writer.Blank();
        EmitKernel(writer, target, BatchQueries(target));
        writer.Blank();
    }

    /// <summary>The choice of the kernels by tier and number of queries.</summary>
    public void EmitDispatch(SourceWriter writer)
    {
        writer.Write($"/// <summary>Sums of byte table entries; those of a query start {CodebookPlan.StripRows} after those of the query before.</summary>");
        writer.Open("private static void SumGroups(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier)");
        writer.Write("int q = 0;");
        foreach (bool isBatch in (bool[])[true, false])
        {
            writer.Open("while (q < queries)");
            writer.Write($"ref byte tables = ref Unsafe.Add(ref query, (q * {shape.QueryBytes}) + {shape.TablesOffset});");
            writer.Write($"ref ushort querySums = ref Unsafe.Add(ref sums, q * {CodebookPlan.StripRows});");
            if (isBatch)
            {
                writer.Open("switch (tier)");
                foreach (CpuTarget target in CpuTarget.All.Reverse())
                {
                    int batch = BatchQueries(target);
                    writer.Write($"case CpuTier.{target.Tier} when q <= queries - {batch}:");
                    writer.Write($"    {Name(target.Tier, batch)}(ref tables, ref groups, count, ref querySums);");
                    writer.Write($"    q += {batch};");
                    writer.Write("    continue;");
                }

                writer.Close();
                writer.Blank();
                writer.Write("break;");
            }
            else
            {
                TierSwitch.Emit(writer, static tier => [$"{Name(tier, 1)}(ref tables, ref groups, count, ref querySums);"]);
                writer.Blank();
                writer.Write("q++;");
            }

            writer.Close();
            if (isBatch)
            {
                writer.Blank();
            }
        }

        writer.Close();
        writer.Blank();
    }

    private void EmitScalar(SourceWriter writer)
    {
        EmitSummary(writer, 1);
        writer.Open("private static void Sum1Scalar(ref byte tables, ref byte groups, int count, ref ushort sums)");
        writer.Open($"for (int row = 0; row < count * {CodebookPlan.GroupRows}; row++)");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref groups, ((row / {CodebookPlan.GroupRows}) * {shape.GroupBytes}) + (row & 15));");
        writer.Write("int shift = (row & 16) >> 2;");
        writer.Write("int sum = 0;");
        writer.Open($"for (int m = 0; m < {shape.Subspaces}; m++)");
        writer.Write($"sum += Unsafe.Add(ref tables, (m * {Centroids}) + ((Unsafe.Add(ref codes, m * 16) >> shift) & 15));");
        writer.Close();
        writer.Blank();
        writer.Write("Unsafe.Add(ref sums, row) = (ushort)sum;");
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private static void EmitSummary(SourceWriter writer, int queries) => writer.Write(
        $"/// <summary>Sums of byte table entries of the rows of groups, for {(queries == 1 ? "one query" : $"{queries} queries, whose sums start {CodebookPlan.StripRows} apart")}.</summary>");

    private void EmitKernel(SourceWriter writer, CpuTarget target, int queries)
    {
        string v = target.V;
        EmitSummary(writer, queries);
        writer.Open($"private static void {Name(target.Tier, queries)}(ref byte tables, ref byte groups, int count, ref ushort sums)");
        writer.Write($"{v}<byte> low = {v}.Create((byte)15);");
        for (int q = 1; q < queries; q++)
        {
            writer.Write($"ref byte tables{q} = ref Unsafe.Add(ref tables, {q * shape.QueryBytes});");
        }

        writer.Open("for (int g = 0; g < count; g++)");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref groups, g * {shape.GroupBytes});");
        for (int q = 0; q < queries; q++)
        {
            foreach (string sum in (string[])["even", "odd", "upperEven", "upperOdd"])
            {
                writer.Write($"{v}<ushort> {sum}{q} = {v}<ushort>.Zero;");
            }
        }

        int steps = PlanMath.RoundUp(shape.SummedBytes, target.Bytes) / target.Bytes;
        int turns = steps <= UnrolledSteps ? 0 : steps / UnrolledSteps;
        if (turns > 0)
        {
            writer.Open($"for (nuint i = 0; i < {turns * UnrolledSteps * target.Bytes}; i += {UnrolledSteps * target.Bytes})");
            for (int step = 0; step < UnrolledSteps; step++)
            {
                EmitStep(writer, target, queries, "i", step * target.Bytes);
            }

            writer.Close();
            writer.Blank();
        }

        for (int step = turns * UnrolledSteps; step < steps; step++)
        {
            EmitStep(writer, target, queries, "0", step * target.Bytes);
        }

        for (int q = 0; q < queries; q++)
        {
            string place = q == 0 ? $"g * {CodebookPlan.GroupRows}" : $"(g * {CodebookPlan.GroupRows}) + {q * CodebookPlan.StripRows}";
            writer.Write($"even{q} -= odd{q} << 8;");
            writer.Write($"upperEven{q} -= upperOdd{q} << 8;");
            writer.Write($"{target.Simd}.StoreSums(even{q}, odd{q}, upperEven{q}, upperOdd{q}, ref Unsafe.Add(ref sums, {place}));");
        }

        writer.Close();
        writer.Close();
    }

    private static void EmitStep(SourceWriter writer, CpuTarget target, int queries, string start, int place)
    {
        string v = target.V;
        string offset = CodebookText.Plus(start, place);
        writer.Open();
        if (queries == 1 && place % CacheLine == 0)
        {
            writer.Write($"KernelMath.Prefetch(ref codes, {CodebookText.Plus(start, place + PrefetchAhead)});");
        }

        writer.Write($"{v}<byte> code = {v}.LoadUnsafe(ref codes, {offset});");
        writer.Write($"{v}<byte> upperCode = (code.AsUInt16() >> 4).AsByte() & low;");
        writer.Write("code &= low;");
        for (int q = 0; q < queries; q++)
        {
            writer.Write($"{v}<byte> table{q} = {v}.LoadUnsafe(ref tables{(q == 0 ? "" : $"{q}")}, {offset});");
            writer.Write($"{v}<ushort> entries{q} = {target.Simd}.ShuffleBytes(table{q}, code).AsUInt16();");
            writer.Write($"{v}<ushort> upperEntries{q} = {target.Simd}.ShuffleBytes(table{q}, upperCode).AsUInt16();");
            writer.Write($"even{q} += entries{q};");
            writer.Write($"odd{q} += entries{q} >> 8;");
            writer.Write($"upperEven{q} += upperEntries{q};");
            writer.Write($"upperOdd{q} += upperEntries{q} >> 8;");
        }

        writer.Close();
    }
}
