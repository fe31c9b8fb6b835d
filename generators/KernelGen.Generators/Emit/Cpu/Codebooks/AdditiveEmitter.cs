using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits the members whose work differs where centroids are added: what encodes and what decodes.</summary>
internal sealed class AdditiveEmitter(CodebookPlan plan, AdditiveGrid grid)
{
    /// <summary>The shape of the codebooks as an expression; null for product codes.</summary>
    public static string? ShapeOf(CodebookPlan plan) => plan.Additive switch
    {
        null => null,
        { IsShared: true } grid => $"AdditiveShape.Additive({plan.Dimensions}, {grid.Stages}, {grid.Bits}, {grid.GroupSize})",
        { } grid => $"AdditiveShape.Residual({plan.Dimensions}, {grid.Stages}, {grid.Bits}, {grid.Subspaces})",
    };

    /// <summary>Copies codes and norms between row codes and rows of a block, where they lie apart.</summary>
    public static void EmitNormPacking(SourceWriter writer, CodebookPlan plan, bool toBlock)
    {
        writer.Open("for (int i = 0; i < rows; i++)");
        writer.Write($"{(toBlock ? "ReadOnlySpan" : "Span")}<byte> code = codes.Slice(i * {plan.CodeBytes}, {plan.CodeBytes});");
        Copy($"code.Slice(0, {plan.ValueBytes})", $"block.Slice({CodebookText.Plus($"((firstRow + i) * {plan.ValueBytes})", plan.ValuesOffset)}, {plan.ValueBytes})");
        CopyNorm(plan.ValueBytes, plan.NormBytes, 0);
        CopyNorm(plan.ValueBytes + plan.NormBytes, plan.SquaredNormBytes, plan.SquaredNormsOffset);
        writer.Close();

        void CopyNorm(int inCode, int bytes, int inBlock)
        {
            if (bytes > 0)
            {
                Copy($"code.Slice({inCode}, {bytes})", $"block.Slice({CodebookText.Plus($"((firstRow + i) * {bytes})", inBlock)}, {bytes})");
            }
        }

        void Copy(string inCode, string inBlock) => writer.Write(toBlock ? $"{inCode}.CopyTo({inBlock});" : $"{inBlock}.CopyTo({inCode});");
    }

    public void EmitEncode(SourceWriter writer)
    {
        const int rows = CodebookDispatchEmitter.EncodeRows;
        CodebookDispatchEmitter.OpenEncode(writer, plan);
        List<(string, string, int)> rented = [("ushort", "assigned", rows * plan.Codes)];
        if (plan.Normalizes)
        {
            rented.Add(("float", "normalized", rows * plan.Dimensions));
        }

        if (plan.HasSquaredNorm)
        {
            rented.Add(("float", "decoded", plan.Dimensions));
        }

        DispatchText.EmitRented(writer, rented, () =>
        {
            writer.Open($"for (int first = 0; first < count; first += {rows})");
            writer.Write($"int rows = Math.Min({rows}, count - first);");
            writer.Write($"ReadOnlySpan<float> values = vectors.Slice(first * {plan.Dimensions}, rows * {plan.Dimensions});");
            if (plan.Normalizes)
            {
                writer.Write($"QueryMath.Normalize(values, {plan.Dimensions}, normalized);");
                writer.Write($"values = normalized.AsSpan(0, rows * {plan.Dimensions});");
            }

            writer.Write($"BeamSearch.Encode<BeamKernels>(values, codebooks, {grid.Beam}, assigned.AsSpan(0, rows * {plan.Codes}), tier);");
            writer.Open("for (int i = 0; i < rows; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)(first + i) * {plan.CodeBytes});");
            writer.Write($"BitStrings.Pack(ref assigned[i * {plan.Codes}], {plan.Bits}, {plan.Codes}, ref code);");
            if (plan.HasNorm)
            {
                string norm = $"KernelMath.Norm(vectors.Slice((first + i) * {plan.Dimensions}, {plan.Dimensions}))";
                writer.Write($"KernelMath.Write(ref code, {plan.ValueBytes}, {(plan.NormBytes == 4 ? norm : $"KernelMath.NormToByte({norm})")});");
            }

            if (plan.HasSquaredNorm)
            {
                EmitDecodeRow(writer, $"assigned[i * {plan.Codes}]", "decoded[0]", "code");
                writer.Write($"KernelMath.Write(ref code, {plan.ValueBytes + plan.NormBytes}, StripedSums.SquaredNorm(decoded.AsSpan(0, {plan.Dimensions})));");
            }

            writer.Close();
            writer.Close();
        });
        CodebookDispatchEmitter.CloseWithTier(writer);
        new ExtendEmitter(plan).EmitKernels(writer);
    }

