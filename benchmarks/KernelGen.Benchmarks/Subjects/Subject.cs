namespace KernelGen.Benchmarks;

/// <summary>A codec under measurement, without its type.</summary>
public sealed class Subject
{
    private readonly Func<NativeBuffer, long, ScanRun> _scan;
    private readonly Func<CodeRun> _code;
    private readonly Func<long, SetRun> _set;
    private readonly Func<PrepareRun> _prepare;
    private readonly Func<NativeBuffer, long, SumRun> _sum;

    private Subject(
        string name,
        CodecLayout layout,
        Func<NativeBuffer, long, ScanRun> scan,
        Func<CodeRun> code,
        Func<long, SetRun> set,
        Func<PrepareRun> prepare,
        Func<NativeBuffer, long, SumRun> sum)
    {
        (Name, Layout) = (name, layout);
        (_scan, _code, _set, _prepare, _sum) = (scan, code, set, prepare, sum);
    }

    /// <summary>Every scheme at 768 dimensions.</summary>
    public static IReadOnlyList<Subject> Schemes { get; } =
    [
        Of<SingleX768>("Single"),
        Of<HalfX768>("Half"),
        Of<BFloat16X768>("BFloat16"),
        Of<E4M3X768>("E4M3"),
        Of<E5M2X768>("E5M2"),
        Of<Int8X768>("int8"),
        Of<Int8ChannelX768>("int8 channel"),
        Of<Int7X768>("int7"),
        Of<Int6X768>("int6"),
        Of<Int5X768>("int5"),
        Of<Int4X768>("int4"),
        Of<Int4Block32X768>("int4 block 32"),
        Of<Int3X768>("int3"),
        Of<Int2X768>("int2"),
        Of<Int1X768>("int1"),
    ];

    /// <summary>8 and 4 bits at the other dimensions.</summary>
    public static IReadOnlyList<Subject> OtherDimensions { get; } =
    [
        Of<Int8X128>("int8"),
        Of<Int8X384>("int8"),
        Of<Int8X1024>("int8"),
        Of<Int8X1536>("int8"),
        Of<Int4X128>("int4"),
        Of<Int4X384>("int4"),
        Of<Int4X1024>("int4"),
        Of<Int4X1536>("int4"),
    ];

    /// <summary>Product codes: subspaces x bits.</summary>
    public static IReadOnlyList<Subject> Products { get; } =
    [
        Of<Product32x4X128>("product 32 x 4"),
        Of<Product96x4X768>("product 96 x 4"),
        Of<Product192x4X768>("product 192 x 4"),
        Of<Product16x8X128>("product 16 x 8"),
        Of<Product96x8X768>("product 96 x 8"),
    ];

    /// <summary>Residual codes: subspaces x stages x bits; additive codes: codebooks x bits and the dimensions of a group.</summary>
    public static IReadOnlyList<Subject> Additives { get; } =
    [
        Of<Residual8x8X128>("residual 1 x 8 x 8"),
        Of<Residual24x4x8X768>("residual 24 x 4 x 8"),
        Of<Additive2x8X768>("additive 2 x 8 of 8"),
    ];

    /// <summary>Rotated codes.</summary>
    public static IReadOnlyList<Subject> Rotated { get; } =
    [
        Of<Rotated1X768>("rotated 1"),
        Of<Rotated2X768>("rotated 2"),
        Of<Rotated4X768>("rotated 4"),
        Of<RotatedFast4X768>("rotated 4, fast search"),
        Of<RotatedLloydMax4X768>("rotated 4, Lloyd-Max"),
        Of<Rotated8X768>("rotated 8"),
        Of<Rotated1X128>("rotated 1"),
    ];

    /// <summary>8 bits without transforms, then behind each transform.</summary>
    public static IReadOnlyList<Subject> Transforms { get; } =
    [
        Of<Int8X768>("none"),
        Of<HadamardX768>("Hadamard rotation"),
        Of<RandomX768>("dense rotation"),
        Of<Pca256X768>("PCA to 256"),
    ];

    /// <summary>Schemes whose rows are summed.</summary>
    public static IReadOnlyList<Subject> Sums { get; } =
    [
        Of<Int8X100>("int8"),
        Of<Int4X100>("int4"),
        Of<Product25x8X100>("product 25 x 8"),
        Of<Product50x4X100>("product 50 x 4"),
        Of<Int8X768>("int8"),
        Of<Int4X768>("int4"),
        Of<Product96x8X768>("product 96 x 8"),
        Of<Product96x4X768>("product 96 x 4"),
    ];

    /// <summary>Signs: compared with bits first, then with queries of floats.</summary>
    public static IReadOnlyList<Subject> Signs { get; } =
    [
        Of<Bits1024>("bits, Hamming"),
        Of<Signs128>("signs"),
        Of<Signs768>("signs"),
    ];

    public string Name { get; }

    public CodecLayout Layout { get; }

    /// <summary>The scheme of this name at 768 dimensions.</summary>
    public static Subject Named(string name) => Schemes.Single(subject => subject.Name == name);

    /// <summary>Fills the buffer with so many bytes of codes, ready to scan.</summary>
    public ScanRun FillForScan(NativeBuffer buffer, long codeBytes) => _scan(buffer, codeBytes);

    /// <summary>Vectors in cache, ready to encode, and their codes, ready to decode.</summary>
    public CodeRun CreateCodeRun() => _code();

    /// <summary>A set with so many bytes of codes.</summary>
    public SetRun CreateSet(long codeBytes) => _set(codeBytes);

    /// <summary>Queries, ready to prepare.</summary>
    public PrepareRun CreatePrepareRun() => _prepare();

    /// <summary>Fills the buffer with so many bytes of codes, ready to sum.</summary>
    public SumRun FillForSums(NativeBuffer buffer, long codeBytes) => _sum(buffer, codeBytes);

    public override string ToString() => $"{Name}, d={Layout.Dimensions}";

    private static Subject Of<TCodec>(string name)
        where TCodec : class, IVectorCodec<TCodec> => new(
            name,
            TCodec.Layout,
            (buffer, codeBytes) => new ScanRun<TCodec>(buffer, codeBytes),
            () => new CodeRun<TCodec>(),
            codeBytes => new SetRun<TCodec>(codeBytes),
            () => new PrepareRun<TCodec>(),
            (buffer, codeBytes) => new SumRun<TCodec>(buffer, codeBytes));
}
