using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits Scan, ScanApproximate and Search of a codec with codebooks.</summary>
internal sealed class CodebookSearchEmitter(CodebookPlan plan)
{
    private const int GroupRows = CodebookPlan.GroupRows;
    private const int StripRows = SumEmitter.StripRows;

    /// <summary>Rows whose scores are kept before they are offered, where codes are not interleaved.</summary>
    private const int OfferedRows = 256;

    /// <summary>Queries whose sums are kept at once.</summary>
    private static readonly int s_groupQueries = CpuTarget.All.Max(SumEmitter.BatchQueries);

    public void Emit(SourceWriter writer)
    {
        EmitScan(writer);
        if (plan.IsFastScan)
        {
            EmitScoreGroupedRows(writer);
            EmitScanApproximate(writer);
            EmitSums(writer);
            EmitFastSearch(writer);
            EmitOffer(writer);
        }
        else
        {
            EmitSearch(writer);
        }
    }

    private static void OpenEntry(SourceWriter writer, string name)
    {
        writer.Open($"internal static CpuTier {name}(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier)");
        writer.Write("int queries = CodecGuard.Scan(Layout, prepared.Length, block.Length, firstRow, rows, scores.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
    }

    private static void CloseEntry(SourceWriter writer)
    {
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }

    private void OpenSearch(SourceWriter writer)
    {
        writer.Open("internal static CpuTier Search(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier)");
        writer.Write("int queries = CodecGuard.Search(Layout, prepared.Length, block.Length, ids.Length, tops.Length);");
        writer.Write("CodecGuard.CheckCollectors(tops);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
    }

    private void EmitQuery(SourceWriter writer, string number = "q") =>
        writer.Write($"ref byte query = ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint){number} * {plan.QueryBytes});");

    private static string Tables(string query) => $"Unsafe.As<byte, float>(ref Unsafe.Add(ref {query}, {CodebookPlan.HeaderBytes}))";

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
            : $"ScoreRows(ref tables, ref Unsafe.Add(ref MemoryMarshal.GetReference(block), firstRow * {plan.CodeBytes}), rows, ref queryScores);");
        writer.Close();
        CloseEntry(writer);
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

    private void EmitScanApproximate(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores rows of a block against queries by byte tables.</summary>");
        OpenEntry(writer, "ScanApproximate");
        writer.Write($"Span<ushort> sums = stackalloc ushort[{StripRows * s_groupQueries}];");
        writer.Open("for (int done = 0; done < rows;)");
        writer.Write("int row = firstRow + done;");
        writer.Write($"int inGroup = row % {GroupRows};");
        writer.Write($"int taken = Math.Min({StripRows} - inGroup, rows - done);");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), row / {GroupRows} * {plan.GroupBytes});");
        writer.Open($"for (int q = 0; q < queries; q += {s_groupQueries})");
        EmitQuery(writer);
        writer.Write($"int group = Math.Min({s_groupQueries}, queries - q);");
        writer.Write($"SumGroups(ref query, group, ref codes, (inGroup + taken + {GroupRows - 1}) / {GroupRows}, ref sums[0], tier);");
        writer.Open("for (int i = 0; i < group; i++)");
        writer.Write($"FastScan.Scores(ref Unsafe.Add(ref query, i * {plan.QueryBytes}), sums.Slice((i * {StripRows}) + inGroup, taken), scores.Slice(((q + i) * rows) + done, taken));");
        writer.Close();
        writer.Close();
        writer.Blank();
        writer.Write("done += taken;");
        writer.Close();
        CloseEntry(writer);
    }

    private void EmitSums(SourceWriter writer)
    {
        writer.Write($"/// <summary>Sums of byte table entries for up to {s_groupQueries} queries; the sums of a query start {StripRows} after those of the query before.</summary>");
        writer.Open("private static void SumGroups(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier)");
        writer.Write("int q = 0;");
        foreach (bool isBatch in (bool[])[true, false])
        {
            writer.Open("while (q < queries)");
            writer.Write($"ref byte tables = ref Unsafe.Add(ref query, (q * {plan.QueryBytes}) + {plan.ByteTablesOffset});");
            writer.Write($"ref ushort querySums = ref Unsafe.Add(ref sums, q * {StripRows});");
            if (isBatch)
            {
                writer.Open("switch (tier)");
                foreach (CpuTarget target in CpuTarget.All.Reverse())
                {
                    int batch = SumEmitter.BatchQueries(target);
                    writer.Write($"case CpuTier.{target.Tier} when q <= queries - {batch}:");
                    writer.Write($"    {SumEmitter.Name(target.Tier, batch)}(ref tables, ref groups, count, ref querySums);");
                    writer.Write($"    q += {batch};");
                    writer.Write("    continue;");
                }

                writer.Close();
                writer.Blank();
                writer.Write("break;");
            }
            else
            {
                TierSwitch.Emit(writer, static tier => [$"{SumEmitter.Name(tier, 1)}(ref tables, ref groups, count, ref querySums);"]);
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

    private void EmitFastSearch(SourceWriter writer)
    {
        writer.Write($"/// <summary>Sums byte table entries of {StripRows} rows at a time; rows that their sum does not exclude are scored exactly and offered.</summary>");
        OpenSearch(writer);
        writer.Write($"Span<ushort> sums = stackalloc ushort[{StripRows * s_groupQueries}];");
        writer.Open($"for (int row = 0; row < ids.Length; row += {StripRows})");
        writer.Write($"int rows = Math.Min({StripRows}, ids.Length - row);");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), row / {GroupRows} * {plan.GroupBytes});");
        writer.Open($"for (int q = 0; q < queries; q += {s_groupQueries})");
        EmitQuery(writer);
        writer.Write($"int group = Math.Min({s_groupQueries}, queries - q);");
        writer.Write($"SumGroups(ref query, group, ref codes, (rows + {GroupRows - 1}) / {GroupRows}, ref sums[0], tier);");
        writer.Open("for (int i = 0; i < group; i++)");
        writer.Write($"OfferStrip(ref Unsafe.Add(ref query, i * {plan.QueryBytes}), ref codes, ids.Slice(row, rows), sums.Slice(i * {StripRows}, rows), tops[q + i]);");
        writer.Close();
        writer.Close();
        writer.Close();
        CloseEntry(writer);
    }

    private void EmitOffer(SourceWriter writer)
    {
        writer.Write("/// <summary>Offers the rows of a strip that can enter: as many of the best as the collector lacks first, as they raise its threshold.</summary>");
        writer.Open("private static void OfferStrip(ref byte query, ref byte codes, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, TopK top)");
        writer.Write("int minimum = FastScan.MinimumSum(ref query, top.Threshold);");
        writer.Write("int best = Math.Max(minimum, FastScan.SumOfBest(top, sums));");
        writer.Write("OfferRows(ref query, ref codes, ids, sums, best, FastScan.SumEnd, top);");
        writer.Open("if (best > minimum)");
        writer.Write("OfferRows(ref query, ref codes, ids, sums, FastScan.MinimumSum(ref query, top.Threshold), best, top);");
        writer.Close();
        writer.Close();
        writer.Blank();
        writer.Write("/// <summary>Scores exactly and offers the rows whose sum is from <c>first</c> on and below <c>end</c>.</summary>");
        writer.Open("private static void OfferRows(ref byte query, ref byte codes, ReadOnlySpan<long> ids, ReadOnlySpan<ushort> sums, int first, int end, TopK top)");
        writer.Write($"Span<ushort> rows = stackalloc ushort[{StripRows}];");
        writer.Write("int count = FastScan.Select(sums, first, end, rows);");
        writer.Write($"ref float tables = ref {Tables("query")};");
        writer.Write("float threshold = top.Threshold;");
        writer.Write("int minimum = first;");
        writer.Open("foreach (ushort row in rows.Slice(0, count))");
        writer.Open("if (sums[row] < minimum)");
        writer.Write("continue;");
        writer.Close();
        writer.Blank();
        writer.Write($"ref byte rowCodes = ref Unsafe.Add(ref codes, (row / {GroupRows} * {plan.GroupBytes}) + (row & 15));");
        writer.Write("top.Offer(ids[row], ScoreRow(ref tables, ref rowCodes, (row & 16) >> 2));");
        writer.Open("if (top.Threshold != threshold)");
        writer.Write("threshold = top.Threshold;");
        writer.Write("minimum = Math.Max(first, FastScan.MinimumSum(ref query, threshold));");
        writer.Close();
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private void EmitSearch(SourceWriter writer)
    {
        writer.Write($"/// <summary>Scores {OfferedRows} rows at a time and offers them to the collectors.</summary>");
        OpenSearch(writer);
        writer.Write($"Span<float> scores = stackalloc float[{OfferedRows}];");
        writer.Open("for (int q = 0; q < queries; q++)");
        EmitQuery(writer);
        writer.Open($"for (int row = 0; row < ids.Length; row += {OfferedRows})");
        writer.Write($"int rows = Math.Min({OfferedRows}, ids.Length - row);");
        writer.Write($"ScoreRows(ref {Tables("query")}, ref Unsafe.Add(ref MemoryMarshal.GetReference(block), row * {plan.CodeBytes}), rows, ref scores[0]);");
        writer.Write("tops[q].Offer(ids.Slice(row, rows), scores.Slice(0, rows));");
        writer.Close();
        writer.Close();
        CloseEntry(writer);
    }
}
