using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Elements of scratch that belong to a row. The same elements of all rows lie together, so that threads of neighbouring rows read neighbouring
/// places. A part has room for a multiple of 16 rows.
/// </summary>
internal sealed class RowScratch(GpuKernelBuilder kernel, Variable row, Variable rows)
{
    private readonly Variable _stride = kernel.Declare("stride", (rows + 15) & -16);

    /// <summary>The place of an element.</summary>
    public GpuExpression At(GpuExpression element) => (element * _stride) + row;
}
