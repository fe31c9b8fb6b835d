namespace KernelGen.Reference;

/// <summary>The oracle of residual and additive codes, section 7 of docs/formats.md: written for reading, not for speed.</summary>
public sealed partial class ReferenceAdditiveCodec : IReferenceCodec
{
    // C[k][s][j] and h[k][s][j]; centroids are already cut to the group's dimensions.
    private readonly float[][][][] _centroids;
    private readonly float[][][] _halfNorms;
    private readonly int[] _starts;

    /// <summary>Creates a codec with its codebooks, one after another.</summary>
    public ReferenceAdditiveCodec(ReferenceAdditiveScheme scheme, params float[] codebooks)
    {
        if (codebooks.Length != scheme.ParameterCount)
        {
            throw new ArgumentException($"Expected {scheme.ParameterCount} values, got {codebooks.Length}.", nameof(codebooks));
        }

        Scheme = scheme;
        Layout = new ReferenceAdditiveLayout(scheme);
        Codebooks = codebooks;
        _starts = [.. Enumerable.Range(0, scheme.Groups).Select(scheme.StartOf)];
        float[][][][] whole = scheme.IsShared ? [.. Enumerable.Repeat(Cut(0, scheme.GroupSize), scheme.Groups)] : OwnOfGroups();
        if (!Array.TrueForAll(codebooks, float.IsFinite)
            || whole.Any(group => group.Any(book => book.Any(centroid => !float.IsFinite(ReferenceProductCodec.HalfNorm(centroid))))))
        {
            throw new ArgumentException("Expected finite values and half norms.", nameof(codebooks));
        }

        _centroids = [.. whole.Select((group, k) => Array.ConvertAll(group, book => Array.ConvertAll(book, c => c[..scheme.DimensionsOf(k)])))];
        _halfNorms = Array.ConvertAll(_centroids, group => Array.ConvertAll(group, book => Array.ConvertAll(book, ReferenceProductCodec.HalfNorm)));

        float[][][][] OwnOfGroups()
        {
            var groups = new float[scheme.Groups][][][];
            for (int k = 0; k < groups.Length; k++)
            {
                groups[k] = Cut(_starts[k] * scheme.Stages * scheme.Centroids, scheme.DimensionsOf(k));
            }

            return groups;
        }

        // The codebooks of all stages from a place on.
        float[][][] Cut(int start, int length) =>
            [.. codebooks.Skip(start).Chunk(length).Chunk(scheme.Centroids).Take(scheme.Stages)];
    }

    public ReferenceAdditiveScheme Scheme { get; }

    public ReferenceAdditiveLayout Layout { get; }

    public IReadOnlyList<float> Codebooks { get; }

    IReadOnlyList<float> IReferenceCodec.Parameters => Codebooks;

    int IReferenceCodec.CodeBytes => Layout.CodeBytes;

    int IReferenceCodec.BlockBytes(int blockRows) => Layout.BlockBytes(blockRows);

    void IReferenceCodec.Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row) => Layout.Pack(code, block, blockRows, row);

    void IReferenceCodec.Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row) => Layout.Unpack(block, code, blockRows, row);

    /// <summary>Encodes one vector to one row code.</summary>
    public void Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        int[] codes = Quantize(vector);
        Write(codes, (float)Math.Min(float.MaxValue, Math.Sqrt(StripedSum.OfSquares(vector.ToArray()))), code);
    }

    /// <summary>Decodes one row code to one vector.</summary>
    public void Decode(ReadOnlySpan<byte> code, Span<float> vector) => Decode(code).CopyTo(vector);

    /// <summary>The row code of codes and a norm.</summary>
    public void Write(int[] codes, float norm, Span<byte> code)
    {
        Layout.Write(codes, norm, norm2: 0, code);
        Layout.Write(codes, norm, Norm2(Decode(code)), code);
    }

    private float[] Decode(ReadOnlySpan<byte> code)
    {
        float norm = Layout.ReadNorm(code);
        return Array.ConvertAll(Dequantize(Layout.Read(code)), x => Scheme.Norm == Norm.None ? x : x * norm);
    }

    /// <summary>The codes of a vector, those of group 0 first.</summary>
    public int[] Quantize(ReadOnlySpan<float> vector)
    {
        float[] x = ReferenceCodec.Normalise(Scheme.Norm == Norm.None ? Scheme : Scheme with { Metric = Metric.Cosine }, vector);
        return [.. Enumerable.Range(0, Scheme.Groups).SelectMany(k => Quantize(k, x[_starts[k]..(_starts[k] + Scheme.DimensionsOf(k))]))];
    }

    /// <summary>The sum of the centroids, without nu.</summary>
    public float[] Dequantize(IReadOnlyList<int> codes)
    {
        var x = new float[Scheme.Dimensions];
        for (int k = 0; k < Scheme.Groups; k++)
        {
            for (int i = 0; i < Scheme.DimensionsOf(k); i++)
            {
                float sum = CentroidOf(codes, k, 0)[i];
                for (int s = 1; s < Scheme.Stages; s++)
                {
                    sum += CentroidOf(codes, k, s)[i];
                }

                x[_starts[k] + i] = sum;
            }
        }

        return x;
    }

    internal static float Norm2(float[] values) => (float)Math.Min(Math.ScaleB(1, 126), StripedSum.OfSquares(values));

    private float[] CentroidOf(IReadOnlyList<int> codes, int group, int stage) =>
        _centroids[group][stage][codes[(group * Scheme.Stages) + stage]];

    /// <summary>A partial code: what is left over, and its error.</summary>
    private sealed record Partial(int[] Codes, float[] Residual, float Error);

    /// <summary>The codes of a group, by a beam.</summary>
    private int[] Quantize(int group, float[] x)
    {
        Partial[] beam = [new([], x, 0)];
        for (int s = 0; s < Scheme.Stages; s++)
        {
            float[][] centroids = _centroids[group][s];
            var candidates = new List<(int P, int J, float Total)>();
            for (int p = 0; p < beam.Length; p++)
            {
                for (int j = 0; j < centroids.Length; j++)
                {
                    float total = Total(beam[p], centroids[j], _halfNorms[group][s][j]);
                    if (total < float.PositiveInfinity)
                    {
                        candidates.Add((p, j, total));
                    }
                }
            }

            // OrderBy is stable: of equal totals the smaller p comes first, then the smaller j.
            candidates = candidates.Count > 0
                ? [.. candidates.OrderBy(candidate => candidate.Total).Take(Scheme.Beam)]
                : [(0, 0, float.PositiveInfinity)];

            beam = [.. candidates.Select(candidate =>
            {
                Partial parent = beam[candidate.P];
                float[] residual = [.. parent.Residual.Zip(centroids[candidate.J], (r, c) => r - c)];
                return new Partial([.. parent.Codes, candidate.J], residual, candidate.Total);
            })];
        }

        return beam[0].Codes;
    }

    private static float Total(Partial partial, float[] centroid, float halfNorm)
    {
        float t = halfNorm;
        for (int i = 0; i < centroid.Length; i++)
        {
            float product = partial.Residual[i] * centroid[i];
            t -= product;
        }

        return partial.Error + t;
    }
}
