using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Scales, minima and norms of rows as they lie in blocks. Takes the buffers that the scheme needs as parameters.</summary>
internal sealed class SideParts
{
    private readonly KernelPlan _plan;
    private readonly GpuBufferParameter? _scales;
    private readonly GpuBufferParameter? _norms;

    public SideParts(KernelPlan plan, GpuKernelBuilder kernel, bool withNorms = true)
    {
        _plan = plan;
        if (plan.HasRowScales)
        {
            _scales = kernel.Buffer("scales", StoredScale.TypeOf(plan.ScaleFormat));
        }

        if (plan.HasTerm && withNorms)
        {
            _norms = kernel.Buffer("norms", GpuType.Float);
        }
    }

    /// <summary>A scale of a row. The whole block is seen as numbers of the scale's format.</summary>
    public GpuExpression Scale(RowPlace row, GpuExpression index) => Read(row, _plan.Block.ScalesOffset, index);

    /// <summary>A minimum of a row.</summary>
    public GpuExpression Minimum(RowPlace row, GpuExpression index) => Read(row, _plan.Block.MinimaOffset, index);

    /// <summary>The squared norm of a row, or its inner product with the mean.</summary>
    public GpuExpression Norm(RowPlace row) =>
        GpuKernelBuilder.Load(_norms!, (row.Block * (_plan.Block.Bytes / 4)) + (_plan.Block.NormsOffset / 4) + row.InBlock);

    private GpuExpression Read(RowPlace row, int offset, GpuExpression index)
    {
        int bytes = _plan.ScaleElementBytes;
        GpuExpression at = (row.Block * (_plan.Block.Bytes / bytes)) + (offset / bytes) + (row.InBlock * _plan.ScalesPerRow) + index;
        return StoredScale.Value(_plan.ScaleFormat, GpuKernelBuilder.Load(_scales!, at));
    }
}
