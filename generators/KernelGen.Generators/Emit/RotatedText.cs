using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit;

/// <summary>Emits what rotated codecs of all numbers of bits share: the numbers that rows store beside codes, and bounds of errors.</summary>
internal static class RotatedText
{
    /// <summary>Opens an encoder, as the statement in front of a loop over vectors.</summary>
    public static void EmitEncoder(SourceWriter writer, int dimensions, RotatedParts parts)
    {
        string levels = parts.Grid.Levels == GridLevels.Uniform ? "" : $", GridLevels.{parts.Grid.Levels}";
        writer.Write($"using RotatedEncoder encoder = new({dimensions}, {parts.Grid.Bits}, ScaleSearch.{parts.Grid.Search}, tier{levels});");
    }

    /// <summary>Stores the numbers of the encoded vector from an offset of its row code on.</summary>
    public static void EmitNumbers(SourceWriter writer, RotatedParts parts, int offset)
    {
        writer.Write($"KernelMath.Write(ref code, {offset}, encoder.Scale);");
        if (parts.HasTerm)
        {
            writer.Write($"KernelMath.Write(ref code, {offset + 4}, {(parts.HasOffset ? "RotatedEncoder.Offset(vector, mean)" : "encoder.SquaredNorm")});");
        }

        writer.Write($"KernelMath.Write(ref code, {offset + parts.Bytes - 4}, encoder.Deviation);");
    }

    /// <summary>Adds to a prepared query, <c>destination</c>, what bounds of errors need.</summary>
    public static void EmitStoreBounds(SourceWriter writer, string query, string integers, string step, int offset) =>
        writer.Write($"RotatedBounds.StoreQuery({query}, {integers}, {step}, bounds, ref Unsafe.Add(ref destination, {offset}));");

    /// <summary>The member that scores rows and bounds the errors.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="isL2">Whether scores are squared distances.</param>
    /// <param name="query">Bytes of a prepared query, and where in it is what bounds need.</param>
    /// <param name="block">Where a block holds scales, terms and deviations.</param>
    public static void EmitScanBounds(SourceWriter writer, bool isL2, (int Bytes, int Bounds) query, (int Scales, int Terms, int Deviations) block)
    {
        writer.Write("/// <summary>Scores rows of a block against queries, and bounds the errors of the scores.</summary>");
        writer.Open("internal static CpuTier ScanBounds(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, Span<float> errors, float factor, CpuTier tier)");
        writer.Write("int queries = CodecGuard.ScanBounds(Layout, prepared.Length, block.Length, firstRow, rows, scores.Length, errors.Length, factor);");
        writer.Write("tier = Scan(prepared, block, firstRow, rows, scores, tier);");
        writer.Write("ref byte rowBytes = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), firstRow * 4);");
        writer.Open("for (int q = 0; q < queries; q++)");
        string norms = isL2 ? $"ref Unsafe.Add(ref rowBytes, {block.Terms})" : "ref rowBytes";
        writer.Write($"ref byte query = ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), ((nint)q * {query.Bytes}) + {query.Bounds});");
        writer.Write($"RotatedBounds.Fill(ref query, ref Unsafe.Add(ref rowBytes, {block.Scales}), ref Unsafe.Add(ref rowBytes, {block.Deviations}), {norms}, {(isL2 ? "true" : "false")}, factor, errors.Slice(q * rows, rows));");
        writer.Close();
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }
}
