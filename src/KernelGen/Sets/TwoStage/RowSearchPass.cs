namespace KernelGen;

/// <summary>A pass whose hits have the numbers of rows for ids: what is looked up next are rows.</summary>
internal class RowSearchPass<TCodec>(TCodec codec) : SearchPass<TCodec>(codec)
    where TCodec : class, IVectorCodec<TCodec>
{
    private long[][] _numbers = [];

    /// <summary>What lets the rows of ids pass that a filter accepts.</summary>
    public static IdFilter? FilterOf(IdFilter? filter, RowView rows) => filter is null ? null : IdFilter.Where(row => filter.Accepts(rows.Id((int)row)));

    protected override void Begin(int workers)
    {
        base.Begin(workers);
        int before = _numbers.Length;
        if (before < workers)
        {
            Array.Resize(ref _numbers, workers);
            foreach (ref long[] numbers in _numbers.AsSpan(before))
            {
                numbers = new long[TCodec.Layout.BlockRows];
            }
        }
    }

    protected override void SearchBlock(int worker, int block, ReadOnlySpan<TopK> tops) =>
        Codec.Search(Prepared, Rows.Block(block), Numbers(worker, block), tops, Tier);

    /// <summary>The numbers of the rows of a block.</summary>
    protected ReadOnlySpan<long> Numbers(int worker, int block)
    {
        Span<long> numbers = _numbers[worker].AsSpan(0, Rows.Ids(block).Length);
        long first = Rows.FirstRow(block);
        if (numbers[0] != first || numbers[^1] != first + numbers.Length - 1)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = first + i;
            }
        }

        return numbers;
    }
}
