extern alias generators;

using System.Collections.Immutable;
using generators::KernelGen.Generators.Diagnostics;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelGen.Generators.Tests.Diagnostics;

/// <summary>What is reported, where, and that it can be suppressed.</summary>
public sealed class CodecAnalyzerTests
{
    private const string Codec = "[VectorCodec(64)] [ScalarQuantizer(8)]";

    /// <summary>Rules about classes that cannot have a generated part.</summary>
    private static readonly string[] s_preventing = ["KG0001", "KG0002", "KG0004", "KG0005", "KG0007"];

    /// <summary>Sources with marks where diagnostics are expected; each has one class with [VectorCodec] at most.</summary>
    public static TheoryData<string> Declarations =>
    [
        $"{Codec} public sealed class {{|KG0001:C|}};",
        $"{Codec} public class {{|KG0001,KG0003:C|}};",
        $"partial class Outer {{ class {{|KG0002:Middle|}} {{ {Codec} public sealed partial class C; }} }}",
        $"struct {{|KG0002:Outer|}} {{ {Codec} public sealed class {{|KG0001:C|}}; }}",
        $"{Codec} public partial class {{|KG0003:C|}};",
        $"partial class C; {Codec} partial class {{|KG0003:C|}};",
        $"{Codec} public sealed partial record {{|KG0004:C|}};",
        $"{Codec} public static partial class {{|KG0004:C|}};",
        $"{Codec} public abstract partial class {{|KG0004:C|}};",
        $"{Codec} public sealed partial class {{|KG0004:C|}}<T>;",
        $"{Codec} file sealed partial class {{|KG0004:C|}};",
        $"file partial class Outer {{ {Codec} public sealed partial class {{|KG0004:C|}}; }}",
        $"partial class Outer<T> {{ {Codec} public sealed partial class {{|KG0004:C|}}; }}",
        $"{Codec} public sealed partial class {{|KG0005:Scan|}};",
        $"{Codec} public sealed partial class C {{ public string {{|KG0005:Layout|}} => \"\"; }}",
        $"{Codec} public sealed partial class C {{ public void {{|KG0005:Save|}}(System.IO.Stream file) {{ }} }}",
        $"{Codec} public sealed partial class C {{ public enum {{|KG0005:Search|}} {{ A }} }}",
        $"{Codec} public sealed partial class C {{ private static int {{|KG0005:Decode|}} = 1; }}",
        $"{Codec} public sealed partial class C {{ public {{|KG0006:C|}}() {{ }} }}",
        $"{Codec} public sealed partial class C {{ private {{|KG0006:C|}}(int seed) {{ }} }}",
        $"{Codec} public sealed partial class {{|KG0006:C|}}(int seed) {{ public int Seed => seed; }}",
        $"{Codec} public sealed partial class C {{ public required string {{|KG0006:Name|}} {{ get; init; }} }}",
        $"{Codec} public sealed partial class C {{ public required string {{|KG0006:Name|}}; }}",
    ];

