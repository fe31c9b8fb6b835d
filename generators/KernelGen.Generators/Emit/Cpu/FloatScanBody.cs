using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Sums over float codes. A word of 32 bits holds one, two or four numbers; each is shifted to where single precision has it. The power
/// of two that is then missing is folded into the query (or, for direct squared distances, multiplied back).
/// </summary>
internal sealed class FloatScanBody(KernelPlan plan) : IScanBody
{
    private readonly FloatPlan _float = plan.Float!;

    public string SumType => "float";

    public void EmitConstants(SourceWriter writer, ScanShape shape)
    {
        string v = shape.Target.V;
        if (_float.Mask != 0xFFFFFFFF)
        {
            writer.Write($"{v}<uint> mask = {v}.Create(0x{_float.Mask:X8}u);");
        }

        if (plan.SumsDistances && _float.ExponentGap != 0)
        {
            writer.Write($"{v}<float> exponentGap = {v}.Create({FloatCodes.Power(_float.ExponentGap)});");
        }

        if (plan.SumsDistances && plan.IsPerTensor)
        {
            writer.Write($"{v}<float> tensorScale = {v}.Create(KernelMath.Read<float>(ref query0, {QueryPlan.TensorScale}));");
        }

        if (StepsOf(shape) is { Rest: not 0 } steps)
        {
            writer.Write($"{v}<uint> restMask = {shape.Target.Simd}.LastBytes({steps.Rest}).AsUInt32();");
        }
    }

    public void EmitSums(SourceWriter writer, ScanShape shape)
    {
        string v = shape.Target.V;
        int accumulators = Accumulators(shape);
        foreach ((int row, int query) in shape.Pairs)
        {
            for (int a = 0; a < accumulators; a++)
            {
                writer.Write($"{v}<float> {Accumulator(shape, row, query, a)} = {v}<float>.Zero;");
            }
        }

        if (plan.SumsDistances && plan.IsPerVector)
        {
            for (int r = 0; r < shape.Rows; r++)
            {
                writer.Write($"{v}<float> scale{r} = {v}.Create(Scales.Load{plan.ScaleFormat}(ref Unsafe.Add(ref block, {plan.Block.ScalesOffset} + (row{r} * {plan.ScaleElementBytes}))));");
            }
        }

        int turn = 0;
        StepsOf(shape).EmitEach(writer, (offset, masked) => EmitVector(writer, shape, offset, masked, ref turn));

        foreach ((int row, int query) in shape.Pairs)
        {
            if (accumulators == 2)
            {
                writer.Write($"{shape.Sum(row, query)} += {Accumulator(shape, row, query, 1)};");
            }
        }
    }

    private static string Accumulator(ScanShape shape, int row, int query, int index) =>
        index == 0 ? shape.Sum(row, query) : $"second{row}_{query}";

    /// <summary>Two chains per row hide the latency of the additions; several queries are chains enough.</summary>
    private int Accumulators(ScanShape shape) => plan.IsPerBlock || shape.Queries > 1 ? 1 : 2;

    private Steps StepsOf(ScanShape shape) => new(_float.ValueBytes, shape.Target.Bytes, 4 / _float.PerWord);

    private void EmitVector(SourceWriter writer, ScanShape shape, Offset offset, bool masked, ref int turn)
    {
        foreach (int[] rows in shape.RowGroups(crowded: _float.PerWord == 4))
        {
            EmitRows(writer, shape, rows, offset, masked, turn);
        }

        turn += _float.PerWord;
    }

