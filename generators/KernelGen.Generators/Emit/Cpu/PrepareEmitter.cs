using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Emits Prepare: a query brought into the form and order in which Scan meets the codes. A null target is the scalar tier; the tiers
/// differ in the statistics and the rounding, the ordering is the same code.
/// </summary>
internal sealed class PrepareEmitter(KernelPlan plan)
{
    /// <summary>Floats of the scratch: weights, then query integers, then, if that is another order, those in the order of segments.</summary>
    public static int ScratchFloats(KernelPlan plan) => plan.Integer switch
    {
        null => plan.Dimensions,
        { IsInterleaved: true } integer => (2 * plan.Dimensions) + integer.PaddedDimensions,
        _ => 2 * plan.Dimensions,
    };

    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        string tier = target?.Tier ?? "Scalar";
        int dimensions = plan.Dimensions;
        writer.Write("/// <summary>Prepares one query; false if a value is not finite. The scratch holds weights, then query integers.</summary>");
        writer.Open($"private static bool PrepareQuery{tier}(ref float query, ref byte prepared, Span<float> scratch{Learned.Parameters(plan)})");
        if (plan.Recurrent is { } recurrent)
        {
            EmitRecurrent(writer, recurrent.Bits);
            writer.Write("return true;");
            writer.Close();
            return;
        }

        writer.Write($"int absMaxBits = AbsMaxBits{tier}(ref query, {dimensions});");
        writer.Open("if (absMaxBits >= KernelMath.InfinityBits)");
        writer.Write("return false;");
        writer.Close();
        writer.Blank();
        writer.Write($"Span<float> weights = scratch[..{dimensions}];");
        writer.Write($"MemoryMarshal.CreateReadOnlySpan(ref query, {dimensions}).CopyTo(weights);");
        if (plan.IsCosine)
        {
            writer.Write("QueryMath.Multiply(weights, StripedSums.InverseNorm(weights));");
        }

        writer.Write($"MemoryMarshal.CreateSpan(ref prepared, {plan.Query.Bytes}).Clear();");
        if (plan.IsL2)
        {
            Header(writer, QueryPlan.Norm, "(float)StripedSums.Squares(weights)");
        }

        if (plan.IsAffine && !plan.HasRowMinima)
        {
            Header(writer, QueryPlan.Constant, plan.IsPerTensor
                ? "(float)(parameters[1] * StripedSums.Values(weights))"
                : $"(float)StripedSums.Products(weights, parameters.AsSpan({plan.LearnedScaleCount}, {dimensions}))");
        }

        if (plan.IsPerChannel)
        {
            writer.Write($"QueryMath.Multiply(weights, parameters.AsSpan(0, {dimensions}));");
        }

        if (plan.Integer is not null)
        {
            EmitInteger(writer, tier);
        }
        else
        {
            EmitFloat(writer, tier);
        }

