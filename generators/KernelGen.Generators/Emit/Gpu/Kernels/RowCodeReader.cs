using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// Decodes lanes: lane t of all segments at once for integer grids, dimension t for float formats. Values, scales and minima are read byte by byte,
/// wherever they stand.
/// </summary>
internal sealed class RowCodeReader(KernelPlan plan, GpuKernelBuilder kernel, GpuArray bytes, GpuArray? parameters, GpuExpression zero)
{
    /// <summary>Declares the values of a lane and hands each on with its dimension. Those past the end are left out.</summary>
    /// <param name="row">Where the parts of the row stand.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="use">Takes a dimension and its value; runs under a condition where the last segment is shorter.</param>
    public void Decode(RowParts row, Variable lane, Action<GpuExpression, Variable> use)
    {
        if (plan.Integer is not { } integer)
        {
            use(lane, kernel.Declare("value", Scaled(FloatValue(row.Values, lane), row, lane)));
            return;
        }

        List<Variable> stripes = [.. Enumerable.Range(0, integer.Stripes)
            .Select(stripe => kernel.Declare("stripe", Byte(row.Values + (stripe * integer.Lanes) + lane)))];
        RowSegments segments = RowSegments.Of(plan);
        foreach (int segment in segments.Held)
        {
            GpuExpression code = Code(integer, segment, plane => stripes[plane.Stripe(segment)]);
            void Emit()
            {
                bool isLane = segment == 0 && !segments.IsInterleaved;
                GpuExpression dimension = isLane ? lane : kernel.Declare("dimension", segments.Dimension(segment, lane));
                use(dimension, kernel.Declare("value", Scaled(code, row, dimension)));
            }

            segments.IfHeld(kernel, segment, lane, Emit);
        }
    }

    /// <summary>Declares the value of one lane of a segment (float formats have one).</summary>
    public Variable DecodeOne(RowParts row, int segment, Variable lane)
    {
        GpuExpression dimension = RowSegments.Of(plan).Dimension(segment, lane);
        GpuExpression number = plan.Integer is { } integer
            ? Code(integer, segment, plane => Byte(row.Values + (plane.Stripe(segment) * integer.Lanes) + lane))
            : FloatValue(row.Values, lane);
        return kernel.Declare("value", Scaled(number, row, dimension));
    }

    /// <summary>The code of a segment or its level, from the bytes of its planes.</summary>
    private GpuExpression Code(IntegerPlan integer, int segment, Func<Plane, GpuExpression> bits)
    {
        GpuExpression? code = null;
        foreach (Plane plane in integer.Planes)
        {
            int shift = plane.ShiftRight(segment);
            GpuExpression part = shift >= 0 ? bits(plane) >> shift : bits(plane) << -shift;
            part &= (uint)plane.Mask;
            code = code is null ? part : code | part;
        }

        return integer.Levels.Count == 0 ? code! : LevelCodes.LookUp(kernel, integer.Levels, code!);
    }

    /// <summary>A word of some bytes, wherever they stand.</summary>
    internal static GpuExpression Bytes(GpuKernelBuilder kernel, GpuArray bytes, GpuExpression first, int count)
    {
        Variable at = kernel.Declare("at", first);
        GpuExpression word = GpuKernelBuilder.Load(bytes, at);
        for (int i = 1; i < count; i++)
        {
            word |= GpuKernelBuilder.Load(bytes, at + i) << (8 * i);
        }

        return word;
    }

    private GpuExpression Byte(GpuExpression index) => GpuKernelBuilder.Load(bytes, index);

    private GpuExpression Bytes(GpuExpression first, int count) => Bytes(kernel, bytes, first, count);

    private GpuExpression FloatValue(GpuExpression values, GpuExpression dimension)
    {
        int size = plan.Float!.ElementBytes;
        return StoredScale.ValueAtTop(plan.Float, Bytes(values + (dimension * size), size) << (32 - (8 * size)));
    }

    /// <summary>The decoding formula of docs/formats.md, section 1.</summary>
    private GpuExpression Scaled(GpuExpression number, RowParts row, GpuExpression dimension)
    {
        if (plan.Integer is not { } integer)
        {
            return plan.Granularity is null ? number : number * Scale(row.Scales, dimension, 0);
        }

        if (plan.IsAffine)
        {
            GpuExpression product = number.To(GpuType.Float) * Scale(row.Scales, dimension, 0);
            return GpuKernelBuilder.Call(GpuFunction.Rounded, product, zero) + Scale(row.Minima, dimension, plan.LearnedScaleCount);
        }

        GpuExpression steps = (number.To(GpuType.Int) - integer.Center).To(GpuType.Float);
        return (integer.HalfStep == 0 ? steps : steps + 0.5f) * Scale(row.Scales, dimension, 0);
    }

    private GpuExpression Scale(GpuExpression? stored, GpuExpression dimension, int firstParameter) => plan.Granularity switch
    {
        Granularity.Channel => GpuKernelBuilder.Load(parameters!, dimension + firstParameter),
        Granularity.Tensor => GpuKernelBuilder.Load(parameters!, firstParameter),
        Granularity.Block => Stored(stored! + ((dimension >> PlanMath.Log2(plan.ScaleBlock)) * plan.ScaleElementBytes)),
        _ => plan.DecodeFactor is { } factor ? Stored(stored!) * factor : Stored(stored!),
    };

    private GpuExpression Stored(GpuExpression first) => plan.ScaleFormat == ScaleFormat.Single
        ? Bytes(first, 4).As(GpuType.Float)
        : StoredScale.Value(plan.ScaleFormat, Bytes(first, 2));
}

/// <summary>Where the parts of a row stand, in bytes.</summary>
/// <param name="Values">The values.</param>
/// <param name="Scales">The scales, where rows have them.</param>
/// <param name="Minima">The minima, where rows have them.</param>
internal sealed record RowParts(GpuExpression Values, GpuExpression Scales, GpuExpression Minima)
{
    /// <summary>The parts of a row code.</summary>
    public static RowParts OfRowCode(KernelPlan plan, GpuKernelBuilder kernel, GpuExpression row)
    {
        Variable start = kernel.Declare("start", row * plan.CodeBytes);
        return new RowParts(start, start + plan.ValueBytes, start + (plan.ValueBytes + plan.RowScaleBytes));
    }

    /// <summary>The parts of a row of consecutive blocks.</summary>
    public static RowParts OfBlocks(KernelPlan plan, GpuKernelBuilder kernel, Variable row)
    {
        Variable block = kernel.Declare("block", (row >> PlanMath.Log2(plan.Block.Rows)) * plan.Block.Bytes);
        Variable inBlock = kernel.Declare("inBlock", row & (plan.Block.Rows - 1));
        return new RowParts(
            kernel.Declare("values", block + plan.Block.ValuesOffset + (inBlock * plan.ValueBytes)),
            block + plan.Block.ScalesOffset + (inBlock * plan.RowScaleBytes),
            block + plan.Block.MinimaOffset + (inBlock * plan.RowScaleBytes));
    }
}
