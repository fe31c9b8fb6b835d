using KernelGen.Interchange;

namespace KernelGen.Training.Tests.Faiss;

/// <summary>An index of FAISS as a generated codec and a block of its codes.</summary>
internal abstract class ImportedIndex
{
    public static ImportedIndex Open(string name)
    {
        FaissProductQuantizer index = FaissIndexFile.Read(PathOf(name + ".faiss"));
        ReadOnlySpan<float> centroids = index.Centroids.Span;
        return (index.Shape.Dimensions, index.Shape.Subspaces, index.Shape.Bits, index.Metric) switch
        {
            (8, 4, 8, Metric.SquaredL2) => new ImportedIndex<Product8L2>(index, Product8L2.FromCodebooks(centroids)),
            (16, 8, 4, Metric.InnerProduct) => new ImportedIndex<Product4InnerProduct>(index, Product4InnerProduct.FromCodebooks(centroids)),
            (16, 8, 4, Metric.SquaredL2) => new ImportedIndex<Product4L2>(index, Product4L2.FromCodebooks(centroids)),
            (10, 5, 4, Metric.SquaredL2) => new ImportedIndex<Product4OddL2>(index, Product4OddL2.FromCodebooks(centroids)),
            (8, 4, 4, Metric.SquaredL2) => new ImportedIndex<Product4TransformedL2>(index, Product4TransformedL2.FromCodebooks(centroids)),
            (12, 3, 6, Metric.SquaredL2) => new ImportedIndex<Product6L2>(index, Product6L2.FromCodebooks(centroids)),
            (14, 7, 5, Metric.InnerProduct) => new ImportedIndex<Product5InnerProduct>(index, Product5InnerProduct.FromCodebooks(centroids)),
            (2, 2, 10, Metric.SquaredL2) => new ImportedIndex<Product10L2>(index, Product10L2.FromCodebooks(centroids)),
            (40, 40, 1, Metric.SquaredL2) => new ImportedIndex<Product1L2>(index, Product1L2.FromCodebooks(centroids)),
            _ => throw new NotSupportedException($"No codec is declared for {index.Shape} and {index.Metric}."),
        };
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "faiss", file);

    /// <summary>The codes of the file.</summary>
    public abstract byte[] Codes { get; }

    /// <summary>The codes that a block gives back.</summary>
    public abstract byte[] Unpacked();

    public abstract float[] Decode(CpuTier tier);

    public abstract byte[] Encode(ReadOnlySpan<float> vectors, CpuTier tier);

    public abstract Hit[] Search(ReadOnlySpan<float> query, int k, CpuTier tier);
}

/// <inheritdoc/>
internal sealed class ImportedIndex<TCodec>(FaissProductQuantizer index, TCodec codec) : ImportedIndex
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly byte[] _block = Pack(index, codec);
    private readonly long[] _ids = [.. Enumerable.Range(0, (int)index.Count).Select(row => (long)row)];

    public override byte[] Codes { get; } = index.Codes.ToArray();

    public override byte[] Unpacked()
    {
        var codes = new byte[Codes.Length];
        codec.Unpack(_block, 0, codes);
        return codes;
    }

    public override float[] Decode(CpuTier tier)
    {
        var vectors = new float[_ids.Length * TCodec.Layout.Dimensions];
        codec.Decode(Codes, vectors, tier);
        return vectors;
    }

    public override byte[] Encode(ReadOnlySpan<float> vectors, CpuTier tier)
    {
        var codes = new byte[vectors.Length / TCodec.Layout.Dimensions * TCodec.Layout.CodeBytes];
        codec.Encode(vectors, codes, tier);
        return codes;
    }

    public override Hit[] Search(ReadOnlySpan<float> query, int k, CpuTier tier)
    {
        var prepared = new byte[TCodec.Layout.QueryBytes];
        codec.Prepare(query, prepared, tier);
        var top = new TopK(k);
        codec.Search(prepared, _block, _ids, [top], tier);
        var hits = new Hit[k];
        Assert.Equal(k, top.Drain(hits));
        return hits;
    }

    private static byte[] Pack(FaissProductQuantizer index, TCodec codec)
    {
        Assert.Equal(index.CodeBytes, TCodec.Layout.CodeBytes);
        Assert.InRange(index.Count, 0, TCodec.Layout.BlockRows);
        var block = new byte[TCodec.Layout.BlockBytes];
        codec.Pack(index.Codes.Span, block, 0);
        return block;
    }
}
