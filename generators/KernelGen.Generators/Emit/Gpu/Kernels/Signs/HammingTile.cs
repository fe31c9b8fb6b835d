using KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;
using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Signs;

/// <summary>A tile of rows of signs that are compared with the bits of queries: the bits that agree in the eight codes of a word are counted side by side.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="FirstRow">The first row of the tile.</param>
/// <param name="Rows">One after the last row of all.</param>
/// <param name="Values">Blocks, by words.</param>
/// <param name="Bits">A word per query and nibble, eight times the bits that rows lack where they agree.</param>
/// <param name="Nibbles">Nibbles of a row.</param>
/// <param name="Queries">How many queries there are.</param>
/// <param name="StoreScore">Stores the score of a query and a row, from its sum.</param>
internal sealed record HammingTile(
    GpuKernelBuilder Kernel,
    Variable FirstRow,
    Variable Rows,
    GpuArray Values,
    GpuArray Bits,
    int Nibbles,
    int Queries,
    Action<int, Variable, GpuExpression> StoreScore) : NibbleTile(Kernel, FirstRow, Rows, Values)
{
    /// <summary>Words whose bits are added up before they are counted: with three, counts still fit four bits.</summary>
    private const int AddedWords = 3;

    /// <summary>Two sums of 16 bits, those of every fourth of a word's codes.</summary>
    private const uint EveryFourth = 0x000F000F;

    /// <summary>Words of sums of eight rows.</summary>
    private const int Sums = NibbleWord.Rows / 2;

    public override int WordsAtOnce => (Queries == 1 ? 2 : 1) * AddedWords;

    /// <summary>Emits the copy of the queries' bits to shared memory, and a barrier behind it.</summary>
    public static SharedArray CopyBits(GpuKernelBuilder kernel, SignPlan plan, GpuArray prepared, Variable firstQuery, int queries)
    {
        SharedArray bits = kernel.Shared("bits", GpuType.UInt, queries * plan.Nibbles);
        for (int q = 0; q < queries; q++)
        {
            Variable start = kernel.Declare("query", ((firstQuery + q) * (plan.QueryBytes / 4)) + (SignPlan.HeaderBytes / 4));
            int first = q * plan.Nibbles;
            kernel.For("nibble", GpuKernel.Thread, plan.Nibbles, GpuKernel.GroupSize, nibble =>
                kernel.Store(bits, nibble + first, GpuKernelBuilder.Load(prepared, start + (nibble << 2))));
        }

        kernel.Barrier();
        return bits;
    }

    /// <summary>Whether the bits of so many queries fit shared memory.</summary>
    public static bool Fit(SignPlan plan, int queries) => queries * plan.Nibbles * 4 <= TableScan.MostSharedBytes;

    public override Variable[,] DeclareSums() => Kernel.Declare("sum", Sums, Queries, 0u);

    public override void AddWords(Variable[,] sums, IReadOnlyList<NibbleWord> words)
    {
        for (int q = 0; q < Queries; q++)
        {
            for (int first = 0; first < words.Count; first += AddedWords)
            {
                Variable counts = Counts(q, [.. words.Skip(first).Take(AddedWords)]);
                for (int s = 0; s < Sums; s++)
                {
                    int shift = NibbleWord.Shift(s < 2 ? s : s + 2);
                    Kernel.Assign(sums[s, q], sums[s, q] + ((counts >> shift) & EveryFourth));
                }
            }
        }
    }

    public override GpuExpression RowSum(Variable[,] sums, int row, int column)
    {
        Variable pair = sums[(row / 4 * 2) + (row % 2), column];
        return row % 4 < 2 ? pair & 0xFFFFu : pair >> 16;
    }

    public override void Score(int column, Variable row, GpuExpression sum) => StoreScore(column, row, Kernel.Declare("agreeing", sum));

    /// <summary>The number of bits in each four of up to three words that agree with a query.</summary>
    private Variable Counts(int query, IReadOnlyList<NibbleWord> words)
    {
        List<Variable> agreeing = [.. words.Select(word => Kernel.Declare(
            "agreeing", word.Codes ^ GpuKernelBuilder.Load(Bits, word.Subspace + (query * Nibbles))))];
        if (agreeing.Count < AddedWords)
        {
            Variable counts = Kernel.Declare("counts", Count(agreeing[0]));
            foreach (Variable word in agreeing.Skip(1))
            {
                Kernel.Assign(counts, counts + Count(word));
            }

            return counts;
        }

        // A full adder: bits that stand once or thrice, and those that stand twice or thrice.
        Variable either = Kernel.Declare("either", agreeing[0] ^ agreeing[1]);
        Variable twos = Kernel.Declare("twos", (agreeing[0] & agreeing[1]) | (either & agreeing[2]));
        Variable ones = Kernel.Declare("ones", either ^ agreeing[2]);
        return Kernel.Declare("counts", Count(ones) + (Count(twos) << 1));
    }

    /// <summary>The number of bits in each four of a word.</summary>
    private GpuExpression Count(Variable bits)
    {
        Variable pairs = Kernel.Declare("pairs", bits - ((bits >> 1) & 0x55555555u));
        return (pairs & 0x33333333u) + ((pairs >> 2) & 0x33333333u);
    }
}
