using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Sums of products of integer codes and query integers. With one scale for all values the sums stay integers to the end; with block
/// scales every vector's sum is scaled and added in single precision.
/// </summary>
internal sealed class IntegerScanBody(KernelPlan plan) : IScanBody
{
    /// <summary>Vectors of codes per turn: eight keep the loop's overhead small and the code within the instruction cache.</summary>
    private const int VectorsPerTurn = 8;

    private readonly IntegerPlan _integer = plan.Integer!;
    private readonly IntegerCodes _codes = new(plan.Integer!);

    /// <summary>Whether products are gathered in int16 lanes before they are widened.</summary>
    private bool IsStaged => IsInt8 && !plan.IsPerBlock;

    /// <summary>Whether a turn of the loop widens several times. Processors with int32 products then add them to the sum itself.</summary>
    private bool IsWidenedOften => IsStaged && _integer.PairsPerInt16 < VectorsPerTurn;

    private bool IsInt8 => _integer.Form == QueryForm.Int8;

    public string SumType => plan.IsPerBlock ? "float" : "int";

    public void EmitConstants(SourceWriter writer, ScanShape shape)
    {
        CpuTarget target = shape.Target;
        _codes.EmitConstants(writer, target);
        if (!IsInt8)
        {
            writer.Write($"{target.V}<short> lowByte = {target.V}.Create((short)0x00FF);");
        }

        if (StepsOf(shape) is { Rest: not 0 } steps && !EndsInHalf(shape))
        {
            writer.Write($"{target.V}<byte> restMask = {target.Simd}.LastBytes({steps.Rest});");
        }
    }

    public void EmitSums(SourceWriter writer, ScanShape shape)
    {
        EmitDeclarations(writer, shape);
        Steps steps = StepsOf(shape);
        steps.Emit(writer, offsets => EmitStretch(writer, shape, offsets, masked: false));
        if (EndsInHalf(shape))
        {
            ScanShape half = shape.Half;
            EmitDeclarations(writer, half);
            EmitStretch(writer, half, [new Offset(false, _integer.Lanes - half.Target.Bytes)], masked: false);
            foreach ((int row, int query) in shape.Pairs)
            {
                writer.Write($"{shape.Sum(row, query)} += {half.Sum(row, query)}.To{shape.Target.V}();");
            }
        }
        else if (steps.Rest != 0)
        {
            EmitStretch(writer, shape, [steps.RestOffset], masked: true);
        }
    }

    /// <summary>Whether whole vectors leave over just half a vector, which then needs no mask.</summary>
    private bool EndsInHalf(ScanShape shape) =>
        !plan.IsPerBlock && shape.Target.Bytes > 16 && StepsOf(shape).Rest == shape.Target.Bytes / 2;

    private void EmitDeclarations(SourceWriter writer, ScanShape shape)
    {
        string v = shape.Target.V;
        foreach ((int row, int query) in shape.Pairs)
        {
            writer.Write($"{v}<{SumType}> {shape.Sum(row, query)} = {v}<{SumType}>.Zero;");
        }

        // Partial sums are declared once: each stretch begins with an assignment.
        if (IsStaged)
        {
            foreach ((int row, int query) in shape.Pairs)
            {
                writer.Write($"{v}<short> {shape.Partial(row, query)};");
            }
        }
    }

    private Steps StepsOf(ScanShape shape)
    {
        return new Steps(_integer.Lanes, shape.Target.Bytes, VectorsPerTurn / _integer.Segments);
    }

    private void EmitStretch(SourceWriter writer, ScanShape shape, IReadOnlyList<Offset> offsets, bool masked)
    {
        int bytes = masked ? _integer.Lanes % shape.Target.Bytes : shape.Target.Bytes;
        foreach ((Offset offset, int step) in offsets.Select((offset, step) => (offset, step)))
        {
            foreach (int[] rows in shape.RowGroups(crowded: _integer.Segments > 2))
            {
                writer.Open();
                foreach (int row in rows)
                {
                    _codes.EmitLoads(writer, shape.Target, row, offset);
                }

                for (int segment = 0; segment < _integer.Segments; segment++)
                {
                    int parts = _integer.Segments * shape.Rows / rows.Length;
                    int part = (rows[0] * _integer.Segments / rows.Length) + segment;
                    shape.EmitPrefetches(writer, offset, bytes, new StripeShape(_integer.Stripes, _integer.StripeBytes, _integer.Lanes), plan.ValueBytes, part, parts);
                    int pending = IsStaged ? ((step * _integer.Segments) + segment) % _integer.PairsPerInt16 : 0;
                    EmitSegment(writer, shape, rows, offset, segment, masked, first: pending == 0);
                    bool last = step == offsets.Count - 1 && segment == _integer.Segments - 1;
                    if (IsStaged && (last || pending == _integer.PairsPerInt16 - 1))
                    {
                        EmitWidening(writer, shape, rows);
                    }
                }

                writer.Close();
            }
        }
    }

