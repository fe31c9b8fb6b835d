using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Compares a product codec with the oracle: with ordinary codebooks by every check, with extreme ones by those of results.</summary>
internal sealed class ProductConformance<TCodec> : ICodecConformance
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>The most values of codebooks that are tried with every kind.</summary>
    private const int MostExtremeValues = 100_000;

    private readonly ProductChecks<TCodec>[] _checks;
    private readonly bool _isThorough;

    /// <param name="isThorough">False for what a wrong number of subspaces can break, no more.</param>
    public ProductConformance(ReferenceProductScheme scheme, bool isThorough)
    {
        _isThorough = isThorough;
        TestCodebooks[] kinds = isThorough && scheme.ParameterCount <= MostExtremeValues
            ? Enum.GetValues<TestCodebooks>()
            : [TestCodebooks.Ordinary];
        _checks = Array.ConvertAll(kinds, kind => ProductChecks<TCodec>.Create(scheme, kind));
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        foreach (Placement placement in !_isThorough ? [Placement.AgainstEnd] : placements is [] ? Enum.GetValues<Placement>() : placements)
        {
            _checks[0].CheckResults(tier, placement, isThorough: _isThorough);
        }

        _checks[0].CheckSearch(tier, isThorough: _isThorough);
        foreach (ProductChecks<TCodec> extreme in _checks[1..])
        {
            extreme.CheckResults(tier, Placement.AgainstEnd, isThorough: true);
            extreme.CheckSearch(tier, isThorough: false);
        }
    }

    public void RunWithoutTier()
    {
        _checks[0].CheckContract(isThorough: _isThorough);
        if (_checks is [.., { Kind: TestCodebooks.AtLimit } atLimit])
        {
            atLimit.CheckLimit();
        }
    }
}

/// <summary>The checks of a product codec with one set of codebooks.</summary>
internal sealed partial class ProductChecks<TCodec> : CodebookChecks<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly ReferenceProductScheme _scheme;
    private readonly ReferenceProductCodec _oracle;
    private readonly ScoreCase _scores;
    private readonly ScoreCase _approximate;
    private readonly Accumulation _accumulation;
    private readonly Pair[] _pairs;

    private ProductChecks(ReferenceProductCodec oracle, TestCodebooks kind, Random random)
        : base(
            oracle.Scheme,
            oracle,
            random,
            ProductVectors.Rows(oracle, random, count: oracle.Scheme.ParameterCount <= 20_000 ? 37 : 1))
    {
        _scheme = oracle.Scheme;
        _oracle = oracle;
        Kind = kind;
        float[][] queries = ProductVectors.Queries(_scheme, kind, random, near: Rows[0]);
        byte[][] codes = [.. Codes, .. ProductVectors.RowCodes(oracle, queries, random, count: Math.Max(0, Math.Min(BlockRows, 160) - Codes.Length))];
        _scores = ScoresOf(codes, queries);
        _approximate = _scores with { Expected = Array.ConvertAll(queries, query => oracle.ApproximateScores(query, codes)) };
        _accumulation = Accumulated(Enumerable.Range(0, Rows.Length));
        _pairs = [.. Paired()];
    }

    /// <summary>Which codebooks these are.</summary>
    public TestCodebooks Kind { get; }

    public static ProductChecks<TCodec> Create(ReferenceProductScheme scheme, TestCodebooks kind)
    {
        var random = new Random(SampledSchemes.Seed + (31 * scheme.Dimensions) + (int)kind);
        var oracle = new ReferenceProductCodec(scheme, ProductVectors.Codebooks(scheme, kind, random));
        return new ProductChecks<TCodec>(oracle, kind, random);
    }

    public void CheckResults(CpuTier tier, Placement placement, bool isThorough)
    {
        Context = $"{_scheme.Text}, codebooks {Kind}, {tier}, {placement}, seed {SampledSchemes.Seed}";
        CheckEncode(tier, placement);
        CheckScores(tier, placement, _scores);
        CheckScores(tier, placement, _approximate, Codec.ScanApproximate, "approximate score");
        if (isThorough)
        {
            CheckDecode(tier, placement, _scores.Codes);
            CheckAccumulate(tier, placement, _accumulation);
            CheckPairs(tier, placement, _pairs);
        }
    }

    public void CheckSearch(CpuTier tier, bool isThorough)
    {
        float[][] queries = _scores.Queries;

        // With 8 bits more than the 1,024 after which a search may give up its bounds.
        byte[][] codes = ProductVectors.RowCodes(_oracle, queries, Random, count: Math.Min(BlockRows, _scheme.Bits == 8 ? 2100 : 1000));
        Collector[] collectors =
        [
            new(10), new(1, IsUsed: true), new(codes.Length + 5), new(codes.Length / 2), new(20, HasMinimum: true), new(7, IsFiltered: true, IsUsed: true),
        ];
        CheckSearch(tier, codes, queries, isThorough ? [1, 4, 9] : [5], collectors);
        if (isThorough)
        {
            // The ends of groups of rows.
            foreach (int rows in new[] { 0, 1, 31, 32, 33, 63, 64, 65, 100, codes.Length - 1 }.Where(rows => rows < codes.Length))
            {
                CheckSearch(tier, codes[..rows], queries, [2], new Collector(1), new Collector(10, IsUsed: true));
            }
        }
    }
}
