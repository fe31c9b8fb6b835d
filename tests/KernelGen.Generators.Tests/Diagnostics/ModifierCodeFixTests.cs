extern alias generators;

using System.Collections.Immutable;
using generators::KernelGen.Generators.Diagnostics;
using KernelGen.CodeFixes;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelGen.Generators.Tests.Diagnostics;

/// <summary>The text that a code fix leaves, and that its diagnostic is gone then.</summary>
public sealed class ModifierCodeFixTests
{
    [Theory]
    [InlineData("KG0001", "Make partial", "public sealed class C;", "public sealed partial class C;")]
    [InlineData("KG0001", "Make partial", "sealed class C\n{\n    // a comment\n}", "sealed partial class C\n{\n    // a comment\n}")]
    [InlineData("KG0001", "Make partial", "internal sealed unsafe class C;", "internal sealed unsafe partial class C;")]
    [InlineData("KG0003", "Make sealed", "public partial class C;", "public sealed partial class C;")]
    [InlineData("KG0003", "Make sealed", "partial class C;", "sealed partial class C;")]
    public async Task Declaration_is_completed(string id, string title, string before, string after)
    {
        const string Attributes = "using KernelGen;\n\n/// <summary>Text.</summary>\n[VectorCodec(64)]\n[ScalarQuantizer(8)] // eight\n";
        Assert.Equal(Attributes + after, await FixAsync(id, title, Attributes + before));
    }

    [Fact]
    public async Task Types_around_the_codec_become_partial_as_well()
    {
        const string Before = """
            using KernelGen;

            public static class Outer
            {
                // Between.
                private readonly record struct Middle(int X)
                {
                    [VectorCodec(64)]
                    [ScalarQuantizer(8)]
                    internal sealed class C;
                }
            }
            """;
        const string After = """
            using KernelGen;

            public static partial class Outer
            {
                // Between.
                private readonly partial record struct Middle(int X)
                {
                    [VectorCodec(64)]
                    [ScalarQuantizer(8)]
                    internal sealed partial class C;
                }
            }
            """;
        Assert.Equal(After, await FixAsync("KG0001", "Make partial", Before));
        string partialCodec = Before.Replace("sealed class", "sealed partial class", StringComparison.Ordinal);
        Assert.Equal(After, await FixAsync("KG0002", "Make partial", partialCodec));
    }

    private static async Task<string> FixAsync(string id, string title, string source)
    {
        using AdhocWorkspace workspace = new();
        Project project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "UserProject", "UserProject", LanguageNames.CSharp,
            compilationOptions: UserProject.Options, parseOptions: UserProject.ParseOptions,
            metadataReferences: UserProject.References));
        Document document = project.AddDocument("File.cs", source);
        Diagnostic diagnostic = (await DiagnoseAsync(document)).Last(diagnostic => diagnostic.Id == id);

        List<CodeAction> fixes = [];
        await new ModifierCodeFix().RegisterCodeFixesAsync(
            new CodeFixContext(document, diagnostic, (fix, _) => fixes.Add(fix), CancellationToken.None));
        CodeAction fix = Assert.Single(fixes);
        Assert.Equal(title, fix.Title);

        ImmutableArray<CodeActionOperation> operations = await fix.GetOperationsAsync(CancellationToken.None);
        Document changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        Assert.Empty(await DiagnoseAsync(changed));
        return (await changed.GetTextAsync()).ToString();
    }

    private static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Document document)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        return await compilation.WithAnalyzers([new CodecAnalyzer()]).GetAnalyzerDiagnosticsAsync();
    }
}
