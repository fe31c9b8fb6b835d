using KernelGen.Reference;

namespace KernelGen.Tests.Transforms;

/// <summary>Which transforms a codec declares.</summary>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Components">Null without principal components.</param>
/// <param name="Rotation">Null without a rotation.</param>
public sealed record ReferenceTransformSpec(
    int Dimensions, bool Normalize = false, bool Center = false, int? Components = null, Rotation? Rotation = null)
{
    public int OutputDimensions => Components ?? Dimensions;

    /// <summary>How the attributes are written, and the scheme's text begins.</summary>
    public IReadOnlyList<string> Parts =>
    [
        .. Normalize ? ["Normalize"] : Array.Empty<string>(),
        .. Center ? ["Center"] : Array.Empty<string>(),
        .. Components is null ? Array.Empty<string>() : [$"Pca({Components})"],
        .. Rotation is null ? Array.Empty<string>() : [$"Rotate({Rotation})"],
    ];

    public bool Centers => Center || Components is not null;

    public bool HasMatrix => Components is not null || Rotation is not (null or KernelGen.Rotation.Hadamard);

    public bool HasHadamard => Rotation == KernelGen.Rotation.Hadamard;

    public int ParameterCount =>
        (Centers ? Dimensions : 0) + (HasMatrix ? Dimensions * OutputDimensions : 0) + (HasHadamard ? 4 * OutputDimensions : 0);
}

/// <summary>Transforms as section 8 of docs/formats.md defines them, one operation after another.</summary>
/// <param name="normalizes">Whether vectors are scaled to norm 1.</param>
internal sealed class ReferenceTransforms(ReferenceTransformSpec spec, bool normalizes, float[] parameters)
{
    private readonly float[] _mean = spec.Centers ? parameters[..spec.Dimensions] : [];
    private readonly float[][] _rows = spec.HasMatrix
        ? [.. parameters[(spec.Centers ? spec.Dimensions : 0)..].Take(spec.Dimensions * spec.OutputDimensions).Chunk(spec.Dimensions)]
        : [];

    private readonly RotationReference? _rotation = spec.HasHadamard
        ? new RotationReference(spec.OutputDimensions, SignBits(parameters[^(4 * spec.OutputDimensions)..], spec.OutputDimensions))
        : null;

    /// <summary>A vector as it is quantized.</summary>
    public float[] Apply(ReadOnlySpan<float> vector) => Turn(Shifted(vector, centers: true));

    /// <summary>A decoded vector.</summary>
    public float[] ApplyInverse(ReadOnlySpan<float> transformed)
    {
        float[] x = TurnBack(transformed);
        return _mean.Length == 0 ? x : [.. x.Zip(_mean, static (value, mean) => value + mean)];
    }

    /// <summary>A query, and what is added to its scores.</summary>
    public (float[] Values, float Bias) ApplyToQuery(ReadOnlySpan<float> query, Metric metric, bool centersProducts = false)
    {
        if (metric == Metric.Hamming)
        {
            return (Apply(query), 0);
        }

        if (metric == Metric.SquaredL2)
        {
            float[] x = Shifted(query, centers: true);
            float[] z = Turn(x);
            return (z, z.Length == x.Length ? 0 : (float)-Math.Max(0, Product(x, x) - Product(z, z)));
        }

        float[] q = Shifted(query, centers: false);
        return (Turn(Shifted(query, centersProducts)), _mean.Length == 0 ? 0 : (float)Product(q, _mean));
    }

    /// <summary>The inner product of two decoded vectors, given before they are brought back.</summary>
    public float Product(float[] first, float[] second, bool centers)
    {
        double sum = Product(first, second);
        if (centers)
        {
            float[] mean = Turn(_mean);
            sum += Product(mean, first) + Product(mean, second) + Product(_mean, _mean);
        }

        return (float)sum;
    }

    /// <summary>The linear transforms backwards.</summary>
    public float[] TurnBack(ReadOnlySpan<float> transformed)
    {
        float[] y = _rotation is null ? transformed.ToArray() : _rotation.RotateBack(transformed);
        if (_rows.Length == 0)
        {
            return y;
        }

        var x = new float[spec.Dimensions];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
            {
                float product = _rows[j][i] * y[j];
                x[i] += product;
            }
        }

        return x;
    }

    public IReadOnlyList<float> Mean => _mean;

    /// <summary>The mean after the linear transforms; empty without one.</summary>
    public float[] TransformedMean => _mean.Length == 0 ? [] : Turn(_mean);

    private static byte[] SignBits(float[] signs, int dimensions)
    {
        var bits = new List<byte>();
        foreach (float[] round in signs.Chunk(dimensions))
        {
            bits.AddRange(round.Chunk(8).Select(eight => (byte)eight.Index().Sum(sign => sign.Item < 0 ? 1 << sign.Index : 0)));
        }

        return [.. bits];
    }

    /// <summary>Eight partial sums in double precision, combined as a tree.</summary>
    private static double Product(IReadOnlyList<float> left, IReadOnlyList<float> right)
    {
        var p = new double[8];
        for (int i = 0; i < left.Count; i++)
        {
            p[i % 8] += (double)left[i] * right[i];
        }

        return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
    }

    private float[] Shifted(ReadOnlySpan<float> vector, bool centers)
    {
        float[] x = vector.ToArray();
        if (normalizes)
        {
            double square = Product(x, x);
            float factor = square >= Math.ScaleB(1, -252) ? (float)(1.0 / Math.Sqrt(square)) : 0;
            x = Array.ConvertAll(x, value => value * factor);
        }

        return centers && _mean.Length != 0 ? [.. x.Zip(_mean, static (value, mean) => value - mean)] : x;
    }

    private float[] Turn(float[] x)
    {
        float[] y = x;
        if (_rows.Length != 0)
        {
            y = Array.ConvertAll(_rows, row =>
            {
                float sum = 0;
                for (int i = 0; i < row.Length; i++)
                {
                    float product = row[i] * x[i];
                    sum += product;
                }

                return sum;
            });
        }

        return _rotation is null ? y : _rotation.Rotate(y);
    }
}