    public static TheoryData<string> SchemesWithProblems =>
    [
        "[VectorCodec({|KG0008:0|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec({|KG0008:-1|}, Metric = Metric.Cosine)] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(Metric = Metric.Cosine, {|KG0008:dimensions: 16_385|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[{|KG0009:VectorCodec(64)|}] sealed partial class C;",
        "[{|KG0009:VectorCodec(64)|}] [Scale(Granularity.Vector)] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [{|KG0010:FloatQuantizer(FloatFormat.Half)|}] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer({|KG0011:0|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer({|KG0011:bits: 9|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(1, {|KG0012:Zero = ZeroMode.Symmetric|})] sealed partial class C;",
        "[VectorCodec(64, {|KG0013:Metric = (Metric)4|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8, {|KG0013:Zero = (ZeroMode)(-1)|})] sealed partial class C;",
        "[VectorCodec(64)] [FloatQuantizer({|KG0013:(FloatFormat)5|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale({|KG0013:(Granularity)4|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Vector, {|KG0013:Format = (ScaleFormat)3|})] sealed partial class C;",
        "[VectorCodec(64)] [Pca({|KG0024:0|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64)] [Pca({|KG0024:components: 65|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64)] [Pca(8)] [ProductQuantizer({|KG0022:9|}, 8)] sealed partial class C;",
        "[VectorCodec(64, Metric = Metric.Cosine)] [{|KG0025:Normalize|}] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64)] [Rotate({|KG0013:(Rotation)9|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[{|KG0019:Center|}] sealed partial class C;",
        "[VectorCodec(64)] [Center] [ScalarQuantizer(8)] sealed partial class C { public int {|KG0005:Transforms|} => 1; }",
        "[VectorCodec(64)] [ScalarQuantizer(8)] sealed partial class C { public int Transforms => 1; }",
        "[VectorCodec(64)] [Normalize] [Center] [Rotate(Rotation.Hadamard)] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0050:Prefixes = [64]|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0050:Prefixes = [0, 8]|})] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0050:Prefixes = [8, 8]|})] [ScalarQuantizer(4)] sealed partial class C;",
        "[VectorCodec(64, {|KG0050:Prefixes = new int[] { 16, 8 }|})] [ScalarQuantizer(4)] sealed partial class C;",
        "[VectorCodec({|KG0008:0|}, Prefixes = [1])] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0051:Prefixes = [15]|})] [FloatQuantizer(FloatFormat.Half)] sealed partial class C;",
        "[VectorCodec(64, {|KG0051:Prefixes = [62]|})] [FloatQuantizer(FloatFormat.E4M3)] sealed partial class C;",
        "[VectorCodec(64, {|KG0051:Prefixes = [8, 12]|})] [ProductQuantizer(8, 8)] sealed partial class C;",
        "[VectorCodec(64, Prefixes = [12])] [ProductQuantizer({|KG0022:65|}, 8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0052:Prefixes = [32]|})] [ScalarQuantizer(4)] [Scale(Granularity.Block, Size = 32)] sealed partial class C;",
        "[VectorCodec(64, {|KG0053:Prefixes = [32]|})] [Center] [ScalarQuantizer(4)] sealed partial class C;",
        "[VectorCodec(64, {|KG0054:Prefixes = [32]|})] [ResidualQuantizer(2, 8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0054:Prefixes = [32]|})] [AdditiveQuantizer(2, 8, GroupSize = 8)] sealed partial class C;",
        "[VectorCodec(64, Metric = Metric.Cosine, {|KG0054:Prefixes = [32]|})] [ProductQuantizer(8, 8)] sealed partial class C;",
        "[VectorCodec(64, {|KG0054:Prefixes = [32]|})] [RotatedQuantizer(4)] sealed partial class C;",
        "[VectorCodec(64, {|KG0054:Prefixes = [32]|})] [BinaryQuantizer] sealed partial class C;",
        "[VectorCodec(64, Prefixes = [32])] [ScalarQuantizer(8)] sealed partial class C { public int {|KG0005:Prefixes|} => 1; }",
        "[VectorCodec(64)] [ProductQuantizer({|KG0022:0|}, 8)] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer({|KG0022:65|}, 8)] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer(8, {|KG0011:0|})] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer({|KG0011:bits: 13|}, {|KG0022:subspaces: -1|})] sealed partial class C;",
        "[VectorCodec(64)] [ResidualQuantizer({|KG0030:0|}, {|KG0011:13|}, {|KG0032:Beam = 65|})] sealed partial class C;",
        "[VectorCodec(64)] [ResidualQuantizer(2, 8, {|KG0022:Subspaces = 65|}, {|KG0032:Beam = 0|})] sealed partial class C;",
        "[VectorCodec(64)] [ResidualQuantizer({|KG0030:257|}, 8, Subspaces = 64)] sealed partial class C;",
        "[VectorCodec(64)] [AdditiveQuantizer({|KG0030:257|}, 1, GroupSize = 1, Beam = 64)] sealed partial class C;",
        "[VectorCodec(64)] [AdditiveQuantizer(2, {|KG0011:0|}, {|KG0031:GroupSize = 65|})] sealed partial class C;",
        "[VectorCodec(64)] [AdditiveQuantizer(2, 8, {|KG0031:GroupSize = -1|})] sealed partial class C;",
        "[VectorCodec(4096)] [{|KG0033:ResidualQuantizer(8, 12)|}] sealed partial class C;",
        "[VectorCodec(4096)] [{|KG0033:AdditiveQuantizer(8, 12, GroupSize = 4096)|}] sealed partial class C;",
        "[VectorCodec(64, Metric = Metric.Cosine)] [AdditiveQuantizer(2, 8, {|KG0034:Norm = Norm.Byte|})] sealed partial class C;",
        "[VectorCodec(64)] [ResidualQuantizer(2, 8, {|KG0013:Norm = (Norm)3|})] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer(8, 8, {|KG0036:Codebooks = 0|})] sealed partial class C;",
        "[VectorCodec(64)] [ResidualQuantizer(2, 8, {|KG0036:Codebooks = 65537|})] sealed partial class C;",
        "[VectorCodec(64)] [AdditiveQuantizer(2, 8, {|KG0036:Codebooks = -1|})] sealed partial class C;",
        "[VectorCodec(64)] [AdditiveQuantizer(2, 8, Codebooks = 2)] sealed partial class C { public int {|KG0005:Groups|} => 1; }",
        "[VectorCodec(64)] [ProductQuantizer(8, 8, Codebooks = 2)] sealed partial class C { public static C {|KG0005:CreateSet|}(System.ReadOnlySpan<float> values) => null!; }",
        "[VectorCodec(64, {|KG0040:Metric = Metric.Hamming|})] [ScalarQuantizer(1)] sealed partial class C;",
        "[VectorCodec(64, {|KG0040:Metric = Metric.Hamming|})] [ProductQuantizer(8, 4)] sealed partial class C;",
        "[VectorCodec(64, Metric = Metric.SquaredL2)] [{|KG0041:BinaryQuantizer|}] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer] [{|KG0014:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer(Planes = 2)] [{|KG0014:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer({|KG0011:Planes = 0|})] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer({|KG0011:Planes = 9|})] sealed partial class C;",
        "[VectorCodec(64, {|KG0055:Metric = Metric.Hamming|})] [BinaryQuantizer(Planes = 2)] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer(Planes = 2, {|KG0056:BitOrder = BitOrder.LsbFirst|})] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer({|KG0056:SignBit = SignBit.NonNegative|}, Planes = 2)] sealed partial class C;",
        "[VectorCodec(64, Metric = Metric.Hamming)] [BinaryQuantizer(Planes = 1, BitOrder = BitOrder.MsbFirst)] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer({|KG0013:BitOrder = (BitOrder)2|})] sealed partial class C;",
        "[VectorCodec(64)] [BinaryQuantizer({|KG0013:SignBit = (SignBit)(-1)|})] sealed partial class C;",
        "[VectorCodec(64)] [AdditiveQuantizer(2, 8)] [{|KG0014:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[VectorCodec(64)] [ResidualQuantizer(2, 8)] sealed partial class C { public int {|KG0005:Codebooks|} => 1; }",
        "[VectorCodec(64)] [ProductQuantizer(8, 8)] [{|KG0014:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[VectorCodec(64)] [{|KG0045:Center|}] [RotatedQuantizer(2)] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer({|KG0011:9|}, {|KG0013:ScaleSearch = (ScaleSearch)2|})] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(5, {|KG0057:Levels = GridLevels.LloydMax|})] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer({|KG0011:9|}, Levels = GridLevels.LloydMax)] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(2, {|KG0013:Levels = (GridLevels)2|})] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(2)] [{|KG0014:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(2)] [{|KG0010:ScalarQuantizer(8)|}] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(2)] sealed partial class C { public int {|KG0005:ScanBounds|} => 1; }",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [{|KG0010:ProductQuantizer(8, 8)|}] sealed partial class C;",
        "[{|KG0019:ProductQuantizer(8, 8)|}] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer(8, 8)] sealed partial class C { public int {|KG0005:Codebooks|} => 1; }",
        "[VectorCodec(64)] [ProductQuantizer(8, 8)] sealed partial class C { public static C {|KG0005:FromCodebooks|}(System.ReadOnlySpan<float> values) => null!; }",
        "[VectorCodec(64)] [FloatQuantizer(FloatFormat.Single)] [{|KG0014:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[VectorCodec(64)] [FloatQuantizer(FloatFormat.Half)] [{|KG0014:Scale(Granularity.Tensor)|}] sealed partial class C;",
        "[VectorCodec(64)] [FloatQuantizer(FloatFormat.BFloat16)] [{|KG0014:Scale(Granularity.Channel)|}] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [{|KG0015:Scale(Granularity.Block)|}] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Block, {|KG0015:Size = 8|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Block, {|KG0015:Size = 33|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Vector, {|KG0016:Size = 32|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Channel, {|KG0017:Format = ScaleFormat.Half|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Tensor, {|KG0017:Format = ScaleFormat.BFloat16|})] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Block, {|KG0018:Size = 64|})] sealed partial class C;",
        "[{|KG0019:ScalarQuantizer(8)|}] [{|KG0019:Scale(Granularity.Vector)|}] sealed partial class C;",
        "[{|KG0019:FloatQuantizer(FloatFormat.Half)|}] class C;",
        "[VectorCodec({|KG0008:0|})] [ScalarQuantizer({|KG0011:9|})] [Scale(Granularity.Vector, {|KG0016:Size = 1|})] sealed class {|KG0001:C|};",
    ];

