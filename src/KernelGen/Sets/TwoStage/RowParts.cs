using KernelGen.Kernels;

namespace KernelGen;

/// <summary>
/// Where the parts of a row lie in a block, so that rows far apart can be asked for ahead of their turn. Found by packing a row and looking, because a codec's contract does not tell; a
/// codec that scatters a row over many places (4-bit product codes) has no parts to ask for.
/// </summary>
internal sealed class RowParts
{
    private const int MostParts = 4;

    private readonly (int Start, int Stride, int Bytes)[] _parts;

    private RowParts((int Start, int Stride, int Bytes)[] parts) => _parts = parts;

    public static RowParts Find<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        int rows = TCodec.Layout.BlockRows;
        List<(int Start, int Bytes)> first = RunsOf(codec, 0);
        List<(int Start, int Bytes)> last = RunsOf(codec, rows - 1);
        bool isRegular = rows > 1 && first.Count <= MostParts
            && first.Select(static run => run.Bytes).SequenceEqual(last.Select(static run => run.Bytes))
            && first.Zip(last, (a, b) => (b.Start - a.Start) % (rows - 1) == 0).All(static same => same);
        return new RowParts(isRegular ? [.. first.Zip(last, (a, b) => (a.Start, (b.Start - a.Start) / (rows - 1), a.Bytes))] : []);
    }

    public void Prefetch(Span<byte> block, int row)
    {
        foreach ((int start, int stride, int bytes) in _parts)
        {
            KernelMath.PrefetchRow(ref block[start + (row * stride)], bytes);
        }
    }

    /// <summary>The runs of bytes that packing a row changes.</summary>
    private static List<(int Start, int Bytes)> RunsOf<TCodec>(TCodec codec, int row)
        where TCodec : class, IVectorCodec<TCodec>
    {
        var code = new byte[TCodec.Layout.CodeBytes];
        var block = new byte[TCodec.Layout.BlockBytes];
        Array.Fill(code, byte.MaxValue);
        codec.Pack(code, block, row);
        var runs = new List<(int Start, int Bytes)>();
        for (int at = block.AsSpan().IndexOfAnyExcept((byte)0); at >= 0 && runs.Count <= MostParts;)
        {
            int bytes = block.AsSpan(at).IndexOf((byte)0);
            bytes = bytes < 0 ? block.Length - at : bytes;
            runs.Add((at, bytes));
            int next = block.AsSpan(at + bytes).IndexOfAnyExcept((byte)0);
            at = next < 0 ? -1 : at + bytes + next;
        }

        return runs;
    }
}
