using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Decodes dimension by dimension: the code of a dimension's subspace, then the value of that centroid.</summary>
internal sealed class CodebookDecoder(CodebookPlan plan) : IRowDecoder
{
    private readonly Subspaces _subspaces = new(plan);

    public int Dimensions => plan.Dimensions;

    public int Lanes => plan.Dimensions;

    public bool HasParameters => true;

    public void Decode(DecodeSource source, Variable row, Variable lane, Action<GpuExpression, Variable> use)
    {
        GpuKernelBuilder kernel = source.Kernel;
        Variable subspace = kernel.Declare("subspace", _subspaces.Of(lane));
        Variable code = kernel.Declare("code", Code(source, row, subspace));
        Variable start = kernel.Declare("start", _subspaces.Start(subspace));
        GpuExpression place = (start << plan.Bits) + (code * _subspaces.Size(subspace)) + (lane - start);
        use(lane, kernel.Declare("value", GpuKernelBuilder.Load(source.Parameters!, place)));
    }

    private GpuExpression Code(DecodeSource source, Variable row, Variable subspace)
    {
        GpuKernelBuilder kernel = source.Kernel;
        if (!source.AreBlocks)
        {
            return CodeInString(source, kernel.Declare("rowCode", row * plan.CodeBytes), subspace);
        }

        RowPlace place = RowPlace.Of(kernel, row, plan.Rows);
        GpuExpression block = place.Block * plan.BlockBytes;
        if (!plan.IsFastScan)
        {
            return CodeInString(source, kernel.Declare("rowCode", block + (place.InBlock * plan.CodeBytes)), subspace);
        }

        GpuExpression cell = block
            + ((place.InBlock >> PlanMath.Log2(CodebookPlan.GroupRows)) * plan.GroupBytes) + (subspace * plan.Centroids) + (place.InBlock & 15);
        return Masked(GpuKernelBuilder.Load(source.Codes, cell) >> ((place.InBlock & 16) >> 2));
    }

    /// <summary>A code of a bit string.</summary>
    private GpuExpression CodeInString(DecodeSource source, Variable rowCode, Variable subspace)
    {
        GpuKernelBuilder kernel = source.Kernel;
        if (plan.Bits == 8)
        {
            return Masked(GpuKernelBuilder.Load(source.Codes, rowCode + subspace));
        }

        Variable bit = kernel.Declare("bit", subspace * plan.Bits);
        Variable at = kernel.Declare("at", rowCode + (bit >> 3));
        GpuExpression bits = GpuKernelBuilder.Load(source.Codes, at);

        // As many bytes as a code may touch, none behind the row: the last byte then stands in, where the mask drops it.
        int bytes = Enumerable.Range(0, 8).Max(m => ((m * plan.Bits % 8) + plan.Bits + 7) / 8);
        for (int i = 1; i < bytes; i++)
        {
            Variable next = kernel.Declare("next", at + i);
            GpuExpression last = rowCode + (plan.CodeBytes - 1);
            bits |= GpuKernelBuilder.Load(source.Codes, (next < last).Then(next, last)) << (8 * i);
        }

        return Masked(bits >> (bit & 7));
    }

    /// <summary>Masked also where a byte has no other bits: a conversion of the byte's conversion might become one of a signed byte.</summary>
    private GpuExpression Masked(GpuExpression bits) => (bits & (uint)(plan.Centroids - 1)).To(GpuType.Int);
}