    public static TheoryData<string> Correct =>
    [
        $"{Codec} sealed partial class C;",
        $"partial class C; {Codec} partial class C; sealed partial class C {{ public int Own => 1; }}",
        $"{Codec} sealed partial class C : System.Attribute, System.IDisposable {{ public void Dispose() {{ }} }}",
        $"{Codec} sealed partial class C : IVectorCodec<C>;",
        $"{Codec} sealed partial class C {{ static C() {{ }} public void Save(string path) {{ }} public int Scan<T>() => 1; }}",
        "[VectorCodec(1)] [ScalarQuantizer(1)] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer(64, 1)] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(1)] sealed partial class C { public int ScanBounds(int rows) => rows; }",
        "[VectorCodec(64)] [RotatedQuantizer(4, Levels = GridLevels.LloydMax, ScaleSearch = ScaleSearch.Fast)] sealed partial class C;",
        "[VectorCodec(64)] [RotatedQuantizer(8, Levels = GridLevels.Uniform)] sealed partial class C;",
        "[VectorCodec(64)] [Normalize] [Pca(9)] [Rotate(Rotation.Learned)] [RotatedQuantizer(8, Center = false)] sealed partial class C;",
        "[VectorCodec(64)] [ProductQuantizer(bits: 12, subspaces: 7)] sealed partial class C;",
        "[VectorCodec(16_384)] [ScalarQuantizer(8, Zero = ZeroMode.Affine)] [Scale(Granularity.Block, Size = 256, Format = ScaleFormat.BFloat16)] sealed partial class C;",
        "[VectorCodec(65)] [ScalarQuantizer(2)] [Scale(Granularity.Block, Size = 64)] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] [Scale(Granularity.Tensor, Format = ScaleFormat.Single)] sealed partial class C;",
        "[VectorCodec(64)] [FloatQuantizer(FloatFormat.E5M2)] [Scale(Granularity.Channel)] sealed partial class C;",
        "[VectorCodec(64, Prefixes = [1, 63])] [ScalarQuantizer(1)] sealed partial class C;",
        "[VectorCodec(64, Prefixes = [])] [ResidualQuantizer(2, 8)] sealed partial class C { public int Prefixes => 1; }",
        "[VectorCodec(64, Prefixes = [24, 62])] [FloatQuantizer(FloatFormat.BFloat16)] sealed partial class C;",
        "[VectorCodec(65, Prefixes = [9, 57])] [ProductQuantizer(8, 4)] sealed partial class C;",
    ];

