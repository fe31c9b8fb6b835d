using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Codebooks that try a codec which adds centroids.</summary>
public enum AdditiveCodebooks
{
    /// <summary>Each stage finer than the one before; some centroids twice.</summary>
    Ordinary,

    /// <summary>All centroids of a codebook are equal, so that every choice is a tie.</summary>
    AllEqual,

    /// <summary>Zeros of both signs and a few ones.</summary>
    SignedZeros,

    /// <summary>Subnormal values.</summary>
    Tiny,

    /// <summary>Zero and a unit vector among small values, so that a query can bring an entry exactly to the limit.</summary>
    AtLimit,

    /// <summary>As long as centroids may be: sums of them are longer than a norm may be.</summary>
    Long,
}

/// <summary>The values of <see cref="AdditiveCodebooks"/>, and the vectors that try them.</summary>
internal static class AdditiveVectors
{
    public static AdditiveShape ShapeOf(ReferenceAdditiveScheme scheme) => scheme.IsShared
        ? AdditiveShape.Additive(scheme.Dimensions, scheme.Stages, scheme.Bits, scheme.GroupSize)
        : AdditiveShape.Residual(scheme.Dimensions, scheme.Stages, scheme.Bits, scheme.Subspaces);

    public static float[] Codebooks(ReferenceAdditiveScheme scheme, AdditiveCodebooks kind, Random random)
    {
        var values = new List<float>(scheme.ParameterCount);
        for (int k = 0; k < (scheme.IsShared ? 1 : scheme.Groups); k++)
        {
            int length = scheme.IsShared ? scheme.GroupSize : scheme.DimensionsOf(k);
            for (int s = 0; s < scheme.Stages; s++)
            {
                float[][] book = [.. Enumerable.Range(0, scheme.Centroids).Select(_ => Centroid(kind, random, length, s))];
                Arrange(book, kind, s);
                values.AddRange(book.SelectMany(centroid => centroid));
            }
        }

        return [.. values];
    }

    /// <summary>Rows to encode: special ones, some that overflow, sums of centroids, and the middle between two.</summary>
    public static float[][] Rows(ReferenceAdditiveCodec oracle, Random random)
    {
        int d = oracle.Scheme.Dimensions;
        float[][] decoded = [.. Enumerable.Range(0, 4).Select(_ => oracle.Dequantize(RandomCodes(oracle.Scheme, random)))];
        return
        [
            .. TestVectors.SpecialRows(random, d),
            TestVectors.Fill(d, _ => random.Next(2) == 0 ? 1e38f : -1e38f),
            .. decoded,
            TestVectors.Fill(d, i => (decoded[0][i] + decoded[1][i]) / 2),
            TestVectors.Fill(d, i => MathF.BitIncrement(decoded[2][i])),
            .. Enumerable.Range(0, d < 500 ? 12 : 2).Select(_ => TestVectors.Gaussians(random, d)),
        ];
    }

    /// <summary>Row codes at random, every fourth a second time.</summary>
    public static byte[][] RowCodes(ReferenceAdditiveCodec oracle, Random random, int count)
    {
        var rows = new byte[count][];
        for (int r = 0; r < count; r++)
        {
            rows[r] = new byte[oracle.Layout.CodeBytes];
            if (r % 4 == 3)
            {
                rows[r] = rows[r / 2];
            }
            else
            {
                oracle.Write(RandomCodes(oracle.Scheme, random), MathF.Abs(TestVectors.Gaussian(random)), rows[r]);
            }
        }

        return rows;
    }

    /// <summary>Queries; with codebooks <see cref="AdditiveCodebooks.AtLimit"/> also the greatest that are not rejected.</summary>
    public static float[][] Queries(ReferenceAdditiveScheme scheme, AdditiveCodebooks kind, Random random, float[] near)
    {
        float[][] queries = TestVectors.Queries(scheme.Dimensions, random, near);
        if (kind == AdditiveCodebooks.AtLimit)
        {
            float greatest = MathF.BitDecrement(Limit(scheme));
            queries[0] = At(scheme, 0, greatest);
            queries[^1] = At(scheme, scheme.Groups - 1, -greatest);
        }

        return queries;
    }

    /// <summary>Queries with exactly 2^112 in one group, for codebooks <see cref="AdditiveCodebooks.AtLimit"/>, and far greater ones.</summary>
    public static IEnumerable<float[]> RejectedQueries(ReferenceAdditiveScheme scheme)
    {
        foreach (int group in new[] { 0, scheme.Groups / 2, scheme.Groups - 1 })
        {
            yield return At(scheme, group, Limit(scheme));
            yield return At(scheme, group, -float.MaxValue);
        }
    }

    /// <summary>The value that, alone in a query, makes an entry, or its squared norm, 2^112.</summary>
    private static float Limit(ReferenceAdditiveScheme scheme) => MathF.ScaleB(1, scheme.Metric == Metric.SquaredL2 ? 56 : 112);

    private static float[] At(ReferenceAdditiveScheme scheme, int group, float value)
    {
        var query = new float[scheme.Dimensions];
        query[scheme.StartOf(group)] = value;
        return query;
    }

    private static int[] RandomCodes(ReferenceAdditiveScheme scheme, Random random) =>
        [.. Enumerable.Range(0, scheme.Codes).Select(_ => random.Next(scheme.Centroids))];

    private static float[] Centroid(AdditiveCodebooks kind, Random random, int length, int stage) => TestVectors.Fill(length, i => kind switch
    {
        AdditiveCodebooks.SignedZeros => random.Next(9) switch { 0 => 1, < 5 => 0f, _ => -0f },
        AdditiveCodebooks.Tiny => TestVectors.Gaussian(random) * 1e-40f,
        AdditiveCodebooks.AtLimit => Math.Clamp(TestVectors.Gaussian(random) / 4, -1, 1),
        AdditiveCodebooks.Long => (float)((random.Next(2) == 0 ? 1 : -1) * Math.ScaleB(1, 63) / Math.Sqrt(length)),
        _ => ((1 + (i % 3)) * TestVectors.Gaussian(random) * MathF.ScaleB(1, -Math.Min(stage, 20))) + (stage == 0 ? i % 2 : 0),
    });

    private static void Arrange(float[][] book, AdditiveCodebooks kind, int stage)
    {
        switch (kind)
        {
            case AdditiveCodebooks.Ordinary when stage % 2 == 0 && book.Length > 4:
                book[^1] = book[0];
                book[book.Length / 2] = book[^2];
                break;
            case AdditiveCodebooks.AllEqual:
                Array.Fill(book, book[0]);
                break;
            case AdditiveCodebooks.AtLimit:
                book[0].AsSpan().Clear();
                book[^1].AsSpan().Clear();
                book[^1][0] = 1;
                break;
        }
    }
}
