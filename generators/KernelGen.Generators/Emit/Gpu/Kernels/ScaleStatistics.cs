using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Where scales go: the row code, and numbers for the next step.</summary>
internal sealed record ScaleTarget(GpuArray Codes, GpuArray Inverses, GpuArray? Minima)
{
    /// <summary>Stores the lower bytes of a word wherever they stand.</summary>
    public static void StoreBytes(GpuKernelBuilder kernel, GpuArray bytes, GpuExpression first, GpuExpression word, int count)
    {
        Variable at = kernel.Declare("at", first);
        Variable stored = kernel.Declare("stored", word);
        for (int i = 0; i < count; i++)
        {
            kernel.Store(bytes, at + i, stored >> (8 * i));
        }
    }
}

/// <summary>Scales and minima from the values of a vector or block: docs/formats.md, section 1, step 2.</summary>
internal sealed class ScaleStatistics(KernelPlan plan, GpuKernelBuilder kernel, GpuArray vectors, GpuArray? norms)
{
    private const float SmallestScale = 1.17549435E-38f;

    /// <summary>Mid-rise with one bit takes the mean magnitude; the others the greatest; affine grids the range.</summary>
    private bool SumsMagnitudes => plan.Integer is { Bits: 1, Grid.Zero: ZeroMode.MidRise };

    /// <summary>One scale per row, from the stripes of eight threads.</summary>
    public void EmitVector(Variable row, Variable rows, Variable stripe, ScaleTarget target)
    {
        GpuExpression Value(Variable d) => GpuKernelBuilder.Load(vectors, (row * plan.Dimensions) + d);
        if (SumsMagnitudes)
        {
            Variable sum = kernel.Declare("sum", 0.0);
            kernel.If(row < rows, () =>
            {
                Variable? norm = Norm(row);
                kernel.For("d", stripe, plan.Dimensions, 8, d => kernel.Assign(sum, sum + Magnitude(Times(Value(d), norm)).To(GpuType.Double)));
            });
            EncodeKernels.WithTotal(kernel, sum, row, rows, stripe, total =>
                EmitScale(MeanMagnitude(total, plan.Dimensions), null, target, row, row, 0));
            return;
        }

        Variable low = kernel.Declare("low", float.MaxValue);
        Variable high = kernel.Declare("high", plan.IsAffine ? -float.MaxValue : 0f);
        kernel.If(row < rows, () => kernel.For("d", stripe, plan.Dimensions, 8, d => Extend(low, high, Value(d))));
        SharedArray highs = kernel.Shared("highs", GpuType.Float, GpuKernel.GroupSize);
        SharedArray lows = plan.IsAffine ? kernel.Shared("lows", GpuType.Float, GpuKernel.GroupSize) : highs;
        kernel.Store(highs, GpuKernel.Thread, high);
        if (plan.IsAffine)
        {
            kernel.Store(lows, GpuKernel.Thread, low);
        }

        kernel.Barrier();
        kernel.If(stripe.IsEqualTo(0), () => kernel.If(row < rows, () =>
        {
            for (int i = 1; i < 8; i++)
            {
                if (plan.IsAffine)
                {
                    Lower(low, kernel.Declare("other", GpuKernelBuilder.Load(lows, GpuKernel.Thread + i)));
                }

                Raise(high, kernel.Declare("other", GpuKernelBuilder.Load(highs, GpuKernel.Thread + i)));
            }

            EmitRange(low, high, Norm(row), target, row, row, 0);
        }));
    }

    /// <summary>The scale of a block, by one thread.</summary>
    public void EmitBlock(Variable row, Variable first, Variable end, ScaleTarget target, GpuExpression place, Variable block)
    {
        Variable start = kernel.Declare("start", row * plan.Dimensions);
        Variable? norm = Norm(row);
        if (SumsMagnitudes)
        {
            List<Variable> stripes = [.. Enumerable.Range(0, 8).Select(_ => kernel.Declare("sum", 0.0))];
            kernel.For("d", first, end, 8, d =>
            {
                for (int i = 0; i < 8; i++)
                {
                    int at = i;
                    kernel.If(d + at < end, () => kernel.Assign(
                        stripes[at],
                        stripes[at] + Magnitude(Times(GpuKernelBuilder.Load(vectors, start + d + at), norm)).To(GpuType.Double)));
                }
            });
            GpuExpression total = ((stripes[0] + stripes[4]) + (stripes[2] + stripes[6])) + ((stripes[1] + stripes[5]) + (stripes[3] + stripes[7]));
            EmitScale(MeanMagnitude(total, (end - first).To(GpuType.Double)), null, target, row, place, block);
            return;
        }

        Variable low = kernel.Declare("low", float.MaxValue);
        Variable high = kernel.Declare("high", plan.IsAffine ? -float.MaxValue : 0f);
        kernel.For("d", first, end, 1, d => Extend(low, high, GpuKernelBuilder.Load(vectors, start + d)));
        EmitRange(low, high, norm, target, row, place, block);
    }

