using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits Scan, ScanApproximate and Search of a codec with codebooks.</summary>
internal sealed class CodebookSearchEmitter(CodebookPlan plan, string kernelsClass)
{
    private const int GroupRows = CodebookPlan.GroupRows;

    /// <summary>Rows whose scores are kept before they are offered, where codes are not interleaved.</summary>
    private const int OfferedRows = 256;

    public void Emit(SourceWriter writer) => Emit(writer, withApproximate: true);

    /// <summary>Scan and Search alone.</summary>
    public void EmitExact(SourceWriter writer) => Emit(writer, withApproximate: false);

    private void Emit(SourceWriter writer, bool withApproximate)
    {
        EmitScan(writer);
        if (plan.IsFastScan)
        {
            EmitScoreGroupedRows(writer);
            if (withApproximate)
            {
                EmitFastScan(writer);
            }

            EmitFastSearch(writer);
            new SumEmitter(SumShape.Of(plan)).EmitDispatch(writer);
        }
        else
        {
            EmitSearch(writer);
            if (plan.HasByteTables)
            {
                EmitKernels(writer);
            }
        }
    }

    /// <summary>Opens Scan or its like; behind it stand the number of queries, and the tier.</summary>
    public static void OpenEntry(SourceWriter writer, string name)
    {
        writer.Open($"internal static CpuTier {name}(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier)");
        writer.Write("int queries = CodecGuard.Scan(Layout, prepared.Length, block.Length, firstRow, rows, scores.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
    }

    /// <summary>Opens Search; behind it stands the tier.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="queries">What takes the number of queries, if anything.</param>
    public static void OpenSearch(SourceWriter writer, string queries)
    {
        writer.Open("internal static CpuTier Search(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier)");
        writer.Write($"{queries}CodecGuard.Search(Layout, prepared.Length, block.Length, ids.Length, tops.Length);");
        writer.Write("CodecGuard.CheckCollectors(tops);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
    }

    private void EmitQuery(SourceWriter writer, string number = "q") =>
        writer.Write($"ref byte query = ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint){number} * {plan.QueryBytes});");

    private static string Tables(string query) => $"Unsafe.As<byte, float>(ref Unsafe.Add(ref {query}, {CodebookPlan.HeaderBytes}))";

    /// <summary>What ScoreRows reads of rows from one on: their codes and, where they are stored, norms.</summary>
    private string Rows(string first)
    {
        string block = "MemoryMarshal.GetReference(block)";
        string codes = $"ref Unsafe.Add(ref {block}, {CodebookText.Plus($"{first} * {plan.ValueBytes}", plan.ValuesOffset)})";
        string norms = plan.HasNorm ? $", ref Unsafe.Add(ref {block}, {first} * {plan.NormBytes})" : "";
        string squaredNorms = plan.HasSquaredNorm
            ? $", ref Unsafe.Add(ref {block}, {CodebookText.Plus($"{first} * {plan.SquaredNormBytes}", plan.SquaredNormsOffset)}), KernelMath.Read<float>(ref query, {CodebookPlan.QueryNormOffset})"
            : "";
        string bias = plan.AddsBias ? $", KernelMath.Read<float>(ref query, {CodebookPlan.BiasOffset})" : "";
        return codes + norms + squaredNorms + bias;
    }

    private void EmitScan(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores rows of a block against queries.</summary>");
        OpenEntry(writer, "Scan");
        writer.Open("for (int q = 0; q < queries; q++)");
        EmitQuery(writer);
        writer.Write($"ref float tables = ref {Tables("query")};");
        writer.Write("ref float queryScores = ref Unsafe.Add(ref MemoryMarshal.GetReference(scores), (nint)q * rows);");
        writer.Write(plan.IsFastScan
            ? "ScoreGroupedRows(ref tables, ref MemoryMarshal.GetReference(block), firstRow, rows, ref queryScores, tier);"
            : $"ScoreRows(ref tables, {Rows("firstRow")}, rows, ref queryScores);");
        writer.Close();
        CodebookDispatchEmitter.CloseWithTier(writer);
    }

    private void EmitScoreGroupedRows(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores of any rows: those of whole groups at once, a part of a group from a copy of the group's scores.</summary>");
        writer.Open("private static void ScoreGroupedRows(ref float tables, ref byte block, int firstRow, int rows, ref float scores, CpuTier tier)");
        writer.Write($"Span<float> part = stackalloc float[{GroupRows}];");
        writer.Open("for (int done = 0; done < rows;)");
        writer.Write("int row = firstRow + done;");
        writer.Write($"int inGroup = row % {GroupRows};");
        writer.Write($"int groups = inGroup == 0 ? (rows - done) / {GroupRows} : 0;");
        writer.Write("ref float destination = ref (groups > 0 ? ref Unsafe.Add(ref scores, done) : ref part[0]);");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref block, row / {GroupRows} * {plan.GroupBytes});");
        TierSwitch.Emit(writer, static tier => [$"ScoreGroups{ScoreEmitter.GroupsTier(tier)}(ref tables, ref codes, Math.Max(groups, 1), ref destination);"]);
        writer.Blank();
        writer.Write($"int taken = groups > 0 ? groups * {GroupRows} : Math.Min({GroupRows} - inGroup, rows - done);");
        writer.Open("if (groups == 0)");
        writer.Write("part.Slice(inGroup, taken).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scores, done), taken));");
        writer.Close();
        writer.Blank();
        writer.Write("done += taken;");
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private void EmitFastScan(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores rows of a block against queries by byte tables.</summary>");
        OpenEntry(writer, "ScanApproximate");
        writer.Write("FastScan.ScanApproximate<FastScanKernels>(prepared, queries, block, firstRow, rows, scores, tier);");
        CodebookDispatchEmitter.CloseWithTier(writer);
    }

    private void EmitFastSearch(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores exactly and offers what sums of byte table entries do not exclude.</summary>");
        OpenSearch(writer, queries: "");
        writer.Write("FastScan.Search<FastScanKernels>(prepared, block, ids, tops, tier);");
        CodebookDispatchEmitter.CloseWithTier(writer);
        EmitKernels(writer);
    }

    private void EmitKernels(SourceWriter writer)
    {
        string kernels = $"global::{CodecFile.KernelsNamespace}.{kernelsClass}";
        writer.Write("/// <summary>The kernels, as the loops over strips of rows take them.</summary>");
        writer.Open("private readonly struct FastScanKernels : IFastScanKernels");
        writer.Write($"public static int QueryBytes => {plan.QueryBytes};");
        writer.Blank();
        writer.Write($"public static int GroupBytes => {plan.GroupBytes};");
        writer.Blank();
        writer.Write($"public static bool AreSumsLoose(CpuTier tier) => {(plan.IsFastScan ? "false" : "ByteSums.AreBounds(tier)")};");
        writer.Blank();
        writer.Write("public static void Sum(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier) =>");
        writer.Write(plan.IsFastScan
            ? "    SumGroups(ref query, queries, ref groups, count, ref sums, tier);"
            : $"    ByteSums.Sum<FastScanKernels>(ref Unsafe.Add(ref query, {plan.ByteTablesOffset}), queries, ref groups, count, ref sums, tier);");
        writer.Blank();
        writer.Write("public static (float First, float Second) ScoreTwoRows(ref float tables, ref byte groups, int first, int second) =>");
        writer.Write($"    {kernels}.ScoreTwoRows({(plan.IsFastScan ? $"ref tables, {GroupedRow("first")}, {GroupedRow("second")}" : $"ref tables, {Row("first")}, {Row("second")}")});");
        writer.Blank();
        writer.Write("public static void Score(ref float tables, ref byte groups, int first, int rows, ref float scores, CpuTier tier) =>");
        writer.Write(plan.IsFastScan
            ? "    ScoreGroupedRows(ref tables, ref groups, first, rows, ref scores, tier);"
            : $"    ScoreRows(ref tables, {Row("first")}, rows, ref scores);");
        writer.Close();
        writer.Blank();
        string GroupedRow(string row) => $"ref Unsafe.Add(ref groups, ({row} / {GroupRows} * {plan.GroupBytes}) + ({row} & 15)), ({row} & 16) >> 2";
        string Row(string row) => $"ref Unsafe.Add(ref groups, {row} * {plan.ValueBytes})";
    }

    private void EmitSearch(SourceWriter writer)
    {
        writer.Write($"/// <summary>Scores {OfferedRows} rows at a time and offers them to the collectors.</summary>");
        OpenSearch(writer, queries: "int queries = ");
        if (plan.HasByteTables)
        {
            writer.Write("// Sums of byte table entries exclude most rows, where there are instructions to sum them by.");
            writer.Open("if (ByteSums.IsSupported(tier))");
            writer.Write("FastScan.Search<FastScanKernels>(prepared, block, ids, tops, tier);");
            writer.Write("return tier;");
            writer.Close();
            writer.Blank();
        }

        writer.Write($"Span<float> scores = stackalloc float[{OfferedRows}];");
        writer.Open("for (int q = 0; q < queries; q++)");
        EmitQuery(writer);
        writer.Open($"for (int row = 0; row < ids.Length; row += {OfferedRows})");
        writer.Write($"int rows = Math.Min({OfferedRows}, ids.Length - row);");
        writer.Write($"ScoreRows(ref {Tables("query")}, {Rows("row")}, rows, ref scores[0]);");
        writer.Write("tops[q].Offer(ids.Slice(row, rows), scores.Slice(0, rows));");
        writer.Close();
        writer.Close();
        CodebookDispatchEmitter.CloseWithTier(writer);
    }
}
