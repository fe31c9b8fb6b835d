using KernelGen.Generators.Emit.Cpu.Codebooks;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Signs;

/// <summary>Emits what the members of a codec of signs do: checks, loops over rows and the choice of the tier.</summary>
internal sealed class SignDispatchEmitter(SignPlan plan)
{
    /// <summary>The type that hands kernels to the runtime's loops.</summary>
    private const string Kernels = "SignKernels";

    /// <summary>Where a block of nibbles holds them; only rotated codes have something in front.</summary>
    private string Nibbles => plan.Parts is null
        ? "ref MemoryMarshal.GetReference(block)"
        : $"ref Unsafe.Add(ref MemoryMarshal.GetReference(block), {plan.BitsOffset})";

    public void Emit(SourceWriter writer)
    {
        DispatchText.EmitLayout(writer, plan.Scheme, (plan.CodeBytes, plan.Rows, plan.BlockBytes, plan.QueryBytes, Parameters: 0), more: null);
        EmitEncode(writer);
        EmitDecode(writer);
        EmitPacking(writer, toBlock: true);
        EmitPacking(writer, toBlock: false);
        EmitPrepare(writer);
        EmitScan(writer);
        if (plan.Parts is { HasBounds: true, HasNorm: var isL2 })
        {
            RotatedText.EmitScanBounds(
                writer, isL2, (plan.QueryBytes, SignPlan.BoundsOffset), (Scales: 0, plan.TermsOffset, plan.DeviationsOffset));
        }

        EmitScorePair(writer);
        EmitAccumulate(writer);
    }

    private void EmitEncode(SourceWriter writer)
    {
        writer.Write("/// <summary>Encodes vectors, one row code each: the same on every tier.</summary>");
        writer.Open($"internal static CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier{(plan.Parts is { HasOffset: true } ? ", ReadOnlySpan<float> mean" : "")})");
        writer.Write("int count = CodecGuard.EncodeCount(Layout, vectors.Length, codes.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        if (plan.Parts is { } parts)
        {
            RotatedText.EmitEncoder(writer, plan.Dimensions, parts);
            writer.Open("for (int i = 0; i < count; i++)");

            // Transforms have checked that values are finite.
            writer.Write($"ReadOnlySpan<float> vector = vectors.Slice(i * {plan.Dimensions}, {plan.Dimensions});");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)i * {plan.CodeBytes});");
            writer.Write($"encoder.Encode(vector, MemoryMarshal.CreateSpan(ref code, {plan.BitBytes}));");
            RotatedText.EmitNumbers(writer, parts, plan.BitBytes);
        }
        else
        {
            writer.Open("for (int i = 0; i < count; i++)");
            EmitSigns(writer, "SignBits.Encode", "vectors", $"codes.Slice(i * {plan.CodeBytes}, {plan.CodeBytes})");
        }

