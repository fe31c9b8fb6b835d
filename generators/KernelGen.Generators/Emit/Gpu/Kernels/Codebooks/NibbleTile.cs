using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>A word of a group of 32 rows whose codes of 4 bits are interleaved: codes of eight rows and one subspace.</summary>
/// <param name="Codes">The word.</param>
/// <param name="Subspace">The subspace.</param>
/// <param name="Turn">Which of the subspaces of its thread that is, or what that leaves modulo a step of the loop.</param>
internal sealed record NibbleWord(Variable Codes, GpuExpression Subspace, int Turn)
{
    /// <summary>Rows whose codes a word holds.</summary>
    public const int Rows = 8;

    /// <summary>The place of such a row among the 32, from that of the first one on.</summary>
    public static int RowInGroup(int row) => (row % 4) + (16 * (row / 4));

    /// <summary>Where the code of such a row is: the low four bits of each byte are those of the first four rows.</summary>
    public static int Shift(int row) => (8 * (row % 4)) + (4 * (row / 4));
}

/// <summary>What the emission of a tile of such rows has at hand, and how a thread sums what the codes of eight rows stand for. Sums are in columns, of a query
/// or of several.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="FirstRow">The first row of the tile.</param>
/// <param name="Rows">One after the last row of all.</param>
/// <param name="Values">Blocks, by words.</param>
internal abstract record NibbleTile(GpuKernelBuilder Kernel, Variable FirstRow, Variable Rows, GpuArray Values)
{
    /// <summary>Words under way at once.</summary>
    public abstract int WordsAtOnce { get; }

    /// <summary>Declares sums of nothing, by what the tile makes of rows, and column.</summary>
    public abstract Variable[,] DeclareSums();

    /// <summary>Adds what some words hold.</summary>
    public abstract void AddWords(Variable[,] sums, IReadOnlyList<NibbleWord> words);

    /// <summary>The sum of one of the eight rows.</summary>
    public abstract GpuExpression RowSum(Variable[,] sums, int row, int column);

    /// <summary>Stores the scores of a row that a column's sum makes.</summary>
    public abstract void Score(int column, Variable row, GpuExpression sum);
}

/// <summary>A tile whose codes are looked up in tables of 16 entries.</summary>
internal abstract record TableTile(GpuKernelBuilder Kernel, Variable FirstRow, Variable Rows, GpuArray Values)
    : NibbleTile(Kernel, FirstRow, Rows, Values)
{
    /// <summary>Places from a subspace's table to the next: a multiple of 16.</summary>
    protected abstract int Stride { get; }

    /// <summary>Partial sums that a thread keeps of a row, to which its subspaces belong in turn.</summary>
    protected abstract int OwnPartials { get; }

    public override Variable[,] DeclareSums() => DeclareSums(OwnPartials * NibbleWord.Rows);

    public override void AddWords(Variable[,] sums, IReadOnlyList<NibbleWord> words)
    {
        foreach (NibbleWord word in words)
        {
            Variable table = Kernel.Declare("table", word.Subspace * Stride);
            for (int r = 0; r < NibbleWord.Rows; r++)
            {
                Add(table | ((word.Codes >> NibbleWord.Shift(r)) & 15u).To(GpuType.Int), sums, (word.Turn % OwnPartials * NibbleWord.Rows) + r);
            }
        }
    }

    public override GpuExpression RowSum(Variable[,] sums, int row, int column)
    {
        GpuExpression sum = sums[row, column];
        for (int p = 1; p < OwnPartials; p++)
        {
            sum += sums[(p * NibbleWord.Rows) + row, column];
        }

        return sum;
    }

    /// <summary>Declares sums of nothing, so many rows of them.</summary>
    public abstract Variable[,] DeclareSums(int count);

    /// <summary>Adds the entries of a code.</summary>
    /// <param name="place">The place of the entry in a query's tables.</param>
    /// <param name="sums">The sums, by row or partial sum, and column.</param>
    /// <param name="index">Which of them.</param>
    public abstract void Add(GpuExpression place, Variable[,] sums, int index);
}
