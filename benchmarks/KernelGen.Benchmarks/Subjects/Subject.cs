namespace KernelGen.Benchmarks;

/// <summary>A codec under measurement, without its type.</summary>
public sealed class Subject
{
    private readonly Func<NativeBuffer, long, ScanRun> _scan;
    private readonly Func<CodeRun> _code;
    private readonly Func<long, SetRun> _set;

    private Subject(string name, CodecLayout layout, Func<NativeBuffer, long, ScanRun> scan, Func<CodeRun> code, Func<long, SetRun> set)
    {
        (Name, Layout) = (name, layout);
        (_scan, _code, _set) = (scan, code, set);
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

    public override string ToString() => $"{Name}, d={Layout.Dimensions}";

    private static Subject Of<TCodec>(string name)
        where TCodec : class, IVectorCodec<TCodec> => new(
            name,
            TCodec.Layout,
            (buffer, codeBytes) => new ScanRun<TCodec>(buffer, codeBytes),
            () => new CodeRun<TCodec>(),
            codeBytes => new SetRun<TCodec>(codeBytes));
}
