using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>What differs between the code families while rows are scanned: the sums, not the frame around them.</summary>
internal interface IScanBody
{
    /// <summary>C# type of a row's sum in the target's vectors, e.g. int.</summary>
    string SumType { get; }

    /// <summary>Constants needed in front of the loop over rows.</summary>
    void EmitConstants(SourceWriter writer, ScanShape shape);

    /// <summary>Declares and fills sum{row}_{query} from values{row} and query{query}.</summary>
    void EmitSums(SourceWriter writer, ScanShape shape);
}

/// <summary>Stripes of a row's values.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">Bytes from one to the next.</param>
/// <param name="UsedBytes">Bytes of each that are read: all, or those of a prefix.</param>
internal readonly record struct StripeShape(int Count, int Bytes, int UsedBytes);

/// <summary>How many rows and queries a kernel takes at once, in which vectors.</summary>
internal sealed record ScanShape(CpuTarget Target, int Rows, int Queries)
{
    private const int PrefetchAhead = 8192;

    /// <summary>Half as wide, for what whole vectors leave over; its sums have names of their own.</summary>
    public ScanShape Half => this with { Target = Target.Half, Prefix = "half" };

    private string Prefix { get; init; } = "";

    public string Sum(int row, int query) => $"{Prefix}sum{row}_{query}";

    public string Partial(int row, int query) => $"{Prefix}partial{row}_{query}";

    /// <summary>
    /// Asks for as many cache lines as a step consumes, in the order of addresses, some steps of rows ahead. Several rows at once are
    /// several streams, which the processor's own prefetchers follow badly.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="offset">Where the step is within a stripe.</param>
    /// <param name="bytes">Bytes of a stripe that the step consumes.</param>
    /// <param name="stripes">How the row is cut into stripes.</param>
    /// <param name="rowBytes">Bytes of a row's values.</param>
    /// <param name="part">Which part of the step this is, so that requests are spread over the step.</param>
    /// <param name="parts">Parts of a step.</param>
    public void EmitPrefetches(SourceWriter writer, Offset offset, int bytes, StripeShape stripes, int rowBytes, int part, int parts)
    {
        if (Queries > 1)
        {
            return;
        }

        if (stripes.UsedBytes < stripes.Bytes)
        {
            EmitScatteredPrefetches(writer, offset, bytes, stripes, rowBytes, part, parts);
            return;
        }

        int factor = Rows * stripes.Count;
        int rowStep = Rows * rowBytes;
        int distance = Math.Max(1, (PrefetchAhead + (rowStep / 2)) / rowStep) * rowStep;
        int start = distance + (Math.Max(0, offset.Constant) * factor);
        int lines = ((bytes * factor) + 63) / 64;
        for (int line = lines * part / parts; line < lines * (part + 1) / parts; line++)
        {
            writer.Write(offset.Looping
                ? $"KernelMath.Prefetch(ref values0, (i * {factor}) + {start + (line * 64)});"
                : $"KernelMath.Prefetch(ref values0, {start + (line * 64)});");
        }
    }

    /// <summary>The same where only the first bytes of each stripe are read: lines do not follow each other, so each is asked for on its own.</summary>
    private void EmitScatteredPrefetches(SourceWriter writer, Offset offset, int bytes, StripeShape stripes, int rowBytes, int part, int parts)
    {
        int read = Rows * stripes.Count * stripes.UsedBytes;
        int distance = Math.Max(1, (PrefetchAhead + (read / 2)) / read) * Rows * rowBytes;
        (int Row, int Start)[] lines =
        [
            .. from row in Enumerable.Range(0, Rows)
               from stripe in Enumerable.Range(0, stripes.Count)
               from line in Enumerable.Range(0, (bytes + PlanMath.Line - 1) / PlanMath.Line)

               // Of vectors narrower than a line, the first one in it asks.
               where Math.Max(0, offset.Constant) % PlanMath.Line == 0
               select (row, (stripe * stripes.Bytes) + (line * PlanMath.Line)),
        ];
        foreach ((int row, int start) in lines.Skip(lines.Length * part / parts).Take((lines.Length * (part + 1) / parts) - (lines.Length * part / parts)))
        {
            writer.Write($"KernelMath.Prefetch(ref values{row}, {(offset.Looping ? "i + " : "")}{Math.Max(0, offset.Constant) + start + distance});");
        }
    }

    public IEnumerable<(int Row, int Query)> Pairs => PairsOf(Enumerable.Range(0, Rows));

