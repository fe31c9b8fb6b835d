namespace KernelGen.Benchmarks;

/// <summary>Vectors that fill a cache, and their codes: encoding and decoding at the level of the codec.</summary>
public abstract class CodeRun
{
    /// <summary>Values that one call encodes or decodes.</summary>
    public abstract int Values { get; }

    public abstract void Encode(CpuTier tier);

    public abstract void Decode(CpuTier tier);
}

/// <inheritdoc/>
internal sealed class CodeRun<TCodec> : CodeRun
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly TCodec _codec;
    private readonly float[] _vectors;
    private readonly float[] _decoded;
    private readonly byte[] _codes;

    public CodeRun()
    {
        int dimensions = TCodec.Layout.Dimensions;
        int rows = (int)Workload.CacheBytes / sizeof(float) / dimensions;
        _vectors = Workload.Gaussian(rows * dimensions, seed: 1);
        _decoded = new float[_vectors.Length];
        _codes = new byte[rows * TCodec.Layout.CodeBytes];
        _codec = CodecFactory.Create<TCodec>(_vectors);
        _codec.Encode(_vectors, _codes);
    }

    public override int Values => _vectors.Length;

    public override void Encode(CpuTier tier) => _codec.Encode(_vectors, _codes, tier);

    public override void Decode(CpuTier tier) => _codec.Decode(_codes, _decoded, tier);
}
