using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Codes of 4 bits, interleaved by 32 rows: sixteen threads take such a group of rows. A thread reads a word of a subspace, which has codes
/// of eight rows, and sums one partial sum of each: every fourth subspace. Sixteen threads so read 64 bytes that lie together, and what
/// they look up is of four subspaces, 64 entries, of which no more than two share a bank. Partial sums meet in shared memory.
/// </summary>
internal sealed class GroupedRows(CodebookPlan plan) : ICodebookRows
{
    /// <summary>Rows whose codes a word holds.</summary>
    private const int WordRows = 8;

    /// <summary>Threads of a group of rows.</summary>
    private const int Threads = CodebookPlan.GroupRows / WordRows * CodebookScan.Partials;

    /// <summary>Places of a row's partial sums: one more than they are, so that threads that add up rows meet different banks.</summary>
    private const int RowPlaces = CodebookScan.Partials + 1;

    public int TileRows => GpuKernel.GroupSize / Threads * CodebookPlan.GroupRows;

    public void EmitTile(CodebookTile tile)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable word = kernel.Declare("wordOfThread", GpuKernel.Thread & 3);
        Variable partial = kernel.Declare("partialOfThread", (GpuKernel.Thread >> 2) & (CodebookScan.Partials - 1));
        Variable groupInTile = kernel.Declare("groupInTile", GpuKernel.Thread >> PlanMath.Log2(Threads));
        kernel.Comment("Past the end, the last rows are read again; their scores are dropped.");
        int log = PlanMath.Log2(CodebookPlan.GroupRows);
        Variable wanted = kernel.Declare("wanted", (tile.FirstRow >> log) + groupInTile);
        Variable last = kernel.Declare("last", (tile.Rows - 1) >> log);
        RowPlace place = RowPlace.Of(kernel, kernel.Declare("read", (wanted < last).Then(wanted, last)), plan.Rows / CodebookPlan.GroupRows);
        Variable start = kernel.Declare("start", (place.Block * (plan.BlockBytes / 4)) + (place.InBlock * (plan.GroupBytes / 4)) + word);
        Variable[,] sums = tile.DeclareSums(WordRows);
        AddAll(tile, sums, start, partial);
        EmitScores(tile, sums, kernel.Declare("place", (((groupInTile * CodebookPlan.GroupRows) + (word * 4)) * RowPlaces) + partial));
    }

    private void AddAll(CodebookTile tile, Variable[,] sums, Variable start, Variable partial)
    {
        // Words under way at once; the sums of a batch leave fewer registers.
        int words = tile.Queries == 1 ? 4 : 2;
        int step = words * CodebookScan.Partials;
        int looped = plan.Subspaces / step * step;
        if (looped > step)
        {
            tile.Kernel.For("subspace", partial, looped, step, subspace => AddSubspaces(tile, sums, start, subspace, words));
        }
        else if (looped == step)
        {
            AddSubspaces(tile, sums, start, partial, words);
        }

        for (int first = looped; first < plan.Subspaces; first += CodebookScan.Partials)
        {
            Variable subspace = tile.Kernel.Declare("subspace", partial + first);
            tile.Kernel.IfUnless(
                first + CodebookScan.Partials <= plan.Subspaces, subspace < plan.Subspaces, () => AddSubspaces(tile, sums, start, subspace, 1));
        }
    }

    /// <summary>Adds every fourth subspace, so many of them.</summary>
    private static void AddSubspaces(CodebookTile tile, Variable[,] sums, Variable start, Variable first, int count)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        const int subspaceWords = CodebookPlan.GroupRows / WordRows;
        Variable at = kernel.Declare("at", start + (first * subspaceWords));
        List<Variable> words = [.. Enumerable.Range(0, count)
            .Select(i => kernel.Declare("codes", GpuKernelBuilder.Load(tile.Values, at + (i * CodebookScan.Partials * subspaceWords))))];
        for (int i = 0; i < count; i++)
        {
            Variable table = kernel.Declare("table", (first + (i * CodebookScan.Partials)) * tile.Tables.Stride);
            for (int r = 0; r < WordRows; r++)
            {
                // The low four bits of each byte are those of the first four rows.
                int shift = (8 * (r % 4)) + (4 * (r / 4));
                tile.Add(table + ((words[i] >> shift) & 15u).To(GpuType.Int), sums, r);
            }
        }
    }

    private void EmitScores(CodebookTile tile, Variable[,] sums, Variable place)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        SharedArray partials = kernel.Shared("partials", GpuType.Float, TileRows * RowPlaces);
        for (int q = 0; q < tile.Queries; q++)
        {
            for (int r = 0; r < WordRows; r++)
            {
                int row = (r % 4) + (16 * (r / 4));
                kernel.Store(partials, place + (row * RowPlaces), sums[r, q]);
            }

            kernel.Barrier();
            for (int first = 0; first < TileRows; first += GpuKernel.GroupSize)
            {
                Variable inTile = kernel.Declare("inTile", GpuKernel.Thread + first);
                Variable row = kernel.Declare("row", tile.FirstRow + inTile);
                int query = q;
                kernel.If(row < tile.Rows, () => tile.Score(query, row, CodebookTile.Total(
                    p => GpuKernelBuilder.Load(partials, (inTile * RowPlaces) + p))));
            }

            // The places are free for the next query or tile.
            kernel.Barrier();
        }
    }
}
