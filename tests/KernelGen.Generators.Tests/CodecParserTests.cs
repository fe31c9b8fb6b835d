extern alias generators;

using generators::KernelGen.Generators.Schemes;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Vocabulary = generators::KernelGen;

namespace KernelGen.Generators.Tests;

/// <summary>What is read from a declaration: names, scheme and defaults.</summary>
public sealed class CodecParserTests
{
    [Theory]
    [InlineData("[VectorCodec(3)] [ScalarQuantizer(8)]", "ScalarQuantizer(8, Symmetric) Scale(Vector, Single) Metric(InnerProduct) Dimensions(3)")]
    [InlineData("[VectorCodec(3)] [ScalarQuantizer(7)]", "ScalarQuantizer(7, MidRise) Scale(Vector, Single) Metric(InnerProduct) Dimensions(3)")]
    [InlineData("[VectorCodec(3)] [ScalarQuantizer(1)]", "ScalarQuantizer(1, MidRise) Scale(Vector, Single) Metric(InnerProduct) Dimensions(3)")]
    [InlineData("[VectorCodec(3)] [ScalarQuantizer(8, Zero = ZeroMode.MidRise)]", "ScalarQuantizer(8, MidRise) Scale(Vector, Single) Metric(InnerProduct) Dimensions(3)")]
    [InlineData("[VectorCodec(3)] [ScalarQuantizer(2, Zero = ZeroMode.Symmetric)]", "ScalarQuantizer(2, Symmetric) Scale(Vector, Single) Metric(InnerProduct) Dimensions(3)")]
    [InlineData("[VectorCodec(3)] [FloatQuantizer(FloatFormat.E4M3)]", "FloatQuantizer(E4M3) Metric(InnerProduct) Dimensions(3)")]
    [InlineData("[VectorCodec(Metric = Metric.Cosine, dimensions: 3)] [FloatQuantizer(FloatFormat.Single)]", "FloatQuantizer(Single) Metric(Cosine) Dimensions(3)")]
    [InlineData("[VectorCodec(99)] [ScalarQuantizer(4)] [Scale(Granularity.Block, Size = 32)]", "ScalarQuantizer(4, MidRise) Scale(Block 32, Single) Metric(InnerProduct) Dimensions(99)")]
    [InlineData("[VectorCodec(9, Metric = Metric.SquaredL2)] [FloatQuantizer(FloatFormat.E5M2)] [Scale(Granularity.Vector, Format = ScaleFormat.Half)]", "FloatQuantizer(E5M2) Scale(Vector, Half) Metric(SquaredL2) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [ScalarQuantizer(4)] [Scale(Granularity.Tensor)]", "ScalarQuantizer(4, MidRise) Scale(Tensor) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [BinaryQuantizer]", "BinaryQuantizer(LsbFirst, Positive) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9, Metric = Metric.Hamming)] [BinaryQuantizer(SignBit = SignBit.NonNegative, BitOrder = BitOrder.MsbFirst)]", "BinaryQuantizer(MsbFirst, NonNegative) Metric(Hamming) Dimensions(9)")]
    [InlineData("[VectorCodec(9, Metric = Metric.Hamming)] [Center] [BinaryQuantizer]", "Center BinaryQuantizer(LsbFirst, Positive) Metric(Hamming) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [BinaryQuantizer(Planes = 1)]", "BinaryQuantizer(LsbFirst, Positive) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9, Metric = Metric.SquaredL2, Prefixes = [4])] [BinaryQuantizer(Planes = 3)]", "BinaryQuantizer(Planes 3) Metric(SquaredL2) Dimensions(9) Prefixes(4)")]
    [InlineData("[VectorCodec(9, Metric = Metric.Cosine)] [Pca(4)] [BinaryQuantizer(Planes = 2)]", "Pca(4) BinaryQuantizer(Planes 2) Metric(Cosine) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [ResidualQuantizer(3, 8)]", "ResidualQuantizer(3, 8, 1) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [ResidualQuantizer(3, 8, Subspaces = 2, Beam = 1)]", "ResidualQuantizer(3, 8, 2) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [AdditiveQuantizer(3, 8, Norm = Norm.Byte)]", "AdditiveQuantizer(3, 8, 9, Byte) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [AdditiveQuantizer(3, 8)]", "AdditiveQuantizer(3, 8, 9) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [AdditiveQuantizer(3, 8, GroupSize = 4, Beam = 64)]", "AdditiveQuantizer(3, 8, 4) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [RotatedQuantizer(3)]", "Center Rotate(Hadamard) RotatedQuantizer(3) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [RotatedQuantizer(1, Center = false, ScaleSearch = ScaleSearch.Fast)]", "Rotate(Hadamard) RotatedQuantizer(1) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [RotatedQuantizer(4, Levels = GridLevels.LloydMax)]", "Center Rotate(Hadamard) RotatedQuantizer(4, LloydMax) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9)] [RotatedQuantizer(1, Levels = GridLevels.LloydMax)]", "Center Rotate(Hadamard) RotatedQuantizer(1) Metric(InnerProduct) Dimensions(9)")]
    [InlineData("[VectorCodec(9, Metric = Metric.Cosine)] [Pca(4)] [Rotate(Rotation.Random)] [RotatedQuantizer(8, Center = false)]", "Pca(4) Rotate(Random) RotatedQuantizer(8) Metric(Cosine) Dimensions(9)")]
    [InlineData("[VectorCodec(9, Prefixes = [1, 8])] [ScalarQuantizer(4)]", "ScalarQuantizer(4, MidRise) Scale(Vector, Single) Metric(InnerProduct) Dimensions(9) Prefixes(1, 8)")]
    [InlineData("[VectorCodec(9, Prefixes = null)] [ScalarQuantizer(4)]", "ScalarQuantizer(4, MidRise) Scale(Vector, Single) Metric(InnerProduct) Dimensions(9)")]
    public void Scheme_is_read_with_its_defaults(string attributes, string scheme) =>
        Assert.Equal(scheme, Parse($"{attributes} sealed partial class C;", "C").Scheme!.Text);

