using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Emits loops over the decoded values of one row or two, in the order of dimensions as far as vectors allow: what Decode, Accumulate and
/// ScorePair share. Row r is read through values{r} (integer codes: one per byte), scales{r} and minima{r}.
/// </summary>
internal sealed class RowDecoder(KernelPlan plan, int rows)
{
    /// <summary>What to do with a vector of decoded values of each row, which starts at a dimension. Vectors at the end are narrower.</summary>
    public delegate void VectorSink(CpuTarget target, IReadOnlyList<string> decoded, string dimension);

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
            string factor = plan.DecodeFactor is { } value ? $" * {PlanMath.Literal(value)}" : "";
            writer.Write($"float scale{r} = Scales.Load{plan.ScaleFormat}(ref scales{r}){factor};");
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
        int done = EmitNarrowing(writer, target, bytes => bytes, (narrow, done, end) =>
        {
            EmitLoopOver(writer, done, end, narrow.Bytes);
            for (int r = 0; r < rows; r++)
            {
                writer.Write($"(var low{r}, var high{r}) = {narrow.V}.Widen({narrow.V}.LoadUnsafe(ref values{r}, i));");
                writer.Write($"(var number{r}_0, var number{r}_1) = {narrow.V}.Widen(low{r});");
                writer.Write($"(var number{r}_2, var number{r}_3) = {narrow.V}.Widen(high{r});");
            }

            EmitParts(writer, narrow, 4, new Offset(true, 0), (r, part) => $"{narrow.V}.ConvertToSingle(number{r}_{part}.AsInt32())", vectorSink);
            writer.Close();
        });
        if (target is not null && plan.Dimensions - done >= 4)
        {
            CpuTarget four = target.WithBytes(16);
            int end = plan.Dimensions - (plan.Dimensions % 4);
            EmitLoopOver(writer, done, end, 4);
            for (int r = 0; r < rows; r++)
            {
                writer.Write($"var number{r}_0 = {four.Simd}.WidenBytes(ref Unsafe.Add(ref values{r}, i));");
            }

            EmitParts(writer, four, 1, new Offset(true, 0), (r, part) => $"{four.V}.ConvertToSingle(number{r}_{part})", vectorSink);
            writer.Close();
            done = end;
        }

        if (done < plan.Dimensions)
        {
            writer.Open($"for (int d = {done}; d < {plan.Dimensions}; d++)");
            scalarSink(DeclareScalars(writer, r => $"Unsafe.Add(ref values{r}, d)"), "d");
            writer.Close();
        }
    }

    /// <summary>Emits a loop per width of vectors, the widest first, as far as they go; returns the dimensions that are done.</summary>
    private int EmitNarrowing(SourceWriter writer, CpuTarget? target, Func<int, int> dimensionsPerStep, Action<CpuTarget, int, int> emitLoop)
    {
        int done = 0;
        for (int bytes = target?.Bytes ?? 0; bytes >= 16; bytes /= 2)
        {
            int step = dimensionsPerStep(bytes);
            int end = plan.Dimensions - ((plan.Dimensions - done) % step);
            if (end > done)
            {
                emitLoop(target!.WithBytes(bytes), done, end);
                writer.Blank();
                done = end;
            }
        }

        return done;
    }

    private static void EmitLoopOver(SourceWriter writer, int start, int end, int step) =>
        writer.Open($"for (nuint i = {start}; i < {end}; i += {step})");

    private void EmitFloat(SourceWriter writer, CpuTarget? target, VectorSink vectorSink, ScalarSink scalarSink)
    {
        FloatPlan format = plan.Float!;
        int done = EmitNarrowing(writer, target, bytes => bytes / format.ElementBytes, (narrow, done, end) =>
        {
            string v = narrow.V;
            EmitLoopOver(writer, done, end, narrow.Bytes / format.ElementBytes);
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

            EmitParts(writer, narrow, format.PerWord, new Offset(true, 0), (r, part) => Widened(format, v, $"number{r}_{part}"), vectorSink);
            writer.Close();
        });
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

            sink(target, decoded, at.ToString());
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
