using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>What a code family contributes to <see cref="ScanKernel"/>: sums over a row's units.</summary>
internal interface IScanTerms
{
    /// <summary>The type of the sums; Int sums are exact.</summary>
    GpuType SumType { get; }

    /// <summary>About how many statements a unit of a row and a query takes, by which the loop over units is unrolled or not.</summary>
    int StatementsPerUnit { get; }

    /// <summary>Adds a unit of each row to the sums.</summary>
    void AddUnit(ScanTile tile, GpuExpression unit);

    /// <summary>The product of row and query from the whole sum of a row: for integers centred, in steps.</summary>
    GpuExpression Product(GpuExpression sum, Func<int, GpuExpression> queryHeader);
}

/// <summary>What the emission of a unit has at hand.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Rows">The rows that a thread takes at once.</param>
/// <param name="Queries">Where the queries start, in loads.</param>
/// <param name="Sums">The sums, by row and query.</param>
/// <param name="Values">The values of blocks.</param>
/// <param name="Prepared">The queries, in loads.</param>
/// <param name="Side">Scales and minima of rows.</param>
/// <param name="Header">A number of the first query's header.</param>
/// <param name="Zero">For <see cref="GpuFunction.Rounded"/>.</param>
internal sealed record ScanTile(
    GpuKernelBuilder Kernel,
    IReadOnlyList<ScanRow> Rows,
    IReadOnlyList<Variable> Queries,
    Variable[,] Sums,
    GpuArray Values,
    GpuArray Prepared,
    SideParts Side,
    Func<int, GpuExpression> Header,
    Variable Zero)
{
    /// <summary>Declares a local for each row and query.</summary>
    public Variable[,] DeclareSums(string name, GpuExpression start) => Kernel.Declare(name, Rows.Count, Queries.Count, start);
}

/// <summary>A row that a thread reads.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="ValuesStart">Where its values start, as the reader counts.</param>
internal sealed record ScanRow(RowPlace Place, Variable ValuesStart);

/// <summary>Where a row of consecutive blocks is.</summary>
/// <param name="Block">Number of its block.</param>
/// <param name="InBlock">Its place in the block.</param>
internal sealed record RowPlace(Variable Block, Variable InBlock)
{
    /// <summary>Declares the place of a row by its number.</summary>
    public static RowPlace Of(GpuKernelBuilder kernel, Variable row, int blockRows) => new(
        kernel.Declare("block", row >> PlanMath.Log2(blockRows)),
        kernel.Declare("inBlock", row & (blockRows - 1)));
}
