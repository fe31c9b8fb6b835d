using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Scores rows by the tables of queries: four partial sums per row, codes ascending in each, and their sum in the order of
/// docs/formats.md, so that scores are those of the CPU bit for bit.
/// </summary>
internal sealed class CodebookScan(CodebookPlan plan)
{
    /// <summary>Partial sums of a score.</summary>
    public const int Partials = 4;

    public IReadOnlyList<ScanLaunch> Build() => TableScan.Launches(queries => QueryTables.AreShared(plan, queries), Build);

    private ScanLaunch Build(int queries)
    {
        bool areShared = QueryTables.AreShared(plan, queries);
        ICodebookRows scanned = plan.IsFastScan ? new GroupedRows(NibbleGroups.Of(plan)) : new StringRows(plan);
        int groupRows = TableScan.GroupRows(areShared, scanned.TileRows);
        GpuKernelBuilder kernel = TableScan.Begin(queries, groupRows, scanned.TileRows, areShared);
        GpuBufferParameter prepared = kernel.Buffer("prepared", GpuType.Float);
        GpuBufferParameter values = kernel.Buffer("values", GpuType.UInt);
        AdditiveNorms? norms = plan.Additive is null ? null : new AdditiveNorms(plan, kernel);
        GpuBufferParameter scores = kernel.Buffer("scores", GpuType.Float);
        Variable firstQuery = kernel.Scalar("firstQuery");
        Variable rows = kernel.Scalar("rows");
        Variable scoreStride = kernel.Scalar("scoreStride");
        Variable zero = kernel.Scalar("zero");
        norms?.Begin(prepared, firstQuery, zero);
        var tables = new QueryTables(kernel, plan, prepared, firstQuery, queries);
        TableScan.EmitTiles(kernel, rows, groupRows, scanned.TileRows, tile => scanned.EmitTile(new CodebookTile(
            kernel, tile, rows, zero, values, tables, norms, queries, (query, row, score) => kernel.Store(scores, ((firstQuery + query) * scoreStride) + row, score))));
        return new ScanLaunch(kernel.Build(), queries, groupRows);
    }
}

/// <summary>What a layout of codes contributes to the scan.</summary>
internal interface ICodebookRows
{
    /// <summary>Rows that a group scores between two turns of its loop.</summary>
    int TileRows { get; }

    /// <summary>Scores a tile. All threads of the group come here; rows past the end are not scored.</summary>
    void EmitTile(CodebookTile tile);
}

/// <summary>What the emission of a tile has at hand.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="FirstRow">The first row of the tile.</param>
/// <param name="Rows">One after the last row of all.</param>
/// <param name="Zero">0, which only the host knows.</param>
/// <param name="Values">Blocks, by words.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Norms">What finishes scores where centroids are added; null for product codes.</param>
/// <param name="Queries">How many queries there are.</param>
/// <param name="StoreScore">Stores the score of a query and a row.</param>
internal sealed record CodebookTile(
    GpuKernelBuilder Kernel,
    Variable FirstRow,
    Variable Rows,
    Variable Zero,
    GpuArray Values,
    QueryTables Tables,
    AdditiveNorms? Norms,
    int Queries,
    Action<int, Variable, GpuExpression> StoreScore) : TableTile(Kernel, FirstRow, Rows, Values)
{
    /// <summary>An equal number for each partial sum; the sums of a batch leave fewer registers.</summary>
    public override int WordsAtOnce => (Queries == 1 ? 2 : 1) * OwnPartials;

    protected override int Stride => Tables.Stride;

    protected override int OwnPartials => CodebookScan.Partials / GroupedRows.Beside;

    /// <summary>Declares sums from +0, in rows and a column per query. No compiler may know that zero: some take what is added to it for the
    /// sum, which is -0 then where it must be +0.</summary>
    public override Variable[,] DeclareSums(int count) => Kernel.Declare("sum", count, Queries, Zero.As(GpuType.Float));

    public override void Add(GpuExpression place, Variable[,] sums, int index)
    {
        Variable entry = Kernel.Declare("entry", place);
        for (int q = 0; q < Queries; q++)
        {
            Kernel.Assign(sums[index, q], sums[index, q] + Tables.Entry(q, entry));
        }
    }

    public override void Score(int column, Variable row, GpuExpression sum) => StoreScore(column, row, sum);

    /// <summary>The score from its partial sums.</summary>
    public static GpuExpression Total(Func<int, GpuExpression> partial) => (partial(0) + partial(2)) + (partial(1) + partial(3));
}
