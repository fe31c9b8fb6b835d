using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Emits Convert: single precision to a float format, nearest even, saturating, without a branch per value.</summary>
internal sealed class ConvertEmitter(KernelPlan plan)
{
    private readonly FloatPlan _float = plan.Float!;

    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        int dimensions = plan.Dimensions;
        writer.Write($"/// <summary>Numbers of a vector in the format {_float.Format}.</summary>");
        writer.Open($"private static void Convert{target?.Tier ?? "Scalar"}(ref float values, ref byte code{EncodeEmitter.Parameters(plan)})");
        int done = 0;
        if (target is not null && dimensions >= PerVector(target))
        {
            EmitConstants(writer, target);
            int step = PerVector(target);
            done = dimensions - (dimensions % step);
            writer.Open($"for (nuint i = 0; i < {done}; i += {step})");
            EmitVector(writer, target, new Offset(true, 0), $"i * {_float.ElementBytes}");
            writer.Close();
            if (done < dimensions && !plan.IsPerBlock)
            {
                writer.Open();
                EmitVector(writer, target, new Offset(false, dimensions - step), SourceWriter.Number((dimensions - step) * _float.ElementBytes));
                writer.Close();
                done = dimensions;
            }
        }

        if (done < dimensions)
        {
            writer.Open($"for (int i = {done}; i < {dimensions}; i++)");
            writer.Write($"float value = {Value("Unsafe.Add(ref values, i)", "i", scalar: true, v: "")};");
            string number = _float.Format == FloatFormat.Single ? "value" : $"FloatFormats.To{_float.Format}(value)";
            writer.Write($"KernelMath.Write(ref code, i * {_float.ElementBytes}, {number});");
            writer.Close();
        }

        int used = dimensions * _float.ElementBytes;
        for (int pad = used; pad < _float.ValueBytes; pad++)
        {
            writer.Write($"Unsafe.Add(ref code, {pad}) = 0;");
        }

        writer.Close();
    }

    private int PerVector(CpuTarget target) => target.Floats * _float.PerWord;

    private string Value(string value, string index, bool scalar, string v)
    {
        if (plan.IsCosine)
        {
            value += scalar ? " * norm" : " * norms";
        }

        string factor = scalar
            ? plan switch
            {
                { IsPerChannel: true } => " * Unsafe.Add(ref inverses, i)",
                { IsPerBlock: true } => $" * Unsafe.Add(ref inverses, i / {plan.ScaleBlock})",
                { Granularity: not null } => " * inverse",
                _ => "",
            }
            : plan switch
            {
                { IsPerChannel: true } => $" * {v}.LoadUnsafe(ref inverses, {index})",
                { IsPerBlock: true } => $" * {v}.Create(Unsafe.Add(ref inverses, ({index}) >> {PlanMath.Log2(plan.ScaleBlock)}))",
                { Granularity: not null } => " * factor",
                _ => "",
            };
        return value + factor;
    }

    private void EmitConstants(SourceWriter writer, CpuTarget target)
    {
        string v = target.V;
        if (plan.IsCosine)
        {
            writer.Write($"{v}<float> norms = {v}.Create(norm);");
        }

        if (plan.IsPerVector || plan.IsPerTensor)
        {
            writer.Write($"{v}<float> factor = {v}.Create(inverse);");
        }

        if (_float.Format == FloatFormat.Single)
        {
            return;
        }

        int dropped = 23 - _float.MantissaBits;
        writer.Write($"{v}<float> maximum = {v}.Create({_float.MaximumLiteral});");
        writer.Write($"{v}<uint> roundUp = {v}.Create({(1u << (dropped - 1)) - 1}u);");
        writer.Write($"{v}<uint> signMask = {v}.Create({1u << ((8 * _float.ElementBytes) - 1)}u);");
        if (_float.ExponentGap != 0)
        {
            int minimumExponent = 1 - (127 - _float.ExponentGap);
            int shiftExponent = minimumExponent + dropped;
            writer.Write($"{v}<uint> exponentGap = {v}.Create({(uint)_float.ExponentGap << _float.MantissaBits}u);");
            writer.Write($"{v}<uint> leastNormal = {v}.Create({(uint)(minimumExponent + 127) << 23}u);");
            writer.Write("// Added to a subnormal, this number leaves the mantissa at the format's smallest step; the addition rounds.");
            writer.Write($"{v}<uint> subnormalShift = {v}.Create({(uint)(shiftExponent + 127) << 23}u);");
        }
    }

    private void EmitVector(SourceWriter writer, CpuTarget target, Offset offset, string codeOffset)
    {
        string v = target.V;
        int parts = _float.PerWord;
        for (int part = 0; part < parts; part++)
        {
            Offset at = offset.Plus(part * target.Floats);
            writer.Write($"{v}<float> value{part} = {Value($"{v}.LoadUnsafe(ref values, {at})", at.ToString(), scalar: false, v)};");
            if (_float.Format == FloatFormat.Single)
            {
                writer.Write($"value{part}.AsByte().StoreUnsafe(ref code, {codeOffset});");
                return;
            }

            int dropped = 23 - _float.MantissaBits;
            writer.Write($"{v}<uint> magnitude{part} = {v}.MinNative({v}.Abs(value{part}), maximum).AsUInt32();");
            string rounded = $"{v}.ShiftRightLogical(magnitude{part} + roundUp + ({v}.ShiftRightLogical(magnitude{part}, {dropped}) & {v}<uint>.One), {dropped})";
            if (_float.ExponentGap == 0)
            {
                writer.Write($"{v}<uint> number{part} = {rounded};");
            }
            else
            {
                writer.Write($"{v}<uint> normal{part} = {rounded} - exponentGap;");
                writer.Write($"{v}<uint> subnormal{part} = (magnitude{part}.AsSingle() + subnormalShift.AsSingle()).AsUInt32() - subnormalShift;");
                writer.Write($"{v}<uint> number{part} = {v}.ConditionalSelect({v}.LessThan(magnitude{part}.AsInt32(), leastNormal.AsInt32()).AsUInt32(), subnormal{part}, normal{part});");
            }

            writer.Write($"number{part} |= {v}.ShiftRightLogical(value{part}.AsUInt32(), {32 - (8 * _float.ElementBytes)}) & signMask;");
        }

        string halves = $"{v}.Narrow(number0, number1)";
        string bytes = parts == 2 ? $"{halves}.AsByte()" : $"{v}.Narrow({halves}, {v}.Narrow(number2, number3))";
        writer.Write($"{bytes}.StoreUnsafe(ref code, {codeOffset});");
    }
}
