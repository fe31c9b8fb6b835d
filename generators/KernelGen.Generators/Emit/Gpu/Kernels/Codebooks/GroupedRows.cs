using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Codes of 4 bits, interleaved by 32 rows: eight threads take such a group of rows. A thread reads a word of a subspace, which has codes
/// of eight rows, and takes every second subspace, so two partial sums of each row. A warp looks up entries of two neighbouring subspaces
/// at a time: 32 entries, each in a bank of its own. Halves of scores meet in shared memory.
/// </summary>
internal sealed class GroupedRows(CodebookPlan plan) : ICodebookRows
{
    /// <summary>Rows whose codes a word holds.</summary>
    private const int WordRows = 8;

    /// <summary>Words of a group of rows and a subspace.</summary>
    private const int SubspaceWords = CodebookPlan.GroupRows / WordRows;

    /// <summary>Neighbouring subspaces that are taken beside each other.</summary>
    private const int Beside = 2;

    /// <summary>Partial sums of a thread.</summary>
    private const int OwnPartials = CodebookScan.Partials / Beside;

    /// <summary>Threads of a group of rows.</summary>
    private const int Threads = SubspaceWords * Beside;

    /// <summary>Places of a row's halves: one more than they are, so that threads that add up rows meet different banks.</summary>
    private const int RowPlaces = Beside + 1;

    public int TileRows => GpuKernel.GroupSize / Threads * CodebookPlan.GroupRows;

    public void EmitTile(CodebookTile tile)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable word = kernel.Declare("wordOfThread", GpuKernel.Thread & (SubspaceWords - 1));
        Variable half = kernel.Declare("halfOfThread", (GpuKernel.Thread >> PlanMath.Log2(SubspaceWords)) & (Beside - 1));
        Variable groupInTile = kernel.Declare("groupInTile", GpuKernel.Thread >> PlanMath.Log2(Threads));
        kernel.Comment("Past the end, the last rows are read again; their scores are dropped.");
        int log = PlanMath.Log2(CodebookPlan.GroupRows);
        Variable wanted = kernel.Declare("wanted", (tile.FirstRow >> log) + groupInTile);
        Variable last = kernel.Declare("last", (tile.Rows - 1) >> log);
        RowPlace place = RowPlace.Of(kernel, kernel.Declare("read", (wanted < last).Then(wanted, last)), plan.Rows / CodebookPlan.GroupRows);
        Variable start = kernel.Declare("start", (place.Block * (plan.BlockBytes / 4)) + (place.InBlock * (plan.GroupBytes / 4)) + word);
        Variable[,] sums = tile.DeclareSums(OwnPartials * WordRows);
        AddAll(tile, sums, start, half);
        EmitScores(tile, sums, kernel.Declare("place", (((groupInTile * CodebookPlan.GroupRows) + (word * 4)) * RowPlaces) + half));
    }

    private void AddAll(CodebookTile tile, Variable[,] sums, Variable start, Variable half)
    {
        // Words under way at once, an equal number for each partial sum; the sums of a batch leave fewer registers.
        int words = (tile.Queries == 1 ? 2 : 1) * OwnPartials;
        int step = words * Beside;
        int looped = plan.Subspaces / step * step;
        if (looped > step)
        {
            tile.Kernel.For("subspace", half, looped, step, subspace => AddSubspaces(tile, sums, start, subspace, 0, words));
        }
        else if (looped == step)
        {
            AddSubspaces(tile, sums, start, half, 0, words);
        }

        for (int first = looped; first < plan.Subspaces; first += Beside)
        {
            int ownPartial = first / Beside % OwnPartials;
            Variable subspace = tile.Kernel.Declare("subspace", half + first);
            tile.Kernel.IfUnless(
                first + Beside <= plan.Subspaces, subspace < plan.Subspaces, () => AddSubspaces(tile, sums, start, subspace, ownPartial, 1));
        }
    }

    /// <summary>Adds every second subspace, so many of them, the first one to this of the thread's partial sums.</summary>
    private static void AddSubspaces(CodebookTile tile, Variable[,] sums, Variable start, Variable first, int ownPartial, int count)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable at = kernel.Declare("at", start + (first * SubspaceWords));
        List<Variable> words = [.. Enumerable.Range(0, count)
            .Select(i => kernel.Declare("codes", GpuKernelBuilder.Load(tile.Values, at + (i * Threads))))];
        for (int i = 0; i < count; i++)
        {
            int firstSum = (ownPartial + i) % OwnPartials * WordRows;
            Variable table = kernel.Declare("table", (first + (i * Beside)) * tile.Tables.Stride);
            for (int r = 0; r < WordRows; r++)
            {
                // The low four bits of each byte are those of the first four rows. Tables begin at multiples of 16 entries.
                int shift = (8 * (r % 4)) + (4 * (r / 4));
                tile.Add(table | ((words[i] >> shift) & 15u).To(GpuType.Int), sums, firstSum + r);
            }
        }
    }

    private void EmitScores(CodebookTile tile, Variable[,] sums, Variable place)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        SharedArray halves = kernel.Shared("halves", GpuType.Float, TileRows * RowPlaces);
        for (int q = 0; q < tile.Queries; q++)
        {
            for (int r = 0; r < WordRows; r++)
            {
                int row = (r % 4) + (16 * (r / 4));
                kernel.Store(halves, place + (row * RowPlaces), sums[r, q] + sums[WordRows + r, q]);
            }

            kernel.Barrier();
            for (int first = 0; first < TileRows; first += GpuKernel.GroupSize)
            {
                Variable inTile = kernel.Declare("inTile", GpuKernel.Thread + first);
                Variable row = kernel.Declare("row", tile.FirstRow + inTile);
                int query = q;
                kernel.If(row < tile.Rows, () =>
                {
                    Variable both = kernel.Declare("both", inTile * RowPlaces);
                    tile.Score(query, row, GpuKernelBuilder.Load(halves, both) + GpuKernelBuilder.Load(halves, both + 1));
                });
            }

            // The places are free for the next query or tile.
            kernel.Barrier();
        }
    }
}
