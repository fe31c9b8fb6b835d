namespace KernelGen.Benchmarks;

/// <summary>Where the codes of a scan lie.</summary>
internal enum Place
{
    Cache,
    Memory,
}

/// <summary>A scan of codes on one tier and what was timed in turns with it. All samples are per vector.</summary>
internal sealed record ScanMeasurement(Subject Subject, Place Place, CpuTier Tier, int Threads, Samples Scan, Samples Read)
{
    /// <summary>A loop of <c>TensorPrimitives.Dot&lt;float&gt;</c> over float32 rows in the same place, one thread.</summary>
    public Samples? FloatLoop { get; init; }

    /// <summary>What a .NET developer can write for the same format, by name.</summary>
    public IReadOnlyDictionary<string, Samples> OtherLoops { get; init; } = new Dictionary<string, Samples>(StringComparer.Ordinal);

    public double GigabytesPerSecond => Subject.Layout.CodeBytes / Scan.Median;

    /// <summary>Fraction of the speed of a plain read of the same bytes.</summary>
    public double OfRead => Scan.FasterThan(Read);
}

/// <summary>Encoding and decoding on one tier; samples are per value.</summary>
internal sealed record CodeMeasurement(Subject Subject, CpuTier Tier, Samples Encode, Samples Decode)
{
    public double EncodeRate => 1000 / Encode.Median;

    public double DecodeRate => 1000 / Decode.Median;

    /// <summary>Vectors that are encoded in a second.</summary>
    public double EncodedVectors => EncodeRate * 1e6 / Subject.Layout.Dimensions;
}

/// <summary>A loop beside the generated encoders; samples are per value.</summary>
internal sealed record CodeBaseline(string Name, Samples Encode, Samples Decode);

/// <summary>Searches of a set on one tier; samples are per query and vector.</summary>
internal sealed record SearchMeasurement(Subject Subject, CpuTier Tier, int Threads, Samples OneAtATime, Samples Batch);

/// <summary>Scans and searches of product codes on one tier; samples are per vector.</summary>
internal sealed record ProductMeasurement(Subject Subject, Place Place, CpuTier Tier, Samples Read, Samples Generic, Samples Approximate, Samples Scan, Samples Search);

/// <summary>Searches of real embeddings by product codes; samples are per query and vector.</summary>
internal sealed record RealSearchMeasurement(string Scheme, CpuTier Tier, Samples Approximate, Samples Search);

/// <summary>Encoding of vectors in cache and preparation of queries behind a transform; samples are per vector and query.</summary>
internal sealed record TransformMeasurement(Subject Subject, CpuTier Tier, Samples Encode, Samples PrepareOne, Samples PrepareAll);

/// <summary>Weighted sums of rows on one tier and by a loop over float32 rows that fill as many bytes; samples are per row.</summary>
internal sealed record SumMeasurement(Subject Subject, CpuTier Tier, Sums Own, Sums FloatLoop);

/// <summary>Bags of random rows in cache and from memory, and all rows in order from memory.</summary>
internal sealed record Sums(Samples BagsInCache, Samples BagsFromMemory, Samples InOrder);

/// <summary>Two-stage searches of a million vectors, and searches of their fine codes alone; samples are per query.</summary>
internal sealed record TwoStageMeasurement(
    string Rescored, CpuTier Tier, double Rows, double Recall, double FineRecall, Samples Search, Samples Fine);
/// <summary>Scans and searches of signs on one tier; samples are per vector. The loop, of bits only, has its codes in cache.</summary>
internal sealed record SignMeasurement(Subject Subject, Place Place, CpuTier Tier, Samples Read, Samples Scan, Samples Search, Samples? Loop);

/// <summary>Signs scored by queries of floats, by fast scan on one tier and by planes of bits: rows in order in cache, and single rows from memory. Samples are
/// per row.</summary>
internal sealed record BitPlanesMeasurement(Subject Subject, CpuTier Tier, Samples InOrder, Samples PlanesInOrder, Samples Random, Samples PlanesRandom);

/// <summary>The mean relative error of squared distances that rotated codes estimate, and that of FAISS's.</summary>
internal sealed record EstimateMeasurement(int Bits, int Dimensions, double Error, double FaissError)
{
    public double TimesFaiss => Error / FaissError;
}

/// <summary>A scan of a prefix on one tier; samples are per vector.</summary>
internal sealed record PrefixMeasurement(string Scheme, int Dimensions, int Prefix, Place Place, CpuTier Tier, Samples Scan, Samples Whole);

/// <summary>Training of product codes: seconds, and the mean squared error of a value afterwards.</summary>
internal sealed record TrainingMeasurement(double Seconds, double Error);

/// <summary>What the generator costs, in milliseconds.</summary>
internal sealed record GeneratorMeasurement(double First, double Cold, double UnrelatedEdit, long GeneratedCharacters, double TimesWithGpu, long CharactersWithGpu);

/// <summary>Everything that was measured.</summary>
internal sealed class Measurements
{
    public List<ScanMeasurement> Scans { get; } = [];

    public List<CodeMeasurement> Codes { get; } = [];

    public List<CodeBaseline> CodeBaselines { get; } = [];

    public List<SearchMeasurement> Searches { get; } = [];

    public List<ProductMeasurement> Products { get; } = [];

    public List<CodeMeasurement> ProductCodes { get; } = [];

    public List<SignMeasurement> Signs { get; } = [];

    public List<BitPlanesMeasurement> BitPlanes { get; } = [];

    public List<EstimateMeasurement> Estimates { get; } = [];

    public List<RealSearchMeasurement> RealSearches { get; } = [];

    public List<CodeMeasurement> AdditiveCodes { get; } = [];

    public List<CodeMeasurement> RotatedCodes { get; } = [];

    /// <summary>On each tier, the one without transforms comes first.</summary>
    public List<TransformMeasurement> Transforms { get; } = [];

    public List<SumMeasurement> Sums { get; } = [];

    public List<PrefixMeasurement> Prefixes { get; } = [];

    public TrainingMeasurement? Training { get; set; }

    /// <summary>What the search sample measures of its schemes.</summary>
    public IReadOnlyList<DefinitionSearch.Result> Choices { get; set; } = [];

    public List<TwoStageMeasurement> TwoStages { get; } = [];

    public GeneratorMeasurement? Generator { get; set; }

    public ScanMeasurement? Scan(string scheme, Place place, CpuTier tier) =>
        Scans.Find(scan => scan.Subject == Subject.Named(scheme) && scan.Place == place && scan.Tier == tier && scan.Threads == 1);

    public ProductMeasurement? Product(string name, Place place, CpuTier tier) =>
        Products.Find(product => product.Subject.Name == name && product.Place == place && product.Tier == tier);

    public SignMeasurement? Sign(string name, Place place, CpuTier tier) =>
        Signs.Find(sign => sign.Subject.Name == name && sign.Place == place && sign.Tier == tier);

    public CodeMeasurement? ProductCode(string name, CpuTier tier) => ProductCodes.Find(code => code.Subject.Name == name && code.Tier == tier);

    /// <summary>Encoding of rotated codes of 768 dimensions.</summary>
    public CodeMeasurement? RotatedCode(string name, CpuTier tier) =>
        RotatedCodes.Find(code => code.Subject.Name == name && code.Subject.Layout.Dimensions == 768 && code.Tier == tier);

    public CodeMeasurement? Code(string scheme, CpuTier tier) =>
        Codes.Find(code => code.Subject == Subject.Named(scheme) && code.Tier == tier);
}
