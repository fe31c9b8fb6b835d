using System.Text.RegularExpressions;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelGen.Generators.Tests;

/// <summary>Generated code compiles without a warning, whatever the user's project is set to.</summary>
public sealed partial class GeneratedCodeTests
{
    /// <summary>Names that C# gives a meaning of its own unless a type has them, which no one's should.</summary>
    private static readonly string[] s_contextual = ["nameof", "nint", "nuint", "var"];

    /// <summary>Every scheme as the oldest language, since the generated text is the same whatever the settings; one for the others.</summary>
    public static TheoryData<NullableContextOptions, bool, LanguageVersion, string> Settings => new()
    {
        { NullableContextOptions.Disable, true, LanguageVersion.CSharp13, "" },
        { NullableContextOptions.Enable, false, LanguageVersion.Latest, "Int6ChannelAffineL2" },
        { NullableContextOptions.Warnings, true, LanguageVersion.Preview, "E4M3VectorCosine" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Schemes_compile_without_warnings(
        NullableContextOptions nullable, bool isChecked, LanguageVersion version, string scheme)
    {
        CSharpParseOptions parseOptions = UserProject.ParseOptions.WithLanguageVersion(version);
        string[] sources = [.. Schemes.ByName.Keys.Where(name => scheme is "" || name == scheme).Select(name => Schemes.Source(name, name))];
        Compilation compilation = UserProject.Compile(parseOptions, sources)
            .WithOptions(UserProject.Options
                .WithNullableContextOptions(nullable).WithOverflowChecks(isChecked).WithAllowUnsafe(false)
                .WithWarningLevel(9999).WithGeneralDiagnosticOption(ReportDiagnostic.Error));

        GeneratorRunResult result = UserProject.Generate((CSharpCompilation)compilation, out Compilation completed);
        Assert.True(result.GeneratedSources.Length >= sources.Length);
        UserProject.AssertCompiles(completed);
    }

    [Theory]
    [InlineData("using Checked = System.Int32; namespace Demo { /// <summary>T.</summary>\npublic static class Float; }")]
    [InlineData("global using static System.Math; global using System.Numerics; global using System.Runtime.Intrinsics;")]
    [InlineData("namespace Demo.System; /// <summary>T.</summary>\npublic static class Buffers;")]
    public void Names_of_the_user_do_not_reach_into_generated_code(string surroundings)
    {
        _ = UserProject.Generate(UserProject.Compile(Schemes.Source("Int4InnerProduct768"), surroundings), out Compilation completed);
        Assert.Empty(completed.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    /// <summary>
    /// Types with every name that occurs in generated code, wherever the user can declare one: beside the codec, around it, in it, in
    /// the global namespace and in that of the runtime.
    /// </summary>
    [Theory]
    [InlineData("Int6ChannelAffineL2")]
    [InlineData("Int5BlockHalf")]
    [InlineData("E4M3VectorCosine")]
    [InlineData("Product4UnevenL2")]
    public void Types_of_the_user_do_not_reach_into_generated_code(string scheme)
    {
        string codec = $$"""
            namespace Demo
            {
                partial class Outer
                {
                    {{Schemes.ByName[scheme].Replace("[", "[global::KernelGen.", StringComparison.Ordinal)
                        .Replace("= ", "= global::KernelGen.", StringComparison.Ordinal)
                        .Replace("(Granularity", "(global::KernelGen.Granularity", StringComparison.Ordinal)
                        .Replace("(FloatFormat", "(global::KernelGen.FloatFormat", StringComparison.Ordinal)
                        .Replace("global::KernelGen.32", "32", StringComparison.Ordinal)}}
                    sealed partial class DemoCodec;
                }
            }
            """;
        GeneratorRunResult result = UserProject.Generate(UserProject.Compile(codec), out Compilation alone);
        Assert.Empty(Errors(alone));
        SyntaxNode[] nodes = [.. result.GeneratedSources.SelectMany(source => source.SyntaxTree.GetRoot().DescendantNodes())];
        string[] names =
        [
            .. nodes.OfType<SimpleNameSyntax>().Select(name => name.Identifier.Text)
                .Except(["Demo", "Outer", "DemoCodec", .. s_contextual]),
        ];
        Assert.Superset(new HashSet<string> { "CpuTier", "Math", "Span", "System", "TopK", "Unsafe", "Vector128" }, names.ToHashSet());

        string types = string.Concat(names.Select(name => $"class {name} {{ }} class {name}<T> {{ }} "));
        string extensions = string.Concat(
            nodes.OfType<InvocationExpressionSyntax>().Select(call => call.Expression).OfType<MemberAccessExpressionSyntax>()
                .Select(access => access.Name.Identifier.Text).Distinct()
                .Select(name => $"public static void {name}<T>(this T self, params object[] arguments) {{ }} "));
        string inCodec = string.Concat(
            names.Except(alone.GetTypeByMetadataName("Demo.Outer+DemoCodec")!.GetMembers().Select(member => member.Name))
                .Select(name => $"class {name} {{ }} "));
        string inGlobal = string.Concat(
            names.Except(["System", "KernelGen", "global"]).Select(name => $"class {name} {{ }} "));
        string inRuntime = string.Concat(
            names.Except(["Generated", "Kernels"])
                .Where(name => alone.GetTypesByMetadataName($"KernelGen.{name}").IsEmpty).Select(name => $"class {name} {{ }} "));
        string surroundings = $$"""
            {{inGlobal}} static class GlobalExtensions { {{extensions}} }
            namespace KernelGen { {{inRuntime}} }
            namespace Demo
            {
                {{types}} static class Extensions { {{extensions}} }
                partial class Outer { {{types}} partial class DemoCodec { {{inCodec}} } }
            }
            """;
        _ = UserProject.Generate(UserProject.Compile(codec, surroundings), out Compilation completed);
        Assert.Empty(Errors(completed));

        static IEnumerable<Diagnostic> Errors(Compilation compilation) =>
            compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Files_are_marked_as_generated_and_clean() => Assert.All(
        Schemes.ByName.Keys.SelectMany(name => Schemes.Generated(name).GeneratedSources),
        file =>
        {
            string text = file.SourceText.ToString();
            Assert.StartsWith("// <auto-generated/>\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(TrailingSpace(), text);
        });

    [Fact]
    public void Skeleton_says_why_it_is_there()
    {
        const string Broken = "namespace My.System { partial struct Outer { [global::KernelGen.VectorCodec(64)] sealed partial class Codec; } }";
        GeneratorRunResult result = UserProject.Generate(UserProject.Compile(Broken), out Compilation completed);
        UserProject.AssertCompiles(completed);
        GeneratedSourceResult file = Assert.Single(result.GeneratedSources);
        Assert.Equal("My.System.Outer+Codec.Codec.g.cs", file.HintName);
        string text = file.SourceText.ToString();
        Assert.StartsWith("// <auto-generated/>\n// The declaration of this codec has errors", text, StringComparison.Ordinal);
        Assert.Contains("partial class Codec : global::KernelGen.IVectorCodec<global::My.System.Outer.Codec>", text, StringComparison.Ordinal);
        Assert.Contains(
            "throw new global::System.InvalidOperationException(\"The scheme of Codec has errors; see the KG diagnostics of the build.\");",
            text, StringComparison.Ordinal);
        Assert.DoesNotMatch(TrailingSpace(), text);
    }

    [Fact]
    public void Skeleton_of_a_refused_prefix_is_what_code_that_uses_the_codec_expects()
    {
        const string Broken = "[global::KernelGen.VectorCodec(64, Prefixes = [32]), global::KernelGen.RotatedQuantizer(4)] sealed partial class Codec;";
        GeneratorRunResult result = UserProject.Generate(UserProject.Compile(Broken), out Compilation completed);
        UserProject.AssertCompiles(completed);
        Assert.Contains(
            "partial class Codec : global::KernelGen.IBoundedCodec<global::Codec>, global::KernelGen.IPrefixCodec<global::Codec>",
            Assert.Single(result.GeneratedSources).SourceText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_run_stops()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            UserProject.CreateDriver().RunGenerators(UserProject.Compile(Schemes.Source("Int8Cosine384")), source.Token));
    }

    [GeneratedRegex(@"[ \t]$", RegexOptions.Multiline)]
    private static partial Regex TrailingSpace();
}
