using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Emits the Encode kernel of a tier: statistics of the vector, its scales, its codes. A null target is the scalar tier, whose loops are
/// those that finish what vectors leave over.
/// </summary>
internal sealed class EncodeEmitter(KernelPlan plan)
{
    private readonly StatisticsEmitter _statistics = new(plan);

    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        string tier = target?.Tier ?? "Scalar";
        if (plan.Recurrent is { } recurrent)
        {
            EmitRecurrent(writer, target, tier, recurrent.Bits);
            return;
        }

        _statistics.Emit(writer, target);
        writer.Blank();
        if (plan.Rotated is not null)
        {
            EmitRotated(writer, target, tier);
            return;
        }

        writer.Write("/// <summary>Encodes one vector; false if a value is not finite.</summary>");
        writer.Open($"private static bool EncodeRow{tier}(ref float values, ref byte code, ref byte scratch{Learned.EncodeRowParameters(plan)})");
        writer.Write($"int absMaxBits = AbsMaxBits{tier}(ref values, {plan.Dimensions});");
        writer.Open("if (absMaxBits >= KernelMath.InfinityBits)");
        writer.Write("return false;");
        writer.Close();
        writer.Blank();
        if (plan.IsCosine)
        {
            writer.Write($"float norm = StripedSums.InverseNorm(MemoryMarshal.CreateReadOnlySpan(ref values, {plan.Dimensions}));");
        }

        EmitScales(writer, tier);
        if (plan.Integer is { } integer)
        {
            bool direct = integer.IsBytePerCode;
            writer.Write($"Quantize{tier}({Arguments(direct ? "code" : "scratch")});");
            if (!direct)
            {
                writer.Write($"PackPlanes{tier}(ref scratch, ref code);");
            }
            else
            {
                EmitPads(writer, integer);
            }
        }
        else
        {
            writer.Write($"Convert{tier}({Arguments("code")});");
        }