        writer.Close();
        CodebookDispatchEmitter.CloseWithTier(writer);
    }

    /// <summary>Encodes the vector number i, as a row or as a query.</summary>
    private void EmitSigns(SourceWriter writer, string encode, string vectors, string code)
    {
        writer.Open($"if (!{encode}({vectors}.Slice(i * {plan.Dimensions}, {plan.Dimensions}), {code}, {plan.IsNonNegative}, {plan.IsMsbFirst}))");
        writer.Write($"CodecGuard.ThrowNotFinite({vectors}, {plan.Dimensions}, i, nameof({vectors}));");
        writer.Close();
    }

    /// <summary>What a set bit of a row stands for, whose scale, if it has one, is at an offset from a place.</summary>
    private string ValueOf(string place, string offset) => plan.Parts is null
        ? plan.ValueLiteral
        : $"{plan.ValueLiteral} * (KernelMath.Read<float>(ref {place}, {offset}) * {PlanMath.Literal(plan.Parts.DecodeFactor)})";

    private void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>Decodes row codes: the same on every tier.</summary>");
        writer.Open("internal static CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier)");
        writer.Write("int count = CodecGuard.DecodeCount(Layout, codes.Length, vectors.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        writer.Open("for (int i = 0; i < count; i++)");
        writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)i * {plan.CodeBytes});");
        writer.Write($"SignBits.Decode(ref code, {ValueOf("code", $"{plan.BitBytes}")}, {plan.IsMsbFirst}, vectors.Slice(i * {plan.Dimensions}, {plan.Dimensions}));");
        writer.Close();
        CodebookDispatchEmitter.CloseWithTier(writer);
    }

    private void EmitPacking(SourceWriter writer, bool toBlock)
    {
        writer.Write($"/// <summary>Copies {(toBlock ? "row codes into rows of a block" : "rows of a block back to row codes")}.</summary>");
        writer.Open(toBlock
            ? "internal static void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)"
            : "internal static void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)");
        writer.Write("int rows = CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);");
        writer.Open("for (int i = 0; i < rows; i++)");
        if (plan.Parts is not null)
        {
            EmitPackingOfParts(writer, toBlock);
            return;
        }

        string code = $"ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), i * {plan.CodeBytes})";
        writer.Write(toBlock
            ? $"SignScan.WriteRow({code}, {plan.CodeBytes}, {Nibbles}, firstRow + i);"
            : $"SignScan.ReadRow({Nibbles}, firstRow + i, {plan.CodeBytes}, {code});");
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    /// <summary>Packing of the row number i of rotated codes.</summary>
    private void EmitPackingOfParts(SourceWriter writer, bool toBlock)
    {
        writer.Write("int row = firstRow + i;");
        writer.Write($"{(toBlock ? "ReadOnlySpan" : "Span")}<byte> code = codes.Slice(i * {plan.CodeBytes}, {plan.CodeBytes});");
        const string start = "ref MemoryMarshal.GetReference(code)";
        writer.Write(toBlock
            ? $"SignScan.WriteRow({start}, {plan.BitBytes}, {Nibbles}, row);"
            : $"SignScan.ReadRow({Nibbles}, row, {plan.BitBytes}, {start});");
        for (int offset = plan.BitBytes; offset < plan.CodeBytes; offset += 4)
        {
            DispatchText.EmitPart(writer, toBlock, offset, bytes: 4, (offset - plan.BitBytes) / 4 * plan.Rows * 4);
        }

        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private void EmitPrepare(SourceWriter writer)
    {
        writer.Write($"/// <summary>{(plan.IsHamming ? "Encodes queries like vectors, and makes nibbles of them" : "Computes the byte tables of queries")}: the same on every tier.</summary>");
        writer.Open($"internal static CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier{TransformEmitter.PrepareParameters(plan.Scheme, plan.Parts is { HasBounds: true })})");
        writer.Write("int count = CodecGuard.PrepareCount(Layout, queries.Length, prepared.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        if (plan.Normalizes)
        {
            DispatchText.EmitRented(writer, [("float", "normalized", plan.Dimensions)], () => EmitPrepareLoop(writer));
        }
        else if (plan.Parts is { HasBounds: true })
        {
            DispatchText.EmitRented(writer, [("int", "rented", plan.Dimensions)], () => EmitPrepareLoop(writer));
        }
        else
        {
            EmitPrepareLoop(writer);
        }

        CodebookDispatchEmitter.CloseWithTier(writer);
    }

    private void EmitPrepareLoop(SourceWriter writer)
    {
        if (!plan.IsHamming)
        {
            writer.Write($"CodecGuard.CheckFinite(queries, {plan.Dimensions}, nameof(queries));");
        }

        writer.Open("for (int i = 0; i < count; i++)");
        writer.Write($"Span<byte> {(plan.Parts is null ? "destination" : "slot")} = prepared.Slice(i * {plan.QueryBytes}, {plan.QueryBytes});");
        if (plan.Parts is { } parts)
        {
            EmitPrepareRotated(writer, parts);
        }
        else if (plan.IsHamming)
        {
            EmitSigns(writer, "SignScan.PrepareBits", "queries", "destination");
            EmitClear(writer, SignPlan.HeaderBytes + plan.GroupBytes, "destination");
        }
        else
        {
            writer.Write($"ReadOnlySpan<float> query = queries.Slice(i * {plan.Dimensions}, {plan.Dimensions});");
            if (plan.Normalizes)
            {
                writer.Write($"QueryMath.Normalize(query, {plan.Dimensions}, normalized);");
                writer.Write($"query = normalized.AsSpan(0, {plan.Dimensions});");
            }

            writer.Write($"SignScan.Prepare(query, {plan.ValueLiteral}, {plan.IsMsbFirst}, ref MemoryMarshal.GetReference(destination));");
            EmitClear(writer, SignPlan.HeaderBytes + plan.GroupBytes, "destination");
            if (plan.Scheme.HasBias)
            {
                writer.Write($"KernelMath.Write(ref MemoryMarshal.GetReference(destination), {SignPlan.BiasOffset}, biases[i]);");
            }
        }

        writer.Close();
    }

    /// <summary>Prepares the query number i for rows that store numbers beside bits.</summary>
    private void EmitPrepareRotated(SourceWriter writer, RotatedParts parts)
    {
        writer.Write("ref byte destination = ref MemoryMarshal.GetReference(slot);");
        writer.Write($"ReadOnlySpan<float> query = queries.Slice(i * {plan.Dimensions}, {plan.Dimensions});");
        string integers = parts.HasBounds ? $"rented.AsSpan(0, {plan.Dimensions})" : "[]";
        writer.Write($"SignScan.Prepare(query, {plan.ValueLiteral}, {plan.IsMsbFirst}, {integers}, ref destination);");
        EmitClear(writer, SignPlan.HeaderBytes + plan.GroupBytes, "slot");

        // Adding -0 changes nothing, not even the sign of a zero.
        writer.Write($"KernelMath.Write(ref destination, {SignPlan.BiasOffset}, {(plan.Scheme.HasBias ? "biases[i]" : "-0f")});");
        if (parts.HasNorm)
        {
            writer.Write($"KernelMath.Write(ref destination, {SignPlan.NormOffset}, (float)StripedSums.Squares(query));");
        }

        if (parts.HasBounds)
        {
            // The step of integers is twice what sums of signs are multiplied by.
            RotatedText.EmitStoreBounds(
                writer, "query", integers, $"2f * KernelMath.Read<float>(ref destination, {SignPlan.StepOffset})", SignPlan.BoundsOffset);
        }
    }

    private void EmitClear(SourceWriter writer, int used, string query)
    {
        if (used < plan.QueryBytes)
        {
            writer.Write($"{query}.Slice({used}).Clear();");
        }
    }

    private void EmitScan(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores rows of a block against queries.</summary>");
        CodebookSearchEmitter.OpenEntry(writer, "Scan");
        writer.Write($"SignScan.Scan<{Kernels}>(prepared, queries, block, firstRow, rows, scores, tier);");
        CodebookDispatchEmitter.CloseWithTier(writer);
        writer.Write("/// <summary>Scores rows and offers them to the collectors.</summary>");
        CodebookSearchEmitter.OpenSearch(writer, queries: "");
        writer.Write($"SignScan.Search<{Kernels}>(prepared, block, ids, tops, tier);");
        CodebookDispatchEmitter.CloseWithTier(writer);
        if (!plan.IsHamming)
        {
            new SumEmitter(SumShape.Of(plan)).EmitDispatch(writer);
        }

        writer.Write("/// <summary>The kernels, as the loops over rows take them.</summary>");
        writer.Open($"private readonly struct {Kernels} : ISignKernels");
        writer.Write($"public static int QueryBytes => {plan.QueryBytes};");
        writer.Blank();
        writer.Write($"public static int GroupBytes => {plan.GroupBytes};");
        writer.Blank();
        string parts = plan.Parts switch
        {
            null => "None",
            { HasNorm: true } => "ScaleAndNorm",
            { HasOffset: true } => "ScaleAndOffset",
            _ => "Scale",
        };
        writer.Write($"public static SignParts Parts => SignParts.{parts};");
        writer.Blank();
        writer.Write($"public static int TermsOffset => {plan.TermsOffset};");
        writer.Blank();
        writer.Write($"public static int BitsOffset => {plan.BitsOffset};");
        writer.Blank();
        if (plan.IsHamming)
        {
            new HammingEmitter(plan).EmitDispatch(writer);
        }
        else
        {
            writer.Write("public static void Sum(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier) =>");
            writer.Write("    SumGroups(ref query, queries, ref groups, count, ref sums, tier);");
        }

        writer.Close();
        writer.Blank();
    }

    private void EmitScorePair(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores two row codes.</summary>");
        writer.Open("internal static float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier)");
        writer.Write("CodecGuard.ScorePair(Layout, first.Length, second.Length);");
        writer.Write("CpuTiers.Resolve(tier);");
        writer.Write($"int differing = BitCounts.Differing(ref MemoryMarshal.GetReference(first), ref MemoryMarshal.GetReference(second), {plan.BitBytes});");
        if (plan.Parts is { } parts)
        {
            writer.Write("ref byte code0 = ref MemoryMarshal.GetReference(first);");
            writer.Write("ref byte code1 = ref MemoryMarshal.GetReference(second);");
            writer.Write($"return RotatedSigns.{(parts.HasNorm ? "NegativeDistance" : "Product")}({plan.Dimensions}, differing, {ValueOf("code0", $"{plan.BitBytes}")}, {ValueOf("code1", $"{plan.BitBytes}")});");
            writer.Close();
            writer.Blank();
            return;
        }

        string product = $"{plan.Dimensions} - (2 * differing)";
        writer.Write(plan.IsHamming ? "return -differing;" : plan.IsUnit ? $"return ({product}) / {plan.Dimensions}f;" : $"return {product};");
        writer.Close();
        writer.Blank();
    }

    private void EmitAccumulate(SourceWriter writer)
    {
        writer.Write("/// <summary>Adds the weighted sum of decoded rows.</summary>");
        writer.Open("internal static CpuTier Accumulate(ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier)");
        writer.Write("CodecGuard.Accumulate(Layout, block.Length, rows, weights.Length, destination.Length);");
        writer.Write("CodecGuard.CheckFinite(weights, 1, nameof(weights));");
        writer.Write($"CodecGuard.CheckFinite(destination, {plan.Dimensions}, nameof(destination));");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        writer.Write($"Span<byte> code = stackalloc byte[{plan.BitBytes}];");
        writer.Open("for (int i = 0; i < rows.Length; i++)");
        writer.Write($"SignScan.ReadRow({Nibbles}, rows[i], {plan.BitBytes}, ref code[0]);");
        string weight = "weights[i]";
        if (plan.Parts is not null)
        {
            writer.Write($"float value = {ValueOf("MemoryMarshal.GetReference(block)", "rows[i] * 4")};");
            weight = "weights[i] * value";
        }
        else if (plan.IsUnit)
        {
            weight = $"weights[i] * {plan.ValueLiteral}";
        }

        writer.Write($"SignBits.Add(ref code[0], {weight}, {plan.IsMsbFirst}, destination);");
        writer.Close();
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
    }
}
