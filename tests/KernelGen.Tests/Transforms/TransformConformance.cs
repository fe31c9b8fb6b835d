using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Transforms;

/// <summary>Compares a codec with transforms with the oracle.</summary>
internal sealed class TransformConformance<TCodec> : CodecChecks<TCodec>, ICodecConformance
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly ReferenceTransformedScheme _scheme;
    private readonly ScoreCase _scores;
    private readonly ScoreCase? _manyScores;
    private readonly Accumulation _accumulation;
    private readonly Pair[] _pairs;

    public TransformConformance(ReferenceTransformedScheme scheme)
        : this(scheme, new Random(SampledSchemes.Seed + scheme.Dimensions))
    {
    }

    private TransformConformance(ReferenceTransformedScheme scheme, Random random)
        : this(scheme, random, TransformVectors.Rows(random, scheme.Dimensions))
    {
    }

    private TransformConformance(ReferenceTransformedScheme scheme, Random random, float[][] rows)
        : this(scheme, random, rows, TransformVectors.Oracle(scheme, random, rows))
    {
    }

    private TransformConformance(ReferenceTransformedScheme scheme, Random random, float[][] rows, ReferenceTransformedCodec oracle)
        : base(scheme, oracle, Loaded(oracle), random, rows)
    {
        _scheme = scheme;
        _scores = ScoresOf(Codes, TestVectors.Queries(scheme.Dimensions, random, near: rows[0]));
        _manyScores = scheme.Inner is ReferenceRotatedScheme { Bits: 1 } ? Repeated(_scores, Math.Min(BlockRows, 2100)) : null;
        _accumulation = Accumulated(Enumerable.Range(0, rows.Length));
        _pairs = [.. Paired()];
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        foreach (Placement placement in placements is [] ? Enum.GetValues<Placement>() : placements)
        {
            Context = $"{_scheme.Text}, {tier}, {placement}, seed {SampledSchemes.Seed}";
            CheckResults(tier, placement, _scores, _accumulation, _pairs);
        }

        if (_manyScores is not null)
        {
            // More rows than are scored at once.
            CheckScores(tier, Placement.AgainstEnd, _manyScores);
            CheckSearch(tier, _manyScores.Codes, _manyScores.Queries, [1, 9], new Collector(10, IsUsed: true), new Collector(50, HasMinimum: true));
        }

        byte[][] codes = [.. Codes.Concat(Codes).Take(BlockRows)];
        CheckSearch(tier, codes, _scores.Queries, [1, 4, 9], new Collector(1), new Collector(3), new Collector(codes.Length + 5));
    }

    public void RunWithoutTier()
    {
        CheckLayout();
        byte[] before = [.. Enumerable.Repeat((byte)0x5A, Layout.BlockBytes)];
        Array.ForEach(Enum.GetValues<Placement>(), placement => CheckPack(placement, Codes, before, (0, 1), (BlockRows - 11, 11)));
        CheckPersistence();
        CheckRejections();
    }

    /// <summary>The same codes again and again.</summary>
    private static ScoreCase Repeated(ScoreCase scores, int rows)
    {
        T[] Repeat<T>(T[] values) => [.. Enumerable.Range(0, rows).Select(i => values[i % values.Length])];
        return new(Repeat(scores.Codes), scores.Queries, Array.ConvertAll(scores.Expected, Repeat));
    }
}
