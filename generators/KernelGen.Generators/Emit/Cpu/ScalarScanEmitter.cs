using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Emits the Scan kernel of the scalar tier: one row, one query, one value at a time, over the same layouts.</summary>
internal sealed class ScalarScanEmitter(KernelPlan plan)
{
    public void Emit(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores rows against one query.</summary>");
        writer.Open("private static void ScanScalar(ref byte query0, ref byte block, int firstRow, int rows, ref float scores)");
        writer.Open("for (int row = 0; row < rows; row++)");
        writer.Write("int row0 = firstRow + row;");
        writer.Write($"ref byte values0 = ref Unsafe.Add(ref block, {plan.Block.ValuesOffset} + (row0 * {plan.ValueBytes}));");
        if (plan.HasRowScales)
        {
            writer.Write($"ref byte scales0 = ref Unsafe.Add(ref block, {plan.Block.ScalesOffset} + (row0 * {plan.RowScaleBytes}));");
            if (plan.HasRowMinima)
            {
                writer.Write($"ref byte minima0 = ref Unsafe.Add(ref block, {plan.Block.MinimaOffset} + (row0 * {plan.RowScaleBytes}));");
            }
        }

        if (plan.Integer is { } integer)
        {
            EmitIntegerSum(writer, integer);
        }
        else
        {
            EmitFloatSum(writer, plan.Float!);
        }

        EmitFinish(writer);
        writer.Close();
        writer.Close();
    }

    private static string Header(int offset) => $"KernelMath.Read<float>(ref query0, {offset})";

    private string Scale(string kind, string index = "") =>
        $"Scales.Load{plan.ScaleFormat}(ref {(index.Length == 0 ? $"{kind}0" : $"Unsafe.Add(ref {kind}0, {index} * {plan.ScaleElementBytes})")})";

    private string QueryInteger(IntegerPlan integer, int segment) => integer.Form == QueryForm.Int8
        ? $"KernelMath.Read<sbyte>(ref query0, {plan.Query.Values(segment)} + t)"
        : $"KernelMath.Read<short>(ref query0, {plan.Query.Values(segment)} + ((t & 1) * {plan.Query.SegmentBytes}) + (t & ~1))";

    private void EmitIntegerSum(SourceWriter writer, IntegerPlan integer)
    {
        var codes = new IntegerCodes(integer);
        if (!plan.IsPerBlock)
        {
            // The partial sums may wrap; the centred sum fits an int.
            writer.Write("int sum = 0;");
            writer.Open($"for (int t = 0; t < {integer.Lanes}; t++)");
            for (int segment = 0; segment < integer.Segments; segment++)
            {
                writer.Write($"sum = unchecked(sum + (({codes.ScalarCode("values0", "t", segment)}) * {QueryInteger(integer, segment)}));");
            }

            writer.Close();
            writer.Write($"float product = (float)unchecked(sum - KernelMath.Read<int>(ref query0, {QueryPlan.CenterSum}));");
            if (integer.HalfStep != 0)
            {
                writer.Write($"product += {Header(QueryPlan.HalfSum)};");
            }

            return;
        }

        writer.Write("float product = 0f;");
        for (int segment = 0; segment < integer.Segments && segment * integer.Lanes < plan.Dimensions; segment++)
        {
            int count = Math.Min(integer.Lanes, plan.Dimensions - (segment * integer.Lanes));
            writer.Write("// Sixteen lanes at a time: they never straddle two blocks.");
            writer.Open($"for (int start = 0; start < {count}; start += 16)");
            writer.Write("int sum = 0;");
            writer.Write("int querySum = 0;");
            writer.Open($"for (int t = start; t < Math.Min(start + 16, {count}); t++)");
            writer.Write($"int weight = {QueryInteger(integer, segment)};");
            string center = plan.IsAffine ? "" : $" - {integer.Center}";
            writer.Write($"sum += (({codes.ScalarCode("values0", "t", segment)}){center}) * weight;");
            writer.Write("querySum += weight;");
            writer.Close();
            writer.Write($"int scaleBlock = (start + {segment * integer.Lanes}) / {plan.ScaleBlock};");
            string half = plan.IsAffine || integer.HalfStep == 0 ? "(float)sum" : "((float)sum + (0.5f * (float)querySum))";
            writer.Write($"product += {half} * {Scale("scales", "scaleBlock")};");
            if (plan.HasRowMinima)
            {
                writer.Write($"product += (float)querySum * {Scale("minima", "scaleBlock")};");
            }

            writer.Close();
        }
    }

