using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Emits loops over the decoded values of one row or two, in the order of dimensions as far as vectors allow: what Decode, Accumulate and
/// ScorePair share. Row r is read through values{r} (integer codes: one per byte), scales{r} and minima{r}.
/// </summary>
internal sealed class RowDecoder(KernelPlan plan, int rows)
{
    /// <summary>What to do with a vector of decoded values of each row, which starts at a dimension.</summary>
    public delegate void VectorSink(IReadOnlyList<string> decoded, string dimension);

    /// <summary>What to do with a decoded value of each row.</summary>
    public delegate void ScalarSink(IReadOnlyList<string> decoded, string dimension);

    /// <summary>Declares what the loops need, in front of them.</summary>
    public void EmitConstants(SourceWriter writer, CpuTarget? target)
    {
        if (plan.IsPerChannel)
        {
            writer.Write("ref float channelScales = ref MemoryMarshal.GetArrayDataReference(parameters);");
            if (plan.IsAffine)
            {
                writer.Write($"ref float channelMinima = ref Unsafe.Add(ref channelScales, {plan.Dimensions});");
            }
        }

        if (plan.IsPerTensor)
        {
            writer.Write("float scale = parameters[0];");
            if (plan.IsAffine)
            {
                writer.Write("float minimum = parameters[1];");
            }
        }

        for (int r = 0; r < rows && plan.IsPerVector; r++)
        {
            writer.Write($"float scale{r} = Scales.Load{plan.ScaleFormat}(ref scales{r});");
            if (plan.IsAffine)
            {
                writer.Write($"float minimum{r} = Scales.Load{plan.ScaleFormat}(ref minima{r});");
            }
        }
    }

    public void EmitLoops(SourceWriter writer, CpuTarget? target, VectorSink vectorSink, ScalarSink scalarSink)
    {
        if (plan.Integer is not null)
        {
            EmitInteger(writer, target, vectorSink, scalarSink);
        }
        else
        {
            EmitFloat(writer, target, vectorSink, scalarSink);
        }
    }

    private void EmitInteger(SourceWriter writer, CpuTarget? target, VectorSink vectorSink, ScalarSink scalarSink)
    {
        int done = 0;
        if (target is not null && plan.Dimensions >= target.Bytes)
        {
            done = plan.Dimensions - (plan.Dimensions % target.Bytes);
            writer.Open($"for (nuint i = 0; i < {done}; i += {target.Bytes})");
            for (int r = 0; r < rows; r++)
            {
                writer.Write($"(var low{r}, var high{r}) = {target.V}.Widen({target.V}.LoadUnsafe(ref values{r}, i));");
                writer.Write($"(var number{r}_0, var number{r}_1) = {target.V}.Widen(low{r});");
                writer.Write($"(var number{r}_2, var number{r}_3) = {target.V}.Widen(high{r});");
            }

            EmitParts(writer, target, 4, new Offset(true, 0), (r, part) => $"{target.V}.ConvertToSingle(number{r}_{part}.AsInt32())", vectorSink);
            writer.Close();
        }

        if (done < plan.Dimensions)
        {
            writer.Open($"for (int d = {done}; d < {plan.Dimensions}; d++)");
            scalarSink(DeclareScalars(writer, r => $"Unsafe.Add(ref values{r}, d)"), "d");
            writer.Close();
        }
    }

    private void EmitFloat(SourceWriter writer, CpuTarget? target, VectorSink vectorSink, ScalarSink scalarSink)
    {
        FloatPlan format = plan.Float!;
        int done = 0;
        if (target is not null && plan.Dimensions >= target.Floats * format.PerWord)
        {
            string v = target.V;
            int step = target.Floats * format.PerWord;
            done = plan.Dimensions - (plan.Dimensions % step);
            writer.Open($"for (nuint i = 0; i < {done}; i += {step})");
            for (int r = 0; r < rows; r++)
            {
                string load = $"{v}.LoadUnsafe(ref values{r}, i * {format.ElementBytes})";
                switch (format.PerWord)
                {
                    case 1:
                        writer.Write($"var number{r}_0 = {load}.AsSingle();");
                        break;
                    case 2:
                        writer.Write($"(var number{r}_0, var number{r}_1) = {v}.Widen({load}.AsInt16());");
                        break;
                    default:
                        writer.Write($"(var low{r}, var high{r}) = {v}.Widen({load}.AsSByte());");
                        writer.Write($"(var number{r}_0, var number{r}_1) = {v}.Widen(low{r});");
                        writer.Write($"(var number{r}_2, var number{r}_3) = {v}.Widen(high{r});");
                        break;
                }
            }

            EmitParts(writer, target, format.PerWord, new Offset(true, 0), (r, part) => Widened(format, v, $"number{r}_{part}"), vectorSink);
            writer.Close();
        }

        if (done < plan.Dimensions)
        {
            writer.Open($"for (int d = {done}; d < {plan.Dimensions}; d++)");
            string type = format.ElementBytes switch { 1 => "byte", 2 => "ushort", _ => "float" };
            scalarSink(DeclareScalars(writer, r => $"KernelMath.Read<{type}>(ref values{r}, d * {format.ElementBytes})"), "d");
            writer.Close();
        }
    }

