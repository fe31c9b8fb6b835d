using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>Emits what the members of a codec do: checks, loops over rows and the choice of the tier.</summary>
internal sealed class DispatchEmitter(KernelPlan plan)
{
    /// <summary>Whether codes share bytes and are brought to bytes of their own before they are decoded.</summary>
    private bool HasPlanes => plan.Integer is { IsBytePerCode: false };

    public void Emit(SourceWriter writer)
    {
        EmitLayout(writer);
        IntegerCodes.EmitLevels(writer, plan.Integer);
        EmitTraining(writer);
        EmitEncode(writer);
        EmitDecode(writer);
        EmitPacking(writer, "Copies row codes into rows of a block.", toBlock: true);
        EmitPacking(writer, "Copies rows of a block back to row codes.", toBlock: false);
        EmitPrepare(writer);
        EmitScan(writer);
        if (plan.HasBounds)
        {
            RotatedText.EmitScanBounds(
                writer,
                plan.IsL2,
                (plan.Query.Bytes, QueryPlan.Bounds),
                (plan.Block.ScalesOffset, plan.Block.NormsOffset, plan.Block.DeviationsOffset));
        }

        EmitSearch(writer);
        EmitScorePair(writer);
        EmitAccumulate(writer);
    }

    /// <summary>What prepares queries and scores them, without the rest: the members of a prefix.</summary>
    public void EmitScoring(SourceWriter writer)
    {
        EmitPrepare(writer);
        EmitScan(writer);
        EmitSearch(writer);
    }

    /// <summary>Emits a body that finds codes, one per byte, in a rented buffer; without planes it reads them where they are.</summary>
    private void EmitWithCodes(SourceWriter writer, int rows, Action emitBody)
    {
        if (HasPlanes)
        {
            DispatchText.EmitRented(writer, [("byte", "rented", rows * plan.Integer!.UnpackedBytes)], emitBody);
        }
        else
        {
            emitBody();
        }
    }

    /// <summary>The statement that unpacks a row's planes into the rented buffer, in front of a kernel's call; none without planes.</summary>
    private string[] Unpack(string tier, string values, int row = 0) =>
        HasPlanes ? [$"UnpackPlanes{tier}(ref {values}, ref {Codes(values, row)});"] : [];

    /// <summary>Where a row's values are read by the kernels that decode.</summary>
    private string Codes(string values, int row = 0) => HasPlanes ? $"rented[{row * plan.Integer!.UnpackedBytes}]" : values;

    private void EmitLayout(SourceWriter writer) => DispatchText.EmitLayout(
        writer,
        plan.Scheme,
        (plan.CodeBytes, plan.Block.Rows, plan.Block.Bytes, plan.Query.Bytes, plan.ParameterCount),
        $"MinimumCount = {(plan.IsAffine ? plan.LearnedScaleCount : 0)}");

    private void EmitTraining(SourceWriter writer)
    {
        if (plan.ParameterCount == 0)
        {
            return;
        }

        string rule = plan.Integer?.Grid switch
        {
            { Zero: ZeroMode.Affine } => "MinMax",
            { Zero: ZeroMode.MidRise, Bits: 1 } => "MeanAbs",
            _ => "AbsMax",
        };
        writer.Write($"/// <summary>Learns the {(plan.IsAffine ? "scales, then the minima," : "scales")} from a sample of vectors, one after another.</summary>");
        writer.Open("internal static float[] Train(ReadOnlySpan<float> sample, TrainingOptions? options)");
        writer.Open("LearnedScaleSpec spec = new()");
        writer.Write(
            $$"""
            Dimensions = {{plan.Dimensions}},
            PerChannel = {{(plan.IsPerChannel ? "true" : "false")}},
            Rule = LearnedScaleRule.{{rule}},
            Normalize = {{(plan.IsCosine ? "true" : "false")}},
            Divisor = {{EncodeEmitter.AbsMaxDivisor(plan)}},
            """);
        writer.Close(";");
        writer.Write("return LearnedScales.Fit(sample, spec, options);");
        writer.Close();
        writer.Blank();
        writer.Write("/// <summary>Reciprocals of the scales.</summary>");
        writer.Open("internal static float[] Reciprocals(float[] parameters)");
        writer.Write($"float[] reciprocals = new float[{plan.LearnedScaleCount}];");
        writer.Open("for (int i = 0; i < reciprocals.Length; i++)");
        writer.Write("reciprocals[i] = Scales.Inverse(parameters[i]);");
        writer.Close();
        writer.Blank();
        writer.Write("return reciprocals;");
        writer.Close();
        writer.Blank();
    }

