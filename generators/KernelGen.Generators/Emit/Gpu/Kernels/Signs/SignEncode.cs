using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Signs;

/// <summary>Encodes signs, and the numbers that rows of rotated codes store beside them.</summary>
internal static class SignEncode
{
    /// <summary>2^126: what a squared norm is stored as at most.</summary>
    private const double GreatestNorm = (double)(1UL << 63) * (1UL << 63);

    /// <summary>The bits of all values.</summary>
    public static EncodeStep BuildValues(SignPlan plan)
    {
        LaneShape shape = LaneShape.ForElements(plan.BitBytes);
        int groupRows = shape.GroupRows;
        var kernel = new GpuKernelBuilder("EncodeValues", $"The signs of vectors, {groupRows} to a group: a thread writes a byte.");
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        Variable rows = kernel.Scalar("rows");
        Variable row = kernel.Declare("row", (GpuKernel.Group * groupRows) + shape.RowOfThread);
        kernel.If(row < rows, () => kernel.For("lane", shape.LaneOfThread, plan.BitBytes, shape.Lanes, lane =>
        {
            Variable first = kernel.Declare("first", lane << 3);
            Variable bits = kernel.Declare("bits", 0u);
            for (int i = 0; i < 8; i++)
            {
                Variable dimension = kernel.Declare("dimension", first + i);
                int place = plan.Grid.Order == BitOrder.MsbFirst ? 7 - i : i;
                bool isCertain = ((plan.BitBytes - 1) * 8) + i < plan.Dimensions;
                kernel.IfUnless(isCertain, dimension < plan.Dimensions, () =>
                {
                    GpuExpression value = GpuKernelBuilder.Load(vectors, (row * plan.Dimensions) + dimension).As(GpuType.UInt);
                    kernel.Assign(bits, bits | Bit(value, plan.Grid.Ones, 1u << place));
                });
            }

            kernel.Store(codes, (row * plan.CodeBytes) + lane, bits);
        }));
        return new EncodeStep(kernel.Build(), groupRows);
    }

    /// <summary>The numbers of rotated codes: docs/formats.md, section 10.</summary>
    public static EncodeStep BuildNumbers(SignPlan plan, RotatedParts parts)
    {
        var kernel = new GpuKernelBuilder("EncodeNumbers", "What rows store beside signs: eight threads a vector, one per stripe of the sums.");
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        GpuBufferParameter? mean = parts.HasOffset ? kernel.Buffer("parameters", GpuType.Float) : null;
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        (Variable row, Variable stripe) = EncodeKernels.StripeOfThread(kernel);
        Variable squares = kernel.Declare("sum", 0.0);
        Variable magnitudes = kernel.Declare("sum", 0.0);
        Variable? products = mean is null ? null : kernel.Declare("sum", 0.0);
        kernel.If(row < rows, () => kernel.For("d", stripe, plan.Dimensions, EncodeKernels.Stripes, d =>
        {
            Variable value = kernel.Declare("value", GpuKernelBuilder.Load(vectors, (row * plan.Dimensions) + d));
            Variable wide = kernel.Declare("wide", value.To(GpuType.Double));
            kernel.Assign(squares, squares + (wide * wide));
            kernel.Assign(magnitudes, magnitudes + ScaleStatistics.Magnitude(value).To(GpuType.Double));
            if (products is not null)
            {
                // Products of floats are exact in double precision, so that it makes no difference whether they are fused with the addition.
                kernel.Assign(products, products + (wide * GpuKernelBuilder.Load(mean!, d).To(GpuType.Double)));
            }
        }));
        EncodeKernels.WithTotals(kernel, [squares, magnitudes, .. products is null ? (Variable[])[] : [products]], row, rows, stripe, totals =>
        {
            (Variable scale, GpuExpression deviation) = Factors(kernel, plan.Dimensions, totals[0], totals[1], zero);
            GpuExpression? term = parts.HasOffset ? totals[2].To(GpuType.Float)
                : parts.HasNorm ? (totals[0] < GreatestNorm).Then(totals[0], GreatestNorm).To(GpuType.Float)
                : null;
            int offset = plan.BitBytes;
            foreach (GpuExpression number in (GpuExpression[])[scale, .. term is null ? (GpuExpression[])[] : [term], deviation])
            {
                ScaleTarget.StoreBytes(kernel, codes, (row * plan.CodeBytes) + offset, number.As(GpuType.UInt), 4);
                offset += 4;
            }
        });
        return new EncodeStep(kernel.Build(), EncodeKernels.SumRows);
    }

    /// <summary>This bit where the sign of a finite value, given by its bits, is said to be 1; 0 elsewhere. As integers, because devices may take the smallest numbers
    /// for zeros.</summary>
    private static GpuExpression Bit(GpuExpression value, SignBit ones, uint bit) => ones == SignBit.Positive
        ? (value.To(GpuType.Int) > 0).Then(bit, 0u)
        : ((value ^ 0x80000000u).To(GpuType.Int) > 0).Then(0u, bit);

    /// <summary>Scale and deviation from the squared norm and the sum of magnitudes.</summary>
    private static (Variable Scale, GpuExpression Deviation) Factors(GpuKernelBuilder kernel, int dimensions, Variable norm2, Variable magnitudes, Variable zero)
    {
        GpuExpression Rounded(GpuExpression value) => GpuKernelBuilder.Call(GpuFunction.Rounded, value, zero);
        Variable product = kernel.Declare("product", 0.5 * magnitudes);
        Variable quotient = kernel.Declare("quotient", (product > 0.0).Then(norm2.DividedBy(product), 0.0));
        Variable raw = kernel.Declare("raw", quotient.To(GpuType.Float));
        Variable rounded = kernel.Declare("rounded", ScaleStatistics.Saturated(raw));
        Variable scale = kernel.Declare("scale", ScaleStatistics.Kept(rounded));
        Variable wide = kernel.Declare("wideScale", scale.To(GpuType.Double));
        Variable left = kernel.Declare("left", (norm2 - Rounded(2.0 * wide * product)) + Rounded(wide * wide * (0.25 * dimensions)));

        // 2^-40: more than the rounding of these sums. Its product is exact.
        Variable positive = kernel.Declare("positive", (left > 0.0).Then(left, 0.0));
        Variable deviation = kernel.Declare(
            "deviation", GpuKernelBuilder.Call(GpuFunction.SquareRoot, positive + (norm2 * (1.0 / (1L << 40)))));
        Variable nearest = kernel.Declare("nearest", deviation.To(GpuType.Float));
        GpuExpression next = (nearest.As(GpuType.UInt) + 1u).As(GpuType.Float);
        Variable raised = kernel.Declare("raised", (nearest.To(GpuType.Double) < deviation).Then(next, nearest));
        return (scale, (norm2 > GreatestNorm).Then(((GpuExpression)0x7F800000u).As(GpuType.Float), raised));
    }
}
