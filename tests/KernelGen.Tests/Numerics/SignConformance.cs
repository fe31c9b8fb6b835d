using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Compares a codec of signs with the oracle.</summary>
internal sealed class SignConformance<TCodec> : CodecChecks<TCodec>, ICodecConformance
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly ReferenceSignScheme _scheme;
    private readonly ScoreCase _scores;
    private readonly Accumulation _accumulation;
    private readonly Pair[] _pairs;

    public SignConformance(ReferenceSignScheme scheme)
        : this(scheme, new Random(SampledSchemes.Seed + scheme.Dimensions))
    {
    }

    private SignConformance(ReferenceSignScheme scheme, Random random)
        : base(scheme, new ReferenceSignCodec(scheme), Loaded(new ReferenceSignCodec(scheme)), random, Vectors(random, scheme.Dimensions))
    {
        _scheme = scheme;
        float[][] queries = [.. TestVectors.Queries(scheme.Dimensions, random, near: Rows[0]), .. ExtremeQueries(random)];

        // Codes that agree with queries in every bit, and in none: their sums are the greatest and least ones.
        byte[][] codes = [.. Codes, .. queries.SelectMany(query => new[] { CodeOf(query), CodeOf([.. query.Select(static x => -x)]) }), .. RandomCodes(29)];
        _scores = ScoresOf(codes, queries);
        _accumulation = Accumulated(Enumerable.Range(0, Rows.Length));
        _pairs = [.. Paired()];
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        foreach (Placement placement in placements is [] ? Enum.GetValues<Placement>() : placements)
        {
            Context = $"{_scheme.Text}, {tier}, {placement}, seed {SampledSchemes.Seed}";
            CheckResults(tier, placement, _scores, _accumulation, _pairs);
        }

        byte[][] codes = [.. _scores.Codes, .. RandomCodes(Math.Min(BlockRows, 1000) - _scores.Codes.Length)];
        Collector[] collectors =
        [
            new(10), new(1, IsUsed: true), new(codes.Length + 5), new(20, HasMinimum: true), new(7, IsFiltered: true, IsUsed: true),
        ];
        CheckSearch(tier, codes, _scores.Queries, [1, 4, 9], collectors);
        foreach (int rows in new[] { 0, 1, 7, 8, 9, 31, 32, 33, codes.Length - 1 }.Where(rows => rows < codes.Length))
        {
            CheckSearch(tier, codes[..rows], _scores.Queries, [2], new Collector(1), new Collector(10, IsUsed: true));
        }
    }

    public void RunWithoutTier()
    {
        CheckLayout();
        byte[][] codes = [.. Codes, .. RandomCodes(BlockRows)];
        foreach (Placement placement in Enum.GetValues<Placement>())
        {
            CheckPack(placement, codes, Taken(0x5A), (0, 1), (1, 17), (15, 2), (BlockRows - 1, 1), (BlockRows - 33, 33), (0, BlockRows));
            CheckPack(placement, codes, Taken(0xFF), (0, BlockRows));
        }

        CheckPersistence();
        CheckRejections();
    }

    /// <summary>Rows of every kind, of which long ones are few.</summary>
    private static float[][] Vectors(Random random, int dimensions) =>
        [.. TestVectors.SpecialRows(random, dimensions), .. Enumerable.Range(0, dimensions > 1000 ? 2 : 20).Select(_ => TestVectors.Gaussians(random, dimensions))];

    /// <summary>A block that was in use, with bytes that no row has written.</summary>
    private static byte[] Taken(byte content) => [.. Enumerable.Repeat(content, Layout.BlockBytes)];

    /// <summary>Queries whose integers reach their greatest value, whose sums come closest to 16 bits, and whose steps are least and greatest.</summary>
    private float[][] ExtremeQueries(Random random)
    {
        int d = _scheme.Dimensions;
        return
        [
            TestVectors.Fill(d, i => i % 3 == 0 ? -1 : 1),
            TestVectors.Fill(d, _ => -0.7f),
            TestVectors.Fill(d, i => i == d / 2 ? 1e30f : 1),
            TestVectors.Fill(d, i => i % 2 == 0 ? float.MaxValue : -float.MaxValue),
            TestVectors.Fill(d, _ => TestVectors.Gaussian(random) * 1e-37f),
            TestVectors.Fill(d, _ => TestVectors.Gaussian(random) * 1e-40f),
            TestVectors.Fill(d, i => i % 2 == 0 ? -0f : 0f),

            // Half steps, which rounding to even takes up and down.
            TestVectors.Fill(d, i => i == 0 ? 63 : (i % 126) - 63 + 0.5f),
        ];
    }

    private byte[] CodeOf(float[] vector)
    {
        var code = new byte[Oracle.CodeBytes];
        Oracle.Encode(vector, code);
        return code;
    }

    private IEnumerable<byte[]> RandomCodes(int count) =>
        Enumerable.Range(0, Math.Max(0, count)).Select(_ => CodeOf(TestVectors.Fill(_scheme.Dimensions, _ => Random.Next(2) - 0.5f)));
}