    private void EmitEncode(SourceWriter writer)
    {
        int scratchBytes = Scratch.Bytes(plan);
        bool needsScratch = HasPlanes || plan.StoresNorms || plan.IsPerBlock;
        writer.Write("/// <summary>Encodes vectors, one row code each.</summary>");
        writer.Open($"internal static CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier{Learned.EncodeParameters(plan)})");
        writer.Write("int count = CodecGuard.EncodeCount(Layout, vectors.Length, codes.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        if (plan.RotatedParts is { } parts)
        {
            RotatedText.EmitEncoder(writer, plan.Dimensions, parts);
        }

        if (needsScratch)
        {
            string? clearing = plan.Integer is { } integer && integer.PaddedDimensions > plan.Dimensions
                ? $"rented.AsSpan({plan.Dimensions}, {integer.PaddedDimensions - plan.Dimensions}).Clear();"
                : null;
            DispatchText.EmitRented(writer, [("byte", "rented", scratchBytes)], () => EmitEncodeLoop(writer, "ref rented[0]"), clearing);
        }
        else
        {
            EmitEncodeLoop(writer, "ref code");
        }

        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }

    private void EmitEncodeLoop(SourceWriter writer, string scratch)
    {
        writer.Open("for (int i = 0; i < count; i++)");
        writer.Write($"ref float values = ref Unsafe.Add(ref MemoryMarshal.GetReference(vectors), (nint)i * {plan.Dimensions});");
        writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)i * {plan.CodeBytes});");
        string Call(string tier) => $"EncodeRow{tier}(ref values, ref code, {scratch}{Learned.EncodeRowArguments(plan)})";
        if (plan.Rotated is not null)
        {
            // Transforms have checked that values are finite.
            TierSwitch.Emit(writer, tier => [$"{Call(tier)};"]);
            writer.Close();
            return;
        }

        TierSwitch.EmitExpression(writer, "bool finite", Call);
        writer.Open("if (!finite)");
        writer.Write($"CodecGuard.ThrowNotFinite(vectors, {plan.Dimensions}, i, nameof(vectors));");
        writer.Close();
        if (plan.StoresNorms)
        {
            writer.Blank();
            writer.Write($"ref float decoded = ref Unsafe.As<byte, float>(ref rented[{Scratch.Decoded(plan)}]);");
            TierSwitch.Emit(writer, tier => [$"DecodeRow{tier}({DecodeEmitter.RowCodeArguments(plan, "code", HasPlanes ? "rented[0]" : "code")}, ref decoded{Learned.Arguments(plan)});"]);
            writer.Blank();
            if (plan.HasDecodedNorm)
            {
                EmitNorm(writer, plan.NormOffset, plan.Dimensions);
            }

            foreach ((KernelPlan prefix, int number) in plan.Prefixes.Select(static (prefix, number) => (prefix, number)))
            {
                EmitNorm(writer, plan.PrefixNormOffset(number), prefix.Dimensions);
            }
        }

