using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Compares a codec that adds centroids with the oracle: with ordinary codebooks by every check, with extreme ones by those of results.</summary>
internal sealed class AdditiveConformance<TCodec> : ICodecConformance
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>The most values of codebooks that are tried with every kind.</summary>
    private const int MostExtremeValues = 6_000;

    private readonly AdditiveChecks<TCodec>[] _checks;

    public AdditiveConformance(ReferenceAdditiveScheme scheme)
    {
        AdditiveCodebooks[] kinds = scheme.ParameterCount <= MostExtremeValues ? Enum.GetValues<AdditiveCodebooks>() : [AdditiveCodebooks.Ordinary];
        _checks = Array.ConvertAll(kinds, kind => AdditiveChecks<TCodec>.Create(scheme, kind));
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        foreach (Placement placement in placements is [] ? Enum.GetValues<Placement>() : placements)
        {
            _checks[0].CheckResults(tier, placement);
        }

        _checks[0].CheckSearch(tier);
        foreach (AdditiveChecks<TCodec> extreme in _checks[1..])
        {
            extreme.CheckResults(tier, Placement.AgainstEnd);
        }
    }

    public void RunWithoutTier()
    {
        _checks[0].CheckContract();
        foreach (AdditiveChecks<TCodec> extreme in _checks)
        {
            extreme.CheckLimit();
        }
    }
}

/// <summary>The checks of a codec that adds centroids with one set of codebooks.</summary>
internal sealed class AdditiveChecks<TCodec> : CodebookChecks<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly ReferenceAdditiveScheme _scheme;
    private readonly ReferenceAdditiveCodec _oracle;
    private readonly AdditiveCodebooks _kind;
    private readonly ScoreCase _scores;
    private readonly Accumulation _accumulation;
    private readonly Pair[] _pairs;

    private AdditiveChecks(ReferenceAdditiveCodec oracle, AdditiveCodebooks kind, Random random)
        : base(oracle.Scheme, oracle, random, AdditiveVectors.Rows(oracle, random))
    {
        _scheme = oracle.Scheme;
        _oracle = oracle;
        _kind = kind;
        byte[][] codes = [.. Codes, .. AdditiveVectors.RowCodes(oracle, random, count: Math.Max(0, Math.Min(BlockRows, 70) - Codes.Length))];
        _scores = ScoresOf(codes, AdditiveVectors.Queries(_scheme, kind, random, near: Rows[0]));

        // Without those rows whose sums leave the range of single precision.
        _accumulation = Accumulated(Enumerable.Range(0, Rows.Length).Where(i => _scheme.Norm == Norm.None || Rows[i].Max(Math.Abs) < 1e15f));
        _pairs = [.. Paired()];
    }

    public static AdditiveChecks<TCodec> Create(ReferenceAdditiveScheme scheme, AdditiveCodebooks kind)
    {
        var random = new Random(SampledSchemes.Seed + (31 * scheme.Dimensions) + (int)kind);
        return new(new ReferenceAdditiveCodec(scheme, AdditiveVectors.Codebooks(scheme, kind, random)), kind, random);
    }

    public void CheckResults(CpuTier tier, Placement placement)
    {
        Context = $"{_scheme.Text}, beam {_scheme.Beam}, codebooks {_kind}, {tier}, {placement}, seed {SampledSchemes.Seed}";
        CheckResults(tier, placement, _scores, _accumulation, _pairs);
        CheckScores(tier, placement, _scores, Codec.ScanApproximate, "approximate score");
    }

    public void CheckSearch(CpuTier tier)
    {
        byte[][] codes = AdditiveVectors.RowCodes(_oracle, Random, count: Math.Min(BlockRows, 600));
        CheckSearch(
            tier, codes, _scores.Queries, [1, 5], new(10, IsUsed: true), new(1, IsUsed: true), new(codes.Length + 5), new(20, HasMinimum: true), new(7, IsFiltered: true, IsUsed: true));
        foreach (int rows in new[] { 0, 1, 31, 32, 33, 255, 256, 257 }.Where(rows => rows <= codes.Length))
        {
            CheckSearch(tier, codes[..rows], _scores.Queries, [2], new Collector(1), new Collector(10, IsUsed: true));
        }
    }

    public void CheckContract()
    {
        CheckLayout();
        Assert.Null(Layout.Codebooks);
        Assert.Equal(AdditiveVectors.ShapeOf(_scheme), Layout.AdditiveCodebooks);
        byte[][] others = AdditiveVectors.RowCodes(_oracle, Random, BlockRows);
        foreach (Placement placement in Enum.GetValues<Placement>())
        {
            CheckPacks(placement, others);
        }

        Context = _scheme.Text;
        CheckPersistence();
        CheckRejections();
        CheckCodebooks();
        CheckTraining();
    }

    /// <summary>Queries with an entry of exactly the limit are rejected; the greatest below it are among those that are scored.</summary>
    public void CheckLimit()
    {
        // A normalised query cannot reach it.
        if (_kind != AdditiveCodebooks.AtLimit || _scheme.Metric == Metric.Cosine)
        {
            return;
        }

        CheckLimit(_scores.Queries[3], AdditiveVectors.RejectedQueries(_scheme));
    }
}
