using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Codebooks that try a product codec.</summary>
public enum TestCodebooks
{
    /// <summary>Channels that differ in spread and centre, some centroids twice.</summary>
    Ordinary,

    /// <summary>All centroids of a subspace are equal, and so all its table entries.</summary>
    AllEqual,

    /// <summary>One value is so great that one entry makes all others round to the same byte.</summary>
    OneHuge,

    /// <summary>Hardly anything but zeros of both signs.</summary>
    SignedZeros,

    /// <summary>One subspace has far greater entries than the others.</summary>
    OneDominates,

    /// <summary>Subnormal values: the step of the byte tables counts as zero.</summary>
    Tiny,

    /// <summary>Zero and a unit vector among small values, so that a query can bring an entry exactly to the limit.</summary>
    AtLimit,
}

/// <summary>The values of <see cref="TestCodebooks"/>, and the vectors that try them.</summary>
internal static class ProductVectors
{
    public static float[] Codebooks(ReferenceProductScheme scheme, TestCodebooks kind, Random random)
    {
        var codebooks = new List<float>(scheme.ParameterCount);
        int dimension = 0;
        for (int m = 0; m < scheme.Subspaces; m++)
        {
            float[][] centroids = [.. Enumerable.Range(0, scheme.Centroids).Select(_ => new float[scheme.DimensionsOf(m)])];
            for (int i = 0; i < centroids[0].Length; i++, dimension++)
            {
                foreach (float[] centroid in centroids)
                {
                    centroid[i] = ValueOf(kind, random, dimension);
                }
            }

            Arrange(centroids, kind, m, isMiddle: m == scheme.Subspaces / 2);
            codebooks.AddRange(centroids.SelectMany(centroid => centroid));
        }

        return [.. codebooks];
    }

    /// <summary>Rows to encode: special ones, some that overflow, centroids, and the middle between two.</summary>
    public static float[][] Rows(ReferenceProductCodec oracle, Random random, int count)
    {
        int d = oracle.Scheme.Dimensions;
        float[][] decoded = [.. Enumerable.Range(0, 5).Select(_ => oracle.Dequantize(Codes(oracle.Scheme, random)))];
        float[][] rows =
        [
            .. TestVectors.SpecialRows(random, d),
            TestVectors.Fill(d, _ => TestVectors.Gaussian(random) * 1e30f),
            TestVectors.Fill(d, _ => random.Next(2) == 0 ? 1e38f : -1e38f),
            .. decoded,
            TestVectors.Fill(d, i => (decoded[0][i] + decoded[1][i]) / 2),
            TestVectors.Fill(d, i => (decoded[2][i] / 2) + (decoded[3][i] / 2)),
            TestVectors.Fill(d, i => MathF.BitIncrement(decoded[4][i])),
        ];
        return
        [
            .. rows,
            .. Enumerable.Range(rows.Length, Math.Max(0, count - rows.Length)).Select(_ => TestVectors.Sample(random, d, 1)),
        ];
    }

    /// <summary>Row codes to score, some of them twice: at random, and such as are next to the best for a query.</summary>
    public static byte[][] RowCodes(ReferenceProductCodec oracle, float[][] queries, Random random, int count)
    {
        ReferenceProductScheme scheme = oracle.Scheme;
        int[][] best = Array.ConvertAll(queries, query =>
            Array.ConvertAll(oracle.Prepare(query).Entries, row => Array.IndexOf(row, row.Max())));
        var rows = new byte[count][];
        for (int r = 0; r < count; r++)
        {
            int[] codes = [.. r % 3 == 0 ? Codes(scheme, random) : best[r % best.Length]];
            for (int change = r % 4; change > 0; change--)
            {
                codes[random.Next(codes.Length)] = random.Next(scheme.Centroids);
            }

            rows[r] = new byte[oracle.Layout.CodeBytes];
            oracle.Layout.Write(codes, rows[r]);
            if (r % 11 == 10)
            {
                rows[r] = rows[r / 2];
            }
        }

        return rows;
    }