    /// <summary>Sources that the compiler rejects in its own words.</summary>
    public static TheoryData<string> CompilerErrors =>
    [
        $"{Codec} partial struct C;",
        $"{Codec} partial interface C;",
        "[VectorCodec] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(\"64\")] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8, Zero = 1.5)] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8, Missing = 1)] sealed partial class C;",
        "[VectorCodec(64), VectorCodec(65)] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8)] sealed partial class C; [VectorCodec(64)] partial class C;",
        "[VectorCodec(64)] [ScalarQuantizer(8), ScalarQuantizer(4)] sealed partial class C;",
        "[VectorCodec(Unknown)] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64, Prefixes = [Unknown])] [ScalarQuantizer(8)] sealed partial class C;",
        "[VectorCodec(64, Prefixes = [1.5])] [ScalarQuantizer(8)] sealed partial class C;",
    ];

    [Theory]
    [MemberData(nameof(Declarations))]
    [MemberData(nameof(SchemesWithProblems))]
    public async Task Problem_is_reported_where_it_is(string marked)
    {
        Markup markup = Markup.Parse($"using KernelGen;\n{marked}");
        (ImmutableArray<Diagnostic> found, int generatedFiles) = await RunAsync(markup.Source);

        Assert.Equal(markup.Expected, found.Select(item => Markup.Describe(item.Id, item.Location.SourceSpan.Start, TextOf(item))));
        Assert.All(found, item => Assert.DoesNotContain("{", item.GetMessage(), StringComparison.Ordinal));
        bool isCodec = markup.Source.Contains("VectorCodec", StringComparison.Ordinal);
        bool isBroken = found.Any(item => item.Severity == DiagnosticSeverity.Error);
        if (!isCodec || found.Any(item => s_preventing.Contains(item.Id)))
        {
            Assert.Equal(0, generatedFiles);
        }
        else
        {
            Assert.Equal(isBroken, generatedFiles == 1); // the skeleton
            Assert.NotEqual(0, generatedFiles);
        }
    }