    [Fact]
    public void Place_of_the_class_is_read()
    {
        const string Source = """
            namespace @event.@record.Plain;
            static partial class Outer { partial interface IInner { partial record @class(int X) { readonly partial record struct S { ref partial struct R {
            [VectorCodec(3)] [ScalarQuantizer(8)] private protected sealed partial class @partial;
            } } } } }
            """;
        TargetType type = Parse(Source, "event.record.Plain.Outer+IInner+class+S+R+partial").Type;
        Assert.Equal("@event.@record.Plain", type.Namespace);
        Assert.Equal(["partial class Outer", "partial interface IInner", "partial record @class", "partial record struct S", "partial struct R"], type.ContainingTypes);
        Assert.Equal("@partial", type.Name);
        Assert.Equal("event.record.Plain.Outer+IInner+class+S+R+partial", type.HintName);
    }

    [Fact]
    public void Equal_declarations_give_equal_models()
    {
        CodecModel first = Parse("[VectorCodec(64)] [ScalarQuantizer(8)] sealed partial class C;", "C");
        CodecModel second = Parse("[VectorCodec(dimensions: 60 + 4)] [ScalarQuantizer(8, Zero = ZeroMode.Symmetric)] internal sealed partial class C { }", "C");
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.NotEqual(first, Parse("[VectorCodec(65)] [ScalarQuantizer(8)] sealed partial class C;", "C"));
    }

    /// <summary>Properties of attributes that are left out are read as if they were set to the value that reflection shows.</summary>
    [Fact]
    public void Defaults_are_those_of_the_attributes()
    {
        Assert.Equal(default, new VectorCodecAttribute(1).Metric);
        Assert.Equal(default, new ScaleAttribute(Granularity.Vector).Format);
        Assert.Equal((int)Vocabulary.Metric.InnerProduct, (int)new VectorCodecAttribute(1).Metric);
        Assert.Equal((int)Vocabulary.ScaleFormat.Single, (int)new ScaleAttribute(Granularity.Vector).Format);
        Assert.Equal(0, new ScaleAttribute(Granularity.Vector).Size);
        var rotated = new RotatedQuantizerAttribute(2);
        Scheme read = Parse("[VectorCodec(9)] [RotatedQuantizer(2)] sealed partial class C;", "C").Scheme!;
        Assert.Equal(new RotatedGrid(2, (Vocabulary.ScaleSearch)rotated.ScaleSearch, (Vocabulary.GridLevels)rotated.Levels), read.Grid);
        Assert.Equal(rotated.Center, read.Transforms!.Centers);
        Assert.Equal(1, new BinaryQuantizerAttribute().Planes);
        Assert.Equal((BitOrder.LsbFirst, SignBit.Positive), (new BinaryQuantizerAttribute().BitOrder, new BinaryQuantizerAttribute().SignBit));
        var residual = new ResidualQuantizerAttribute(2, 8);
        Assert.Equal(new AdditiveGrid(2, 8, residual.Subspaces, 0, residual.Beam, Vocabulary.Norm.None), Parse("[VectorCodec(9)] [ResidualQuantizer(2, 8)] sealed partial class C;", "C").Scheme!.Grid);
        var additive = new AdditiveQuantizerAttribute(2, 8);
        Assert.Equal((0, new AdditiveGrid(2, 8, 1, 9, additive.Beam, Vocabulary.Norm.None)), (additive.GroupSize, Parse("[VectorCodec(9)] [AdditiveQuantizer(2, 8)] sealed partial class C;", "C").Scheme!.Grid));
    }

    /// <summary>Values of the enums are part of compiled attributes: none may change.</summary>
    [Fact]
    public void Vocabulary_is_stable()
    {
        Assert.Equal(["InnerProduct", "Cosine", "SquaredL2", "Hamming"], Enum.GetNames<Metric>());
        Assert.Equal(["MidRise", "Symmetric", "Affine"], Enum.GetNames<ZeroMode>());
        Assert.Equal(["Single", "Half", "BFloat16", "E4M3", "E5M2"], Enum.GetNames<FloatFormat>());
        Assert.Equal(["Vector", "Channel", "Tensor", "Block"], Enum.GetNames<Granularity>());
        Assert.Equal(["Exact", "Fast"], Enum.GetNames<ScaleSearch>());
        Assert.Equal(["Uniform", "LloydMax"], Enum.GetNames<GridLevels>());
        Assert.Equal(["Single", "Half", "BFloat16"], Enum.GetNames<ScaleFormat>());
        Assert.Equal(["None", "Single", "Byte"], Enum.GetNames<Norm>());
        Assert.Equal(["LsbFirst", "MsbFirst"], Enum.GetNames<BitOrder>());
        Assert.Equal(["Positive", "NonNegative"], Enum.GetNames<SignBit>());
        Assert.Equal((default, default), (new ResidualQuantizerAttribute(1, 1).Norm, new AdditiveQuantizerAttribute(1, 1).Norm));
        Assert.Equal(Enum.GetNames<FloatFormat>(), Enum.GetNames<Vocabulary.FloatFormat>());
    }

    private static CodecModel Parse(string source, string metadataName)
    {
        INamedTypeSymbol type = UserProject.Compile("global using KernelGen;", source).GetTypeByMetadataName(metadataName)!;
        ParseResult result = CodecParser.Parse(type, CancellationToken.None);
        Assert.Empty(result.Problems);
        return result.Model!;
    }
}