    /// <summary>A scale that is not rounded: at most the greatest float.</summary>
    public static GpuExpression Saturated(Variable scale) => (scale < float.MaxValue).Then(scale, float.MaxValue);

    /// <summary>A rounded scale as it is stored: 0 where its reciprocal might not be finite.</summary>
    public static GpuExpression Kept(Variable scale) => (scale >= SmallestScale).Then(scale, 0f);

    public static GpuExpression Magnitude(GpuExpression value) => (value.As(GpuType.UInt) & 0x7FFFFFFFu).As(GpuType.Float);

    private static GpuExpression Times(GpuExpression value, Variable? norm) => norm is null ? value : value * norm;

    private static GpuExpression MeanMagnitude(GpuExpression total, GpuExpression count) =>
        (2.0 * total).DividedBy(count.Type == GpuType.Int ? (double)(int)((Constant)count).Value : count).To(GpuType.Float);

    /// <summary>a / b, correctly rounded: the quotient of two floats in double precision is never close enough to a tie to be rounded wrongly.</summary>
    private static GpuExpression Quotient(GpuExpression dividend, double divisor) =>
        dividend.To(GpuType.Double).DividedBy(divisor).To(GpuType.Float);

    private Variable? Norm(Variable row) => norms is null ? null : kernel.Declare("norm", GpuKernelBuilder.Load(norms, row));

    private void Extend(Variable low, Variable high, GpuExpression loaded)
    {
        Variable value = kernel.Declare("value", plan.IsAffine ? loaded : Magnitude(loaded));
        if (plan.IsAffine)
        {
            Lower(low, value);
        }

        Raise(high, value);
    }

    private void Lower(Variable low, Variable value) => kernel.Assign(low, (value < low).Then(value, low));

    private void Raise(Variable high, Variable value) => kernel.Assign(high, (value > high).Then(value, high));

    /// <summary>Multiplication by the norm keeps the order, so the extremes are normalised instead of all values.</summary>
    private void EmitRange(Variable low, Variable high, Variable? norm, ScaleTarget target, Variable row, GpuExpression place, GpuExpression block)
    {
        if (!plan.IsAffine)
        {
            EmitScale(Quotient(Times(high, norm), plan.AbsMaxDivisor), null, target, row, place, block);
            return;
        }

        int levels = plan.Integer!.MaximumCode;
        Variable minimum = kernel.Declare("minimum", RoundedMinimum(Times(low, norm)));
        Variable top = kernel.Declare("top", Quotient(Times(high, norm), levels));
        Variable bottom = kernel.Declare("bottom", Quotient(minimum, levels));
        EmitScale(top - bottom, minimum, target, row, place, block);
    }

    private void EmitScale(GpuExpression unrounded, Variable? minimum, ScaleTarget target, Variable row, GpuExpression place, GpuExpression block)
    {
        Variable raw = kernel.Declare("raw", unrounded);
        Variable rounded = kernel.Declare("rounded", plan.ScaleFormat == ScaleFormat.Single
            ? Saturated(raw)
            : FromBits(StoredBits(raw)));
        Variable scale = kernel.Declare("scale", Kept(rounded));
        Variable offset = kernel.Declare("offset", (row * plan.CodeBytes) + plan.ValueBytes + (block * plan.ScaleElementBytes));
        ScaleTarget.StoreBytes(kernel, target.Codes, offset, StoredBits(scale), plan.ScaleElementBytes);
        GpuExpression inverse = ((GpuExpression)1.0).DividedBy(scale.To(GpuType.Double)).To(GpuType.Float);
        kernel.Store(target.Inverses, place, (scale > 0f).Then(inverse, 0f));
        if (minimum is not null)
        {
            ScaleTarget.StoreBytes(kernel, target.Codes, offset + plan.RowScaleBytes, StoredBits(minimum), plan.ScaleElementBytes);
            kernel.Store(target.Minima!, place, minimum);
        }
    }

    /// <summary>A minimum as it will be stored: -0 becomes +0.</summary>
    private GpuExpression RoundedMinimum(GpuExpression value)
    {
        Variable rounded = kernel.Declare("least", plan.ScaleFormat == ScaleFormat.Single ? value : FromBits(StoredBits(value)));
        return rounded.IsEqualTo(0f).Then(0f, rounded);
    }

    private GpuExpression StoredBits(GpuExpression value) => plan.ScaleFormat switch
    {
        ScaleFormat.Single => value.As(GpuType.UInt),
        ScaleFormat.Half => GpuKernelBuilder.Call(GpuFunction.ToHalf, value),
        _ => GpuKernelBuilder.Call(GpuFunction.ToBFloat16, value),
    };

    private GpuExpression FromBits(GpuExpression bits) => StoredScale.Value(plan.ScaleFormat, plan.ScaleFormat == ScaleFormat.Single ? bits.As(GpuType.Float) : bits);
}