    /// <summary>The compiler would stop at its own errors in declarations, before analyzers report.</summary>
    [Theory]
    [MemberData(nameof(Declarations))]
    [MemberData(nameof(SchemesWithProblems))]
    public async Task Problem_is_not_hidden_by_errors_of_the_compiler(string marked)
    {
        Markup markup = Markup.Parse($"using KernelGen;\n{marked}");
        if (markup.Ids.Any(id => s_preventing.Contains(id) || id == "KG0019"))
        {
            return;
        }

        string source = $$"""
            {{markup.Source}}
            class Holder
            {
                VectorSet<C>? _set;
                C? _codec;
                CodecLayout Use(System.IO.Stream stream, float[] values, byte[] codes)
                {
                    _set = new VectorSet<C>(_codec = C.Train(values));
                    C.Load(stream).Save(stream);
                    _codec.Encode(values, codes);
                    return C.Layout;
                }
            }
            """;
        CSharpCompilation compilation = UserProject.Compile(source);
        Assert.Contains(compilation.GetDiagnostics(), item => item.Id == "CS0311");
        _ = UserProject.Generate(compilation, out Compilation completed);

        // CS1016 is an error of the row that puts the arguments of the attribute in the other order.
        Assert.Empty(completed.GetDiagnostics().Where(item => item is { Severity: DiagnosticSeverity.Error, Id: not "CS1016" }));
        Assert.Equal(
            markup.Ids.Order(StringComparer.Ordinal),
            (await UserProject.AnalyzeAsync(completed)).Select(item => item.Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Declarations))]
    [MemberData(nameof(SchemesWithProblems))]
    public async Task Problem_is_suppressed_by_a_pragma(string marked)
    {
        Markup markup = Markup.Parse(marked);
        string pragmas = string.Concat(markup.Ids.Select(id => $"#pragma warning disable {id}\n"));
        (ImmutableArray<Diagnostic> found, _) = await RunAsync($"using KernelGen;\n{pragmas}{markup.Source}");
        Assert.Empty(found);
    }

    [Theory]
    [MemberData(nameof(Correct))]
    public async Task Correct_codec_is_generated_without_a_word(string source)
    {
        (ImmutableArray<Diagnostic> found, int generatedFiles) = await RunAsync($"using KernelGen;\n{source}");
        Assert.Empty(found);
        Assert.NotEqual(0, generatedFiles);
    }

