using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>Schemes that between them take every path of the emitters.</summary>
internal static class Schemes
{
    public static IReadOnlyDictionary<string, string> ByName { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Int8Cosine384"] = "[VectorCodec(384, Metric = Metric.Cosine)] [ScalarQuantizer(8)]",
        ["Int6ChannelAffineL2"] = "[VectorCodec(96, Metric = Metric.SquaredL2)] [ScalarQuantizer(6, Zero = ZeroMode.Affine)] [Scale(Granularity.Channel)]",
        ["Int5BlockHalf"] = "[VectorCodec(100)] [ScalarQuantizer(5)] [Scale(Granularity.Block, Size = 32, Format = ScaleFormat.Half)]",
        ["Int4InnerProduct768"] = "[VectorCodec(768)] [ScalarQuantizer(4, Zero = ZeroMode.MidRise)]",
        ["Int3L2"] = "[VectorCodec(50, Metric = Metric.SquaredL2)] [ScalarQuantizer(3)]",
        ["Int1Cosine128"] = "[VectorCodec(128, Metric = Metric.Cosine)] [ScalarQuantizer(1)]",
        ["Int8Tensor"] = "[VectorCodec(256)] [ScalarQuantizer(8)] [Scale(Granularity.Tensor)]",
        ["SingleL2"] = "[VectorCodec(3, Metric = Metric.SquaredL2)] [FloatQuantizer(FloatFormat.Single)]",
        ["HalfL2"] = "[VectorCodec(100, Metric = Metric.SquaredL2)] [FloatQuantizer(FloatFormat.Half)]",
        ["BFloat16InnerProduct768"] = "[VectorCodec(768)] [FloatQuantizer(FloatFormat.BFloat16)]",
        ["E4M3VectorCosine"] = "[VectorCodec(64, Metric = Metric.Cosine)] [FloatQuantizer(FloatFormat.E4M3)] [Scale(Granularity.Vector)]",
        ["E5M2InnerProduct"] = "[VectorCodec(48)] [FloatQuantizer(FloatFormat.E5M2)]",
        ["Product4InnerProduct128"] = "[VectorCodec(128)] [ProductQuantizer(32, 4)]",
        ["Product4UnevenL2"] = "[VectorCodec(100, Metric = Metric.SquaredL2)] [ProductQuantizer(33, 4)]",
        ["Product4Many"] = "[VectorCodec(1536)] [ProductQuantizer(192, 4)]",
        ["Product8Cosine"] = "[VectorCodec(96, Metric = Metric.Cosine)] [ProductQuantizer(12, 8)]",
        ["Product11"] = "[VectorCodec(768)] [ProductQuantizer(10, 11)]",
        ["TransformedInt4Cosine"] = "[VectorCodec(96, Metric = Metric.Cosine)] [Center] [Rotate(Rotation.Hadamard)] [ScalarQuantizer(4)]",
        ["TransformedProduct4L2"] = "[VectorCodec(96, Metric = Metric.SquaredL2)] [Normalize] [Pca(60)] [Rotate(Rotation.Learned)] [ProductQuantizer(20, 4)]",
        ["TransformedInt8Channel"] = "[VectorCodec(40)] [Rotate(Rotation.Givens)] [ScalarQuantizer(8)] [Scale(Granularity.Channel)]",
        ["Rotated4"] = "[VectorCodec(100)] [RotatedQuantizer(4)]",
        ["Rotated1L2"] = "[VectorCodec(96, Metric = Metric.SquaredL2)] [RotatedQuantizer(1, Center = false)]",
        ["Rotated1Cosine"] = "[VectorCodec(100, Metric = Metric.Cosine)] [RotatedQuantizer(1)]",
        ["Rotated2L2"] = "[VectorCodec(96, Metric = Metric.SquaredL2)] [RotatedQuantizer(2, Center = false)]",
        ["Rotated8Cosine"] = "[VectorCodec(60, Metric = Metric.Cosine)] [Pca(48)] [Rotate(Rotation.Learned)] [RotatedQuantizer(8, ScaleSearch = ScaleSearch.Fast)]",
        ["Rotated4LloydMax"] = "[VectorCodec(100)] [RotatedQuantizer(4, Levels = GridLevels.LloydMax)]",
        ["Product1Many"] = "[VectorCodec(200)] [ProductQuantizer(100, 1)]",
        ["Residual8UnevenL2"] = "[VectorCodec(100, Metric = Metric.SquaredL2)] [ResidualQuantizer(4, 8, Subspaces = 3)]",
        ["Additive5ShortGroup"] = "[VectorCodec(36)] [AdditiveQuantizer(2, 5, GroupSize = 8, Beam = 2, Norm = Norm.Byte)]",
        ["Residual4Groups"] = "[VectorCodec(24)] [Center] [ResidualQuantizer(2, 4, Codebooks = 3)]",
        ["SignsHamming100"] = "[VectorCodec(100, Metric = Metric.Hamming)] [BinaryQuantizer(BitOrder = BitOrder.MsbFirst)]",
        ["SignsHamming1024"] = "[VectorCodec(1024, Metric = Metric.Hamming)] [BinaryQuantizer]",
        ["SignsHamming16384"] = "[VectorCodec(16384, Metric = Metric.Hamming)] [BinaryQuantizer(SignBit = SignBit.NonNegative)]",
        ["SignsCosine40"] = "[VectorCodec(40, Metric = Metric.Cosine)] [BinaryQuantizer]",
        ["TransformedSignsInnerProduct"] = "[VectorCodec(128)] [Center] [Rotate(Rotation.Hadamard)] [BinaryQuantizer]",
        ["TransformedSignsHamming"] = "[VectorCodec(64, Metric = Metric.Hamming)] [Center] [BinaryQuantizer]",
        ["Planes2Cosine"] = "[VectorCodec(100, Metric = Metric.Cosine)] [BinaryQuantizer(Planes = 2)]",
        ["Planes8PrefixesL2"] = "[VectorCodec(65, Metric = Metric.SquaredL2, Prefixes = [32])] [BinaryQuantizer(Planes = 8)]",
        ["Int4PrefixesCosine"] = "[VectorCodec(100, Metric = Metric.Cosine, Prefixes = [16, 41])] [ScalarQuantizer(4)]",
        ["Int6ChannelPrefixesL2"] = "[VectorCodec(65, Metric = Metric.SquaredL2, Prefixes = [32])] [ScalarQuantizer(6)] [Scale(Granularity.Channel)]",
        ["Product4Prefixes"] = "[VectorCodec(96, Prefixes = [36])] [ProductQuantizer(24, 4)]",
        ["Additive3Cosine"] = "[VectorCodec(20, Metric = Metric.Cosine)] [AdditiveQuantizer(1, 3)]",
    };

