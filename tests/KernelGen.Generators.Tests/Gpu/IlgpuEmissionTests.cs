using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelGen.Generators.Tests.Gpu;

/// <summary>When code for GPUs is generated, and that it compiles.</summary>
public sealed class IlgpuEmissionTests
{
    private const string First = "[KernelGen.VectorCodec(64)] [KernelGen.ScalarQuantizer(8)] public sealed partial class First;";
    private const string Second = "[KernelGen.VectorCodec(64)] [KernelGen.ScalarQuantizer(4)] public sealed partial class Second;";

    public static TheoryData<string> SchemeNames => Schemes.Names;

    [Theory]
    [MemberData(nameof(SchemeNames))]
    public void Without_Ilgpu_there_is_not_a_byte_for_GPUs(string name)
    {
        GeneratorRunResult with = Schemes.GeneratedForGpu(name).Result;
        GeneratorRunResult without = Schemes.Generated(name);
        Assert.DoesNotContain(without.GeneratedSources, source => source.HintName.Contains("Ilgpu", StringComparison.Ordinal));
        Assert.DoesNotContain(without.GeneratedSources, source => source.SourceText.ToString().Contains("Gpu", StringComparison.Ordinal));

        // With it, all the rest is the same but for the one member that leads to the kernels.
        Assert.Equal(
            without.GeneratedSources.Where(IsCpu).Select(source => source.SourceText.ToString()),
            with.GeneratedSources.Where(IsCpu).Select(source => source.SourceText.ToString()));
        Assert.Equal(without.GeneratedSources.Length + 2, with.GeneratedSources.Length);

        static bool IsCpu(GeneratedSourceResult source) =>
            !source.HintName.Contains("Ilgpu", StringComparison.Ordinal) && !source.HintName.EndsWith(".Codec.g.cs", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_codec_nothing_is_shared()
    {
        CSharpCompilation compilation = UserProject.Compile("class Other;").AddReferences(UserProject.Ilgpu);
        Assert.Empty(UserProject.Generate(compilation, out _).GeneratedSources);
    }

    [Theory]
    [InlineData(NullableContextOptions.Disable, true, LanguageVersion.CSharp13)]
    [InlineData(NullableContextOptions.Enable, false, LanguageVersion.Preview)]
    public void Codecs_compile_together_without_warnings(NullableContextOptions nullable, bool isChecked, LanguageVersion version)
    {
        CSharpParseOptions parseOptions = UserProject.ParseOptions.WithLanguageVersion(version);
        string[] sources = [.. Schemes.ByName.Keys.Select(name => Schemes.Source(name, name))];
        CSharpCompilation compilation = UserProject.Compile(parseOptions, sources)
            .AddReferences(UserProject.Ilgpu)
            .WithOptions(UserProject.Options
                .WithNullableContextOptions(nullable).WithOverflowChecks(isChecked).WithAllowUnsafe(false)
                .WithWarningLevel(9999).WithGeneralDiagnosticOption(ReportDiagnostic.Error));
        GeneratorRunResult result = UserProject.Generate(compilation, out Compilation completed);
        Assert.Single(result.GeneratedSources, source => source.HintName == "KernelGen.Ilgpu.g.cs");
        UserProject.AssertCompiles(completed);
    }

    /// <summary>Types of the user with the names that kernels use, where they would be found first.</summary>
    [Fact]
    public void Names_of_the_user_do_not_reach_into_kernels()
    {
        const string Surroundings = """
            class Words; class GpuMath; class Group; class Grid; class Interop; class Device; class Math; class Context;
            namespace KernelGen { class Group; class Grid; class Interop; class Context; class Accelerator; class Math; class KernelConfig; }
            namespace Demo { class ILGPU; class Words; class GpuKernels; }
            """;
        _ = UserProject.Generate(
            UserProject.Compile(Schemes.Source("Int5BlockHalf"), Surroundings).AddReferences(UserProject.Ilgpu), out Compilation completed);
        Assert.Empty(completed.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void Edits_cost_nothing_and_the_reference_counts_when_it_comes()
    {
        CSharpCompilation compilation = UserProject.Compile(First, Second, "class Other;").AddReferences(UserProject.Ilgpu);
        GeneratorDriver driver = UserProject.CreateDriver().RunGenerators(compilation);
        int files = Files(driver);
        GeneratorDriver edited = driver.RunGenerators(
            compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[2], UserProject.Parse("class Other2;", "File2.cs")));
        StepAssert.NothingChanged(edited);

        driver = driver.RunGenerators(compilation.RemoveReferences(UserProject.Ilgpu));
        Assert.Equal(files - 3, Files(driver));

        static int Files(GeneratorDriver driver) => driver.GetRunResult().Results.Single().GeneratedSources.Length;
    }

    [Fact]
    public void Broken_codec_gets_a_skeleton_and_no_kernels()
    {
        CSharpCompilation compilation = UserProject.Compile(First.Replace("(8)", "(9)", StringComparison.Ordinal)).AddReferences(UserProject.Ilgpu);
        Assert.Single(UserProject.Generate(compilation, out _).GeneratedSources);
    }

    [Theory]
    [InlineData("1.4.0.0", false)]
    [InlineData("1.5.0.0", true)]
    [InlineData("2.0.0.0", false)]
    public async Task Other_versions_are_reported_and_get_no_kernels(string version, bool isSupported)
    {
        CSharpCompilation ilgpu = CSharpCompilation.Create(
            "ILGPU",
            [CSharpSyntaxTree.ParseText($"[assembly: System.Reflection.AssemblyVersion(\"{version}\")] namespace ILGPU.Runtime {{ public static class KernelLoaders; }}")],
            UserProject.References,
            UserProject.Options);
        CSharpCompilation compilation = UserProject.Compile(First, "class Other;").AddReferences(ilgpu.ToMetadataReference());
        GeneratorRunResult result = UserProject.Generate(compilation, out Compilation completed);
        Assert.Equal(isSupported, result.GeneratedSources.Any(source => source.HintName == "KernelGen.Ilgpu.g.cs"));
        Diagnostic[] reported = [.. await UserProject.AnalyzeAsync(completed)];
        Assert.Equal(isSupported ? [] : ["KG0021"], reported.Select(diagnostic => diagnostic.Id));
        Assert.All(reported, diagnostic => Assert.Equal(
            $"The codec 'First' gets no kernels for GPUs: they need ILGPU 1.5.x, but this project references {version}", diagnostic.GetMessage(null)));
    }
}
