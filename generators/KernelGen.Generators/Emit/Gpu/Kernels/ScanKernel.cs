using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// Scores rows against one query or <see cref="BatchQueries"/>. A group takes a tile of rows; neighbouring threads read neighbouring units
/// of a row, each several rows at once, so that enough loads are under way; what the lanes of a row have summed meets in shared memory.
/// </summary>
internal sealed class ScanKernel(KernelPlan plan)
{
    public const int BatchQueries = 4;

    /// <summary>
    /// Turns are unrolled as far as this goes. A turn alone has enough loads under way to hide the memory's latency, so more would only be
    /// more text to compile.
    /// </summary>
    private const int StatementBudget = 64;

    private readonly BlockReader _reader = new(BlockValues.Of(plan));

    /// <summary>Rows of a tile: the rows of a group.</summary>
    private int TileRows(int queries) => RowsAtOnce(queries) * Shape.GroupRows;

    private LaneShape Shape => LaneShape.ForUnits(_reader.Units, plan.Integer?.Stripes ?? 1, _reader.LoadBytes);

    public ScanLaunch Build(int queries)
    {
        IScanTerms terms = plan.Integer is null ? new FloatTerms(plan, _reader) : new IntegerTerms(plan, _reader);
        var kernel = new GpuKernelBuilder(
            $"Scan{queries}",
            $"Scores of rows for {(queries == 1 ? "one query" : $"{queries} queries")}: a group takes {TileRows(queries)} rows, {Shape.Lanes} threads each row.");
        GpuBufferParameter prepared = kernel.Buffer("prepared", _reader.LoadType);
        GpuBufferParameter header = kernel.Buffer("header", GpuType.Float);
        GpuBufferParameter values = kernel.Buffer("values", _reader.LoadType);
        var side = new SideParts(plan, kernel);
        GpuBufferParameter scores = kernel.Buffer("scores", GpuType.Float);
        Variable firstQuery = kernel.Scalar("firstQuery");
        Variable rows = kernel.Scalar("rows");
        Variable scoreStride = kernel.Scalar("scoreStride");
        Variable zero = kernel.Scalar("zero");
        if (_reader.NeedsLastWord)
        {
            _reader.LastWord = kernel.Scalar("lastWord");
        }

        int rowsAtOnce = RowsAtOnce(queries);
        int rowsApart = Shape.GroupRows;
        int tileRows = TileRows(queries);
        Variable firstRow = kernel.Declare("firstRow", GpuKernel.Group * tileRows);
        Variable lane = kernel.Declare("lane", Shape.LaneOfThread);
        Variable rowOfThread = kernel.Declare("rowOfThread", Shape.RowOfThread);
        kernel.Comment("Past the end, the last row is read again; its scores are dropped.");
        List<ScanRow> scanned = [.. Enumerable.Range(0, rowsAtOnce).Select(r => Row(kernel, firstRow + (rowOfThread + (r * rowsApart)), rows))];
        List<Variable> starts = [.. Enumerable.Range(0, queries).Select(q => kernel.Declare("query", QueryStart(firstQuery + q)))];
        Variable[,] sums = kernel.Declare("sum", rowsAtOnce, queries, terms.SumType == GpuType.Float ? 0f : (GpuExpression)0);
        GpuExpression HeaderOf(GpuExpression query, int offset) => GpuKernelBuilder.Load(header, (query * (plan.Query.Bytes / 4)) + (offset / 4));
        EmitUnits(terms, new ScanTile(kernel, scanned, starts, sums, values, prepared, side, offset => HeaderOf(firstQuery, offset), zero), lane);
        void Finish(GpuExpression sum, GpuExpression rowInTile, GpuExpression query)
        {
            Variable row = kernel.Declare("row", firstRow + rowInTile);
            kernel.If(row < rows, () =>
            {
                Variable queryNumber = kernel.Declare("queryNumber", firstQuery + query);
                RowPlace stored = RowPlace.Of(kernel, row, plan.Block.Rows);
                GpuExpression score = Score(kernel, side, stored, terms.Product(sum, offset => HeaderOf(queryNumber, offset)), offset => HeaderOf(queryNumber, offset), zero);
                kernel.Store(scores, (queryNumber * scoreStride) + row, score);
            });
        }

        if (Shape.Lanes == 1)
        {
            for (int r = 0; r < rowsAtOnce; r++)
            {
                for (int q = 0; q < queries; q++)
                {
                    Finish(sums[r, q], rowOfThread + (r * rowsApart), q);
                }
            }
        }
        else
        {
            EmitReduction(kernel, terms, sums, tileRows, rowsApart, lane, rowOfThread, Finish);
        }

        return new ScanLaunch(kernel.Build(), queries, TileRows(queries));
    }

    /// <summary>The negative squared distance from squared norms and a product that is rounded: never above -0.</summary>
    public static GpuExpression NegativeDistance(GpuKernelBuilder kernel, GpuExpression rowNorm, GpuExpression queryNorm, Variable product)
    {
        Variable distance = kernel.Declare("distance", rowNorm + queryNorm - (product + product));
        return (distance <= 0f).Then(-0f, -distance);
    }

