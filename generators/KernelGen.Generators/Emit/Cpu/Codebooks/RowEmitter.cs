using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits what decodes: a row's centroids copied, or added with a weight.</summary>
internal sealed class RowEmitter(CodebookPlan plan)
{
    public void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>The centroids of a row.</summary>");
        writer.Open("private static void DecodeRow(ref ushort codes, ref float centroids, ref float destination)");
        EmitRuns(writer, run =>
            writer.Write($"Unsafe.CopyBlockUnaligned(ref Unsafe.As<float, byte>(ref part), ref Unsafe.As<float, byte>(ref centroid), {run.Dimensions * 4});"));
        writer.Close();
        writer.Blank();
    }

    public void EmitAccumulate(SourceWriter writer, CpuTarget? target)
    {
        writer.Write("/// <summary>Adds a row's centroids with a weight.</summary>");
        writer.Open($"private static void AccumulateRow{target?.Tier ?? "Scalar"}(ref ushort codes, ref float centroids, float weight, ref float destination)");
        EmitRuns(writer, run =>
        {
            if (target is null || run.Dimensions > 8 * target.Floats)
            {
                EmitLoop(writer, target, run.Dimensions);
            }
            else
            {
                EmitPieces(writer, target, run.Dimensions, 0);
            }
        });
        writer.Close();
        writer.Blank();
    }

    private static void EmitLoop(SourceWriter writer, CpuTarget? target, int dimensions)
    {
        int whole = target is null ? 0 : dimensions / target.Floats * target.Floats;
        if (target is not null)
        {
            writer.Open($"for (nuint i = 0; i < {whole}; i += {target.Floats})");
            writer.Write($"({target.V}.LoadUnsafe(ref part, i) + ({target.V}.LoadUnsafe(ref centroid, i) * weight)).StoreUnsafe(ref part, i);");
            writer.Close();
            writer.Blank();
            EmitPieces(writer, target, dimensions, whole);
            return;
        }

        writer.Open($"for (int i = 0; i < {dimensions}; i++)");
        writer.Write("Unsafe.Add(ref part, i) += weight * Unsafe.Add(ref centroid, i);");
        writer.Close();
    }

    /// <summary>Vectors of ever smaller width, then single values.</summary>
    private static void EmitPieces(SourceWriter writer, CpuTarget target, int dimensions, int first)
    {
        int at = first;
        for (int floats = target.Floats; floats >= 4; floats /= 2)
        {
            string v = $"Vector{floats * 32}";
            for (; at + floats <= dimensions; at += floats)
            {
                writer.Write($"({v}.LoadUnsafe(ref part, {at}) + ({v}.LoadUnsafe(ref centroid, {at}) * weight)).StoreUnsafe(ref part, {at});");
            }
        }

        for (; at < dimensions; at++)
        {
            writer.Write($"{CodebookText.At("part", SourceWriter.Number(at))} += weight * {CodebookText.At("centroid", SourceWriter.Number(at))};");
        }
    }

    private void EmitRuns(SourceWriter writer, Action<SubspaceRun> emit) => CodebookText.EmitRuns(writer, plan, run =>
    {
        writer.Write($"int code = Unsafe.Add(ref codes, {CodebookText.Number(run)});");
        writer.Write($"ref float centroid = ref Unsafe.Add(ref centroids, {CodebookText.Start(run, plan.Centroids)} + (code * {run.Dimensions}));");
        writer.Write($"ref float part = ref Unsafe.Add(ref destination, {CodebookText.Start(run)});");
        emit(run);
    });
}