    private void EmitRows(SourceWriter writer, ScanShape shape, int[] rows, Offset offset, bool masked, int turn)
    {
        CpuTarget target = shape.Target;
        string v = target.V;
        writer.Open();
        foreach (int r in rows)
        {
            string load = $"{v}.LoadUnsafe(ref values{r}, {offset}).AsUInt32()";
            writer.Write($"{v}<uint> words{r} = {(masked ? $"{load} & restMask" : load)};");
            FloatCodes.EmitHalves(writer, _float, target, r);
        }

        if (plan.IsPerBlock)
        {
            EmitBlockScales(writer, shape, rows, masked ? new Offset(false, _float.ValueBytes - (_float.ValueBytes % target.Bytes)) : offset);
        }

        int accumulators = Accumulators(shape);
        for (int part = 0; part < _float.PerWord; part++)
        {
            int bytes = masked ? _float.ValueBytes % target.Bytes : target.Bytes;
            shape.EmitPrefetches(writer, offset, bytes, new StripeShape(1, plan.ValueBytes, _float.ValueBytes), plan.ValueBytes, (rows[0] * _float.PerWord / rows.Length) + part, shape.Rows * _float.PerWord / rows.Length);
            writer.Open();
            for (int q = 0; q < shape.Queries; q++)
            {
                // Masked numbers are 0 and add nothing to a product; a distance needs the query masked as well.
                string load = $"{v}.LoadUnsafe(ref query{q}, {offset.Plus(plan.Query.Values(part))})";
                writer.Write($"{v}<float> weight{q} = {(masked && plan.SumsDistances ? $"({load}.AsUInt32() & restMask)" : load)}.AsSingle();");
            }

            foreach (int r in rows)
            {
                writer.Write($"{v}<float> number{r} = {FloatCodes.Number(_float, target, r, part)};");
                if (plan.SumsDistances && _float.ExponentGap != 0 && plan.Granularity is not null)
                {
                    writer.Write($"number{r} *= exponentGap;");
                    writer.Write($"number{r} *= {(plan.IsPerTensor ? "tensorScale" : $"scale{r}")};");
                }
            }

            foreach ((int row, int query) in shape.PairsOf(rows))
            {
                string sum = Accumulator(shape, row, query, (turn + part) % accumulators);
                EmitTerm(writer, v, row, query, sum, part);
            }

            writer.Close();
        }

        if (plan.IsPerBlock && !plan.SumsDistances)
        {
            foreach ((int row, int query) in shape.PairsOf(rows))
            {
                writer.Write($"{shape.Sum(row, query)} = {v}.MultiplyAddEstimate(products{row}_{query}, scale{row}, {shape.Sum(row, query)});");
            }
        }

        writer.Close();
    }

    private void EmitBlockScales(SourceWriter writer, ScanShape shape, int[] rows, Offset dimension)
    {
        string v = shape.Target.V;
        string index = dimension.ShiftedRight(PlanMath.Log2(plan.ScaleBlock));
        foreach (int r in rows)
        {
            writer.Write($"{v}<float> scale{r} = {v}.Create(Scales.Load{plan.ScaleFormat}(ref Unsafe.Add(ref scales{r}, {index} * {plan.ScaleElementBytes})));");
        }

        if (!plan.SumsDistances)
        {
            foreach ((int row, int query) in shape.PairsOf(rows))
            {
                writer.Write($"{v}<float> products{row}_{query};");
            }
        }
    }

    private void EmitTerm(SourceWriter writer, string v, int row, int query, string sum, int part)
    {
        if (plan.SumsDistances)
        {
            // The power of two is exact, so it may be fused; a scale rounds the decoded value, as Decode does.
            string difference = plan.Granularity is null && _float.ExponentGap != 0
                ? $"{v}.MultiplyAddEstimate(number{row}, exponentGap, -weight{query})"
                : $"number{row} - weight{query}";
            writer.Write($"{v}<float> difference{row}_{query} = {difference};");
            writer.Write($"{sum} = {v}.MultiplyAddEstimate(difference{row}_{query}, difference{row}_{query}, {sum});");
        }
        else if (plan.IsPerBlock)
        {
            writer.Write(part == 0
                ? $"products{row}_{query} = number{row} * weight{query};"
                : $"products{row}_{query} = {v}.MultiplyAddEstimate(number{row}, weight{query}, products{row}_{query});");
        }
        else
        {
            writer.Write($"{sum} = {v}.MultiplyAddEstimate(number{row}, weight{query}, {sum});");
        }
    }
}
