using System.Buffers;

namespace KernelGen;

/// <summary>The fine codes of a two-stage set, by the numbers of rows that they share with the coarse ones.</summary>
internal abstract class FineStore<TFine>(TFine codec) : IRowVectors, IDisposable
    where TFine : class, IVectorCodec<TFine>
{
    public TFine Codec { get; } = codec;

    /// <summary>Bytes of memory, without what is mapped.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>Norms of the vectors that rows decode to.</summary>
    public FineNorms Norms { get; } = new();

    /// <summary>Reads row codes, one after another.</summary>
    public abstract void ReadCodes(ReadOnlySpan<int> rows, Span<byte> codes);

    /// <summary>Scores rows against a prepared query.</summary>
    public abstract void Score(ReadOnlySpan<byte> prepared, ReadOnlySpan<int> rows, Span<float> scores, CpuTier tier);

    /// <summary>Writes the first rows (those of a file, which are always all of them, as they stand there) as <see cref="VectorSet{TCodec}.Save"/> does.</summary>
    public abstract void Save(Stream stream, int count, CancellationToken cancellationToken);

    /// <summary>Decodes a row.</summary>
    public void Decode(int row, Span<float> vector)
    {
        int bytes = TFine.Layout.CodeBytes;
        byte[] code = ArrayPool<byte>.Shared.Rent(bytes);
        ReadCodes(new ReadOnlySpan<int>(in row), code.AsSpan(0, bytes));
        Codec.Decode(code.AsSpan(0, bytes), vector);
        ArrayPool<byte>.Shared.Return(code);
    }

    /// <summary>Decodes neighbouring rows, which the coarse codec is to encode, and takes note of their norms.</summary>
    public void Read(int firstRow, Span<float> vectors)
    {
        int dimensions = TFine.Layout.Dimensions;
        for (int i = 0; i < vectors.Length / dimensions; i++)
        {
            Span<float> vector = vectors.Slice(i * dimensions, dimensions);
            Decode(firstRow + i, vector);
            Norms.Include(vector);
        }
    }

    public abstract void Dispose();
}