    public void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>Decodes row codes: sums of centroids in the order of stages.</summary>");
        writer.Open("internal static CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier, AdditiveCodebooks codebooks)");
        writer.Write("int count = CodecGuard.DecodeCount(Layout, codes.Length, vectors.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("ushort", "unpacked", plan.Codes)], () =>
        {
            writer.Open("for (int i = 0; i < count; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)i * {plan.CodeBytes});");
            EmitUnpack(writer, "code", "unpacked[0]");
            EmitDecodeRow(writer, "unpacked[0]", $"Unsafe.Add(ref MemoryMarshal.GetReference(vectors), (nint)i * {plan.Dimensions})", "code");
            writer.Close();
        });
        CodebookDispatchEmitter.CloseWithTier(writer);
        writer.Write("/// <summary>Decodes the codes of a row.</summary>");
        writer.Open($"private static void DecodeRow(ref ushort codes, ref float destination, {(plan.HasNorm ? "float norm, " : "")}CpuTier tier, AdditiveCodebooks codebooks)");
        TierSwitch.Emit(writer, static tier => [$"DecodeRow{tier}(ref codes, ref codebooks.Values, ref destination);"]);
        if (plan.HasNorm)
        {
            writer.Blank();
            writer.Write($"QueryMath.Multiply(MemoryMarshal.CreateSpan(ref destination, {plan.Dimensions}), norm);");
        }

        writer.Close();
        writer.Blank();
    }

    public void EmitScorePair(SourceWriter writer)
    {
        CodebookDispatchEmitter.OpenScorePair(writer, plan);
        writer.Write("tier = CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("ushort", "unpacked", plan.Codes), ("float", "decoded", 2 * plan.Dimensions)], () =>
        {
            writer.Write($"Span<float> left = decoded.AsSpan(0, {plan.Dimensions});");
            writer.Write($"Span<float> right = decoded.AsSpan({plan.Dimensions}, {plan.Dimensions});");
            foreach ((string code, string vector) in ((string, string)[])[("first", "left"), ("second", "right")])
            {
                EmitUnpack(writer, $"MemoryMarshal.GetReference({code})", "unpacked[0]");
                EmitDecodeRow(writer, "unpacked[0]", $"{vector}[0]", $"MemoryMarshal.GetReference({code})");
            }

            if (plan.IsL2)
            {
                writer.Write("QueryMath.Subtract(left, right, left);");
                writer.Write("return -(float)StripedSums.Squares(left);");
            }
            else
            {
                writer.Write("return (float)StripedSums.Products(left, right);");
            }
        });
        writer.Close();
        writer.Blank();
    }

    public void EmitAccumulate(SourceWriter writer)
    {
        CodebookDispatchEmitter.OpenAccumulate(writer, plan);
        DispatchText.EmitRented(writer, [("ushort", "unpacked", plan.Codes), ("float", "decoded", plan.Dimensions)], () =>
        {
            writer.Open("for (int i = 0; i < rows.Length; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), {CodebookText.Plus($"(rows[i] * {plan.ValueBytes})", plan.ValuesOffset)});");
            EmitUnpack(writer, "code", "unpacked[0]");
            EmitDecodeRow(writer, "unpacked[0]", "decoded[0]", "MemoryMarshal.GetReference(block)", $"rows[i] * {plan.NormBytes}");
            writer.Write($"QueryMath.AddProducts(destination, decoded.AsSpan(0, {plan.Dimensions}), weights[i]);");
            writer.Close();
        });
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
    }

    /// <summary>Decodes codes, with the norm that is stored behind a reference: of a row code, behind its codes.</summary>
    private void EmitDecodeRow(SourceWriter writer, string codes, string destination, string norms, string? offset = null)
    {
        string norm = plan.HasNorm ? $"{CodebookText.Norm(plan, norms, offset ?? SourceWriter.Number(plan.ValueBytes))}, " : "";
        writer.Write($"DecodeRow(ref {codes}, ref {destination}, {norm}tier, codebooks);");
    }

    private void EmitUnpack(SourceWriter writer, string code, string codes) =>
        writer.Write($"BitStrings.Unpack(ref {code}, {plan.Bits}, {plan.Codes}, ref {codes});");
}