        writer.Write("return true;");
        writer.Close();
        if (plan.Integer is not null)
        {
            writer.Blank();
            EmitRound(writer, target, tier);
        }
    }

    private static void Header(SourceWriter writer, int offset, string value) => writer.Write($"KernelMath.Write(ref prepared, {offset}, {value});");

    private void EmitInteger(SourceWriter writer, string tier)
    {
        IntegerPlan integer = plan.Integer!;
        int dimensions = plan.Dimensions;
        writer.Write($"Span<int> integers = MemoryMarshal.Cast<float, int>(scratch.Slice({dimensions}, {dimensions}));");
        writer.Write($"float absMax = BitConverter.Int32BitsToSingle(AbsMaxBits{tier}(ref MemoryMarshal.GetReference(weights), {dimensions}));");
        writer.Write($"float queryScale = Scales.RoundSingle(absMax / {integer.QueryMaximum}f);");
        writer.Write($"RoundQuery{tier}(ref MemoryMarshal.GetReference(weights), ref MemoryMarshal.GetReference(integers), Scales.Inverse(queryScale));");
        Header(writer, QueryPlan.Scale, plan.IsPerTensor ? "queryScale * parameters[0]" : "queryScale");
        EmitStore(writer);
    }

    /// <summary>The query's integers are codes.</summary>
    private void EmitRecurrent(SourceWriter writer, int planes)
    {
        int dimensions = plan.Dimensions;
        writer.Write($"Span<float> weights = scratch[..{dimensions}];");
        writer.Write($"Span<int> integers = MemoryMarshal.Cast<float, int>(scratch.Slice({dimensions}, {dimensions}));");
        writer.Write($"ReadOnlySpan<float> values = MemoryMarshal.CreateReadOnlySpan(ref query, {dimensions});");
        writer.Open($"if (!RecurrentCodes.TryPrepare(values, {planes}, {(plan.IsUnit ? "true" : "false")}, MemoryMarshal.AsBytes(weights), integers, out float queryScale))");
        writer.Write("return false;");
        writer.Close();
        writer.Blank();
        writer.Write($"MemoryMarshal.CreateSpan(ref prepared, {plan.Query.Bytes}).Clear();");
        if (plan.IsL2)
        {
            Header(writer, QueryPlan.Norm, "RecurrentCodes.SquaredNorm(integers, queryScale, weights)");
        }

        Header(writer, QueryPlan.Scale, "queryScale");
        EmitStore(writer);
    }

    /// <summary>Stores sums of the query's integers, and these in the order of stripes.</summary>
    private void EmitStore(SourceWriter writer)
    {
        IntegerPlan integer = plan.Integer!;
        int dimensions = plan.Dimensions;
        if (!plan.IsPerBlock)
        {
            writer.Write("int sum = 0;");
            writer.Open("foreach (int integer in integers)");
            writer.Write("sum += integer;");
            writer.Close();
            Header(writer, QueryPlan.CenterSum, $"unchecked(sum * {integer.Center})");
            Header(writer, QueryPlan.Sum, "(float)sum");
            if (integer.HalfStep != 0)
            {
                Header(writer, QueryPlan.HalfSum, $"{integer.HalfStepLiteral} * (float)sum");
            }
        }

        writer.Write("// Segment by segment, as the stripes hold the codes.");
        if (integer.IsInterleaved)
        {
            writer.Write($"Span<int> ordered = MemoryMarshal.Cast<float, int>(scratch.Slice({2 * dimensions}, {integer.PaddedDimensions}));");
            writer.Write($"SegmentOrder.Split(integers, {integer.Segments}, ordered);");
        }

        for (int segment = 0; segment < integer.Segments; segment++)
        {
            int count = integer.LanesOf(segment);
            if (count <= 0)
            {
                break;
            }

            string run = $"{(integer.IsInterleaved ? "ordered" : "integers")}.Slice({segment * integer.Lanes}, {count})";
            writer.Write(integer.Form == QueryForm.Int8
                ? $"QueryMath.StoreBytes({run}, ref Unsafe.Add(ref prepared, {plan.Query.Values(segment)}));"
                : $"QueryMath.StoreEvenAndOddWords({run}, ref Unsafe.Add(ref prepared, {plan.Query.Values(segment)}), ref Unsafe.Add(ref prepared, {plan.Query.Values(segment, 1)}));");
            if (plan.IsPerBlock)
            {
                string half = plan.IsAffine ? "1f" : integer.HalfStepLiteral;
                writer.Write($"QueryMath.StoreGroupSums({run}, {integer.Center}, {half}, ref Unsafe.Add(ref prepared, {plan.Query.CenterSums(segment)}), ref Unsafe.Add(ref prepared, {plan.Query.GroupSums(segment)}));");
            }
        }

    }

    private void EmitFloat(SourceWriter writer, string tier)
    {
        FloatPlan format = plan.Float!;
        string scale = plan.IsPerTensor ? "parameters[0]" : "1f";
        if (plan.SumsDistances)
        {
            Header(writer, QueryPlan.TensorScale, scale);
        }
        else if (format.ExponentGap != 0)
        {
            writer.Write("// The codes lack a power of two; the query brings it, moved to where neither overflows.");
            writer.Write($"int exponent = KernelMath.Exponent(BitConverter.Int32BitsToSingle(AbsMaxBits{tier}(ref MemoryMarshal.GetReference(weights), {plan.Dimensions})));");
            writer.Write($"QueryMath.MultiplyByPowerOfTwo(weights, {format.ExponentGap} - exponent);");
            Header(writer, QueryPlan.Scale, plan.IsPerTensor ? $"MathF.ScaleB({scale}, exponent)" : "MathF.ScaleB(1f, exponent)");
        }
        else
        {
            Header(writer, QueryPlan.Scale, scale);
        }

        writer.Write(format.PerWord == 1
            ? $"MemoryMarshal.AsBytes(weights).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref prepared, {plan.Query.ValuesOffset}), {plan.Dimensions * 4}));"
            : $"QueryMath.StoreInterleaved(weights, {format.PerWord}, ref Unsafe.Add(ref prepared, {plan.Query.ValuesOffset}), {plan.Query.SegmentBytes});");
    }

    private void EmitRound(SourceWriter writer, CpuTarget? target, string tier)
    {
        IntegerPlan integer = plan.Integer!;
        int dimensions = plan.Dimensions;
        int maximum = integer.QueryMaximum;
        writer.Write("/// <summary>Query integers: nearest, ties to even.</summary>");
        writer.Open($"private static void RoundQuery{tier}(ref float weights, ref int integers, float inverse)");
        int done = 0;
        if (target is not null && dimensions >= target.Floats)
        {
            string v = target.V;
            done = dimensions - (dimensions % target.Floats);
            writer.Write($"{v}<float> low = {v}.Create({SourceWriter.Number(-maximum)}f);");
            writer.Write($"{v}<float> high = {v}.Create({maximum}f);");
            writer.Write("// On top of 1.5 * 2^23 a float has no room for fractions: the addition rounds.");
            writer.Write($"{v}<float> rounder = {v}.Create(12582912f);");
            writer.Open($"for (nuint i = 0; i < {done}; i += {target.Floats})");
            writer.Write($"{v}<float> clamped = {v}.MinNative({v}.MaxNative({v}.LoadUnsafe(ref weights, i) * inverse, low), high);");
            writer.Write("((clamped + rounder).AsInt32() - rounder.AsInt32()).StoreUnsafe(ref integers, i);");
            writer.Close();
        }

        if (done < dimensions)
        {
            writer.Open($"for (int i = {done}; i < {dimensions}; i++)");
            writer.Write($"Unsafe.Add(ref integers, i) = KernelMath.RoundClamped(Unsafe.Add(ref weights, i) * inverse, {SourceWriter.Number(-maximum)}f, {maximum}f);");
            writer.Close();
        }

        writer.Close();
    }
}