    /// <summary>
    /// Rows whose codes are unpacked together and share the loads of the query: all, or two at a time where what a row needs would crowd
    /// the 16 registers that 256-bit processors have.
    /// </summary>
    public IEnumerable<int[]> RowGroups(bool crowded)
    {
        int together = crowded && Target.Tier != "Avx512" ? 2 : Rows;
        return Enumerable.Range(0, Rows / together).Select(group => Enumerable.Range(group * together, together).ToArray());
    }

    public IEnumerable<(int Row, int Query)> PairsOf(IEnumerable<int> rows) =>
        from row in rows from query in Enumerable.Range(0, Queries) select (row, query);
}

/// <summary>Emits the Scan kernels of a vector tier: the loop over rows and the way from sums to scores.</summary>
internal sealed class ScanEmitter(KernelPlan plan, IScanBody body)
{
    public const int BatchQueries = 4;

    public void Emit(SourceWriter writer, CpuTarget tier)
    {
        CpuTarget target = tier.WithBytes(plan.VectorBytes(tier.Bytes));
        EmitSingle(writer, new ScanShape(target, 4, 1));
        writer.Blank();
        EmitBatch(writer, new ScanShape(target, 2, BatchQueries));
    }

    private void EmitSingle(SourceWriter writer, ScanShape shape)
    {
        writer.Write($"/// <summary>Scores rows against one query, {shape.Rows} rows at a time.</summary>");
        writer.Write($"/// <remarks>{SchemeDescription.Strategy(plan)}</remarks>");
        writer.Open($"private static void Scan{shape.Target.Tier}(ref byte query0, ref byte block, int firstRow, int rows, ref float scores)");
        EmitQueryScalars(writer, shape);
        body.EmitConstants(writer, shape);
        writer.Open("for (int row = 0; row < rows; row += 4)");
        writer.Write(
            $"""
            // The last step may be short: its surplus rows repeat the last one and are not stored.
            int last = rows - 1;
            nuint row0 = (nuint)(uint)(firstRow + row);
            """);
        for (int r = 1; r < shape.Rows; r++)
        {
            writer.Write($"nuint row{r} = (nuint)(uint)(firstRow + Math.Min(row + {r}, last));");
        }

        EmitRowRefs(writer, shape);
        body.EmitSums(writer, shape);
        writer.Write($"Vector128<{body.SumType}> sums = {shape.Target.Simd}.Sum4({shape.Sum(0, 0)}, {shape.Sum(1, 0)}, {shape.Sum(2, 0)}, {shape.Sum(3, 0)});");
        EmitFinish(writer, load: RowVector);
        writer.Write("KernelMath.StoreRows(result, ref scores, row, rows);");
        writer.Close();
        writer.Close();
    }

    private void EmitBatch(SourceWriter writer, ScanShape shape)
    {
        writer.Write($"/// <summary>Scores rows against {shape.Queries} queries, which share the decoding of the codes.</summary>");
        writer.Open($"private static void ScanBatch{shape.Target.Tier}(ref byte query0, ref byte block, int firstRow, int rows, ref float scores, int stride)");
        for (int q = 1; q < shape.Queries; q++)
        {
            writer.Write($"ref byte query{q} = ref Unsafe.Add(ref query0, {q * plan.Query.Bytes});");
        }

        EmitQueryScalars(writer, shape);
        body.EmitConstants(writer, shape);
        writer.Open("for (int row = 0; row < rows; row += 2)");
        writer.Write(
            """
            // Of an odd number of rows the last one is scored twice and stored once.
            nuint row0 = (nuint)(uint)(firstRow + row);
            nuint row1 = (nuint)(uint)(firstRow + Math.Min(row + 1, rows - 1));
            """);
        EmitRowRefs(writer, shape);
        body.EmitSums(writer, shape);
        for (int r = 0; r < shape.Rows; r++)
        {
            int row = r;
            writer.Open(r == 0 ? "" : "if (row + 1 < rows)");
            writer.Write($"Vector128<{body.SumType}> sums = {shape.Target.Simd}.Sum4({shape.Sum(r, 0)}, {shape.Sum(r, 1)}, {shape.Sum(r, 2)}, {shape.Sum(r, 3)});");
            EmitFinish(writer, load: (offset, kind) => RowBroadcast(offset, kind, row));
            writer.Write($"KernelMath.StoreQueries(result, ref scores, row{(r == 0 ? "" : $" + {r}")}, stride);");
            writer.Close();
        }

        writer.Close();
        writer.Close();
    }

