extern alias generators;

using System.Runtime.Loader;
using KernelGen.Reference;
using KernelGen.Tests.Transforms;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace KernelGen.Tests.Numerics;

/// <summary>Codecs that were declared, generated and compiled in a process of the tests.</summary>
internal sealed class CodecAssembly
{
    /// <summary>A project with the framework's assemblies and the runtime, not those of the tests, among which the generator's enums are. Compilations that
    /// are made of it share what was found in references.</summary>
    private static readonly Lazy<CSharpCompilation> s_empty = new(() =>
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,

            // Classes of tests compile side by side.
            concurrentBuild: false,
            generalDiagnosticOption: ReportDiagnostic.Error,
            nullableContextOptions: NullableContextOptions.Enable,
            warningLevel: 9999);
        var empty = CSharpCompilation.Create("Codecs", [], FrameworkPaths().Select(path => MetadataReference.CreateFromFile(path)), options);

        // Binds references, once for all.
        _ = empty.GetSpecialType(SpecialType.System_Object);
        return empty;
    });

    private readonly Dictionary<IReferenceScheme, Type> _types;

    private CodecAssembly(byte[] image, Dictionary<IReferenceScheme, Type> types)
    {
        Image = image;
        _types = types;
    }

    /// <summary>What <see cref="Load"/> takes, in this process or in another.</summary>
    public byte[] Image { get; }

    /// <summary>The codec's class.</summary>
    public Type this[IReferenceScheme scheme] => _types[scheme];

    /// <summary>An object of a generic class whose type argument is the codec.</summary>
    public static T Over<T>(Type codec, Type definition, params object[] arguments) =>
        (T)Activator.CreateInstance(definition.MakeGenericType(codec), arguments)!;

    /// <summary>Compiles a class per scheme with the code that KernelGen generates for it.</summary>
    /// <param name="isChecked">Whether the project turns arithmetic overflow checks on.</param>
    /// <param name="references">Assemblies besides the framework and the runtime.</param>
    public static CodecAssembly Generate(IReadOnlyList<IReferenceScheme> schemes, bool isChecked = false, params IEnumerable<string> references) =>
        Compile(schemes, new generators::KernelGen.Generators.KernelGenerator(), isChecked, references);

    /// <summary>Compiles a class per scheme as strictly as a user's project can: every warning is an error.</summary>
    /// <param name="generator">Completes the classes.</param>
    /// <param name="isChecked">Whether the project turns arithmetic overflow checks on.</param>
    /// <param name="references">Assemblies besides the framework and the runtime.</param>
    public static CodecAssembly Compile(
        IReadOnlyList<IReferenceScheme> schemes,
        IIncrementalGenerator generator,
        bool isChecked = false,
        params IEnumerable<string> references)
    {
        // Every warning is looked for in checked projects; elsewhere nullability, which takes a fifth of a compilation, is left out.
        var parseOptions = new CSharpParseOptions(LanguageVersion.CSharp13, isChecked ? DocumentationMode.Diagnose : DocumentationMode.Parse)
            .WithFeatures(isChecked ? [] : [new("run-nullable-analysis", "never")]);
        string source = string.Join('\n', schemes.Select((scheme, i) => Declaration(scheme, NameOf(i))));
        Compilation compilation = s_empty.Value
            .WithOptions(s_empty.Value.Options.WithOverflowChecks(isChecked))
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText(SourceText.From(source), parseOptions))
            .AddReferences(references.Select(path => MetadataReference.CreateFromFile(path)));

        CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: parseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out var generatorDiagnostics);
        Assert.Empty(generatorDiagnostics);

        using var image = new MemoryStream();
        var result = complete.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Take(20)));
        return Load(schemes, image.ToArray());
    }

    /// <summary>Loads the codecs that were compiled for these schemes.</summary>
    public static CodecAssembly Load(IReadOnlyList<IReferenceScheme> schemes, byte[] image)
    {
        var assembly = new AssemblyLoadContext(name: null).LoadFromStream(new MemoryStream(image));
        return new CodecAssembly(image, schemes.Index().ToDictionary(
            s => s.Item,
            s => assembly.GetType($"Sampled.{NameOf(s.Index)}", throwOnError: true)!));
    }

    /// <summary>The class as a user would declare it.</summary>
    public static string Declaration(IReferenceScheme scheme, string name)
    {
        string prefixes = scheme.Prefixes.Count == 0 ? "" : $", Prefixes = [{string.Join(", ", scheme.Prefixes)}]";
        return $$"""
            namespace Sampled
            {
                using KernelGen;

                /// <summary>{{scheme.Text}}</summary>
                [VectorCodec({{scheme.Dimensions}}, Metric = Metric.{{scheme.Metric}}{{prefixes}})]
                {{AttributesOf(scheme)}}
                public sealed partial class {{name}};
            }
            """;
    }

    private static string AttributesOf(IReferenceScheme scheme) => scheme switch
    {
        ReferenceTransformedScheme { Inner: ReferenceRotatedScheme rotated } transformed =>
            $"{TransformsOf(transformed, static part => part is not ("Center" or "Rotate(Hadamard)"))}[RotatedQuantizer({rotated.Bits}, Center = {(transformed.Transforms.Center ? "true" : "false")}, ScaleSearch = ScaleSearch.{rotated.Search}, Levels = GridLevels.{rotated.Levels})]",
        ReferenceTransformedScheme transformed =>
            $"{TransformsOf(transformed, static _ => true)}{AttributesOf(transformed.Inner)}",
        ReferenceSignScheme signs => $"[BinaryQuantizer(BitOrder = BitOrder.{signs.Order}, SignBit = SignBit.{signs.Ones})]",
        ReferenceProductScheme product => $"[ProductQuantizer({product.Subspaces}, {product.Bits})]",
        ReferenceAdditiveScheme { IsShared: true } shared =>
            $"[AdditiveQuantizer({shared.Stages}, {shared.Bits}, GroupSize = {shared.GroupSize}, Beam = {shared.Beam}, Norm = Norm.{shared.Norm})]",
        ReferenceAdditiveScheme residual =>
            $"[ResidualQuantizer({residual.Stages}, {residual.Bits}, Subspaces = {residual.Subspaces}, Beam = {residual.Beam}, Norm = Norm.{residual.Norm})]",
        _ => AttributesOf((ReferenceScheme)scheme),
    };

    private static string TransformsOf(ReferenceTransformedScheme scheme, Func<string, bool> isDeclared) => string.Concat(
        scheme.Transforms.Parts.Where(isDeclared).Select(static part => $"[{part.Replace("Rotate(", "Rotate(Rotation.", StringComparison.Ordinal)}]"));

    private static string AttributesOf(ReferenceScheme scheme)
    {
        string quantizer = scheme.Grid switch
        {
            RecurrentGrid grid => $"[BinaryQuantizer(Planes = {grid.Bits})]",
            IntegerGrid grid => $"[ScalarQuantizer({grid.Bits}, Zero = ZeroMode.{grid.Zero})]",
            _ => $"[FloatQuantizer(FloatFormat.{((FloatGrid)scheme.Grid).Format})]",
        };
        string scale = scheme.Scale switch
        {
            null => "",
            _ when scheme.Grid is RecurrentGrid => "",
            { Granularity: Granularity.Block } =>
                $"[Scale(Granularity.Block, Size = {scheme.Scale.BlockSize}, Format = ScaleFormat.{scheme.Scale.Format})]",
            { Granularity: Granularity.Vector } => $"[Scale(Granularity.Vector, Format = ScaleFormat.{scheme.Scale.Format})]",
            _ => $"[Scale(Granularity.{scheme.Scale.Granularity})]",
        };
        return $"{quantizer}\n{scale}";
    }

    private static string NameOf(int index) => $"C{index}";

    private static IEnumerable<string> FrameworkPaths()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(VectorCodecAttribute).Assembly.Location);
    }
}
