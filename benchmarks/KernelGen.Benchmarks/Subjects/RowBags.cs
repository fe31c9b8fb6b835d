namespace KernelGen.Benchmarks;

/// <summary>Rows of one block that belong to one bag: a range of <see cref="RowBags.Rows"/>.</summary>
internal readonly record struct BagPart(int Block, int Start, int End);

/// <summary>Bags of rows drawn at random from a table in blocks, each bag's rows sorted by block, and a weight per row.</summary>
internal sealed class RowBags
{
    private const int BagRows = 32;

    /// <summary>So many bags that, with what else is timed in turns with them, they do not stay in the last-level cache; a few for a table that is in cache
    /// anyway.</summary>
    public RowBags(long tableRows, int blockRows, bool isInCache)
    {
        var random = new Random(1);
        int bags = isInCache ? 64 : 4096;
        Rows = new int[bags * BagRows];
        Weights = [.. Rows.Select(_ => random.NextSingle())];
        Bags = new BagPart[bags][];
        for (int bag = 0; bag < bags; bag++)
        {
            long[] drawn = [.. Enumerable.Range(0, BagRows).Select(_ => random.NextInt64(tableRows)).Order()];
            int end = bag * BagRows;
            Bags[bag] = [.. drawn.GroupBy(row => (int)(row / blockRows)).Select(part =>
            {
                int start = end;
                foreach (long row in part)
                {
                    Rows[end++] = (int)(row % blockRows);
                }

                return new BagPart(part.Key, start, end);
            })];
        }
    }

    public BagPart[][] Bags { get; }

    /// <summary>Numbers of rows in their blocks.</summary>
    public int[] Rows { get; }

    public float[] Weights { get; }
}