    /// <summary>A number widened to 32 bits with its sign: its value in single precision.</summary>
    private static string Widened(FloatPlan format, string v, string number)
    {
        if (format.Format == FloatFormat.Single)
        {
            return number;
        }

        int left = 32 - (8 * format.ElementBytes) - format.ExponentShift;
        string shifted = $"{v}.ShiftLeft({number}, {left})";
        return format.ExponentGap == 0
            ? $"{shifted}.AsSingle()"
            : $"({shifted} & {v}.Create(unchecked((int)0x{format.Mask:X8}))).AsSingle() * {FloatCodes.Power(format.ExponentGap)}";
    }

    private void EmitParts(SourceWriter writer, CpuTarget target, int parts, Offset dimension, Func<int, int, string> number, VectorSink sink)
    {
        for (int part = 0; part < parts; part++)
        {
            Offset at = dimension.Plus(part * target.Floats);
            var decoded = new List<string>();
            for (int r = 0; r < rows; r++)
            {
                writer.Write($"{target.V}<float> decoded{r}_{part} = {Scaled(number(r, part), Side("scale", r, at, target.V), Side("minimum", r, at, target.V))};");
                decoded.Add($"decoded{r}_{part}");
            }

            sink(decoded, at.ToString());
        }
    }

    private List<string> DeclareScalars(SourceWriter writer, Func<int, string> stored)
    {
        var decoded = new List<string>();
        for (int r = 0; r < rows; r++)
        {
            string number = plan.Float switch
            {
                null => $"(float)({stored(r)})",
                { Format: FloatFormat.Single } => stored(r),
                { Format: var format } => $"FloatFormats.From{format}({stored(r)})",
            };
            writer.Write($"float decoded{r} = {Scaled(number, ScalarSide("scale", r), ScalarSide("minimum", r))};");
            decoded.Add($"decoded{r}");
        }

        return decoded;
    }

    /// <summary>The decoding formula of docs/formats.md; broadcasts of constants are left to the operators.</summary>
    private string Scaled(string number, string scale, string minimum)
    {
        if (plan.Integer is { } integer)
        {
            bool vector = number.StartsWith("Vector", StringComparison.Ordinal);
            string Constant(string value) => vector ? $"{number.Substring(0, number.IndexOf('.'))}.Create({value})" : value;
            return integer.Grid.Zero switch
            {
                ZeroMode.Symmetric => $"({number} - {Constant($"{integer.Center}f")}) * {scale}",
                ZeroMode.MidRise => $"({number} - {Constant(integer.Center == 1 ? "0.5f" : $"{integer.Center - 1}.5f")}) * {scale}",
                _ => $"({number} * {scale}) + {minimum}",
            };
        }

        return plan.Granularity is null ? number : $"{number} * {scale}";
    }

    private string Side(string kind, int row, Offset dimension, string v)
    {
        string parts = kind == "scale" ? "scales" : "minima";
        string channels = kind == "scale" ? "channelScales" : "channelMinima";
        return plan.Granularity switch
        {
            Granularity.Vector => $"{v}.Create({kind}{row})",
            Granularity.Tensor => $"{v}.Create({kind})",
            Granularity.Channel => $"{v}.LoadUnsafe(ref {channels}, {dimension})",
            Granularity.Block => $"{v}.Create(Scales.Load{plan.ScaleFormat}(ref Unsafe.Add(ref {parts}{row}, {dimension.ShiftedRight(PlanMath.Log2(plan.ScaleBlock))} * {plan.ScaleElementBytes})))",
            _ => "",
        };
    }

    private string ScalarSide(string kind, int row)
    {
        string parts = kind == "scale" ? "scales" : "minima";
        string channels = kind == "scale" ? "channelScales" : "channelMinima";
        return plan.Granularity switch
        {
            Granularity.Vector => $"{kind}{row}",
            Granularity.Tensor => kind,
            Granularity.Channel => $"Unsafe.Add(ref {channels}, d)",
            Granularity.Block => $"Scales.Load{plan.ScaleFormat}(ref Unsafe.Add(ref {parts}{row}, d / {plan.ScaleBlock} * {plan.ScaleElementBytes}))",
            _ => "",
        };
    }
}
