using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Emits Quantize (values to codes, one per byte), PackPlanes (bytes to the stripes of a row code) and its inverse.</summary>
internal sealed class QuantizeEmitter(KernelPlan plan)
{
    private readonly IntegerPlan _integer = plan.Integer!;

    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        EmitQuantize(writer, target);
        if (!_integer.IsBytePerCode)
        {
            writer.Blank();
            EmitPlanes(writer, target);
        }
    }

    /// <summary>PackPlanes and its inverse.</summary>
    public void EmitPlanes(SourceWriter writer, CpuTarget? target)
    {
        EmitPack(writer, target);
        writer.Blank();
        EmitUnpack(writer, target);
    }

    private void EmitQuantize(SourceWriter writer, CpuTarget? target)
    {
        int dimensions = plan.Dimensions;
        writer.Write("/// <summary>Codes of a vector's values, one per byte.</summary>");
        writer.Open($"private static void Quantize{target?.Tier ?? "Scalar"}(ref float values, ref byte codes{EncodeEmitter.Parameters(plan)})");
        int done = 0;
        if (target is not null && dimensions >= target.Bytes)
        {
            EmitConstants(writer, target);
            done = dimensions - (dimensions % target.Bytes);
            writer.Open($"for (nuint i = 0; i < {done}; i += {target.Bytes})");
            EmitVector(writer, target, new Offset(true, 0));
            writer.Close();
            if (done < dimensions && !plan.IsPerBlock)
            {
                // The last vector ends with the values and repeats some codes. (It might straddle two scale blocks.)
                writer.Open();
                EmitVector(writer, target, new Offset(false, dimensions - target.Bytes));
                writer.Close();
                done = dimensions;
            }
        }

        if (done < dimensions)
        {
            writer.Open($"for (int i = {done}; i < {dimensions}; i++)");
            string value = $"Unsafe.Add(ref values, i){(plan.IsCosine ? " * norm" : "")}";
            string inverse = Choose("inverse", "Unsafe.Add(ref inverses, i)", $"Unsafe.Add(ref inverses, i / {plan.ScaleBlock})");
            string minimum = Choose("minimum", "Unsafe.Add(ref minima, i)", $"Unsafe.Add(ref minima, i / {plan.ScaleBlock})");
            writer.Write($"float value = {(plan.IsAffine ? $"(({value}) - {minimum})" : $"{value}")} * {inverse};");
            writer.Write($"Unsafe.Add(ref codes, i) = (byte)({ScalarCode("value")});");
            writer.Close();
        }

        writer.Close();
    }

    private string ScalarCode(string value) => _integer.Grid.Zero switch
    {
        ZeroMode.Symmetric => $"KernelMath.RoundClamped({value}, {SourceWriter.Number(1 - _integer.Center)}f, {_integer.Center - 1}f) + {_integer.Center}",
        ZeroMode.MidRise => $"KernelMath.FloorClamped({value}, {SourceWriter.Number(-_integer.Center)}f, {_integer.Center - 1}f) + {_integer.Center}",
        _ => $"KernelMath.RoundClamped({value}, 0f, {_integer.MaximumCode}f)",
    };

    private string Choose(string single, string channel, string block) =>
        plan.IsPerChannel ? channel : plan.IsPerBlock ? block : single;

    private void EmitConstants(SourceWriter writer, CpuTarget target)
    {
        string v = target.V;
        (int low, int high, int shift) = _integer.Grid.Zero switch
        {
            ZeroMode.Symmetric => (-(_integer.Center - 1), _integer.Center - 1, _integer.Center),
            ZeroMode.MidRise => (-_integer.Center, _integer.Center - 1, _integer.Center),
            _ => (0, _integer.MaximumCode, 0),
        };
        writer.Write($"{v}<float> low = {v}.Create({SourceWriter.Number(low)}f);");
        writer.Write($"{v}<float> high = {v}.Create({high}f);");
        writer.Write("// On top of 2^23 a float has no room for fractions: the addition rounds, and the code stands in the lowest byte.");
        writer.Write($"{v}<float> rounder = {v}.Create({(1 << 23) + shift}f);");
        writer.Write($"{v}<uint> lowestByte = {v}.Create(0xFFu);");
        if (plan.IsCosine)
        {
            writer.Write($"{v}<float> norms = {v}.Create(norm);");
        }

        if (plan.IsPerVector || plan.IsPerTensor)
        {
            writer.Write($"{v}<float> inverses = {v}.Create(inverse);");
            if (plan.IsAffine)
            {
                writer.Write($"{v}<float> minima = {v}.Create(minimum);");
            }
        }
    }

    private void EmitVector(SourceWriter writer, CpuTarget target, Offset offset)
    {
        string v = target.V;
        for (int part = 0; part < 4; part++)
        {
            Offset at = offset.Plus(part * target.Floats);
            string value = $"{v}.LoadUnsafe(ref values, {at})";
            if (plan.IsCosine)
            {
                value += " * norms";
            }

            string inverse = Choose("inverses", $"{v}.LoadUnsafe(ref inverses, {at})", $"{v}.Create({Block("inverses", at)})");
            string minimum = Choose("minima", $"{v}.LoadUnsafe(ref minima, {at})", $"{v}.Create({Block("minima", at)})");
            string grid = plan.IsAffine ? $"(({value}) - {minimum}) * {inverse}" : $"{value} * {inverse}";
            if (_integer.Grid.Zero == ZeroMode.MidRise)
            {
                grid = $"{v}.Floor({grid})";
            }

            writer.Write($"{v}<float> part{part} = {v}.MinNative({v}.MaxNative({grid}, low), high) + rounder;");
        }

        string Narrow(int first) => $"{v}.Narrow(part{first}.AsUInt32() & lowestByte, part{first + 1}.AsUInt32() & lowestByte)";
        writer.Write($"{v}.Narrow({Narrow(0)}, {Narrow(2)}).StoreUnsafe(ref codes, {offset});");
    }

    private string Block(string array, Offset at) => $"Unsafe.Add(ref {array}, {at.ShiftedRight(PlanMath.Log2(plan.ScaleBlock))})";

    private void EmitPack(SourceWriter writer, CpuTarget? target)
    {
        writer.Write("/// <summary>Splits codes into the planes of a row code: lane t of a stripe takes its bits from codes t of several segments.</summary>");
        writer.Open($"private static void PackPlanes{target?.Tier ?? "Scalar"}(ref byte codes, ref byte code)");
        int done = 0;
        if (_integer.IsInterleaved)
        {
            writer.Write($"ref byte ordered = ref Unsafe.Add(ref codes, {_integer.PaddedDimensions});");
            writer.Write($"SegmentOrder.Split(ref codes, {_integer.Segments}, {_integer.Lanes}, ref ordered);");
            writer.Write("codes = ref ordered;");
        }

        if (target?.Filled(_integer.Lanes) is { } filled)
        {
            done = _integer.Lanes;
            foreach (Plane plane in _integer.Planes.Where(p => p.Width < 8))
            {
                for (int place = 0; place < plane.PerByte; place++)
                {
                    writer.Write($"{filled.V}<byte> mask{plane.Width}_{place} = {filled.V}.Create((byte)0x{((1 << plane.Width) - 1) << (plane.Width * place):X2});");
                }
            }

            new Steps(_integer.Lanes, filled.Bytes, 1).EmitEach(writer, (offset, _) => EmitPackVector(writer, filled, offset));
        }

        if (done < _integer.Lanes)
        {
            writer.Open($"for (int t = {done}; t < {_integer.Lanes}; t++)");
            for (int stripe = 0; stripe < _integer.Stripes; stripe++)
            {
                writer.Write($"Unsafe.Add(ref code, t + {stripe * _integer.Lanes}) = (byte)({string.Join(" | ", Parts(stripe).Select(ScalarPart))});");
            }

            writer.Close();
        }

        writer.Close();
    }

    private void EmitPackVector(SourceWriter writer, CpuTarget target, Offset offset)
    {
        writer.Open();
        for (int segment = 0; segment < _integer.Segments; segment++)
        {
            writer.Write($"{target.V}<ushort> segment{segment} = {target.V}.LoadUnsafe(ref codes, {offset.Plus(segment * _integer.Lanes)}).AsUInt16();");
        }

        for (int stripe = 0; stripe < _integer.Stripes; stripe++)
        {
            string bytes = string.Join(" | ", Parts(stripe).Select(part => VectorPart(target, part)));
            writer.Write($"({bytes}).StoreUnsafe(ref code, {offset.Plus(stripe * _integer.Lanes)});");
        }

        writer.Close();
    }

    private void EmitUnpack(SourceWriter writer, CpuTarget? target)
    {
        var codes = new IntegerCodes(_integer);
        writer.Write($"/// <summary>The inverse of PackPlanes{(_integer.Levels.Count == 0 ? "" : ", with levels in the place of codes")}.</summary>");
        writer.Open($"private static void UnpackPlanes{target?.Tier ?? "Scalar"}(ref byte values0, ref byte codes)");
        int done = 0;
        if (_integer.IsInterleaved)
        {
            writer.Write("ref byte joined = ref codes;");
            writer.Write($"codes = ref Unsafe.Add(ref codes, {_integer.PaddedDimensions});");
        }

        if (target?.Filled(_integer.Lanes) is { } filled)
        {
            done = _integer.Lanes;
            codes.EmitConstants(writer, filled);
            new Steps(_integer.Lanes, filled.Bytes, 1).EmitEach(writer, (offset, _) =>
            {
                writer.Open();
                codes.EmitLoads(writer, filled, 0, offset);
                for (int segment = 0; segment < _integer.Segments; segment++)
                {
                    writer.Write($"({codes.Codes(filled, 0, segment)}).StoreUnsafe(ref codes, {offset.Plus(segment * _integer.Lanes)});");
                }

                writer.Close();
            });
        }

        if (done < _integer.Lanes)
        {
            writer.Open($"for (int t = {done}; t < {_integer.Lanes}; t++)");
            for (int segment = 0; segment < _integer.Segments; segment++)
            {
                writer.Write($"Unsafe.Add(ref codes, t + {segment * _integer.Lanes}) = (byte)({codes.ScalarCode("values0", "t", segment)});");
            }

            writer.Close();
        }

        if (_integer.IsInterleaved)
        {
            writer.Write($"SegmentOrder.Join(ref codes, {_integer.Segments}, {_integer.Lanes}, ref joined);");
        }

        writer.Close();
    }

    /// <summary>Which bits of which segments a stripe holds, and how far left they must be shifted.</summary>
    private IEnumerable<(int Segment, Plane Plane, int Place)> Parts(int stripe)
    {
        Plane plane = _integer.Planes.Last(p => p.FirstStripe <= stripe);
        int first = (stripe - plane.FirstStripe) * plane.PerByte;
        return Enumerable.Range(0, plane.PerByte).Select(place => (first + place, plane, place));
    }

    private static string VectorPart(CpuTarget target, (int Segment, Plane Plane, int Place) part)
    {
        string segment = $"segment{part.Segment}";
        if (part.Plane.Width == 8)
        {
            return $"{segment}.AsByte()";
        }

        int left = (part.Plane.Width * part.Place) - part.Plane.Offset;
        string shifted = left switch
        {
            > 0 => $"{target.V}.ShiftLeft({segment}, {left})",
            < 0 => $"{target.V}.ShiftRightLogical({segment}, {-left})",
            _ => segment,
        };
        return $"({shifted}.AsByte() & mask{part.Plane.Width}_{part.Place})";
    }

    private string ScalarPart((int Segment, Plane Plane, int Place) part)
    {
        string code = $"Unsafe.Add(ref codes, t + {part.Segment * _integer.Lanes})";
        int left = (part.Plane.Width * part.Place) - part.Plane.Offset;
        string shifted = left switch
        {
            > 0 => $"({code} << {left})",
            < 0 => $"({code} >> {-left})",
            _ => code,
        };
        return $"({shifted} & 0x{((1 << part.Plane.Width) - 1) << (part.Plane.Width * part.Place):X2})";
    }
}