    /// <summary>Rows that a thread reads at once: few where a row has several stripes, so that the loads fit registers.</summary>
    private int RowsAtOnce(int queries)
    {
        int stripes = plan.Integer?.Stripes ?? 1;
        int rows = stripes == 1 ? 4 : stripes == 2 ? 2 : 1;
        return Math.Max(1, queries == 1 ? rows : rows / 2);
    }

    private GpuExpression QueryStart(GpuExpression query) => query * (plan.Query.Bytes / _reader.LoadBytes);

    private ScanRow Row(GpuKernelBuilder kernel, GpuExpression row, Variable rows)
    {
        Variable wanted = kernel.Declare("wanted", row);
        RowPlace place = RowPlace.Of(kernel, kernel.Declare("read", (wanted < rows).Then(wanted, rows - 1)), plan.Block.Rows);
        return new ScanRow(place, kernel.Declare("start", _reader.RowStart(place)));
    }

    private void EmitUnits(IScanTerms terms, ScanTile tile, Variable lane)
    {
        int units = _reader.Units;
        GpuKernelBuilder kernel = tile.Kernel;
        bool isUnrolled = Shape.Turns * (1 + tile.Rows.Count) * tile.Queries.Count * terms.StatementsPerUnit <= StatementBudget;
        if (!isUnrolled)
        {
            kernel.For("unit", lane, units, Shape.Lanes, unit => terms.AddUnit(tile, unit));
            return;
        }

        for (int turn = 0; turn < Shape.Turns; turn++)
        {
            Variable unit = kernel.Declare("unit", lane + (turn * Shape.Lanes));
            kernel.IfUnless((turn + 1) * Shape.Lanes <= units, unit < units, () => terms.AddUnit(tile, unit));
        }
    }

    /// <summary>Lanes leave their sums in shared memory; then each thread adds up those of a row and finishes it.</summary>
    private void EmitReduction(
        GpuKernelBuilder kernel,
        IScanTerms terms,
        Variable[,] sums,
        int tileRows,
        int rowsApart,
        Variable lane,
        Variable rowOfThread,
        Action<GpuExpression, GpuExpression, GpuExpression> finish)
    {
        // One place more per row than there are lanes: threads that add up different rows then meet different banks.
        int rowPlaces = Shape.Lanes + 1;
        int queryPlaces = tileRows * rowPlaces;
        int queries = sums.GetLength(1);
        SharedArray partial = kernel.Shared("partial", terms.SumType, queryPlaces * queries);
        for (int r = 0; r < sums.GetLength(0); r++)
        {
            Variable place = kernel.Declare("place", ((rowOfThread + (r * rowsApart)) * rowPlaces) + lane);
            for (int q = 0; q < queries; q++)
            {
                kernel.Store(partial, place + (q * queryPlaces), sums[r, q]);
            }
        }

        kernel.Barrier();
        kernel.For("result", GpuKernel.Thread, tileRows * queries, GpuKernel.GroupSize, result =>
        {
            Variable rowInTile = kernel.Declare("rowInTile", result & (tileRows - 1));
            Variable query = kernel.Declare("queryInTile", result >> PlanMath.Log2(tileRows));
            Variable first = kernel.Declare("first", (query * queryPlaces) + (rowInTile * rowPlaces));
            Variable total = kernel.Declare("total", GpuKernelBuilder.Load(partial, first));
            for (int l = 1; l < Shape.Lanes; l++)
            {
                kernel.Assign(total, total + GpuKernelBuilder.Load(partial, first + l));
            }

            finish(total, rowInTile, query);
        });
    }

    /// <summary>The score from the product: the order of roundings of docs/formats.md, section 3.</summary>
    private GpuExpression Score(
        GpuKernelBuilder kernel, SideParts side, RowPlace row, GpuExpression sum, Func<int, GpuExpression> header, Variable zero)
    {
        GpuExpression Rounded(GpuExpression value) => GpuKernelBuilder.Call(GpuFunction.Rounded, value, zero);
        Variable product = kernel.Declare("product", sum);
        if (plan.IsPerVector && !plan.SumsDistances)
        {
            GpuExpression scaled = product * side.Scale(row, 0);
            kernel.Assign(product, plan.HasRowMinima
                ? Rounded(scaled) + Rounded(side.Minimum(row, 0) * header(QueryPlan.Sum))
                : scaled);
        }

        if (!plan.SumsDistances)
        {
            kernel.Assign(product, product * header(QueryPlan.Scale));
        }

        if (plan.IsAffine && !plan.HasRowMinima)
        {
            kernel.Assign(product, Rounded(product) + header(QueryPlan.Constant));
        }

        GpuExpression score = plan.IsL2 ? -product : product;
        if (plan.HasNorm)
        {
            Variable rounded = kernel.Declare("rounded", Rounded(product));
            score = NegativeDistance(kernel, side.Norm(row), header(QueryPlan.Norm), rounded);
        }

        if (plan.HasOffset)
        {
            score = Rounded(product) + side.Norm(row);
        }

        return plan.Scheme.HasBias ? Rounded(score) + header(QueryPlan.Bias) : score;
    }
}
