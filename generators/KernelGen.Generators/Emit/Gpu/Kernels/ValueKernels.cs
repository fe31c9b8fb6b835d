using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>The kernels of codecs that store a code per value: integer grids and float formats.</summary>
internal static class ValueKernels
{
    public static CodecKernels Build(KernelPlan plan)
    {
        var scan = new ScanKernel(plan);
        var decode = new DecodeKernel(new ValueDecoder(plan));
        IReadOnlyList<EncodeStep> encode = [];
        if (plan.EncodesOnGpu)
        {
            var steps = new EncodeKernels(plan);
            encode =
            [
                .. plan.IsCosine ? [EncodeKernels.BuildNorms(plan.Dimensions)] : (EncodeStep[])[],
                .. plan.HasRowScales ? [steps.BuildScales()] : (EncodeStep[])[],
                steps.BuildValues(),
                .. steps.BuildSquares(),
            ];
        }

        return new CodecKernels(
            plan.Dimensions,
            [scan.Build(1), scan.Build(ScanKernel.BatchQueries)],
            decode.BuildDecode(),
            decode.BuildAccumulate(),
            decode.GroupRows,
            encode,
            [
                new("norms", plan.IsCosine ? 1 : 0),
                new("inverses", plan.HasRowScales ? plan.ScalesPerRow : 0),
                new("minima", plan.HasRowMinima ? plan.ScalesPerRow : 0),
            ]);
    }
}

/// <summary>Decodes their rows: see <see cref="RowCodeReader"/>.</summary>
internal sealed class ValueDecoder(KernelPlan plan) : IRowDecoder
{
    public RowSegments Segments => RowSegments.Of(plan);

    public bool HasParameters => plan.LearnedScaleCount > 0;

    public void Decode(DecodeSource source, Variable row, Variable lane, Action<GpuExpression, Variable> use)
    {
        RowParts parts = source.AreBlocks ? RowParts.OfBlocks(plan, source.Kernel, row) : RowParts.OfRowCode(plan, source.Kernel, row);
        new RowCodeReader(plan, source.Kernel, source.Codes, source.Parameters, source.Zero).Decode(parts, lane, use);
    }
}
