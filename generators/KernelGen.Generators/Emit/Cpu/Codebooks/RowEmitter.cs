using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits what decodes: a row's centroids copied or, over stages, added; or those of rows added with weights.</summary>
internal sealed class RowEmitter(CodebookPlan plan)
{
    /// <summary>Rows that are added at once: the sum is loaded and stored once for all of them.</summary>
    private const int TileRows = 4;

    /// <summary>Vectors of a centroid that are written out; more become a loop.</summary>
    private const int MaximumVectors = 8;

    /// <summary>Whether codes cannot be read where they lie: kernels that add rows unpack them first.</summary>
    public static bool NeedsUnpacking(CodebookPlan plan) => plan.Bits is not (4 or 8);

    /// <summary>Codes that the kernels which add rows unpack at once.</summary>
    public static int UnpackedCodes(CodebookPlan plan) => TileRows * plan.Subspaces;

    public void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>The centroids of a row.</summary>");
        writer.Open("private static void DecodeRow(ref ushort codes, ref float centroids, ref float destination)");
        CodebookText.EmitRuns(writer, plan, run =>
        {
            writer.Write($"int code = Unsafe.Add(ref codes, {CodebookText.Number(run)});");
            writer.Write($"ref float centroid = ref Unsafe.Add(ref centroids, {CodebookText.Start(run, plan.Centroids)} + (code * {run.Dimensions}));");
            writer.Write($"ref float part = ref Unsafe.Add(ref destination, {CodebookText.Start(run)});");
            writer.Write($"Unsafe.CopyBlockUnaligned(ref Unsafe.As<float, byte>(ref part), ref Unsafe.As<float, byte>(ref centroid), {run.Dimensions * 4});");
        });
        writer.Close();
        writer.Blank();
    }

    /// <summary>For codes whose centroids are added: the sum of a row's, by the kernel of a tier; the scalar one without a target.</summary>
    public void EmitSum(SourceWriter writer, CpuTarget? target)
    {
        writer.Write("/// <summary>The sums of the centroids of a row.</summary>");
        writer.Open($"private static void DecodeRow{target?.Tier ?? "Scalar"}(ref ushort codes, ref float centroids, ref float destination)");
        CodebookText.EmitRuns(writer, plan, run =>
        {
            int length = CodebookText.CentroidLength(plan, run);
            writer.Write($"ref float part = ref Unsafe.Add(ref destination, {CodebookText.Start(run)});");
            writer.Write($"ref ushort code = ref Unsafe.Add(ref codes, {CodebookText.Number(run, plan.Stages)});");
            string book = plan.SharedLength > 0 ? "centroids" : $"Unsafe.Add(ref centroids, {CodebookText.Start(run, plan.Stages * plan.Centroids)})";
            writer.Write($"ref float book = ref {book};");
            writer.Write($"ref float first = ref Unsafe.Add(ref book, code * {length});");
            writer.Write($"Unsafe.CopyBlockUnaligned(ref Unsafe.As<float, byte>(ref part), ref Unsafe.As<float, byte>(ref first), {run.Dimensions * 4});");
            if (plan.Stages > 1)
            {
                CodebookText.EmitStages(
                    writer,
                    plan,
                    () =>
                    {
                        writer.Write($"ref float centroid0 = ref Unsafe.Add(ref book, (s * {length * plan.Centroids}) + (Unsafe.Add(ref code, s) * {length}));");
                        EmitDimensions(writer, target, run.Dimensions, rows: 1, isWeighted: false);
                    },
                    first: 1);
            }
        });
        writer.Close();
        writer.Blank();
    }

    /// <summary>The kernel of a tier that adds rows; the scalar one without a target.</summary>
    public void EmitAccumulate(SourceWriter writer, CpuTarget? target)
    {
        string unpacked = NeedsUnpacking(plan) ? ", ref ushort unpacked" : "";
        writer.Write("/// <summary>Adds the centroids of rows with weights.</summary>");
        writer.Open($"private static void AccumulateRows{target?.Tier ?? "Scalar"}(ref byte block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, ref float centroids, ref float destination{unpacked})");
        writer.Write("int i = 0;");
        if (target is not null)
        {
            EmitTile(writer, target, TileRows);
            writer.Blank();
        }

        EmitTile(writer, target, 1);
        writer.Close();
        writer.Blank();
    }

    private void EmitTile(SourceWriter writer, CpuTarget? target, int rows)
    {
        writer.Open(rows == 1 ? "for (; i < rows.Length; i++)" : $"for (; i <= rows.Length - {rows}; i += {rows})");
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"int row{r} = rows[{CodebookText.Plus("i", r)}];");
            writer.Write($"ref byte codes{r} = ref Unsafe.Add(ref block, {Place($"row{r}")});");
            writer.Write($"float weight{r} = weights[{CodebookText.Plus("i", r)}];");
            if (plan.IsFastScan)
            {
                writer.Write($"int shift{r} = (row{r} & 16) >> 2;");
            }
            else if (NeedsUnpacking(plan))
            {
                writer.Write($"BitStrings.Unpack(ref codes{r}, {plan.Bits}, {plan.Subspaces}, ref {CodebookText.At("unpacked", SourceWriter.Number(r * plan.Subspaces))});");
            }
        }

        for (int r = 0; r < rows && rows > 1; r++)
        {
            writer.Write($"int next{r} = rows[Math.Min(i + {rows + r}, rows.Length - 1)];");
            writer.Write($"KernelMath.PrefetchRow(ref Unsafe.Add(ref block, {Place($"next{r}")}), {(plan.IsFastScan ? plan.GroupBytes : plan.CodeBytes)});");
        }

        foreach (SubspaceRun run in plan.Runs)
        {
            writer.Blank();
            EmitRun(writer, target, run, rows);
        }

        writer.Close();
    }

    /// <summary>Where a row's codes are: of interleaved codes the first.</summary>
    private string Place(string row) => plan.IsFastScan
        ? $"(({row} / {CodebookPlan.GroupRows}) * {plan.GroupBytes}) + ({row} & 15)"
        : $"{row} * {plan.CodeBytes}";

    /// <summary>The code of a row in the subspace of a number.</summary>
    private string Code(int row, string number) => plan switch
    {
        { IsFastScan: true } => $"(Unsafe.Add(ref codes{row}, ({number}) * 16) >> shift{row}) & 15",
        { Bits: 8 } => $"Unsafe.Add(ref codes{row}, {number})",
        _ => $"Unsafe.Add(ref unpacked, {CodebookText.Plus(number, row * plan.Subspaces)})",
    };

    private void EmitRun(SourceWriter writer, CpuTarget? target, SubspaceRun run, int rows)
    {
        // Two dimensions fill a vector with those of the next subspace.
        bool isPaired = target is not null && run.Dimensions == 2 && run.Count > 1;
        int paired = isPaired ? run.Count / 2 * 2 : 0;
        if (isPaired)
        {
            writer.Open($"for (int m = 0; m < {paired}; m += 2)");
            EmitPlaces(writer, run, rows);
            for (int r = 0; r < rows; r++)
            {
                string code = Code(r, CodebookText.Number(run with { First = run.First + 1 }));
                writer.Write($"ref float neighbour{r} = ref Unsafe.Add(ref book, {2 * plan.Centroids} + ((nuint)(uint)({code}) * 2));");
            }

            EmitVector(writer, 4, "0", rows, isWeighted: true, static r => $"KernelMath.Join(ref centroid{r}, ref neighbour{r})");
            writer.Close();
            if (paired == run.Count)
            {
                return;
            }

            writer.Blank();
        }

        writer.Open($"for (int m = {paired}; m < {run.Count}; m++)");
        EmitPlaces(writer, run, rows);
        EmitDimensions(writer, target, run.Dimensions, rows, isWeighted: true);
        writer.Close();
    }

    /// <summary>Adds all dimensions of the centroids of rows, with weights or as they are.</summary>
    private static void EmitDimensions(SourceWriter writer, CpuTarget? target, int dimensions, int rows, bool isWeighted)
    {
        if (target is null || dimensions > MaximumVectors * target.Floats)
        {
            EmitLoop(writer, target, dimensions, rows, isWeighted);
        }
        else
        {
            EmitPieces(writer, target.Floats, 0, dimensions, rows, isWeighted);
        }
    }

    private void EmitPlaces(SourceWriter writer, SubspaceRun run, int rows)
    {
        writer.Write($"ref float part = ref Unsafe.Add(ref destination, {CodebookText.Start(run)});");
        writer.Write($"ref float book = ref Unsafe.Add(ref centroids, {CodebookText.Start(run, plan.Centroids)});");
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"ref float centroid{r} = ref Unsafe.Add(ref book, (nuint)(uint)({Code(r, CodebookText.Number(run))}) * {run.Dimensions});");
        }
    }

    private static void EmitLoop(SourceWriter writer, CpuTarget? target, int dimensions, int rows, bool isWeighted)
    {
        int floats = target?.Floats ?? 1;
        int whole = dimensions / floats * floats;
        writer.Open($"for (nuint d = 0; d < {whole}; d += {floats})");
        EmitVector(writer, floats, "d", rows, isWeighted);
        writer.Close();
        if (whole < dimensions)
        {
            writer.Blank();
            EmitPieces(writer, floats, whole, dimensions, rows, isWeighted);
        }
    }

    /// <summary>Vectors of ever smaller width, then single values.</summary>
    private static void EmitPieces(SourceWriter writer, int greatest, int first, int dimensions, int rows, bool isWeighted)
    {
        int at = first;
        for (int floats = greatest; at < dimensions; floats = floats > 4 ? floats / 2 : 1)
        {
            for (; at + floats <= dimensions; at += floats)
            {
                EmitVector(writer, floats, SourceWriter.Number(at), rows, isWeighted);
            }
        }
    }

    /// <summary>Adds some dimensions of all rows: a vector, or a single one.</summary>
    private static void EmitVector(SourceWriter writer, int floats, string at, int rows, bool isWeighted, Func<int, string>? centroids = null)
    {
        string v = $"Vector{floats * 32}";
        string type = floats == 1 ? "float" : $"{v}<float>";
        writer.Open();
        writer.Write($"{type} sum = {(floats == 1 ? CodebookText.At("part", at) : $"{v}.LoadUnsafe(ref part, {at})")};");
        for (int r = 0; r < rows; r++)
        {
            string centroid = $"centroid{r}";
            if (!isWeighted)
            {
                writer.Write($"sum += {(floats == 1 ? CodebookText.At(centroid, at) : $"{v}.LoadUnsafe(ref {centroid}, {at})")};");
                continue;
            }

            writer.Write(floats == 1
                ? $"sum += weight{r} * {CodebookText.At(centroid, at)};"
                : $"sum = {v}.MultiplyAddEstimate({centroids?.Invoke(r) ?? $"{v}.LoadUnsafe(ref {centroid}, {at})"}, {v}.Create(weight{r}), sum);");
        }

        writer.Write(floats == 1 ? $"{CodebookText.At("part", at)} = sum;" : $"sum.StoreUnsafe(ref part, {at});");
        writer.Close();
    }
}
