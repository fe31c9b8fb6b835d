using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Numerics;

/// <summary>Checks of a codec that is known only by its type.</summary>
internal interface IScoreErrorChecks
{
    void Holds();

    void HasNone();
}

/// <inheritdoc cref="IScoreErrorChecks"/>
internal sealed class ScoreErrorChecks<TCodec> : IScoreErrorChecks
    where TCodec : class, IVectorCodec<TCodec>
{
    private const int Rows = 64;

    private static readonly int s_dimensions = TCodec.Layout.Dimensions;

    private readonly TCodec _codec = TestCodecs.Create<TCodec>(Vectors(new Random(1), 300, 1));

    public void Holds()
    {
        var random = new Random(2);
        double closest = 0;
        foreach (float size in new[] { 1e-20f, 1e-3f, 1, 300 })
        {
            float[] vectors = Vectors(random, Rows, size);
            vectors.AsSpan(0, s_dimensions).Clear();
            vectors[(5 * s_dimensions) + 1] *= 100;
            foreach (float querySize in new[] { 1e-30f, 1, 200 })
            {
                float[] queries = Vectors(random, 6, querySize);
                vectors.AsSpan(7 * s_dimensions, s_dimensions).CopyTo(queries.AsSpan(s_dimensions));
                queries.AsSpan(2 * s_dimensions, s_dimensions).Clear();
                queries[3 * s_dimensions] *= 50;
                closest = Math.Max(closest, queries.Chunk(s_dimensions).Max(query => Closest(vectors, query)));
            }
        }

        // A bound that is never approached would be useless: sums of floats come within a tenth or so, roundings of queries within a third.
        Assert.InRange(closest, 0.005, 1);
        Assert.Equal(double.MaxValue, _codec.ScoreError(new byte[TCodec.Layout.QueryBytes], 1e30, 1e30));
    }

    public void HasNone()
    {
        Assert.Equal(double.PositiveInfinity, _codec.ScoreError(new byte[TCodec.Layout.QueryBytes], 1, 1));
    }

    /// <summary>The greatest share of the bound that an error takes.</summary>
    private double Closest(float[] vectors, float[] query)
    {
        bool isCosine = TCodec.Layout.Metric == Metric.Cosine;
        var codes = new byte[Rows * TCodec.Layout.CodeBytes];
        var block = new byte[TCodec.Layout.BlockBytes];
        var decoded = new float[vectors.Length];
        var prepared = new byte[TCodec.Layout.QueryBytes];
        var scores = new float[Rows];
        _codec.Encode(vectors, codes);
        _codec.Decode(codes, decoded);
        _codec.Prepare(query, prepared);
        _codec.Pack(codes, block, 0);
        double norm = Math.Sqrt(query.Sum(static value => (double)value * value));
        double scale = !isCosine ? 1 : norm * norm >= Math.ScaleB(1, -252) ? 1 / norm : 0;
        double greatest = decoded.Chunk(s_dimensions).Max(static row => Math.Sqrt(row.Sum(static value => (double)value * value)));
        double bound = _codec.ScoreError(prepared, isCosine ? 1 : norm, greatest);
        double share = 0;
        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
        {
            _codec.Scan(prepared, block, 0, Rows, scores, tier);
            for (int row = 0; row < Rows; row++)
            {
                double exact = 0;
                for (int d = 0; d < s_dimensions; d++)
                {
                    (double x, double q) = (decoded[(row * s_dimensions) + d], query[d] * scale);
                    exact += TCodec.Layout.Metric == Metric.SquaredL2 ? -(x - q) * (x - q) : x * q;
                }

                double error = Math.Abs(exact - scores[row]);
                Assert.True(error <= bound, $"row {row}: {scores[row]} lies {error} from {exact}, beyond {bound}");
                share = Math.Max(share, bound > 0 ? error / bound : 0);
            }
        }

        return share;
    }

    private static float[] Vectors(Random random, int count, float size) =>
        [.. Enumerable.Range(0, count * s_dimensions).Select(_ => size * ((2 * random.NextSingle()) - 1))];
}