        writer.Write("return true;");
        writer.Close();
        writer.Blank();
        if (plan.Integer is not null)
        {
            new QuantizeEmitter(plan).Emit(writer, target);
        }
        else
        {
            new ConvertEmitter(plan).Emit(writer, target);
        }
    }

    /// <summary>Codes come from the encoder that all rotated codecs share.</summary>
    private void EmitRotated(SourceWriter writer, CpuTarget? target, string tier)
    {
        writer.Write("/// <summary>Encodes one vector, which is finite.</summary>");
        writer.Open($"private static void EncodeRow{tier}(ref float values, ref byte code, ref byte scratch{Learned.EncodeRowParameters(plan)})");
        writer.Write($"ReadOnlySpan<float> vector = MemoryMarshal.CreateReadOnlySpan(ref values, {plan.Dimensions});");
        writer.Write($"encoder.Encode(vector, {CodesOfVector});");
        EmitPacked(writer, tier);
        RotatedText.EmitNumbers(writer, plan.RotatedParts!, plan.ValueBytes);
        writer.Close();
        EmitPlanes(writer, target);
    }

    /// <summary>Codes come from what all codecs of several planes share.</summary>
    private void EmitRecurrent(SourceWriter writer, CpuTarget? target, string tier, int planes)
    {
        writer.Write("/// <summary>Encodes one vector; false if a value is not finite.</summary>");
        writer.Open($"private static bool EncodeRow{tier}(ref float values, ref byte code, ref byte scratch)");
        writer.Write($"ReadOnlySpan<float> vector = MemoryMarshal.CreateReadOnlySpan(ref values, {plan.Dimensions});");
        writer.Open($"if (!RecurrentCodes.TryEncode(vector, {planes}, {(plan.IsUnit ? "true" : "false")}, {CodesOfVector}, out float scale))");
        writer.Write("return false;");
        writer.Close();
        writer.Blank();
        EmitPacked(writer, tier);
        writer.Write($"Scales.StoreSingle(ref Unsafe.Add(ref code, {plan.ValueBytes}), scale);");
        writer.Write("return true;");
        writer.Close();
        EmitPlanes(writer, target);
    }

    /// <summary>Where shared encoders write codes, a byte each.</summary>
    private string CodesOfVector => $"MemoryMarshal.CreateSpan(ref {(plan.Integer!.IsBytePerCode ? "code" : "scratch")}, {plan.Dimensions})";

    /// <summary>Brings these codes to where the row code has them.</summary>
    private void EmitPacked(SourceWriter writer, string tier)
    {
        if (plan.Integer!.IsBytePerCode)
        {
            EmitPads(writer, plan.Integer);
        }
        else
        {
            writer.Write($"PackPlanes{tier}(ref scratch, ref code);");
        }
    }

    private void EmitPlanes(SourceWriter writer, CpuTarget? target)
    {
        if (!plan.Integer!.IsBytePerCode)
        {
            writer.Blank();
            new QuantizeEmitter(plan).EmitPlanes(writer, target);
        }
    }

    private void EmitPads(SourceWriter writer, IntegerPlan integer)
    {
        for (int pad = plan.Dimensions; pad < integer.Lanes; pad++)
        {
            writer.Write($"Unsafe.Add(ref code, {pad}) = 0;");
        }
    }

    /// <summary>Parameters of Quantize and Convert: what applies to all values, or where to find what differs.</summary>
    public static string Parameters(KernelPlan plan) => string.Concat(
        plan.IsCosine ? ", float norm" : "",
        plan.IsPerVector || plan.IsPerTensor ? ", float inverse" : "",
        plan.IsPerChannel || plan.IsPerBlock ? ", ref float inverses" : "",
        !plan.IsAffine ? "" : plan.IsPerChannel || plan.IsPerBlock ? ", ref float minima" : ", float minimum");

    private string Arguments(string destination) => string.Concat(
        $"ref values, ref {destination}",
        plan.IsCosine ? ", norm" : "",
        plan.IsPerVector || plan.IsPerTensor ? ", inverse" : "",
        plan.IsPerChannel || plan.IsPerBlock ? ", ref inverses" : "",
        !plan.IsAffine ? "" : plan.IsPerChannel || plan.IsPerBlock ? ", ref minima" : ", minimum");

    private void EmitScales(SourceWriter writer, string tier)
    {
        int scalesOffset = plan.ValueBytes;
        int minimaOffset = scalesOffset + plan.RowScaleBytes;
        string format = plan.ScaleFormat.ToString();
        if (plan.IsPerVector)
        {
            EmitScale(writer, tier, "values", SourceWriter.Number(plan.Dimensions), "absMaxBits");
            writer.Write($"Scales.Store{format}(ref Unsafe.Add(ref code, {scalesOffset}), scale);");
            if (plan.IsAffine)
            {
                writer.Write($"Scales.Store{format}(ref Unsafe.Add(ref code, {minimaOffset}), minimum);");
            }

            writer.Write("float inverse = Scales.Inverse(scale);");
        }
        else if (plan.IsPerBlock)
        {
            writer.Write($"ref float inverses = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref scratch, {Scratch.Inverses(plan)}));");
            if (plan.IsAffine)
            {
                writer.Write($"ref float minima = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref scratch, {Scratch.Minima(plan)}));");
            }

            writer.Open($"for (int block = 0; block < {plan.ScalesPerRow}; block++)");
            writer.Write($"ref float blockValues = ref Unsafe.Add(ref values, block * {plan.ScaleBlock});");
            string count = plan.Dimensions % plan.ScaleBlock == 0 ? SourceWriter.Number(plan.ScaleBlock) : $"Math.Min({plan.ScaleBlock}, {plan.Dimensions} - (block * {plan.ScaleBlock}))";
            writer.Write($"int count = {count};");
            EmitScale(writer, tier, "blockValues", "count", $"AbsMaxBits{tier}(ref blockValues, count)");
            writer.Write($"Scales.Store{format}(ref Unsafe.Add(ref code, {scalesOffset} + (block * {plan.ScaleElementBytes})), scale);");
            writer.Write("Unsafe.Add(ref inverses, block) = Scales.Inverse(scale);");
            if (plan.IsAffine)
            {
                writer.Write($"Scales.Store{format}(ref Unsafe.Add(ref code, {minimaOffset} + (block * {plan.ScaleElementBytes})), minimum);");
                writer.Write("Unsafe.Add(ref minima, block) = minimum;");
            }

            writer.Close();
        }
        else if (plan.IsPerChannel)
        {
            writer.Write("ref float inverses = ref MemoryMarshal.GetArrayDataReference(reciprocals);");
            if (plan.IsAffine)
            {
                writer.Write($"ref float minima = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(parameters), {plan.Dimensions});");
            }
        }
        else if (plan.IsPerTensor)
        {
            writer.Write("float inverse = reciprocals[0];");
            if (plan.IsAffine)
            {
                writer.Write("float minimum = parameters[1];");
            }
        }
    }

    /// <summary>Declares scale (and minimum) of a run of values.</summary>
    private void EmitScale(SourceWriter writer, string tier, string values, string count, string absMaxBits)
    {
        string format = plan.ScaleFormat.ToString();
        string times = plan.IsCosine ? " * norm" : "";
        string unrounded;
        switch (plan.Integer?.Grid)
        {
            case { Zero: ZeroMode.Affine }:
                string levels = $"{plan.Integer.MaximumCode}f";
                writer.Write($"MinMax{tier}(ref {values}, {count}, out float least, out float greatest);");
                writer.Write($"float minimum = Scales.RoundMinimum{format}(least{times});");
                unrounded = $"(greatest{times} / {levels}) - (minimum / {levels})";
                break;
            case { Zero: ZeroMode.MidRise, Bits: 1 }:
                unrounded = $"(float)(2.0 * StripedSums.AbsoluteValues(MemoryMarshal.CreateReadOnlySpan(ref {values}, {count}), {(plan.IsCosine ? "norm" : "1f")}) / {count})";
                break;
            default:
                unrounded = $"BitConverter.Int32BitsToSingle({absMaxBits}){times} / {AbsMaxDivisor(plan)}";
                break;
        }

        writer.Write($"float scale = Scales.Round{format}({unrounded});");
    }

    /// <summary>What the greatest magnitude is divided by to give the scale, as a C# literal.</summary>
    public static string AbsMaxDivisor(KernelPlan plan) =>
        plan.Integer is null ? plan.Float!.MaximumLiteral : $"{SourceWriter.Number((int)plan.AbsMaxDivisor)}f";
}
