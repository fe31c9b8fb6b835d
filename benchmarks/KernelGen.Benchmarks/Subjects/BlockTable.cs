namespace KernelGen.Benchmarks;

/// <summary>Rows of codes that fill a buffer, block after block.</summary>
internal sealed class BlockTable<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly NativeBuffer _buffer;

    /// <summary>
    /// Encodes one block of random vectors and repeats it: the time of a pass depends on where codes lie, not on their values.
    /// </summary>
    public BlockTable(NativeBuffer buffer, long codeBytes)
    {
        _buffer = buffer;
        Rows = codeBytes / s_layout.CodeBytes;
        Blocks = checked((int)((Rows + s_layout.BlockRows - 1) / s_layout.BlockRows));
        int sampleRows = RowsOf(0);
        float[] vectors = Workload.Gaussian(sampleRows * s_layout.Dimensions, seed: 1);
        Codec = CodecFactory.Create<TCodec>(vectors);
        var codes = new byte[sampleRows * s_layout.CodeBytes];
        Codec.Encode(vectors, codes);
        Codec.Pack(codes, Block(0), 0);
        for (int block = 1; block < Blocks; block++)
        {
            Block(0).CopyTo(Block(block));
        }
    }

    public TCodec Codec { get; }

    public long Rows { get; }

    public int Blocks { get; }

    public int RowsOf(int block) => (int)Math.Min(Rows - ((long)block * s_layout.BlockRows), s_layout.BlockRows);

    public Span<byte> Block(int index) => _buffer.Slice((long)index * s_layout.BlockBytes, s_layout.BlockBytes);
}
