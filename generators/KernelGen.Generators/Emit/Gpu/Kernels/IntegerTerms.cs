using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// Sums over integer codes, four products an instruction. Query integers of 16 bits are taken as two bytes each, the upper one signed: their
/// sums meet in the end, exact modulo 2^32 like everything before the sum is centred.
/// </summary>
internal sealed class IntegerTerms(KernelPlan plan, BlockReader reader) : IScanTerms
{
    private readonly IntegerPlan _integer = plan.Integer!;

    public GpuType SumType => plan.IsPerBlock ? GpuType.Float : GpuType.Int;

    public int StatementsPerUnit => _integer.Segments * (_integer.Levels.Count == 0 ? 2 : 4);

    public void AddUnit(ScanTile tile, GpuExpression unit)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        List<List<Variable>> stripes = [.. tile.Rows.Select(row => Enumerable.Range(0, _integer.Stripes)
            .Select(stripe => reader.Read(kernel, tile.Values, row.ValuesStart, stripe, unit)).ToList())];
        foreach (int segment in RowSegments.Of(plan).Held)
        {
            AddSegment(tile, unit, stripes, segment);
        }
    }

    public GpuExpression Product(GpuExpression sum, Func<int, GpuExpression> queryHeader)
    {
        if (plan.IsPerBlock)
        {
            return sum;
        }

        GpuExpression centered = (sum - queryHeader(QueryPlan.CenterSum).As(GpuType.Int)).To(GpuType.Float);
        return _integer.HalfStep == 0 ? centered : centered + queryHeader(QueryPlan.HalfSum);
    }

    private void AddSegment(ScanTile tile, GpuExpression unit, List<List<Variable>> stripes, int segment)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        List<GpuExpression> codes = [.. stripes.Select(row => Codes(kernel, row, segment))];
        Variable[,] sums = plan.IsPerBlock ? tile.DeclareSums("part", 0) : tile.Sums;
        GpuExpression LoadQuery(int q, int offset) => GpuKernelBuilder.Load(tile.Prepared, tile.Queries[q] + (offset / reader.LoadBytes) + unit);
        for (int q = 0; q < tile.Queries.Count; q++)
        {
            Variable even = kernel.Declare("weights", LoadQuery(q, plan.Query.Values(segment)));
            if (_integer.Form == QueryForm.Int8)
            {
                for (int r = 0; r < codes.Count; r++)
                {
                    kernel.Assign(sums[r, q], GpuKernelBuilder.Call(GpuFunction.Dot, codes[r], even, sums[r, q]));
                }

                continue;
            }

            Variable odd = kernel.Declare("weights", LoadQuery(q, plan.Query.Values(segment, 1)));
            Variable lower = kernel.Declare("lower", GpuKernelBuilder.Call(GpuFunction.Lower, even, odd));
            Variable upper = kernel.Declare("upper", GpuKernelBuilder.Call(GpuFunction.Upper, even, odd));
            for (int r = 0; r < codes.Count; r++)
            {
                kernel.Assign(sums[r, q], GpuKernelBuilder.Call(GpuFunction.DotWide, codes[r], lower, upper, sums[r, q]));
            }
        }

        if (plan.IsPerBlock)
        {
            AddToTotals(tile, unit, segment, sums);
        }
    }

    /// <summary>Scales what a block's codes have given.</summary>
    private void AddToTotals(ScanTile tile, GpuExpression unit, int segment, Variable[,] parts)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable scaleBlock = kernel.Declare("scaleBlock", ((unit * reader.LoadBytes) + (segment * _integer.Lanes)) >> PlanMath.Log2(plan.ScaleBlock));
        List<Variable> scales = [.. tile.Rows.Select(row => kernel.Declare("scale", tile.Side.Scale(row.Place, scaleBlock)))];
        List<Variable> minima = plan.IsAffine ? [.. tile.Rows.Select(row => kernel.Declare("minimum", tile.Side.Minimum(row.Place, scaleBlock)))] : [];
        for (int q = 0; q < tile.Queries.Count; q++)
        {
            Variable query = tile.Queries[q];
            GpuExpression Group(GpuFunction sum, int offset) => kernel.Declare(
                "groups", GpuKernelBuilder.Call(sum, GpuKernelBuilder.Load(tile.Prepared, query + (offset / reader.LoadBytes) + unit)));
            GpuExpression? centers = plan.IsAffine ? null : Group(GpuFunction.SumInts, plan.Query.CenterSums(segment));
            GpuExpression? sums = plan.IsAffine || _integer.HalfStep != 0 ? Group(GpuFunction.SumFloats, plan.Query.GroupSums(segment)) : null;
            for (int r = 0; r < tile.Rows.Count; r++)
            {
                Variable total = tile.Sums[r, q];
                if (plan.IsAffine)
                {
                    kernel.Assign(total, total + (parts[r, q].To(GpuType.Float) * scales[r]) + (sums! * minima[r]));
                }
                else
                {
                    GpuExpression centered = (parts[r, q] + centers!).To(GpuType.Float);
                    kernel.Assign(total, total + ((sums is null ? centered : centered + sums) * scales[r]));
                }
            }
        }
    }

    /// <summary>The codes of a segment or their levels, a byte each, from the words of its planes.</summary>
    private GpuExpression Codes(GpuKernelBuilder kernel, List<Variable> stripes, int segment)
    {
        if (_integer.IsBytePerCode)
        {
            return stripes[0];
        }

        GpuExpression? codes = null;
        foreach (Plane plane in _integer.Planes)
        {
            int shift = plane.ShiftRight(segment);
            GpuExpression field = GpuKernelBuilder.Call(
                GpuFunction.Field, stripes[plane.Stripe(segment)], Math.Max(0, -shift), Math.Max(0, shift), (uint)plane.Mask * 0x01010101u);
            codes = codes is null ? field : GpuKernelBuilder.Call(GpuFunction.Or, codes, field);
        }

        return _integer.Levels.Count == 0 ? kernel.Declare("codes", codes!) : LevelCodes.LookUp(kernel, _integer.Levels, codes!);
    }
}
