namespace KernelGen.Reference;

/// <summary>The tables of a query, an entry per code and centroid, and its squared norm.</summary>
public sealed record ReferenceAdditiveTables(float[][] Entries, float Norm2);

/// <content>Tables and scores.</content>
public sealed partial class ReferenceAdditiveCodec
{
    /// <summary>The least magnitude of an entry, or of q2, that no query may have: 2^112.</summary>
    private static readonly float s_limit = MathF.ScaleB(1, 112);

    private bool IsL2 => Scheme.Metric == Metric.SquaredL2;

    /// <summary>The tables of a query; throws if an entry is too great.</summary>
    public ReferenceAdditiveTables Prepare(ReadOnlySpan<float> query)
    {
        float[] q = ReferenceCodec.Normalise(Scheme, query);
        float[][] entries =
        [
            .. from k in Enumerable.Range(0, Scheme.Groups)
               let part = q[_starts[k]..(_starts[k] + Scheme.DimensionsOf(k))]
               from book in _centroids[k]
               select Array.ConvertAll(book, centroid => Product(part, centroid)),
        ];
        float norm2 = (float)StripedSum.OfSquares(q);

        // The negations also catch NaN.
        return entries.Any(row => Array.Exists(row, entry => !(Math.Abs(entry) < s_limit))) || (IsL2 && !(norm2 < s_limit))
            ? throw new ArgumentException("Expected a query whose table entries are less than 2^112.", nameof(query))
            : new ReferenceAdditiveTables(entries, norm2);
    }

    public float Score(ReferenceAdditiveTables tables, ReadOnlySpan<byte> code)
    {
        int[] codes = Layout.Read(code);
        float ip = ReferenceProductCodec.Sum(m => tables.Entries[m][codes[m]], codes.Length);
        ip = Scheme.Norm == Norm.None ? ip : Layout.ReadNorm(code) * ip;
        if (!IsL2)
        {
            return ip;
        }

        float norms = Layout.ReadNorm2(code) + tables.Norm2;
        float twice = 2 * ip;
        float distance = norms - twice;
        return -Math.Max(0, distance);
    }

    public ReferenceScore[] Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        ReferenceAdditiveTables tables = Prepare(query);
        return [.. codes.Select(code => new ReferenceScore(Score(tables, code), Tolerance: 0))];
    }

    public ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        float[] a = Decode(first);
        float[] c = Decode(second);
        float score = IsL2
            ? -(float)StripedSum.OfSquares([.. a.Zip(c, (x, y) => x - y)])
            : (float)StripedSum.Of(a.Length, i => (double)a[i] * c[i]);
        return new(score, Tolerance: 0);
    }

    public ReferenceScore[] Accumulate(IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination) =>
        ReferenceScore.OfAccumulation([.. codes.Select(code => Decode(code))], weights, destination);

    private static float Product(float[] q, float[] c)
    {
        float entry = q[0] * c[0];
        for (int i = 1; i < c.Length; i++)
        {
            float product = q[i] * c[i];
            entry += product;
        }

        return entry;
    }
}
