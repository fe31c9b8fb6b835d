using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>How vectors are cut, by numbers that a thread computes: the first <see cref="Longer"/> subspaces have a dimension more than the
/// others; of groups that share codebooks, the last one may be shorter.</summary>
internal sealed class Subspaces(CodebookPlan plan)
{
    /// <summary>Dimensions that every subspace has; a shorter last group has fewer.</summary>
    public int LeastSize => IsShared ? plan.SharedLength : plan.Dimensions / plan.Subspaces;

    /// <summary>Whether some have one more.</summary>
    public bool AreUneven => Longer > 0;

    private bool IsShared => plan.SharedLength > 0;

    private int Longer => IsShared ? 0 : plan.Dimensions % plan.Subspaces;

    /// <summary>Dimensions of the last of groups that share codebooks.</summary>
    private int LastSize => plan.Dimensions - ((plan.Subspaces - 1) * plan.SharedLength);

    private bool HasShortGroup => IsShared && LastSize < plan.SharedLength;

    public GpuExpression IsLonger(GpuExpression subspace) => subspace < Longer;

    /// <summary>The first dimension of a subspace.</summary>
    public GpuExpression Start(GpuExpression subspace) => AreUneven
        ? IsLonger(subspace).Then(subspace * (LeastSize + 1), (subspace * LeastSize) + Longer)
        : subspace * LeastSize;

    /// <summary>How many dimensions a subspace has.</summary>
    public GpuExpression Size(GpuExpression subspace) => AreUneven ? IsLonger(subspace).Then(LeastSize + 1, LeastSize)
        : HasShortGroup ? (subspace < plan.Subspaces - 1).Then(LeastSize, LastSize)
        : LeastSize;

    /// <summary>How many values the centroids of a subspace have.</summary>
    public GpuExpression CentroidLength(GpuExpression subspace) => IsShared ? LeastSize : Size(subspace);

    /// <summary>Where the codebook of a stage begins among the parameters of codes that are added.</summary>
    /// <param name="start">The first dimension of the subspace.</param>
    /// <param name="length">How many values its centroids have.</param>
    /// <param name="stage">The stage.</param>
    public GpuExpression Codebook(GpuExpression start, GpuExpression length, GpuExpression stage) =>
        (IsShared ? stage * length : (start * plan.Stages) + (stage * length)) << plan.Bits;

    /// <summary>Where the half norms of such a codebook begin, behind all codebooks.</summary>
    public GpuExpression HalfNorms(GpuExpression subspace, GpuExpression stage)
    {
        GpuExpression set = !IsShared ? (subspace * plan.Stages) + stage
            : HasShortGroup ? (subspace < plan.Subspaces - 1).Then(stage, stage + plan.Stages)
            : stage;
        return (set << plan.Bits) + plan.ParameterCount;
    }

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
