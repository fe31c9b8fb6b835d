using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// The members of <c>IVectorCodec</c> as a codec declares them. They stand among the user's own names, so every type in them is named from
/// <c>global::</c>.
/// </summary>
internal static class CodecSignatures
{
    public const string Layout = "public static global::KernelGen.CodecLayout Layout";
    public const string Save = "public void Save(global::System.IO.Stream stream)";
    public const string Encode = $"public {CpuTier} Encode({ReadOnlyFloats} vectors, {Bytes} codes, {Tier})";
    public const string Decode = $"public {CpuTier} Decode({ReadOnlyBytes} codes, {Floats} vectors, {Tier})";
    public const string Pack = $"public void Pack({ReadOnlyBytes} codes, {Bytes} block, int firstRow)";
    public const string Unpack = $"public void Unpack({ReadOnlyBytes} block, int firstRow, {Bytes} codes)";
    public const string Prepare = $"public {CpuTier} Prepare({ReadOnlyFloats} queries, {Bytes} prepared, {Tier})";
    public const string Scan =
        $"public {CpuTier} Scan({ReadOnlyBytes} prepared, {ReadOnlyBytes} block, int firstRow, int rows, {Floats} scores, {Tier})";

    public const string ScanBounds =
        $"public {CpuTier} ScanBounds({ReadOnlyBytes} prepared, {ReadOnlyBytes} block, int firstRow, int rows, {Floats} scores, {Floats} errors, float factor, {Tier})";

    public const string ScanApproximate =
        $"public {CpuTier} ScanApproximate({ReadOnlyBytes} prepared, {ReadOnlyBytes} block, int firstRow, int rows, {Floats} scores, {Tier})";

    public const string Codebooks = "public global::System.ReadOnlyMemory<float> Codebooks";

    public const string Search =
        $"public {CpuTier} Search({ReadOnlyBytes} prepared, {ReadOnlyBytes} block, {ReadOnly}<long> ids, {ReadOnly}<global::KernelGen.TopK> tops, {Tier})";

    public const string ScoreError = $"public double ScoreError({ReadOnlyBytes} prepared, double queryNorm, double vectorNorm)";
    public const string ScorePair = $"public float ScorePair({ReadOnlyBytes} first, {ReadOnlyBytes} second, {Tier})";
    public const string Accumulate =
        $"public {CpuTier} Accumulate({ReadOnlyBytes} block, {ReadOnly}<int> rows, {ReadOnlyFloats} weights, {Floats} destination, {Tier})";

    public const string Prefixes = $"public static {ReadOnly}<int> Prefixes";
    public const string PrefixLayout = "public static global::KernelGen.CodecLayout PrefixLayout(int prefix)";
    public const string PreparePrefix = $"public {CpuTier} PreparePrefix(int prefix, {ReadOnlyFloats} queries, {Bytes} prepared, {Tier})";
    public const string ScanPrefix =
        $"public {CpuTier} ScanPrefix(int prefix, {ReadOnlyBytes} prepared, {ReadOnlyBytes} block, int firstRow, int rows, {Floats} scores, {Tier})";

    public const string SearchPrefix =
        $"public {CpuTier} SearchPrefix(int prefix, {ReadOnlyBytes} prepared, {ReadOnlyBytes} block, {ReadOnly}<long> ids, {ReadOnly}<global::KernelGen.TopK> tops, {Tier})";

    private const string CpuTier = "global::KernelGen.CpuTier";
    private const string Tier = $"{CpuTier} tier = {CpuTier}.Auto";
    private const string ReadOnly = "global::System.ReadOnlySpan";
    private const string ReadOnlyBytes = $"{ReadOnly}<byte>";
    private const string ReadOnlyFloats = $"{ReadOnly}<float>";
    private const string Bytes = "global::System.Span<byte>";
    private const string Floats = "global::System.Span<float>";

    public static string Train(TargetType type) =>
        $"public static {type.FullName} Train({ReadOnlyFloats} sample, global::KernelGen.TrainingOptions? options = null)";

    public static string TrainQuantizer(TargetType type) =>
        $"public static {type.FullName} Train({ReadOnlyFloats} sample, {TransformEmitter.ChainType} transforms, global::KernelGen.TrainingOptions? options = null)";

    public static string FromCodebooks(TargetType type, bool hasTransforms) =>
        $"public static {type.FullName} FromCodebooks({ReadOnlyFloats} codebooks{(hasTransforms ? $", {TransformEmitter.ChainType} transforms" : "")})";

    public const string Groups = "public const int Groups";

    public static string CreateSet(TargetType type, bool hasTransforms) =>
        $"public static {Set(type)} CreateSet({ReadOnlyFloats} codebooks{(hasTransforms ? $", global::System.Collections.Generic.IReadOnlyList<{TransformEmitter.ChainType}> transforms" : "")})";

    public static string TrainSet(TargetType type) =>
        $"public static {Set(type)} TrainSet({ReadOnlyFloats} sample, {ReadOnly}<int> map, global::KernelGen.TrainingOptions? options = null)";

    /// <summary>Vectors in groups with a codec each.</summary>
    public static string Set(TargetType type) => $"global::KernelGen.GroupedVectorSet<{type.FullName}>";

    public static string Load(TargetType type) => $"public static {type.FullName} Load(global::System.IO.Stream stream)";

    /// <summary>Every member, in the order in which they are written.</summary>
    public static IReadOnlyList<string> All(TargetType type, bool hasBounds, bool hasPrefixes) =>
    [
        Layout, Train(type), Load(type), Save, Encode, Decode, Pack, Unpack, Prepare, Scan, Search, ScorePair, Accumulate,
        .. hasBounds ? [ScanBounds] : (string[])[],
        .. hasPrefixes ? [Prefixes, PrefixLayout, PreparePrefix, ScanPrefix, SearchPrefix] : (string[])[],
    ];
}
