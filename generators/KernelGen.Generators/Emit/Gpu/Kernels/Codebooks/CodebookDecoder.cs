using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Decodes dimension by dimension: the code of a dimension's subspace, then the value of that centroid.</summary>
internal sealed class CodebookDecoder(CodebookPlan plan) : IRowDecoder
{
    private readonly Subspaces _subspaces = new(plan);
    private readonly StringCodes _codes = new(plan);

    public RowSegments Segments => RowSegments.Single(plan.Dimensions);

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
            return _codes.Read(source, kernel.Declare("rowCode", row * plan.CodeBytes), subspace);
        }

        RowPlace place = RowPlace.Of(kernel, row, plan.Rows);
        return plan.IsFastScan
            ? _codes.Masked(NibbleGroups.Of(plan).Read(source.Codes, place, subspace))
            : _codes.Read(source, kernel.Declare("rowCode", (place.Block * plan.BlockBytes) + (place.InBlock * plan.CodeBytes)), subspace);
    }
}
