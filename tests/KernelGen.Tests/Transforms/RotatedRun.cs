namespace KernelGen.Tests.Transforms;

/// <summary>A generated codec with bounds, known only by its type.</summary>
internal abstract class RotatedRun
{
    public abstract CodecLayout Layout { get; }

    /// <summary>Trains the codec and encodes vectors into one block.</summary>
    public abstract void Encode(float[][] rows);

    /// <summary>What the codes decode to.</summary>
    public abstract float[][] Decode();

    /// <summary>Scores of the rows, and their bounds.</summary>
    public abstract (float[] Scores, float[] Errors) Score(float[] query, float factor = 1, CpuTier tier = CpuTier.Auto);

    /// <summary>The scores of Scan.</summary>
    public abstract float[] Scan(float[] query, CpuTier tier);

    /// <summary>Codes of a codec that its constructor without parameters has made.</summary>
    public abstract byte[] CodesWithoutTraining();

    /// <summary>The codes.</summary>
    public abstract byte[] Codes { get; }

    /// <summary>Calls ScanBounds with a factor and so many bounds.</summary>
    public abstract void ScanBounds(float factor, int errors);
}

/// <inheritdoc/>
internal sealed class RotatedRun<TCodec> : RotatedRun
    where TCodec : class, IBoundedCodec<TCodec>
{
    private readonly byte[] _block = new byte[TCodec.Layout.BlockBytes];
    private TCodec? _codec;
    private float[] _vectors = [];
    private byte[] _codes = [];
    private int _rows;

    public override CodecLayout Layout => TCodec.Layout;

    public override byte[] Codes => _codes;

    public override void Encode(float[][] rows)
    {
        _rows = rows.Length;
        _vectors = [.. rows.SelectMany(static row => row)];
        _codec = TCodec.Train(_vectors);
        _codes = new byte[rows.Length * TCodec.Layout.CodeBytes];
        _codec.Encode(_vectors, _codes);
        _codec.Pack(_codes, _block, 0);
    }

    public override float[][] Decode()
    {
        var decoded = new float[_vectors.Length];
        _codec!.Decode(_codes, decoded);
        return [.. decoded.Chunk(TCodec.Layout.Dimensions)];
    }

    public override (float[] Scores, float[] Errors) Score(float[] query, float factor = 1, CpuTier tier = CpuTier.Auto)
    {
        var scores = new float[_rows];
        var errors = new float[_rows];
        _codec!.ScanBounds(Prepared(query), _block, 0, _rows, scores, errors, factor, tier);
        return (scores, errors);
    }

    public override float[] Scan(float[] query, CpuTier tier)
    {
        var scores = new float[_rows];
        _codec!.Scan(Prepared(query), _block, 0, _rows, scores, tier);
        return scores;
    }

    public override byte[] CodesWithoutTraining()
    {
        var codes = new byte[_codes.Length];
        Activator.CreateInstance<TCodec>().Encode(_vectors, codes);
        return codes;
    }

    public override void ScanBounds(float factor, int errors) =>
        _codec!.ScanBounds(new byte[TCodec.Layout.QueryBytes], _block, 0, 2, new float[2], new float[errors], factor);

    private byte[] Prepared(float[] query)
    {
        var prepared = new byte[TCodec.Layout.QueryBytes];
        _codec!.Prepare(query, prepared);
        return prepared;
    }
}