        writer.Close();
    }

    private void EmitNorm(SourceWriter writer, int offset, int dimensions)
    {
        string values = $"MemoryMarshal.CreateReadOnlySpan(ref decoded, {dimensions})";
        writer.Write($"KernelMath.Write(ref code, {offset}, {(plan.IsCosine ? $"StripedSums.InverseNorm({values})" : $"(float)StripedSums.Squares({values})")});");
    }

    private void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>Decodes row codes.</summary>");
        writer.Open($"internal static CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier{Learned.Parameters(plan)})");
        writer.Write("int count = CodecGuard.DecodeCount(Layout, codes.Length, vectors.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        EmitWithCodes(writer, 1, () =>
        {
            writer.Open("for (int i = 0; i < count; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)i * {plan.CodeBytes});");
            writer.Write($"ref float destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(vectors), (nint)i * {plan.Dimensions});");
            TierSwitch.Emit(writer, tier => [.. Unpack(tier, "code"), $"DecodeRow{tier}({DecodeEmitter.RowCodeArguments(plan, "code", Codes("code"))}, ref destination{Learned.Arguments(plan)});"]);
            writer.Close();
        });
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }

    private void EmitPacking(SourceWriter writer, string summary, bool toBlock)
    {
        writer.Write($"/// <summary>{summary}</summary>");
        writer.Open(toBlock
            ? "internal static void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)"
            : "internal static void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)");
        writer.Write("int rows = CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);");
        writer.Open("for (int i = 0; i < rows; i++)");
        writer.Write("int row = firstRow + i;");
        string span = toBlock ? "ReadOnlySpan" : "Span";
        writer.Write($"{span}<byte> code = codes.Slice(i * {plan.CodeBytes}, {plan.CodeBytes});");
        int offset = 0;
        void Part(int bytes, int blockOffset)
        {
            DispatchText.EmitPart(writer, toBlock, offset, bytes, blockOffset);
            offset += bytes;
        }

        Part(plan.ValueBytes, plan.Block.ValuesOffset);
        if (plan.HasRowScales)
        {
            Part(plan.RowScaleBytes, plan.Block.ScalesOffset);
            if (plan.HasRowMinima)
            {
                Part(plan.RowScaleBytes, plan.Block.MinimaOffset);
            }
        }

        if (plan.HasTerm)
        {
            Part(4, plan.Block.NormsOffset);
        }

        if (plan.Rotated is not null)
        {
            Part(4, plan.Block.DeviationsOffset);
        }

        for (int number = 0; plan.HasPrefixNorms && number < plan.Prefixes.Count; number++)
        {
            Part(4, plan.Block.PrefixNormsOffset(number));
        }

        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private void EmitPrepare(SourceWriter writer)
    {
        int floats = PrepareEmitter.ScratchFloats(plan);
        writer.Write("/// <summary>Brings queries into the form that Scan takes.</summary>");
        writer.Open($"internal static CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier{Learned.Parameters(plan)}{TransformEmitter.PrepareParameters(plan.Scheme, plan.HasBounds)})");
        writer.Write("int count = CodecGuard.PrepareCount(Layout, queries.Length, prepared.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("float", "rented", floats)], () =>
        {
            writer.Open("for (int i = 0; i < count; i++)");
            writer.Write($"ref float query = ref Unsafe.Add(ref MemoryMarshal.GetReference(queries), (nint)i * {plan.Dimensions});");
            writer.Write($"ref byte destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint)i * {plan.Query.Bytes});");
            TierSwitch.EmitExpression(writer, "bool finite", tier => $"PrepareQuery{tier}(ref query, ref destination, rented{Learned.Arguments(plan)})");
            writer.Open("if (!finite)");
            writer.Write($"CodecGuard.ThrowNotFinite(queries, {plan.Dimensions}, i, nameof(queries));");
            writer.Close();
            if (plan.Scheme.HasBias)
            {
                writer.Blank();
                writer.Write($"KernelMath.Write(ref destination, {QueryPlan.Bias}, biases[i]);");
            }

            if (plan.HasBounds)
            {
                EmitStoreBounds(writer);
            }

            writer.Close();
        });
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }

    /// <summary>Adds to a prepared query what bounds of errors need.</summary>
    private void EmitStoreBounds(SourceWriter writer)
    {
        writer.Blank();
        writer.Write("ReadOnlySpan<float> values = MemoryMarshal.CreateReadOnlySpan(ref query, " + $"{plan.Dimensions});");
        writer.Write($"ReadOnlySpan<int> integers = MemoryMarshal.Cast<float, int>(rented.AsSpan({plan.Dimensions}, {plan.Dimensions}));");
        RotatedText.EmitStoreBounds(writer, "values", "integers", $"KernelMath.Read<float>(ref destination, {QueryPlan.Scale})", QueryPlan.Bounds);
    }

    private void EmitScan(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores rows of a block against queries.</summary>");
        writer.Open("internal static CpuTier Scan(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier)");
        writer.Write("int queries = CodecGuard.Scan(Layout, prepared.Length, block.Length, firstRow, rows, scores.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        writer.Write("ScanRows(ref MemoryMarshal.GetReference(prepared), queries, ref MemoryMarshal.GetReference(block), firstRow, rows, ref MemoryMarshal.GetReference(scores), rows, tier);");
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
        writer.Write($"/// <summary>Scores rows against queries, {ScanEmitter.BatchQueries} at a time as far as they go; the scores of a query start <c>stride</c> after those of the query before.</summary>");
        writer.Open("private static void ScanRows(ref byte prepared, int queries, ref byte block, int firstRow, int rows, ref float scores, int stride, CpuTier tier)");
        writer.Write("int q = 0;");
        writer.Open($"for (; tier != CpuTier.Scalar && q <= queries - {ScanEmitter.BatchQueries}; q += {ScanEmitter.BatchQueries})");
        writer.Write($"ref byte query = ref Unsafe.Add(ref prepared, (nint)q * {plan.Query.Bytes});");
        writer.Write("ref float queryScores = ref Unsafe.Add(ref scores, (nint)q * stride);");
        writer.Open("switch (tier)");
        foreach (CpuTarget target in CpuTarget.All.Reverse())
        {
            writer.Write(target.Tier == "Vector128" ? "default:" : $"case CpuTier.{target.Tier}:");
            writer.Write($"    ScanBatch{target.Tier}(ref query, ref block, firstRow, rows, ref queryScores, stride);");
            writer.Write("    break;");
        }

        writer.Close();
        writer.Close();
        writer.Blank();
        writer.Open("for (; q < queries; q++)");
        writer.Write($"ref byte query = ref Unsafe.Add(ref prepared, (nint)q * {plan.Query.Bytes});");
        writer.Write("ref float queryScores = ref Unsafe.Add(ref scores, (nint)q * stride);");
        TierSwitch.Emit(writer, tier => [$"Scan{tier}(ref query, ref block, firstRow, rows, ref queryScores);"]);
        writer.Close();
        if (plan.Scheme.HasBias)
        {
            writer.Blank();
            writer.Write("// Scores of transformed vectors become those of vectors.");
            writer.Open("for (q = 0; q < queries; q++)");
            writer.Write($"float bias = Unsafe.ReadUnaligned<float>(ref Unsafe.Add(ref prepared, ((nint)q * {plan.Query.Bytes}) + {QueryPlan.Bias}));");
            writer.Write("QueryMath.Add(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scores, (nint)q * stride), rows), bias);");
            writer.Close();
        }

        writer.Close();
        writer.Blank();
    }

    private void EmitSearch(SourceWriter writer)
    {
        int strip = plan.Block.StripRows;
        writer.Write($"/// <summary>Scores {strip} rows at a time, while they are in the first-level cache, and offers them to the collectors.</summary>");
        writer.Open("internal static CpuTier Search(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier)");
        writer.Write("int queries = CodecGuard.Search(Layout, prepared.Length, block.Length, ids.Length, tops.Length);");
        writer.Write("CodecGuard.CheckCollectors(tops);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        writer.Write($"Span<float> scores = stackalloc float[{strip * ScanEmitter.BatchQueries}];");
        writer.Open($"for (int row = 0; row < ids.Length; row += {strip})");
        writer.Write($"int rows = Math.Min({strip}, ids.Length - row);");
        writer.Open($"for (int q = 0; q < queries; q += {ScanEmitter.BatchQueries})");
        writer.Write($"int group = Math.Min({ScanEmitter.BatchQueries}, queries - q);");
        writer.Write($"ScanRows(ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint)q * {plan.Query.Bytes}), group, ref MemoryMarshal.GetReference(block), row, rows, ref scores[0], {strip}, tier);");
        writer.Open("for (int i = 0; i < group; i++)");
        writer.Write($"tops[q + i].Offer(ids.Slice(row, rows), scores.Slice(i * {strip}, rows));");
        writer.Close();
        writer.Close();
        writer.Close();
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }

    private void EmitScorePair(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores two row codes.</summary>");
        writer.Open($"internal static float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier{Learned.Parameters(plan)})");
        writer.Write("CodecGuard.ScorePair(Layout, first.Length, second.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        writer.Write("ref byte code0 = ref MemoryMarshal.GetReference(first);");
        writer.Write("ref byte code1 = ref MemoryMarshal.GetReference(second);");
        EmitWithCodes(writer, 2, () =>
        {
            string arguments = string.Concat(
                $"{DecodeEmitter.RowCodeArguments(plan, "code0", Codes("code0"))}, {DecodeEmitter.RowCodeArguments(plan, "code1", Codes("code1", 1))}",
                Learned.Arguments(plan));
            TierSwitch.Emit(writer, tier => [.. Unpack(tier, "code0"), .. Unpack(tier, "code1", 1), $"return ScorePair{tier}({arguments});"]);
        });
        writer.Close();
        writer.Blank();
    }

    private void EmitAccumulate(SourceWriter writer)
    {
        writer.Write("/// <summary>Adds the weighted sum of decoded rows.</summary>");
        writer.Open($"internal static CpuTier Accumulate(ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier{Learned.Parameters(plan)})");
        writer.Write("CodecGuard.Accumulate(Layout, block.Length, rows, weights.Length, destination.Length);");
        writer.Write("CodecGuard.CheckFinite(weights, 1, nameof(weights));");
        writer.Write($"CodecGuard.CheckFinite(destination, {plan.Dimensions}, nameof(destination));");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        string unpacked = HasPlanes ? $", ref {Codes("")}" : "";
        EmitWithCodes(writer, 1, () => TierSwitch.Emit(writer, tier =>
            [$"AccumulateRows{tier}(ref MemoryMarshal.GetReference(block), rows, weights, ref MemoryMarshal.GetReference(destination){unpacked}{Learned.Arguments(plan)});"]));
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
    }
}