    private void EmitSegment(SourceWriter writer, ScanShape shape, int[] rows, Offset offset, int segment, bool masked, bool first)
    {
        CpuTarget target = shape.Target;
        writer.Open();
        for (int q = 0; q < shape.Queries; q++)
        {
            foreach (int half in Enumerable.Range(0, plan.Query.HalvesPerSegment))
            {
                string cast = IsInt8 ? "AsSByte" : "AsInt16";
                writer.Write($"var weight{q}_{half} = {target.V}.LoadUnsafe(ref query{q}, {offset.Plus(plan.Query.Values(segment, half))}).{cast}();");
            }
        }

        int laneStart = masked ? _integer.Lanes - (_integer.Lanes % target.Bytes) : 0;
        Offset lanes = masked ? new Offset(false, laneStart) : offset;
        if (plan.IsPerBlock)
        {
            EmitGroupSums(writer, shape, offset, segment, masked);
        }

        foreach (int r in rows)
        {
            string codes = _codes.Codes(target, r, segment);
            writer.Write($"{target.V}<byte> bytes{r} = {(masked ? $"({codes}) & restMask" : codes)};");
            if (plan.IsPerBlock)
            {
                string block = lanes.Plus(segment * _integer.Lanes).ShiftedRight(PlanMath.Log2(plan.ScaleBlock));
                writer.Write($"{target.V}<float> scale{r} = {target.V}.Create(Scales.Load{plan.ScaleFormat}(ref Unsafe.Add(ref scales{r}, {block} * {plan.ScaleElementBytes})));");
                if (plan.HasRowMinima)
                {
                    writer.Write($"{target.V}<float> minimum{r} = {target.V}.Create(Scales.Load{plan.ScaleFormat}(ref Unsafe.Add(ref minima{r}, {block} * {plan.ScaleElementBytes})));");
                }
            }
        }

        foreach ((int row, int query) in shape.PairsOf(rows))
        {
            if (plan.IsPerBlock)
            {
                EmitBlockProduct(writer, shape, row, query);
            }
            else if (IsInt8)
            {
                string partial = shape.Partial(row, query);
                string adding = first && IsWidenedOften
                    ? $"BeginProducts({shape.Sum(row, query)}"
                    : $"AddProducts({(first ? $"{target.V}<short>.Zero" : partial)}";
                writer.Write($"{partial} = {target.Simd}.{adding}, bytes{row}, weight{query}_0);");
            }
            else
            {
                string sum = shape.Sum(row, query);
                writer.Write($"{sum} = {WordProducts(target, sum, row, query)};");
            }
        }

        writer.Close();
    }

    /// <summary>Even and odd bytes times their query integers, on top of a sum.</summary>
    private static string WordProducts(CpuTarget target, string sum, int row, int query)
    {
        string even = $"{target.Simd}.MultiplyAddWords({sum}, bytes{row}.AsInt16() & lowByte{target.Lower}, weight{query}_0)";
        return $"{target.Simd}.MultiplyAddWords({even}, {target.V}.ShiftRightLogical(bytes{row}.AsInt16(), 8), weight{query}_1)";
    }

    /// <summary>
    /// What is added to the products of a vector, lane by lane: centring as integers, half steps and minima as floats. (Centring the total
    /// instead would cancel large floats where a block's scale is large.)
    /// </summary>
    private void EmitGroupSums(SourceWriter writer, ScanShape shape, Offset offset, int segment, bool masked)
    {
        string v = shape.Target.V;
        string rest = masked ? " & restMask" : "";
        for (int q = 0; q < shape.Queries; q++)
        {
            if (!plan.IsAffine)
            {
                writer.Write($"{v}<int> center{q} = ({v}.LoadUnsafe(ref query{q}, {offset.Plus(plan.Query.CenterSums(segment))}){rest}).AsInt32();");
            }

            if (_integer.HalfStep != 0)
            {
                writer.Write($"{v}<float> groupSum{q} = ({v}.LoadUnsafe(ref query{q}, {offset.Plus(plan.Query.GroupSums(segment))}){rest}).AsSingle();");
            }
        }
    }

    private void EmitBlockProduct(SourceWriter writer, ScanShape shape, int row, int query)
    {
        CpuTarget target = shape.Target;
        string seed = plan.IsAffine ? $"{target.V}<int>.Zero" : $"center{query}";
        string products = IsInt8
            ? $"{target.Simd}.AddPartial({seed}, {target.Simd}.AddProducts({target.V}<short>.Zero, bytes{row}, weight{query}_0))"
            : WordProducts(target, seed, row, query);
        string single = $"{target.V}.ConvertToSingle({products})";
        if (_integer.HalfStep != 0 && !plan.IsAffine)
        {
            single = $"{single} + groupSum{query}";
        }

        string sum = shape.Sum(row, query);
        writer.Write($"{sum} = {target.V}.MultiplyAddEstimate({single}, scale{row}, {sum});");
        if (plan.HasRowMinima)
        {
            writer.Write($"{sum} = {target.V}.MultiplyAddEstimate(minimum{row}, groupSum{query}, {sum});");
        }
    }

    private void EmitWidening(SourceWriter writer, ScanShape shape, int[] rows)
    {
        string adding = IsWidenedOften ? "EndProducts" : "AddPartial";
        foreach ((int row, int query) in shape.PairsOf(rows))
        {
            writer.Write($"{shape.Sum(row, query)} = {shape.Target.Simd}.{adding}({shape.Sum(row, query)}, {shape.Partial(row, query)});");
        }
    }
}
