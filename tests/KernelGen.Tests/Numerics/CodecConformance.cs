using KernelGen.Reference;
using KernelGen.Tests.Prefixes;
using KernelGen.Tests.Transforms;

namespace KernelGen.Tests.Numerics;

/// <summary>Compares a codec, known only by its type, with the oracle.</summary>
internal interface ICodecConformance
{
    /// <summary>Runs every check on one tier, with memory placed in these ways; in all ways without any.</summary>
    void Run(CpuTier tier, params Placement[] placements);

    /// <summary>Runs the checks that do not depend on a tier.</summary>
    void RunWithoutTier();

    public static ICodecConformance Of(Type codec, IReferenceScheme scheme, bool isThorough = true) => scheme switch
    {
        { Prefixes.Count: > 0 } when HasPrefixes(codec) => CodecAssembly.Over<ICodecConformance>(codec, typeof(PrefixConformance<>), scheme),
        ReferenceTransformedScheme => CodecAssembly.Over<ICodecConformance>(codec, typeof(TransformConformance<>), scheme),
        ReferenceAdditiveScheme => CodecAssembly.Over<ICodecConformance>(codec, typeof(AdditiveConformance<>), scheme),
        ReferenceSignScheme => CodecAssembly.Over<ICodecConformance>(codec, typeof(SignConformance<>), scheme),
        ReferenceProductScheme => CodecAssembly.Over<ICodecConformance>(codec, typeof(ProductConformance<>), scheme, isThorough),
        _ => CodecAssembly.Over<ICodecConformance>(codec, typeof(CodecConformance<>), scheme),
    };

    /// <summary>Codecs that run elsewhere have no kernels for prefixes, whatever their scheme.</summary>
    private static bool HasPrefixes(Type codec) =>
        Array.Exists(codec.GetInterfaces(), type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPrefixCodec<>));
}

/// <summary>Codecs that store a code per value.</summary>
internal sealed partial class CodecConformance<TCodec> : CodecChecks<TCodec>, ICodecConformance
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly ReferenceScheme _scheme;
    private readonly float[] _sample;
    private readonly ScoreCase _scores;
    private readonly ScoreCase? _extremeScores;
    private readonly Accumulation _accumulation;
    private readonly Pair[] _pairs;

    public CodecConformance(ReferenceScheme scheme)
        : this(scheme, new Random(SampledSchemes.Seed + scheme.Dimensions))
    {
    }

    private CodecConformance(ReferenceScheme scheme, Random random)
        : this(scheme, random, TestVectors.Sample(random, scheme.Dimensions, rows: scheme.Dimensions <= 1024 ? 33 : 5))
    {
    }

    private CodecConformance(ReferenceScheme scheme, Random random, float[] sample)
        : base(
            scheme,
            ReferenceCodec.Train(scheme, sample, QuantileOf(scheme)),
            TCodec.Train(sample, new TrainingOptions { Quantile = QuantileOf(scheme) }),
            random,
            TestVectors.Rows(scheme, random, count: scheme.Dimensions <= 512 ? 37 : 1))
    {
        _scheme = scheme;
        _sample = sample;
        _scores = ScoresOf(Codes, TestVectors.Queries(scheme.Dimensions, random, near: Rows[0]));
        _extremeScores = scheme.Grid is IntegerGrid ? ScoresOf([.. ExtremeCodes(), .. RandomCodes()], ExtremeQueries()) : null;

        // Without those rows whose sums leave the range of single precision.
        _accumulation = Accumulated(RowsWithin(1e30f));
        _pairs = [.. Paired()];
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        foreach (Placement placement in placements is [] ? Enum.GetValues<Placement>() : placements)
        {
            Context = $"{_scheme.Text}, {tier}, {placement}, seed {SampledSchemes.Seed}";
            CheckResults(tier, placement, _scores, _accumulation, _pairs);
        }

        if (_extremeScores is not null)
        {
            Context = $"{_scheme.Text}, {tier}, extreme codes and queries, seed {SampledSchemes.Seed}";
            CheckScores(tier, Placement.AgainstEnd, _extremeScores);
        }

        // Every vector twice, for ties.
        int[] finite = [.. RowsWithin(1e17f)];
        byte[][] codes = [.. finite.Concat(finite).Take(BlockRows).Select(i => Codes[i])];
        CheckSearch(tier, codes, _scores.Queries, [1, 4, 9], new Collector(1), new Collector(3), new Collector(codes.Length + 5));
    }

    public void RunWithoutTier()
    {
        CheckLayout();
        int used = Math.Min(Codes.Length, BlockRows);
        foreach (Placement placement in Enum.GetValues<Placement>())
        {
            CheckPack(
                placement,
                Codes,
                before: new byte[Layout.BlockBytes],
                (0, used),
                (BlockRows - used, used),
                (BlockRows / 2, 1),
                (BlockRows - 1, 1));
        }

        CheckPersistence();
        CheckRejections();
        RejectsSamples();
    }

    // Beyond single precision only the formulas whose order is prescribed have a defined result.
    protected override bool IsDefined(ReferenceScore expected) => IsWithinSingle(expected);

    internal static double QuantileOf(ReferenceScheme scheme) => scheme.Dimensions % 2 == 0 ? 1 : 0.95;

    private IEnumerable<int> RowsWithin(float magnitude) =>
        Enumerable.Range(0, Rows.Length).Where(i => Rows[i].Max(Math.Abs) < magnitude);

    private void RejectsSamples()
    {
        Rejects(() => TCodec.Train([]));
        if (_scheme.Dimensions > 1)
        {
            Rejects(() => TCodec.Train([.. _sample, 1]));
        }

        foreach (float[] sample in Spoiled(_sample, 0, _sample.Length / 2, _sample.Length - 1))
        {
            Rejects(() => TCodec.Train(sample));
        }
    }
}