    /// <summary>Queries; with codebooks <see cref="TestCodebooks.AtLimit"/> also the greatest that are not rejected.</summary>
    public static float[][] Queries(ReferenceProductScheme scheme, TestCodebooks kind, Random random, float[] near)
    {
        float[][] queries = TestVectors.Queries(scheme.Dimensions, random, near);
        if (kind == TestCodebooks.AtLimit)
        {
            float greatest = MathF.BitDecrement(Limit(scheme.Metric));
            queries[0] = AtStarts(scheme, _ => greatest);
            queries[2] = AtStarts(scheme, m => m % 2 == 0 ? greatest : -greatest);
            queries[^1] = AtStarts(scheme, m => m == scheme.Subspaces - 1 ? -greatest : 1);
        }

        return queries;
    }

    /// <summary>Queries with an entry of exactly 2^112 in one subspace, for codebooks <see cref="TestCodebooks.AtLimit"/>, and far
    /// greater ones.</summary>
    public static IEnumerable<float[]> RejectedQueries(ReferenceProductScheme scheme)
    {
        foreach (int at in new[] { 0, scheme.Subspaces / 2, scheme.Subspaces - 1 })
        {
            yield return AtStarts(scheme, m => m == at ? Limit(scheme.Metric) : 0);
            yield return AtStarts(scheme, m => m == at ? -float.MaxValue : 0);
        }
    }

    /// <summary>The value that, alone in a subspace, makes an entry 2^112.</summary>
    private static float Limit(Metric metric) => MathF.ScaleB(1, metric == Metric.SquaredL2 ? 56 : 112);

    /// <summary>A vector with a value in the first dimension of every subspace, otherwise zero.</summary>
    private static float[] AtStarts(ReferenceProductScheme scheme, Func<int, float> valueOf) =>
        [.. Enumerable.Range(0, scheme.Subspaces).SelectMany(m => new float[scheme.DimensionsOf(m) - 1].Prepend(valueOf(m)))];

    private static int[] Codes(ReferenceProductScheme scheme, Random random) =>
        [.. Enumerable.Range(0, scheme.Subspaces).Select(_ => random.Next(scheme.Centroids))];

    private static float ValueOf(TestCodebooks kind, Random random, int dimension) => kind switch
    {
        TestCodebooks.SignedZeros => random.Next(9) switch { 0 => 1, < 5 => 0f, _ => -0f },
        TestCodebooks.Tiny => TestVectors.Gaussian(random) * 1e-40f,
        TestCodebooks.AtLimit => Math.Clamp(TestVectors.Gaussian(random) / 4, -1, 1),
        _ => ((1 + (dimension % 5)) * TestVectors.Gaussian(random)) + (dimension % 3),
    };

    private static void Arrange(float[][] centroids, TestCodebooks kind, int m, bool isMiddle)
    {
        switch (kind)
        {
            case TestCodebooks.Ordinary when m % 3 == 1 || (m % 3 == 0 && centroids.Length > 4):
                centroids[^1] = centroids[0];
                centroids[centroids.Length / 2] = centroids[^2];
                break;
            case TestCodebooks.AllEqual:
                Array.Fill(centroids, centroids[0]);
                break;
            case TestCodebooks.OneHuge when isMiddle:
                centroids[centroids.Length / 2][^1] = 1e15f;
                break;
            case TestCodebooks.OneDominates when isMiddle:
                for (int j = 0; j < centroids.Length; j++)
                {
                    centroids[j] = Array.ConvertAll(centroids[j], x => x * 1e4f);
                }

                break;
            case TestCodebooks.AtLimit:
                centroids[0].AsSpan().Clear();
                centroids[^1].AsSpan().Clear();
                centroids[^1][0] = 1;
                break;
        }
    }
}
