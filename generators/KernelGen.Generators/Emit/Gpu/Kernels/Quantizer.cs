using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Codes of single values: docs/formats.md, section 1, step 3.</summary>
internal sealed class Quantizer(
    KernelPlan plan,
    GpuKernelBuilder kernel,
    GpuArray vectors,
    Variable? norm,
    GpuArray? inverses,
    GpuArray? minima,
    GpuArray? parameters,
    Variable zero)
{
    public GpuExpression IntegerCode(Variable row, Variable dimension)
    {
        IntegerPlan integer = plan.Integer!;
        GpuExpression value = Value(row, dimension);
        if (plan.IsAffine)
        {
            // Only where the value is a product could the subtraction be fused with it.
            GpuExpression left = norm is null ? value : GpuKernelBuilder.Call(GpuFunction.Rounded, value, zero);
            value = left - Minimum(row, dimension);
        }

        Variable steps = kernel.Declare("steps", value * Inverse(row, dimension));
        (int low, int high) = integer.Grid.Zero switch
        {
            ZeroMode.Symmetric => (1 - integer.Center, integer.Center - 1),
            ZeroMode.MidRise => (-integer.Center, integer.Center - 1),
            _ => (0, integer.MaximumCode),
        };
        Variable raised = kernel.Declare("raised", (steps > low * 1f).Then(steps, low * 1f));
        Variable clamped = kernel.Declare("clamped", (raised < high * 1f).Then(raised, high * 1f));
        if (integer.Grid.Zero == ZeroMode.MidRise)
        {
            Variable whole = kernel.Declare("whole", clamped.To(GpuType.Int));
            GpuExpression below = (clamped < whole.To(GpuType.Float)).Then(1, 0);
            return (whole + integer.Center - below).To(GpuType.UInt);
        }

        // On top of 1.5 * 2^23 a float has no room for fractions: the addition rounds, ties to even.
        GpuExpression rounded = (clamped + 12582912f).As(GpuType.UInt);
        int offset = integer.Grid.Zero == ZeroMode.Symmetric ? integer.Center : 0;
        return rounded - (0x4B400000u - (uint)offset);
    }

    /// <summary>The bits of a float format's number.</summary>
    public GpuExpression NumberBits(Variable row, Variable dimension)
    {
        GpuExpression value = Value(row, dimension);
        if (plan.Granularity is not null)
        {
            value *= Inverse(row, dimension);
        }

        return plan.Float!.Format switch
        {
            FloatFormat.Single => value.As(GpuType.UInt),
            FloatFormat.Half => GpuKernelBuilder.Call(GpuFunction.ToHalf, value),
            FloatFormat.BFloat16 => GpuKernelBuilder.Call(GpuFunction.ToBFloat16, value),
            FloatFormat.E4M3 => GpuKernelBuilder.Call(GpuFunction.ToE4M3, value),
            _ => GpuKernelBuilder.Call(GpuFunction.ToE5M2, value),
        };
    }

    private GpuExpression Value(Variable row, Variable dimension)
    {
        GpuExpression value = GpuKernelBuilder.Load(vectors, (row * plan.Dimensions) + dimension);
        return norm is null ? value : value * norm;
    }

    private GpuExpression Inverse(Variable row, Variable dimension) => plan.LearnedScaleCount > 0
        ? GpuKernelBuilder.Load(parameters!, Learned(dimension, plan.ParameterCount))
        : GpuKernelBuilder.Load(inverses!, Stored(row, dimension));

    private GpuExpression Minimum(Variable row, Variable dimension) => plan.LearnedScaleCount > 0
        ? GpuKernelBuilder.Load(parameters!, Learned(dimension, plan.LearnedScaleCount))
        : GpuKernelBuilder.Load(minima!, Stored(row, dimension));

    private GpuExpression Learned(Variable dimension, int first) => plan.IsPerChannel ? dimension + first : first;

    private GpuExpression Stored(Variable row, Variable dimension) => plan.IsPerBlock
        ? (row * plan.ScalesPerRow) + (dimension >> PlanMath.Log2(plan.ScaleBlock))
        : row;
}
