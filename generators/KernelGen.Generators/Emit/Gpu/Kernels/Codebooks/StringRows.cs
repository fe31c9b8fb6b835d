using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Row codes one after another: a thread takes a row, word by word. Turns begin where a code begins with a word, so that shifts are constants.</summary>
internal sealed class StringRows(CodebookPlan plan) : ICodebookRows
{
    /// <summary>Codes of a turn, at least, so that several words are under way.</summary>
    private const int LeastTurn = 16;

    private readonly BlockReader _reader = new(new BlockValues(plan.Rows, plan.BlockBytes, plan.ValuesOffset, plan.ValueBytes, plan.ValueBytes), mostWords: 1);

    public int TileRows => GpuKernel.GroupSize;

    /// <summary>A multiple of the four partial sums whose codes fill whole words.</summary>
    private int TurnCodes
    {
        get
        {
            int codes = CodebookScan.Partials;
            while (codes * plan.Bits % 32 != 0 || codes < LeastTurn)
            {
                codes *= 2;
            }

            return codes;
        }
    }

    public void EmitTile(CodebookTile tile)
    {
        GpuKernelBuilder kernel = tile.Kernel;
        Variable row = kernel.Declare("row", tile.FirstRow + GpuKernel.Thread);
        kernel.Comment("Past the end, the last row is read again; its score is dropped.");
        Variable read = kernel.Declare("read", (row < tile.Rows).Then(row, tile.Rows - 1));
        RowPlace place = RowPlace.Of(kernel, read, plan.Rows);
        Variable start = kernel.Declare("start", _reader.RowStart(place));
        Variable[,] sums = tile.DeclareSums(CodebookScan.Partials);
        int turns = plan.Codes / TurnCodes;
        int turnWords = TurnCodes * plan.Bits / 32;
        if (turns > 1)
        {
            kernel.For("turn", 0, turns, 1, turn => AddCodes(
                tile, sums, start, kernel.Declare("word", turn * turnWords), kernel.Declare("table", turn * (TurnCodes * tile.Tables.Stride)), TurnCodes));
        }
        else if (turns == 1)
        {
            AddCodes(tile, sums, start, 0, 0, TurnCodes);
        }

        AddCodes(tile, sums, start, turns * turnWords, turns * TurnCodes * tile.Tables.Stride, plan.Codes - (turns * TurnCodes));
        kernel.If(row < tile.Rows, () =>
        {
            tile.Norms?.Load(place);
            for (int q = 0; q < tile.Queries; q++)
            {
                int query = q;
                GpuExpression total = CodebookTile.Total(p => sums[p, query]);
                tile.Score(q, row, tile.Norms is null ? total : tile.Norms.Score(query, total));
            }
        });
    }

    /// <summary>Adds the entries of some codes, the first of which begins with a word.</summary>
    private void AddCodes(CodebookTile tile, Variable[,] sums, Variable start, GpuExpression firstWord, GpuExpression table, int count)
    {
        List<Variable> words = [.. Enumerable.Range(0, ((count * plan.Bits) + 31) / 32)
            .Select(i => _reader.Read(tile.Kernel, tile.Values, start, 0, firstWord + i))];
        for (int c = 0; c < count; c++)
        {
            int bit = c * plan.Bits;
            int shift = bit % 32;
            GpuExpression bits = words[bit / 32] >> shift;
            if (shift + plan.Bits > 32)
            {
                bits |= words[(bit / 32) + 1] << (32 - shift);
            }

            if (shift + plan.Bits != 32)
            {
                bits &= (uint)(plan.Centroids - 1);
            }

            tile.Add(table + (c * tile.Tables.Stride) + bits.To(GpuType.Int), sums, c % CodebookScan.Partials);
        }
    }
}
