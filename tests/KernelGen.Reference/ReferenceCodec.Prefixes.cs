namespace KernelGen.Reference;

/// <content>Section 11 of docs/formats.md: prefixes.</content>
public sealed partial class ReferenceCodec
{
    public ReferenceScore[] PrefixScores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        int prefix = query.Length;
        int number = Scheme.Prefixes.Index().First(p => p.Item == prefix).Index;
        float[] scales = [.. _parameters.Take(Scheme.GroupCount).Take(prefix)];
        float[] minima = [.. _parameters.Skip(Scheme.GroupCount).Take(prefix)];
        var codec = new ReferenceCodec(Scheme with { Dimensions = prefix, Prefixes = [] }, [.. scales, .. minima]);
        ReferenceQuery prepared = codec.Prepare(query);
        return
        [
            .. codes.Select(code =>
            {
                ReferenceRow row = Layout.Read(code);
                float norm = row.PrefixNorms is [] ? 0 : row.PrefixNorms[number];
                ReferenceScore score = codec.Score(prepared, row with { Codes = row.Codes[..prefix], Norm2 = norm });
                return Scheme.Metric == Metric.Cosine ? Times(score, norm) : score;
            }),
        ];
    }

    /// <summary>A score divided by the norm of the row, that is, times its reciprocal.</summary>
    private static ReferenceScore Times(ReferenceScore score, float reciprocal)
    {
        if (score.Tolerance == 0)
        {
            float product = (float)score.Value * reciprocal;
            return score with { Value = product };
        }

        double value = score.Value * reciprocal;
        return new(value, (score.Tolerance * reciprocal) + Math.ScaleB(Math.Abs(value), -24) + Math.ScaleB(1, -149));
    }

    private float[] PrefixNormsOf(float[] decoded) =>
    [
        .. Scheme.Prefixes.Select(prefix =>
        {
            double squares = StripedSum.OfSquares(decoded[..prefix]);
            return Scheme.Metric == Metric.Cosine ? ReciprocalNorm(squares) : (float)squares;
        }),
    ];
}
