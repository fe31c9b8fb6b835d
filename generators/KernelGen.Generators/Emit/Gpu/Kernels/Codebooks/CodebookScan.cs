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

    private const int BatchQueries = 4;

    /// <summary>Rows that share the tables which a group has copied.</summary>
    private const int SharingRows = 1024;

    /// <summary>One query, and as many more at once as have their tables in shared memory; four where not even one has.</summary>
    public IReadOnlyList<ScanLaunch> Build()
    {
        int batch = BatchQueries;
        while (batch > 1 && QueryTables.AreShared(plan, 1) && !QueryTables.AreShared(plan, batch))
        {
            batch /= 2;
        }

        return batch == 1 ? [Build(1)] : [Build(1), Build(batch)];
    }

    private ScanLaunch Build(int queries)
    {
        bool areShared = QueryTables.AreShared(plan, queries);
        ICodebookRows scanned = plan.IsFastScan ? new GroupedRows(plan) : new StringRows(plan);
        int groupRows = areShared ? SharingRows : scanned.TileRows;
        var kernel = new GpuKernelBuilder(
            $"Scan{queries}",
            $"Scores of rows for {(queries == 1 ? "one query" : $"{queries} queries")}: a group takes {groupRows} rows, {scanned.TileRows} at a time, with tables in {(areShared ? "shared" : "the device's")} memory.");
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
        Variable firstRow = kernel.Declare("firstRow", GpuKernel.Group * groupRows);
        void EmitTile(Variable tile) => scanned.EmitTile(new CodebookTile(
            kernel, tile, rows, zero, values, tables, norms, queries, (query, row, score) => kernel.Store(scores, ((firstQuery + query) * scoreStride) + row, score)));
        if (groupRows == scanned.TileRows)
        {
            EmitTile(firstRow);
        }
        else
        {
            Variable groupEnd = kernel.Declare("groupEnd", firstRow + groupRows);
            kernel.For("tile", firstRow, kernel.Declare("end", (groupEnd < rows).Then(groupEnd, rows)), scanned.TileRows, EmitTile);
        }

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
/// <param name="Score">Stores the score of a query and a row.</param>
internal sealed record CodebookTile(
    GpuKernelBuilder Kernel,
    Variable FirstRow,
    Variable Rows,
    Variable Zero,
    GpuArray Values,
    QueryTables Tables,
    AdditiveNorms? Norms,
    int Queries,
    Action<int, Variable, GpuExpression> Score)
{
    /// <summary>Declares sums from +0, in rows and a column per query. No compiler may know that zero: some take what is added to it for the
    /// sum, which is -0 then where it must be +0.</summary>
    public Variable[,] DeclareSums(int count) => Kernel.Declare("sum", count, Queries, Zero.As(GpuType.Float));

    /// <summary>Adds the entries of a code to the sums of all queries.</summary>
    /// <param name="place">The place of the entry in a query's tables.</param>
    /// <param name="sums">The sums, by row or partial sum, and query.</param>
    /// <param name="index">Which of them.</param>
    public void Add(GpuExpression place, Variable[,] sums, int index)
    {
        Variable entry = Kernel.Declare("entry", place);
        for (int q = 0; q < Queries; q++)
        {
            Kernel.Assign(sums[index, q], sums[index, q] + Tables.Entry(q, entry));
        }
    }

    /// <summary>The score from its partial sums.</summary>
    public static GpuExpression Total(Func<int, GpuExpression> partial) => (partial(0) + partial(2)) + (partial(1) + partial(3));
}
