extern alias generators;
extern alias ilgpu;

using System.Collections.Immutable;
using generators::KernelGen.Generators;
using generators::KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>
/// A project of a user: compiles sources against the framework and the runtime, and runs what KernelGen adds to the compiler.
/// </summary>
internal static class UserProject
{
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    public static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    public static readonly ImmutableArray<MetadataReference> References = FindReferences();

    /// <summary>What a project references that wants kernels for GPUs.</summary>
    public static readonly MetadataReference Ilgpu = MetadataReference.CreateFromFile(typeof(ilgpu::ILGPU.Context).Assembly.Location);

    public static CSharpCompilation Compile(params string[] sources) => Compile(ParseOptions, sources);

    public static CSharpCompilation Compile(CSharpParseOptions parseOptions, params string[] sources) =>
        CSharpCompilation.Create(
            "UserProject", sources.Select((source, i) => Parse(source, $"File{i}.cs", parseOptions)), References, Options);

    public static SyntaxTree Parse(string source, string path, CSharpParseOptions? parseOptions = null) =>
        CSharpSyntaxTree.ParseText(source, parseOptions ?? ParseOptions, path);

    /// <summary>A driver of the generator that records its steps.</summary>
    public static GeneratorDriver CreateDriver(CSharpParseOptions? parseOptions = null) => CSharpGeneratorDriver.Create(
        [new KernelGenerator().AsSourceGenerator()],
        parseOptions: parseOptions ?? ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator and demands that it does not fail.</summary>
    public static GeneratorRunResult Generate(CSharpCompilation compilation, out Compilation completed)
    {
        GeneratorDriver driver = CreateDriver((CSharpParseOptions)compilation.SyntaxTrees[0].Options)
            .RunGeneratorsAndUpdateCompilation(compilation, out completed, out ImmutableArray<Diagnostic> diagnostics);
        Assert.Empty(diagnostics); // a generator that throws is a warning of the driver
        return driver.GetRunResult().Results.Single();
    }

    /// <summary>What the analyzer reports about a completed compilation, in the order of the source.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation completed)
    {
        ImmutableArray<Diagnostic> found = await completed.WithAnalyzers([new CodecAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return
        [
            .. found.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Demands that the compiler reports nothing, warnings included.</summary>
    public static void AssertCompiles(Compilation completed) =>
        Assert.Empty(completed.GetDiagnostics().Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden));

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(VectorCodecAttribute).Assembly.Location);
        return [.. paths.Select(path => MetadataReference.CreateFromFile(path))];
    }
}