    private void EmitFloatSum(SourceWriter writer, FloatPlan format)
    {
        string type = format.ElementBytes switch { 1 => "byte", 2 => "ushort", _ => "float" };
        string stored = $"KernelMath.Read<{type}>(ref values0, d * {format.ElementBytes})";
        string number = format.Format == FloatFormat.Single ? stored : $"FloatFormats.From{format.Format}({stored})";
        writer.Write("float product = 0f;");
        if (!plan.SumsDistances && format.ExponentGap != 0)
        {
            writer.Write("// The prepared query carries the power of two that vector tiers leave out of the codes.");
        }

        writer.Open($"for (int d = 0; d < {plan.Dimensions}; d++)");
        string place = format.PerWord == 1 ? "d * 4" : $"(d % {format.PerWord} * {plan.Query.SegmentBytes}) + (d / {format.PerWord} * 4)";
        writer.Write($"float weight = KernelMath.Read<float>(ref query0, {plan.Query.ValuesOffset} + {place});");
        string scale = plan switch
        {
            { IsPerBlock: true } => $" * {Scale("scales", $"(d / {plan.ScaleBlock})")}",
            { IsPerVector: true } when plan.SumsDistances => $" * {Scale("scales")}",
            { IsPerTensor: true } when plan.SumsDistances => $" * {Header(QueryPlan.TensorScale)}",
            _ => "",
        };
        if (plan.SumsDistances)
        {
            writer.Write($"float difference = ({number}{scale}) - weight;");
            writer.Write("product += difference * difference;");
        }
        else
        {
            string gap = format.ExponentGap == 0 ? number : $"({number} * {InversePower(format.ExponentGap)})";
            writer.Write($"product += {gap} * weight{scale};");
        }

        writer.Close();
    }

    private static string InversePower(int exponent) => exponent switch
    {
        112 => "1.92592994E-34f",
        120 => "7.523164E-37f",
        _ => throw new ArgumentOutOfRangeException(nameof(exponent)),
    };

    private void EmitFinish(SourceWriter writer)
    {
        if (plan.IsPerVector && !plan.SumsDistances)
        {
            writer.Write($"product *= {Scale("scales")};");
            if (plan.HasRowMinima)
            {
                writer.Write($"product += {Scale("minima")} * {Header(QueryPlan.Sum)};");
            }
        }

        if (!plan.SumsDistances)
        {
            writer.Write($"product *= {Header(QueryPlan.Scale)};");
        }

        if (plan.IsAffine && !plan.HasRowMinima)
        {
            writer.Write($"product += {Header(QueryPlan.Constant)};");
        }

        string result = plan switch
        {
            { HasNorm: true } => $"KernelMath.NegativeDistance(KernelMath.Read<float>(ref block, {plan.Block.NormsOffset} + (row0 * 4)), {Header(QueryPlan.Norm)}, product)",
            { HasOffset: true } => $"product + KernelMath.Read<float>(ref block, {plan.Block.NormsOffset} + (row0 * 4))",
            { DividesByNorm: true } => $"product * KernelMath.Read<float>(ref block, {plan.Block.NormsOffset} + (row0 * 4))",
            { IsL2: true } => "-product",
            _ => "product",
        };
        writer.Write($"Unsafe.Add(ref scores, row) = {result};");
    }
}
