namespace KernelGen;

/// <summary>Fine codes in memory: a set that is changed together with the coarse one.</summary>
internal sealed class FineMemory<TFine>(VectorSet<TFine> set) : FineStore<TFine>(set.Codec)
    where TFine : class, IVectorCodec<TFine>
{
    private readonly RowParts _parts = RowParts.Find(set.Codec);

    public VectorSet<TFine> Set { get; } = set;

    public override long MemoryBytes => Set.MemoryBytes;

    public override void ReadCodes(ReadOnlySpan<int> rows, Span<byte> codes)
    {
        int bytes = TFine.Layout.CodeBytes;
        RowView view = Set.Rows();
        for (int i = 0; i < rows.Length; i++)
        {
            Codec.Unpack(view.Block(view.BlockOf(rows[i])), view.RowInBlock(rows[i]), codes.Slice(i * bytes, bytes));
        }
    }

    public override void Score(ReadOnlySpan<byte> prepared, ReadOnlySpan<int> rows, Span<float> scores, CpuTier tier)
    {
        RowView view = Set.Rows();
        foreach (int row in rows)
        {
            // One after another, rows would wait for memory each on its own.
            _parts.Prefetch(view.Block(view.BlockOf(row)), view.RowInBlock(row));
        }

        for (int i = 0; i < rows.Length; i++)
        {
            Codec.Scan(prepared, view.Block(view.BlockOf(rows[i])), view.RowInBlock(rows[i]), 1, scores.Slice(i, 1), tier);
        }
    }

    public override void Save(Stream stream, int count, CancellationToken cancellationToken) =>
        Set.SaveRows(stream, Set.Rows(count), progress: null, cancellationToken);

    public override void Dispose() => Set.Dispose();
}
