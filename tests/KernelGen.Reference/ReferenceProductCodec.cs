namespace KernelGen.Reference;

/// <summary>The oracle of product codes, section 6 of docs/formats.md: written for reading, not for speed.</summary>
public sealed partial class ReferenceProductCodec : IReferencePrefixCodec
{
    // C[m][j] is the centroid j of subspace m, h[m][j] half its squared length.
    private readonly float[][][] _centroids;
    private readonly float[][] _halfNorms;
    private readonly int[] _starts;

    /// <summary>Creates a codec with its codebooks, one after another.</summary>
    public ReferenceProductCodec(ReferenceProductScheme scheme, params float[] codebooks)
    {
        if (codebooks.Length != scheme.ParameterCount)
        {
            throw new ArgumentException($"Expected {scheme.ParameterCount} values, got {codebooks.Length}.", nameof(codebooks));
        }

        Scheme = scheme;
        Layout = new ReferenceProductLayout(scheme);
        Codebooks = codebooks;
        _centroids = new float[scheme.Subspaces][][];
        _starts = new int[scheme.Subspaces];
        int start = 0;
        for (int m = 0; m < scheme.Subspaces; m++)
        {
            int n = scheme.DimensionsOf(m);
            _starts[m] = start;
            _centroids[m] = [.. codebooks.AsSpan(start * scheme.Centroids, n * scheme.Centroids).ToArray().Chunk(n)];
            start += n;
        }

        _halfNorms = Array.ConvertAll(_centroids, centroids => Array.ConvertAll(centroids, HalfNorm));
        if (!Array.TrueForAll(codebooks, float.IsFinite) || !_halfNorms.All(norms => Array.TrueForAll(norms, float.IsFinite)))
        {
            throw new ArgumentException("Expected finite values and half norms.", nameof(codebooks));
        }
    }

    public ReferenceProductScheme Scheme { get; }

    public ReferenceProductLayout Layout { get; }

    /// <summary>All of subspace 0, then of subspace 1, and so on.</summary>
    public IReadOnlyList<float> Codebooks { get; }

    /// <summary>h[m][j].</summary>
    public IReadOnlyList<IReadOnlyList<float>> HalfNorms => _halfNorms;

    IReadOnlyList<float> IReferenceCodec.Parameters => Codebooks;

    int IReferenceCodec.CodeBytes => Layout.CodeBytes;

    int IReferenceCodec.BlockBytes(int blockRows) => Layout.BlockBytes(blockRows);

    void IReferenceCodec.Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row) => Layout.Pack(code, block, row);

    void IReferenceCodec.Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row) => Layout.Unpack(block, code, row);

    /// <summary>Encodes one vector to one row code.</summary>
    public void Encode(ReadOnlySpan<float> vector, Span<byte> code) => Layout.Write(Quantize(vector), code);

    /// <summary>Decodes one row code to one vector.</summary>
    public void Decode(ReadOnlySpan<byte> code, Span<float> vector) => Dequantize(Layout.Read(code)).CopyTo(vector);

    /// <summary>The number of the nearest centroid of every subspace.</summary>
    public int[] Quantize(ReadOnlySpan<float> vector)
    {
        float[] x = ReferenceCodec.Normalise(Scheme, vector);
        var codes = new int[Scheme.Subspaces];
        for (int m = 0; m < codes.Length; m++)
        {
            // Infinity and NaN never count: then the code stays 0.
            float least = float.PositiveInfinity;
            for (int j = 0; j < Scheme.Centroids; j++)
            {
                float t = _halfNorms[m][j];
                float[] c = _centroids[m][j];
                for (int i = 0; i < c.Length; i++)
                {
                    float product = x[_starts[m] + i] * c[i];
                    t -= product;
                }

                if (t < least)
                {
                    least = t;
                    codes[m] = j;
                }
            }
        }

        return codes;
    }

    /// <summary>The centroids of the codes, joined.</summary>
    public float[] Dequantize(IReadOnlyList<int> codes) => [.. codes.SelectMany((j, m) => _centroids[m][j])];

    internal static float HalfNorm(float[] centroid)
    {
        float sum = 0;
        foreach (float c in centroid)
        {
            float square = c * c;
            sum += square;
        }

        return 0.5f * sum;
    }
}
