using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Where codes of 4 bits lie that are interleaved by 32 rows: 16 bytes per subspace, rows 0 to 15 in the low four bits, rows 16 to 31 in the high ones.</summary>
/// <param name="BlockRows">Rows of a block.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="Offset">Where a block's groups begin, in bytes: a multiple of 4.</param>
/// <param name="GroupBytes">Bytes of a group of rows.</param>
/// <param name="Subspaces">Codes of a row.</param>
internal sealed record NibbleGroups(int BlockRows, int BlockBytes, int Offset, int GroupBytes, int Subspaces)
{
    /// <summary>Bytes of a group of rows and a subspace.</summary>
    private const int CellBytes = CodebookPlan.GroupRows / 2;

    public static NibbleGroups Of(CodebookPlan plan) => new(plan.Rows, plan.BlockBytes, Offset: 0, plan.GroupBytes, plan.Subspaces);

    public static NibbleGroups Of(SignPlan plan) => new(plan.Rows, plan.BlockBytes, plan.BitsOffset, plan.GroupBytes, plan.Nibbles);

    /// <summary>A byte of which a row's code is a half, shifted to its place; the other half stands above it or is gone.</summary>
    public GpuExpression Read(GpuArray bytes, RowPlace row, GpuExpression subspace)
    {
        GpuExpression cell = (row.Block * BlockBytes) + Offset
            + ((row.InBlock >> PlanMath.Log2(CodebookPlan.GroupRows)) * GroupBytes) + (subspace * CellBytes) + (row.InBlock & (CellBytes - 1));
        return GpuKernelBuilder.Load(bytes, cell) >> ((row.InBlock & CellBytes) >> 2);
    }
}
