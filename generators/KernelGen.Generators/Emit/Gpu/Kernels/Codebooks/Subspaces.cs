using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>How vectors are cut, by numbers that a thread computes: the first <see cref="Longer"/> subspaces have a dimension more than the
/// others.</summary>
internal sealed class Subspaces(CodebookPlan plan)
{
    /// <summary>Dimensions that every subspace has.</summary>
    public int LeastSize => plan.Dimensions / plan.Subspaces;

    /// <summary>Whether some have one more.</summary>
    public bool AreUneven => Longer > 0;

    private int Longer => plan.Dimensions % plan.Subspaces;

    public GpuExpression IsLonger(GpuExpression subspace) => subspace < Longer;

    /// <summary>The first dimension of a subspace.</summary>
    public GpuExpression Start(GpuExpression subspace) => AreUneven
        ? IsLonger(subspace).Then(subspace * (LeastSize + 1), (subspace * LeastSize) + Longer)
        : subspace * LeastSize;

    /// <summary>How many dimensions a subspace has.</summary>
    public GpuExpression Size(GpuExpression subspace) => AreUneven ? IsLonger(subspace).Then(LeastSize + 1, LeastSize) : LeastSize;

    /// <summary>The subspace of a dimension.</summary>
    public GpuExpression Of(GpuExpression dimension)
    {
        if (!AreUneven)
        {
            return Quotient(dimension, LeastSize);
        }

        int others = Longer * (LeastSize + 1);
        return (dimension < others).Then(Quotient(dimension, LeastSize + 1), Quotient(dimension - others, LeastSize) + Longer);
    }

    /// <summary>
    /// A quotient of integers without their division: half more than the dividend is at least half a divisor's reciprocal away from the next
    /// integer, and the product's error is far less while the dividend is a dimension.
    /// </summary>
    private static GpuExpression Quotient(GpuExpression dividend, int divisor) =>
        divisor == 1 ? dividend : ((dividend.To(GpuType.Float) + 0.5f) * (1f / divisor)).To(GpuType.Int);
}