    private void EmitRowRefs(SourceWriter writer, ScanShape shape)
    {
        for (int r = 0; r < shape.Rows; r++)
        {
            writer.Write($"ref byte values{r} = ref Unsafe.Add(ref block, {plan.Block.ValuesOffset} + (row{r} * {plan.ValueBytes}));");
            if (plan.IsPerBlock)
            {
                writer.Write($"ref byte scales{r} = ref Unsafe.Add(ref block, {plan.Block.ScalesOffset} + (row{r} * {plan.RowScaleBytes}));");
                if (plan.HasRowMinima)
                {
                    writer.Write($"ref byte minima{r} = ref Unsafe.Add(ref block, {plan.Block.MinimaOffset} + (row{r} * {plan.RowScaleBytes}));");
                }
            }
        }
    }

    /// <summary>The scalars of the prepared queries: broadcast for one query, one lane per query for several.</summary>
    private void EmitQueryScalars(SourceWriter writer, ScanShape shape)
    {
        void Scalar(string name, int offset, string type = "float")
        {
            string Read(int q) => $"KernelMath.Read<{type}>(ref query{q}, {offset})";
            string arguments = shape.Queries == 1 ? Read(0) : string.Join(", ", Enumerable.Range(0, shape.Queries).Select(Read));
            writer.Write($"Vector128<{type}> {name} = Vector128.Create({arguments});");
        }

        if (!plan.SumsDistances)
        {
            Scalar("queryScale", QueryPlan.Scale);
        }

        if (plan.Integer is { } integer && !plan.IsPerBlock)
        {
            Scalar("centerSum", QueryPlan.CenterSum, "int");
            if (integer.HalfStep != 0)
            {
                Scalar("halfSum", QueryPlan.HalfSum);
            }

            if (plan.HasRowMinima)
            {
                Scalar("querySum", QueryPlan.Sum);
            }
        }

        if (plan.IsAffine && !plan.HasRowMinima)
        {
            Scalar("constant", QueryPlan.Constant);
        }

        if (plan.HasNorm)
        {
            Scalar("queryNorm", QueryPlan.Norm);
        }
    }

    /// <summary>From <c>sums</c> to <c>result</c>, in the order of roundings that docs/formats.md prescribes.</summary>
    private void EmitFinish(SourceWriter writer, Func<int, ScaleLoad, string> load)
    {
        if (plan.Integer is { } integer && !plan.IsPerBlock)
        {
            writer.Write("Vector128<float> product = Vector128.ConvertToSingle(sums - centerSum);");
            if (integer.HalfStep != 0)
            {
                writer.Write("product += halfSum;");
            }
        }
        else
        {
            writer.Write("Vector128<float> product = sums;");
        }

        if (plan.IsPerVector && !plan.SumsDistances)
        {
            writer.Write($"product *= {load(plan.Block.ScalesOffset, ScaleLoad.Scale)};");
            if (plan.HasRowMinima)
            {
                writer.Write($"product += {load(plan.Block.MinimaOffset, ScaleLoad.Scale)} * querySum;");
            }
        }

        if (!plan.SumsDistances)
        {
            writer.Write("product *= queryScale;");
        }

        if (plan.IsAffine && !plan.HasRowMinima)
        {
            writer.Write("product += constant;");
        }

        writer.Write(plan switch
        {
            { HasNorm: true } => $"Vector128<float> result = -Vector128.Max(Vector128<float>.Zero, {load(plan.Block.NormsOffset, ScaleLoad.Norm)} + queryNorm - (product + product));",
            { HasOffset: true } => $"Vector128<float> result = product + {load(plan.Block.NormsOffset, ScaleLoad.Norm)};",
            { DividesByNorm: true } => $"Vector128<float> result = product * {load(plan.Block.NormsOffset, ScaleLoad.Norm)};",
            { IsL2: true } => "Vector128<float> result = -product;",
            _ => "Vector128<float> result = product;",
        });
    }

    private enum ScaleLoad
    {
        Scale,
        Norm,
    }

    private string RowVector(int offset, ScaleLoad kind)
    {
        (string method, int bytes) = kind == ScaleLoad.Norm ? ("LoadSingle4", 4) : ($"Load{plan.ScaleFormat}4", plan.ScaleElementBytes);
        return $"Scales.{method}(ref Unsafe.Add(ref block, {offset} + (row0 * {bytes})))";
    }

    private string RowBroadcast(int offset, ScaleLoad kind, int row)
    {
        (string method, int bytes) = kind == ScaleLoad.Norm ? ("LoadSingle", 4) : ($"Load{plan.ScaleFormat}", plan.ScaleElementBytes);
        return $"Vector128.Create(Scales.{method}(ref Unsafe.Add(ref block, {offset} + (row{row} * {bytes}))))";
    }
}
