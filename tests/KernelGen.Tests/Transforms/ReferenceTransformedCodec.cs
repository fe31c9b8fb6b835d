using KernelGen.Reference;

namespace KernelGen.Tests.Transforms;

/// <summary>A scheme with transforms.</summary>
/// <param name="Inner">What quantizes transformed vectors; its metric is that of vectors, except that it compares those of Cosine by inner
/// product.</param>
public sealed record ReferenceTransformedScheme(ReferenceTransformSpec Transforms, Metric Metric, IReferenceScheme Inner) : IReferenceScheme
{
    public int Dimensions => Transforms.Dimensions;

    public string Text
    {
        get
        {
            string quantizer = Inner.Text[..Inner.Text.IndexOf(" Metric(", StringComparison.Ordinal)];
            return $"{string.Join(' ', Transforms.Parts)} {quantizer} Metric({Metric}) Dimensions({Dimensions})";
        }
    }

    public int ParameterCount => Transforms.ParameterCount + Inner.ParameterCount;
}

/// <summary>The oracle of a codec with transforms: transforms, and the oracle of what quantizes transformed vectors.</summary>
internal sealed class ReferenceTransformedCodec(ReferenceTransformedScheme scheme, float[] parameters, IReferenceCodec inner) : IReferenceCodec
{
    private readonly ReferenceTransforms _transforms = new(
        scheme.Transforms, scheme.Transforms.Normalize || scheme.Metric == Metric.Cosine, parameters);

    public int CodeBytes => inner.CodeBytes;

    public IReadOnlyList<float> Parameters => [.. parameters, .. inner.Parameters];

    private bool CentersProducts => scheme.Transforms.Centers && scheme.Metric is not (Metric.SquaredL2 or Metric.Hamming);

    private bool HasBias => CentersProducts
        || (scheme.Metric == Metric.SquaredL2 && scheme.Transforms.OutputDimensions < scheme.Dimensions);

    public int BlockBytes(int blockRows) => inner.BlockBytes(blockRows);

    public void Encode(ReadOnlySpan<float> vector, Span<byte> code) => inner.Encode(_transforms.Apply(vector), code);

    public void Decode(ReadOnlySpan<byte> code, Span<float> vector) => _transforms.ApplyInverse(Decoded(code)).CopyTo(vector);

    public void Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row) => inner.Pack(code, block, blockRows, row);

    public void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row) => inner.Unpack(block, code, blockRows, row);

    public ReferenceScore[] Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        (float[] values, float bias) = _transforms.ApplyToQuery(query, scheme.Metric, centersProducts: scheme.Inner is ReferenceRotatedScheme);
        if (!HasBias)
        {
            return inner.Scores(values, codes);
        }

        if (inner is ReferenceProductCodec product)
        {
            // A number that all scores share is in the first table.
            ReferenceTables tables = product.Prepare(values);
            tables.Entries[0] = Array.ConvertAll(tables.Entries[0], entry => entry + bias);
            return [.. codes.Select(code => new ReferenceScore(ReferenceProductCodec.Score(tables, product.Layout.Read(code)), Tolerance: 0))];
        }

        return Array.ConvertAll(inner.Scores(values, codes), score => score.Tolerance == 0
            ? new ReferenceScore((float)score.Value + bias, Tolerance: 0)
            : new ReferenceScore(score.Value + bias, score.Tolerance + Math.ScaleB(Math.Abs(score.Value + bias) + score.Tolerance, -24)));
    }

    public ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => CentersProducts
        ? new ReferenceScore(_transforms.Product(Decoded(first), Decoded(second), centers: true), Tolerance: 0)
        : inner.ScorePair(first, second);

    public ReferenceScore[] Accumulate(IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination)
    {
        // What an error of the transformed sum does to a value is at most its length; every later step rounds relative to what it adds.
        int n = scheme.Transforms.OutputDimensions;
        ReferenceScore[] sums = inner.Accumulate(codes, weights, new float[n]);
        float[] back = _transforms.TurnBack(Array.ConvertAll(sums, static sum => (float)sum.Value));
        double length = Math.Sqrt(sums.Sum(static sum => sum.Value * sum.Value));
        double error = Math.Sqrt(sums.Sum(static sum => sum.Tolerance * sum.Tolerance)) + ((n + 64) * Math.ScaleB(length, -23));
        double weight = weights.ToArray().Sum(static w => (double)w);
        double magnitude = weights.ToArray().Sum(static w => Math.Abs((double)w));
        var result = new ReferenceScore[destination.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double mean = scheme.Transforms.Centers ? _transforms.Mean[i] : 0;
            double rounding = Math.Abs(destination[i]) + Math.Abs(back[i]) + (magnitude * Math.Abs(mean));
            result[i] = new ReferenceScore(destination[i] + back[i] + (weight * mean), error + Math.ScaleB(rounding, -21));
        }

        return result;
    }

    private float[] Decoded(ReadOnlySpan<byte> code)
    {
        var transformed = new float[scheme.Transforms.OutputDimensions];
        inner.Decode(code, transformed);
        return transformed;
    }
}
