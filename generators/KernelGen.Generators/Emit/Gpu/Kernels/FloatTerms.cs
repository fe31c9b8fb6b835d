using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Sums over float formats: products, or squared differences.</summary>
internal sealed class FloatTerms(KernelPlan plan, BlockReader reader) : IScanTerms
{
    private readonly FloatPlan _format = plan.Float!;

    public GpuType SumType => GpuType.Float;

    public int StatementsPerUnit => _format.PerWord;

    /// <summary>Products first, then the block's scale: the bits of a small number times a small scale would be lost before the query brings
    /// its power of two.</summary>
    private bool ScalesLast => plan.IsPerBlock && !plan.SumsDistances;

    public void AddUnit(ScanTile tile, GpuExpression unit)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        List<Variable> codes = [.. tile.Rows.Select(row => reader.Read(kernel, tile.Values, row.ValuesStart, 0, unit))];
        List<GpuExpression> factors = [.. tile.Rows.Select(row => Factor(tile, row, unit))];
        Variable[,] sums = ScalesLast ? tile.DeclareSums("part", 0f) : tile.Sums;
        for (int number = 0; number < _format.PerWord; number++)
        {
            int run = (plan.Query.ValuesOffset + (number * plan.Query.SegmentBytes)) / reader.LoadBytes;
            GpuExpression left = 32 - (8 * _format.ElementBytes * (number + 1));
            for (int q = 0; q < tile.Queries.Count; q++)
            {
                Variable weights = kernel.Declare("weights", GpuKernelBuilder.Load(tile.Prepared, tile.Queries[q] + run + unit));
                for (int r = 0; r < codes.Count; r++)
                {
                    Variable sum = sums[r, q];
                    kernel.Assign(sum, plan.SumsDistances
                        ? GpuKernelBuilder.Call(GpuFunction.Distance, codes[r], weights, left, _format.ExponentShift, _format.Mask, StoredScale.Gap(_format), factors[r], tile.Zero, sum)
                        : GpuKernelBuilder.Call(GpuFunction.DotFloat, codes[r], weights, left, _format.ExponentShift, _format.Mask, sum));
                }
            }
        }

        for (int r = 0; r < codes.Count && ScalesLast; r++)
        {
            for (int q = 0; q < tile.Queries.Count; q++)
            {
                kernel.Assign(tile.Sums[r, q], tile.Sums[r, q] + (sums[r, q] * factors[r]));
            }
        }
    }

    public GpuExpression Product(GpuExpression sum, Func<int, GpuExpression> queryHeader) => sum;

    /// <summary>The scale of a unit's values.</summary>
    private GpuExpression Factor(ScanTile tile, ScanRow row, GpuExpression unit)
    {
        GpuExpression? scale = plan switch
        {
            { IsPerBlock: true } => tile.Side.Scale(row.Place, unit >> PlanMath.Log2(plan.ScaleBlock / (reader.Words * _format.PerWord))),
            { SumsDistances: false } => null,
            { IsPerVector: true } => tile.Side.Scale(row.Place, 0),
            { IsPerTensor: true } => tile.Header(QueryPlan.TensorScale),
            _ => null,
        };
        return scale is null ? 1f : tile.Kernel.Declare("scale", scale);
    }
}
