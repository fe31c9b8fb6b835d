using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>Emits what the members of a codec with codebooks do: checks, loops over rows and the choice of the tier.</summary>
internal sealed class CodebookDispatchEmitter(CodebookPlan plan, string kernelsClass)
{
    /// <summary>Rows that are encoded together: a subspace's centroids stay in the first-level cache while they are compared with all of them.</summary>
    public const int EncodeRows = 64;

    /// <summary>Magnitudes from 2^112 on, as bits.</summary>
    private const string TooLarge = "0x77800000";

    private readonly CodebookSearchEmitter _search = new(plan, kernelsClass);

    private readonly AdditiveEmitter? _additive = plan.Additive is { } grid ? new AdditiveEmitter(plan, grid) : null;

    public void Emit(SourceWriter writer)
    {
        EmitLayout(writer);
        if (_additive is not null)
        {
            _additive.EmitEncode(writer);
            _additive.EmitDecode(writer);
        }
        else
        {
            EmitEncode(writer);
            EmitAssign(writer);
            EmitDecode(writer);
        }

        EmitPacking(writer);
        EmitPrepare(writer);
        _search.Emit(writer);
        if (_additive is not null)
        {
            _additive.EmitScorePair(writer);
            _additive.EmitAccumulate(writer);
        }
        else
        {
            EmitScorePair(writer);
            EmitAccumulate(writer);
        }
    }

    /// <summary>What prepares queries and scores them, without the rest: the members of a prefix.</summary>
    public void EmitScoring(SourceWriter writer)
    {
        EmitPrepare(writer);
        _search.EmitExact(writer);
    }

    /// <summary>Opens Encode; behind it stand the number of vectors, count, and the tier.</summary>
    public static void OpenEncode(SourceWriter writer, CodebookPlan plan)
    {
        writer.Write($"/// <summary>Encodes vectors, one row code each, {EncodeRows} vectors at a time.</summary>");
        writer.Open($"internal static CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier, {plan.CodebooksType} codebooks)");
        writer.Write("int count = CodecGuard.EncodeCount(Layout, vectors.Length, codes.Length);");
        writer.Write($"CodecGuard.CheckFinite(vectors, {plan.Dimensions}, nameof(vectors));");
        writer.Write("tier = CpuTiers.Resolve(tier);");
    }

    /// <summary>Opens Accumulate; behind it stands the tier.</summary>
    public static void OpenAccumulate(SourceWriter writer, CodebookPlan plan)
    {
        writer.Write("/// <summary>Adds the weighted sum of decoded rows.</summary>");
        writer.Open($"internal static CpuTier Accumulate(ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier, {plan.CodebooksType} codebooks)");
        writer.Write("CodecGuard.Accumulate(Layout, block.Length, rows, weights.Length, destination.Length);");
        writer.Write("CodecGuard.CheckFinite(weights, 1, nameof(weights));");
        writer.Write($"CodecGuard.CheckFinite(destination, {plan.Dimensions}, nameof(destination));");
        writer.Write("tier = CpuTiers.Resolve(tier);");
    }

    /// <summary>Opens ScorePair.</summary>
    public static void OpenScorePair(SourceWriter writer, CodebookPlan plan)
    {
        writer.Write("/// <summary>Scores two row codes.</summary>");
        writer.Open($"internal static float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier, {plan.CodebooksType} codebooks)");
        writer.Write("CodecGuard.ScorePair(Layout, first.Length, second.Length);");
    }

    /// <summary>Returns the tier and closes a member.</summary>
    public static void CloseWithTier(SourceWriter writer)
    {
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }

    private void EmitLayout(SourceWriter writer) => DispatchText.EmitLayout(
        writer,
        plan.Scheme,
        (plan.CodeBytes, plan.Rows, plan.BlockBytes, plan.QueryBytes, plan.ParameterCount),
        AdditiveEmitter.ShapeOf(plan) is { } shape ? $"AdditiveCodebooks = {shape}" : $"Codebooks = new CodebookShape({plan.Dimensions}, {plan.Subspaces}, {plan.Bits})");

    private void EmitEncode(SourceWriter writer)
    {
        OpenEncode(writer, plan);
        List<(string, string, int)> rented = [("ushort", "assigned", EncodeRows * plan.Subspaces)];
        if (plan.IsCosine)
        {
            rented.Add(("float", "normalized", EncodeRows * plan.Dimensions));
        }

        DispatchText.EmitRented(writer, rented, () =>
        {
            writer.Open($"for (int first = 0; first < count; first += {EncodeRows})");
            writer.Write($"int rows = Math.Min({EncodeRows}, count - first);");
            if (plan.IsCosine)
            {
                writer.Write($"QueryMath.Normalize(vectors.Slice(first * {plan.Dimensions}, rows * {plan.Dimensions}), {plan.Dimensions}, normalized);");
                writer.Write("AssignRows(ref normalized[0], rows, ref assigned[0], codebooks, tier);");
            }
            else
            {
                writer.Write($"ref float values = ref Unsafe.Add(ref MemoryMarshal.GetReference(vectors), (nint)first * {plan.Dimensions});");
                writer.Write("AssignRows(ref values, rows, ref assigned[0], codebooks, tier);");
            }

            writer.Open("for (int i = 0; i < rows; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)(first + i) * {plan.CodeBytes});");
            writer.Write($"BitStrings.Pack(ref assigned[i * {plan.Subspaces}], {plan.Bits}, {plan.Subspaces}, ref code);");
            writer.Close();
            writer.Close();
        });
        CloseWithTier(writer);
    }

