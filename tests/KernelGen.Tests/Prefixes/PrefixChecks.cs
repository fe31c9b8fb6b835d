using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>The checks of a codec's prefixes.</summary>
internal sealed class PrefixChecks<TCodec> : CodecChecks<TCodec>
    where TCodec : class, IPrefixCodec<TCodec>
{
    private readonly IReferenceScheme _scheme;
    private readonly bool _hasTables;
    private readonly byte[][] _searched;
    private readonly Dictionary<int, ScoreCase> _scores = [];

    private PrefixChecks(IReferenceScheme scheme, IReferencePrefixCodec oracle, TCodec codec, Random random, float[][] rows, byte[][] searched)
        : base(scheme, oracle, codec, random, rows)
    {
        _scheme = scheme;
        _hasTables = scheme is ReferenceProductScheme;

        // Every vector twice, for ties.
        _searched = [.. Codes.Where((_, i) => _hasTables || rows[i].Max(Math.Abs) < 1e17f).SelectMany(code => new[] { code, code }).Concat(searched).Take(BlockRows)];
        foreach (int prefix in scheme.Prefixes)
        {
            float[][] queries = TestVectors.Queries(prefix, random, near: rows[0]);
            byte[][] codes = [.. Codes, .. searched.Take(100)];
            _scores[prefix] = new(codes, queries, Array.ConvertAll(queries, query => oracle.PrefixScores(query, codes)));
        }
    }

    public static PrefixChecks<TCodec> OfValues(ReferenceScheme scheme, Random random)
    {
        float[] sample = TestVectors.Sample(random, scheme.Dimensions, rows: 33);
        var options = new TrainingOptions { Quantile = CodecConformance<TCodec>.QuantileOf(scheme) };
        ReferenceCodec oracle = ReferenceCodec.Train(scheme, sample, options.Quantile);
        float[][] rows = TestVectors.Rows(scheme, random, count: 37);

        // The first dimensions may be all there is, or nothing.
        int prefix = scheme.Prefixes[0];
        rows[^1].AsSpan(0, prefix).Clear();
        rows[^2].AsSpan(prefix).Clear();
        return new(scheme, oracle, TCodec.Train(sample, options), random, rows, []);
    }

    public static PrefixChecks<TCodec> OfProduct(ReferenceProductScheme scheme, Random random)
    {
        var oracle = new ReferenceProductCodec(scheme, ProductVectors.Codebooks(scheme, TestCodebooks.Ordinary, random));
        float[][] rows = ProductVectors.Rows(oracle, random, count: 17);
        float[][] queries = ProductVectors.Queries(scheme, TestCodebooks.Ordinary, random, near: rows[0]);
        return new(scheme, oracle, Loaded(oracle), random, rows, ProductVectors.RowCodes(oracle, queries, random, count: 500));
    }

    public void Run(CpuTier tier, IReadOnlyList<Placement> placements)
    {
        foreach ((int prefix, ScoreCase scores) in _scores)
        {
            Kernels kernels = Of(prefix);
            foreach (Placement placement in placements)
            {
                Context = $"{_scheme.Text}, {tier}, {placement}, seed {SampledSchemes.Seed}";
                CheckScores(tier, placement, scores, kernels);
            }

            CheckSearch(
                kernels,
                tier,
                _searched,
                scores.Queries,
                [1, 4, 9],
                new Collector(1),
                new Collector(10, IsUsed: true),
                new Collector(5, HasMinimum: true, IsFiltered: true),
                new Collector(_searched.Length + 5));
        }
    }

    /// <summary>What is told about prefixes, and what is refused.</summary>
    public void CheckContract()
    {
        Context = _scheme.Text;
        Assert.Equal(_scheme.Prefixes, TCodec.Prefixes.ToArray());
        var block = new byte[Layout.BlockBytes];
        foreach (int prefix in _scheme.Prefixes)
        {
            CodecLayout layout = TCodec.PrefixLayout(prefix);
            Assert.Equal(Layout with { Dimensions = prefix, QueryBytes = layout.QueryBytes }, layout);
            Assert.True(layout.QueryBytes > 0 && layout.QueryBytes % 64 == 0, $"{Context}: {layout.QueryBytes} bytes in a query");

            float[] two = [.. Rows[0][..prefix], .. Rows[1][..prefix]];
            var prepared = new byte[2 * layout.QueryBytes];
            foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
            {
                foreach (float[] values in Spoiled(two, 0, prefix - 1, two.Length - 1))
                {
                    Rejects(() => Codec.PreparePrefix(prefix, values, [.. prepared], tier));
                }

                Rejects(() => Codec.PreparePrefix(prefix, two, prepared.AsSpan(1), tier));
                Rejects(() => Codec.PreparePrefix(prefix, [.. two, 1], prepared, tier), prefix > 1);
                Rejects(() => Codec.ScanPrefix(prefix, prepared.AsSpan(1), block, 0, 1, new float[2], tier));
                Rejects(() => Codec.ScanPrefix(prefix, prepared, block.AsSpan(1), 0, 1, new float[2], tier));
                Rejects(() => Codec.ScanPrefix(prefix, prepared, block, BlockRows, 1, new float[2], tier));
                Rejects(() => Codec.ScanPrefix(prefix, prepared, block, 0, 1, new float[1], tier));
                Rejects(() => Codec.SearchPrefix(prefix, prepared, block, [1], [new(1)], tier));
                Rejects(() => Codec.SearchPrefix(prefix, prepared, block, new long[BlockRows + 1], [new(1), new(1)], tier));
            }
        }

        foreach (int prefix in (int[])[0, -1, Layout.Dimensions, _scheme.Prefixes[^1] + 1])
        {
            if (!_scheme.Prefixes.Contains(prefix))
            {
                NamesPrefixes(() => TCodec.PrefixLayout(prefix));
                NamesPrefixes(() => Codec.PreparePrefix(prefix, [], []));
                NamesPrefixes(() => Codec.ScanPrefix(prefix, [], block, 0, 0, []));
                NamesPrefixes(() => Codec.SearchPrefix(prefix, [], block, [], []));
            }
        }
    }

    protected override bool IsDefined(ReferenceScore expected) => _hasTables || IsWithinSingle(expected);

    private Kernels Of(int prefix) => new(
        $"score of {prefix} dimensions",
        TCodec.PrefixLayout(prefix).QueryBytes,
        (queries, prepared, tier) => Codec.PreparePrefix(prefix, queries, prepared, tier),
        (prepared, block, firstRow, rows, scores, tier) => Codec.ScanPrefix(prefix, prepared, block, firstRow, rows, scores, tier),
        (prepared, block, ids, tops, tier) => Codec.SearchPrefix(prefix, prepared, block, ids, tops, tier));

    private void Rejects(Action call, bool isWrong)
    {
        if (isWrong)
        {
            Rejects(call);
        }
    }

    private void NamesPrefixes(Action call)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(call);
        Assert.Contains(string.Join(", ", _scheme.Prefixes), exception.Message, StringComparison.Ordinal);
    }
}
