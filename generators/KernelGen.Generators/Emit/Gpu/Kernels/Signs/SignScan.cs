using KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;
using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Signs;

/// <summary>Scores rows by exact sums, of entries of the byte tables of queries or of bits that agree: docs/formats.md, sections 9 and 10.</summary>
internal sealed class SignScan(SignPlan plan)
{
    public IReadOnlyList<ScanLaunch> Build() => TableScan.Launches(AreShared, Build);

    private bool AreShared(int queries) => plan.IsHamming ? HammingTile.Fit(plan, queries) : SignTables.AreShared(plan, queries);

    private ScanLaunch Build(int queries)
    {
        var scanned = new GroupedRows(NibbleGroups.Of(plan));
        int groupRows = TableScan.GroupRows(AreShared(queries), scanned.TileRows);
        GpuKernelBuilder kernel = TableScan.Begin(queries, groupRows, scanned.TileRows, AreShared(queries), plan.IsHamming ? "bits" : "tables");
        GpuBufferParameter? prepared = plan.IsHamming ? null : kernel.Buffer("prepared", GpuType.Byte);
        GpuBufferParameter header = kernel.Buffer("header", GpuType.UInt);
        GpuBufferParameter values = kernel.Buffer("values", GpuType.UInt);
        GpuBufferParameter? parts = plan.Parts is null ? null : kernel.Buffer("parts", GpuType.Float);
        GpuBufferParameter scores = kernel.Buffer("scores", GpuType.Float);
        Variable firstQuery = kernel.Scalar("firstQuery");
        Variable rows = kernel.Scalar("rows");
        Variable scoreStride = kernel.Scalar("scoreStride");
        Variable zero = kernel.Scalar("zero");
        void Store(int query, Variable row, GpuExpression sum)
        {
            Variable number = kernel.Declare("queryNumber", firstQuery + query);
            kernel.Store(scores, (number * scoreStride) + row, Score(kernel, row, sum, offset => Header(header, number, offset), parts, zero));
        }

        Func<Variable, NibbleTile> tileFrom;
        if (prepared is null)
        {
            SharedArray bits = HammingTile.CopyBits(kernel, plan, header, firstQuery, queries);
            tileFrom = first => new HammingTile(kernel, first, rows, values, bits, plan.Nibbles, queries, Store);
        }
        else
        {
            var tables = new SignTables(kernel, plan, prepared, firstQuery, queries);
            tileFrom = first => new SignTile(kernel, first, rows, values, tables, queries, Store);
        }

        TableScan.EmitTiles(kernel, rows, groupRows, scanned.TileRows, first => scanned.EmitTile(tileFrom(first)));
        return new ScanLaunch(kernel.Build(), queries, groupRows);
    }

    private GpuExpression Header(GpuArray header, Variable query, int offset) =>
        GpuKernelBuilder.Load(header, (query * (plan.QueryBytes / 4)) + (offset / 4));

    /// <summary>The score from a sum, in the order of roundings that the formats prescribe.</summary>
    private GpuExpression Score(GpuKernelBuilder kernel, Variable row, GpuExpression sum, Func<int, GpuExpression> header, GpuArray? parts, Variable zero)
    {
        GpuExpression Number(int offset) => header(offset).As(GpuType.Float);
        Variable signs = kernel.Declare("signs", (sum << 1).To(GpuType.Int) - header(SignPlan.MagnitudeOffset).To(GpuType.Int));
        GpuExpression product = Number(SignPlan.StepOffset) * signs.To(GpuType.Float);
        if (parts is not null)
        {
            RowPlace place = RowPlace.Of(kernel, row, plan.Rows);
            GpuExpression Part(int offset) => GpuKernelBuilder.Load(parts, (place.Block * (plan.BlockBytes / 4)) + (offset / 4) + place.InBlock);
            product = Part(0) * product;
            if (plan.Parts!.HasOffset)
            {
                product = GpuKernelBuilder.Call(GpuFunction.Rounded, product, zero) + Part(plan.TermsOffset);
            }
            else if (plan.Parts.HasNorm)
            {
                Variable rounded = kernel.Declare("rounded", GpuKernelBuilder.Call(GpuFunction.Rounded, product, zero));
                product = ScanKernel.NegativeDistance(kernel, Part(plan.TermsOffset), Number(SignPlan.NormOffset), rounded);
            }
        }

        return GpuKernelBuilder.Call(GpuFunction.Rounded, product, zero) + Number(SignPlan.BiasOffset);
    }
}

/// <summary>A tile of rows of signs. Sums of up to four queries are 16 bits each, two in a column: the entries of a code sum to 65535 at most.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="FirstRow">The first row of the tile.</param>
/// <param name="Rows">One after the last row of all.</param>
/// <param name="Values">Blocks, by words.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Queries">How many queries there are.</param>
/// <param name="StoreScore">Stores the score of a query and a row, from its sum.</param>
internal sealed record SignTile(
    GpuKernelBuilder Kernel,
    Variable FirstRow,
    Variable Rows,
    GpuArray Values,
    SignTables Tables,
    int Queries,
    Action<int, Variable, GpuExpression> StoreScore) : TableTile(Kernel, FirstRow, Rows, Values)
{
    /// <summary>The sums of every second query, each in the lower bytes of 16 bits.</summary>
    private const uint EverySecond = 0x00FF00FF;

    public override int WordsAtOnce => Queries == 1 ? 4 : 2;

    protected override int Stride => SignTables.Stride;

    protected override int OwnPartials => 1;

    private int Columns => Math.Min(Queries, 2);

    public override Variable[,] DeclareSums(int count) => Kernel.Declare("sum", count, Columns, 0u);

    public override void Add(GpuExpression place, Variable[,] sums, int index)
    {
        Variable entry = Kernel.Declare("entry", Tables.Entry(place));
        for (int c = 0; c < Columns; c++)
        {
            GpuExpression own = c == 0 ? entry : entry >> 8;
            Kernel.Assign(sums[index, c], sums[index, c] + (Queries == 1 ? own : own & EverySecond));
        }
    }

    public override void Score(int column, Variable row, GpuExpression sum)
    {
        Variable packed = Kernel.Declare("packed", sum);
        for (int query = column; query < Queries; query += Columns)
        {
            StoreScore(query, row, Queries <= 2 ? packed : query < 2 ? packed & 0xFFFFu : packed >> 16);
        }
    }
}