    private void EmitAssign(SourceWriter writer)
    {
        writer.Write("/// <summary>The nearest centroid of each subspace for each row.</summary>");
        writer.Open("private static void AssignRows(ref float values, int rows, ref ushort codes, Codebooks codebooks, CpuTier tier)");
        writer.Write("ref float columns = ref codebooks.Columns;");
        writer.Write("ref float halfNorms = ref codebooks.HalfNorms;");
        CodebookText.EmitRuns(writer, plan, run =>
        {
            string[] arguments =
            [
                $"ref Unsafe.Add(ref values, {CodebookText.Start(run)})",
                "rows",
                $"ref Unsafe.Add(ref columns, {CodebookText.Start(run, plan.Stride)})",
                $"ref Unsafe.Add(ref halfNorms, {CodebookText.Number(run, plan.Stride)})",
                $"ref Unsafe.Add(ref codes, {CodebookText.Number(run)})",
            ];
            TierSwitch.Emit(writer, tier => [$"Assign{run.Dimensions}{tier}({string.Join(", ", arguments)});"]);
        });
        writer.Close();
        writer.Blank();
    }

    private void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>Decodes row codes: copies of centroids, the same on every tier.</summary>");
        writer.Open("internal static CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier, Codebooks codebooks)");
        writer.Write("int count = CodecGuard.DecodeCount(Layout, codes.Length, vectors.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("ushort", "unpacked", plan.Subspaces)], () =>
        {
            writer.Open("for (int i = 0; i < count; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)i * {plan.CodeBytes});");
            writer.Write($"BitStrings.Unpack(ref code, {plan.Bits}, {plan.Subspaces}, ref unpacked[0]);");
            writer.Write($"DecodeRow(ref unpacked[0], ref codebooks.Values, ref Unsafe.Add(ref MemoryMarshal.GetReference(vectors), (nint)i * {plan.Dimensions}));");
            writer.Close();
        });
        CloseWithTier(writer);
        new RowEmitter(plan).EmitDecode(writer);
    }

    private void EmitPacking(SourceWriter writer)
    {
        writer.Write("/// <summary>Copies row codes into rows of a block.</summary>");
        writer.Open("internal static void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)");
        EmitPackingBody(writer, toBlock: true);
        writer.Close();
        writer.Blank();
        writer.Write("/// <summary>Copies rows of a block back to row codes.</summary>");
        writer.Open("internal static void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)");
        EmitPackingBody(writer, toBlock: false);
        writer.Close();
        writer.Blank();
    }

    private void EmitPackingBody(SourceWriter writer, bool toBlock)
    {
        writer.Write("int rows = CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);");
        if (plan.CodeBytes > plan.ValueBytes)
        {
            AdditiveEmitter.EmitNormPacking(writer, plan, toBlock);
            return;
        }

        if (!plan.IsFastScan)
        {
            string inBlock = $"block.Slice(firstRow * {plan.CodeBytes}, rows * {plan.CodeBytes})";
            writer.Write(toBlock ? $"codes.CopyTo({inBlock});" : $"{inBlock}.CopyTo(codes);");
            return;
        }

        DispatchText.EmitRented(writer, [("ushort", "unpacked", plan.Subspaces)], () =>
        {
            writer.Open("for (int i = 0; i < rows; i++)");
            writer.Write($"ref byte code = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), i * {plan.CodeBytes});");
            if (toBlock)
            {
                writer.Write($"BitStrings.Unpack(ref code, {plan.Bits}, {plan.Subspaces}, ref unpacked[0]);");
                writer.Write($"FastScan.WriteRow(ref unpacked[0], {plan.Subspaces}, ref MemoryMarshal.GetReference(block), firstRow + i);");
            }
            else
            {
                writer.Write($"FastScan.ReadRow(ref MemoryMarshal.GetReference(block), firstRow + i, {plan.Subspaces}, ref unpacked[0]);");
                writer.Write($"BitStrings.Pack(ref unpacked[0], {plan.Bits}, {plan.Subspaces}, ref code);");
            }

            writer.Close();
        });
    }

    private void EmitPrepare(SourceWriter writer)
    {
        writer.Write($"/// <summary>Computes the tables of queries{(plan.HasByteTables ? ", and byte tables from them" : "")}.</summary>");
        writer.Open($"internal static CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier, {plan.CodebooksType} codebooks{TransformEmitter.BiasParameter(plan.Scheme)})");
        writer.Write("int count = CodecGuard.PrepareCount(Layout, queries.Length, prepared.Length);");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        void EmitLoop()
        {
            writer.Open("for (int i = 0; i < count; i++)");
            if (plan.IsCosine)
            {
                writer.Write($"QueryMath.Normalize(queries.Slice(i * {plan.Dimensions}, {plan.Dimensions}), {plan.Dimensions}, normalized);");
                writer.Write("ref float query = ref normalized[0];");
            }
            else
            {
                writer.Write($"ref float query = ref Unsafe.Add(ref MemoryMarshal.GetReference(queries), (nint)i * {plan.Dimensions});");
            }

            writer.Write($"ref byte destination = ref Unsafe.Add(ref MemoryMarshal.GetReference(prepared), (nint)i * {plan.QueryBytes});");
            writer.Write($"ref float tables = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref destination, {CodebookPlan.HeaderBytes}));");
            TierSwitch.EmitExpression(writer, "int greatest", static tier => $"Tables{tier}(ref query, ref codebooks.Columns, ref tables)");
            if (plan.HasSquaredNorm)
            {
                writer.Write($"float squaredNorm = StripedSums.SquaredNorm(queries.Slice(i * {plan.Dimensions}, {plan.Dimensions}));");
                writer.Write($"KernelMath.Write(ref destination, {CodebookPlan.QueryNormOffset}, squaredNorm);");
                writer.Write("greatest = Math.Max(greatest, BitConverter.SingleToInt32Bits(squaredNorm));");
            }

            writer.Open($"if (greatest >= {TooLarge})");
            writer.Write($"CodecGuard.ThrowTooLarge(queries, {plan.Dimensions}, i, nameof(queries));");
            writer.Close();
            writer.Blank();
            if (plan.Scheme.HasBias)
            {
                if (plan.AddsBias)
                {
                    writer.Write($"KernelMath.Write(ref destination, {CodebookPlan.BiasOffset}, biases[i]);");
                }
                else
                {
                    writer.Write("// Every score has one entry of the first table.");
                    writer.Write($"QueryMath.Add(MemoryMarshal.CreateSpan(ref tables, {plan.Stride}), biases[i]);");
                }
            }

            if (plan.HasByteTables)
            {
                int used = plan.ByteTables;
                int spare = plan.QueryBytes - plan.ByteTablesOffset - used;
                writer.Write($"FastScan.BuildTables(ref destination, {plan.Subspaces}, {plan.Centroids}, {plan.ByteTablesOffset}, {plan.GreatestEntry});");
                if (plan.HasBoundTables)
                {
                    writer.Write($"ByteSums.BuildBounds(ref Unsafe.Add(ref destination, {plan.ByteTablesOffset}), {plan.Subspaces});");
                }

                if (spare > 0)
                {
                    writer.Write($"prepared.Slice((i * {plan.QueryBytes}) + {plan.ByteTablesOffset + used}, {spare}).Clear();");
                }
            }

            writer.Close();
        }

        if (plan.IsCosine)
        {
            DispatchText.EmitRented(writer, [("float", "normalized", plan.Dimensions)], EmitLoop);
        }
        else
        {
            EmitLoop();
        }

        CloseWithTier(writer);
    }

    private void EmitScorePair(SourceWriter writer)
    {
        OpenScorePair(writer, plan);
        writer.Write("CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("ushort", "unpacked", 2 * plan.Subspaces)], () =>
        {
            writer.Write($"BitStrings.Unpack(ref MemoryMarshal.GetReference(first), {plan.Bits}, {plan.Subspaces}, ref unpacked[0]);");
            writer.Write($"BitStrings.Unpack(ref MemoryMarshal.GetReference(second), {plan.Bits}, {plan.Subspaces}, ref unpacked[{plan.Subspaces}]);");
            writer.Write($"return codebooks.ScorePair(ref unpacked[0], ref unpacked[{plan.Subspaces}]);");
        });
        writer.Close();
        writer.Blank();
    }

    private void EmitAccumulate(SourceWriter writer)
    {
        OpenAccumulate(writer, plan);
        bool needsUnpacking = RowEmitter.NeedsUnpacking(plan);
        string unpacked = needsUnpacking ? ", ref unpacked[0]" : "";
        void EmitCall() => TierSwitch.Emit(writer, tier =>
            [$"AccumulateRows{tier}(ref MemoryMarshal.GetReference(block), rows, weights, ref codebooks.Values, ref MemoryMarshal.GetReference(destination){unpacked});"]);
        if (needsUnpacking)
        {
            DispatchText.EmitRented(writer, [("ushort", "unpacked", RowEmitter.UnpackedCodes(plan))], EmitCall);
        }
        else
        {
            EmitCall();
        }

        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
    }
}