    private static readonly ConcurrentDictionary<string, Lazy<GeneratorRunResult>> s_generated = new(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, Lazy<(GeneratorRunResult, Compilation)>> s_forGpu = new(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. ByName.Keys];

    /// <summary>What is generated for a scheme; the tests share it.</summary>
    public static GeneratorRunResult Generated(string name) => s_generated.GetOrAdd(
        name, static name => new(() => UserProject.Generate(UserProject.Compile(Source(name)), out _))).Value;

    /// <summary>What is generated for a scheme in a project that references ILGPU; the tests share it.</summary>
    public static (GeneratorRunResult Result, Compilation Completed) GeneratedForGpu(string name) => s_forGpu.GetOrAdd(
        name,
        static name => new(() =>
        {
            GeneratorRunResult result = UserProject.Generate(UserProject.Compile(Source(name)).AddReferences(UserProject.Ilgpu), out Compilation completed);
            return (result, completed);
        })).Value;

    /// <summary>A file with one codec of the scheme.</summary>
    public static string Source(string name, string codec = "DemoCodec") => $"""
        using KernelGen;

        namespace Demo;

        /// <summary>A codec.</summary>
        {ByName[name].Replace("] [", "]\n[", StringComparison.Ordinal)}
        public sealed partial class {codec};
        """;
}
