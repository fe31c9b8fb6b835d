using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Codes of 4 bits, interleaved by 32 rows: eight threads take such a group of rows. A thread reads a word of a subspace, which has codes
/// of eight rows, and takes every second subspace, so half of the partial sums of each row. A warp looks up entries of two neighbouring subspaces
/// at a time: 32 entries, each in a bank of its own. Halves of scores meet in shared memory.
/// </summary>
internal sealed class GroupedRows(NibbleGroups groups) : ICodebookRows
{
    /// <summary>Words of a group of rows and a subspace.</summary>
    private const int SubspaceWords = CodebookPlan.GroupRows / NibbleWord.Rows;

    /// <summary>Neighbouring subspaces that are taken beside each other, by different threads.</summary>
    public const int Beside = 2;

    /// <summary>Threads of a group of rows.</summary>
    private const int Threads = SubspaceWords * Beside;

    /// <summary>Places of a row's halves: one more than they are, so that threads that add up rows meet different banks.</summary>
    private const int RowPlaces = Beside + 1;

    public int TileRows => GpuKernel.GroupSize / Threads * CodebookPlan.GroupRows;

    void ICodebookRows.EmitTile(CodebookTile tile) => EmitTile(tile);

    /// <summary>Scores a tile. All threads of the group come here; rows past the end are not scored.</summary>
    public void EmitTile(NibbleTile tile)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable word = kernel.Declare("wordOfThread", GpuKernel.Thread & (SubspaceWords - 1));
        Variable half = kernel.Declare("halfOfThread", (GpuKernel.Thread >> PlanMath.Log2(SubspaceWords)) & (Beside - 1));
        Variable groupInTile = kernel.Declare("groupInTile", GpuKernel.Thread >> PlanMath.Log2(Threads));
        kernel.Comment("Past the end, the last rows are read again; their scores are dropped.");
        int log = PlanMath.Log2(CodebookPlan.GroupRows);
        Variable wanted = kernel.Declare("wanted", (tile.FirstRow >> log) + groupInTile);
        Variable last = kernel.Declare("last", (tile.Rows - 1) >> log);
        RowPlace place = RowPlace.Of(kernel, kernel.Declare("read", (wanted < last).Then(wanted, last)), groups.BlockRows / CodebookPlan.GroupRows);
        Variable start = kernel.Declare(
            "start", (place.Block * (groups.BlockBytes / 4)) + (groups.Offset / 4) + (place.InBlock * (groups.GroupBytes / 4)) + word);
        Variable[,] sums = tile.DeclareSums();
        AddAll(tile, sums, start, half);
        EmitScores(tile, sums, kernel.Declare("place", (((groupInTile * CodebookPlan.GroupRows) + (word * 4)) * RowPlaces) + half));
    }

    private void AddAll(NibbleTile tile, Variable[,] sums, Variable start, Variable half)
    {
        int words = tile.WordsAtOnce;
        int step = words * Beside;
        int looped = groups.Subspaces / step * step;
        if (looped > step)
        {
            tile.Kernel.For("subspace", half, looped, step, subspace => AddSubspaces(tile, sums, start, subspace, 0, words));
        }
        else if (looped == step)
        {
            AddSubspaces(tile, sums, start, half, 0, words);
        }

        for (int first = looped; first < groups.Subspaces; first += Beside)
        {
            int turn = first / Beside;
            Variable subspace = tile.Kernel.Declare("subspace", half + first);
            tile.Kernel.IfUnless(
                first + Beside <= groups.Subspaces, subspace < groups.Subspaces, () => AddSubspaces(tile, sums, start, subspace, turn, 1));
        }
    }

    /// <summary>Adds every second subspace, so many of them, of which this is the turn of the first one.</summary>
    private static void AddSubspaces(NibbleTile tile, Variable[,] sums, Variable start, Variable first, int turn, int count)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable at = kernel.Declare("at", start + (first * SubspaceWords));
        List<Variable> words = [.. Enumerable.Range(0, count)
            .Select(i => kernel.Declare("codes", GpuKernelBuilder.Load(tile.Values, at + (i * Threads))))];
        tile.AddWords(sums, [.. words.Select((word, i) => new NibbleWord(word, first + (i * Beside), turn + i))]);
    }

    private void EmitScores(NibbleTile tile, Variable[,] sums, Variable place)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        SharedArray halves = kernel.Shared("halves", tile.RowSum(sums, 0, 0).Type, TileRows * RowPlaces);
        for (int c = 0; c < sums.GetLength(1); c++)
        {
            for (int r = 0; r < NibbleWord.Rows; r++)
            {
                kernel.Store(halves, place + (NibbleWord.RowInGroup(r) * RowPlaces), tile.RowSum(sums, r, c));
            }

            kernel.Barrier();
            for (int first = 0; first < TileRows; first += GpuKernel.GroupSize)
            {
                Variable inTile = kernel.Declare("inTile", GpuKernel.Thread + first);
                Variable row = kernel.Declare("row", tile.FirstRow + inTile);
                int column = c;
                kernel.If(row < tile.Rows, () =>
                {
                    Variable both = kernel.Declare("both", inTile * RowPlaces);
                    tile.Score(column, row, GpuKernelBuilder.Load(halves, both) + GpuKernelBuilder.Load(halves, both + 1));
                });
            }

            // The places are free for the next column or tile.
            kernel.Barrier();
        }
    }
}