    [Theory]
    [MemberData(nameof(CompilerErrors))]
    public async Task What_the_compiler_reports_is_not_reported_again(string source)
    {
        CSharpCompilation compilation = UserProject.Compile($"using KernelGen;\n{source}");
        Assert.Contains(compilation.GetDiagnostics(), item => item.Severity == DiagnosticSeverity.Error);
        (ImmutableArray<Diagnostic> found, _) = await RunAsync($"using KernelGen;\n{source}");
        Assert.Empty(found);
    }

    [Fact]
    public async Task Old_language_version_is_reported()
    {
        CSharpParseOptions options = UserProject.ParseOptions.WithLanguageVersion(LanguageVersion.CSharp12);
        CSharpCompilation compilation = UserProject.Compile(options, $"using KernelGen; {Codec} sealed partial class C;");
        Assert.Empty(UserProject.Generate(compilation, out Compilation completed).GeneratedSources);
        Diagnostic found = Assert.Single(await UserProject.AnalyzeAsync(completed));
        Assert.Equal("KG0007", found.Id);
        Assert.Equal("VectorCodec(64)", TextOf(found));
    }

    [Fact]
    public async Task Attributes_of_others_with_the_same_names_are_none_of_ours()
    {
        (ImmutableArray<Diagnostic> found, int generatedFiles) = await RunAsync(
            """
            namespace Other.KernelGen
            {
                class VectorCodecAttribute(int dimensions) : System.Attribute { public int Dimensions => dimensions; }
                class ScaleAttribute : System.Attribute;
                [VectorCodec(1)] [Scale] class C;
            }
            """);
        Assert.Empty(found);
        Assert.Equal(0, generatedFiles);
    }

    /// <summary>Every member of the contract, not only those in the examples above.</summary>
    [Fact]
    public async Task Every_generated_member_is_protected()
    {
        IEnumerable<string> names = typeof(IVectorCodec<>).GetMembers().Select(member => member.Name);
        foreach (string name in names.Where(name => !name.StartsWith("get_", StringComparison.Ordinal)))
        {
            string source = $"using KernelGen; {Codec} sealed partial class C {{ int {name} = 1; }}";
            (ImmutableArray<Diagnostic> found, _) = await RunAsync(source);
            Assert.Equal("KG0005", Assert.Single(found).Id);
        }
    }

    /// <summary>Members beside the contract: the compiler reports them as well, but not so that one understands it.</summary>
    [Fact]
    public async Task Fields_of_learned_parameters_are_protected_and_nothing_else_is_added()
    {
        const string Declaration = $"using KernelGen; {Codec} [Scale(Granularity.Tensor)] sealed partial class C";
        _ = UserProject.Generate(UserProject.Compile($"{Declaration};"), out Compilation completed);
        INamedTypeSymbol type = completed.GetTypeByMetadataName("C")!;
        string[] others =
        [
            .. type.GetMembers().Where(member => member is { IsImplicitlyDeclared: false, CanBeReferencedByName: true })
                .Select(member => member.Name).Except(type.Interfaces.Single().GetMembers().Select(member => member.Name)),
        ];
        Assert.Equal(["_parameters", "_reciprocals"], others);
        foreach (string name in others)
        {
            (ImmutableArray<Diagnostic> found, _) = await RunAsync($"{Declaration} {{ private const int {name} = 1; }}");
            Assert.Equal("KG0005", Assert.Single(found).Id);
        }
    }

    [Fact]
    public void Every_rule_has_an_example()
    {
        IEnumerable<string> examples = new IEnumerable<object[]>[] { Declarations, SchemesWithProblems }
            .SelectMany(table => table).SelectMany(row => Markup.Parse((string)row[0]).Ids)
            .Append("KG0007") // Old_language_version_is_reported
            .Append("KG0021") // IlgpuEmissionTests
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(new CodecAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Order(StringComparer.Ordinal), examples);
    }

    private static string TextOf(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);

    private static async Task<(ImmutableArray<Diagnostic> Found, int GeneratedFiles)> RunAsync(string source)
    {
        GeneratorRunResult result = UserProject.Generate(UserProject.Compile(source), out Compilation completed);
        return (await UserProject.AnalyzeAsync(completed), result.GeneratedSources.Length);
    }
}
