extern alias generators;

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using generators::KernelGen.Generators.Diagnostics;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Tests.Diagnostics;

/// <summary>Rules, their pages and the release-tracking files say the same.</summary>
public sealed class RulePagesTests
{
    private static readonly string s_root = FindRoot();
    private static readonly string s_pages = Path.Combine(s_root, "docs", "diagnostics");
    private static readonly ImmutableArray<DiagnosticDescriptor> s_rules = new CodecAnalyzer().SupportedDiagnostics;

    /// <summary>Pages of what the compiler reports by an ObsoleteAttribute in generated code.</summary>
    private static readonly string[] s_ofCompiler = ["KG0023"];

    [Fact]
    public void Every_rule_has_a_page_with_its_title() => Assert.All(s_rules, rule =>
    {
        Assert.Equal($"https://github.com/kernelgen/kernelgen/blob/main/docs/diagnostics/{rule.Id}.md", rule.HelpLinkUri);
        string page = File.ReadAllText(Path.Combine(s_pages, $"{rule.Id}.md"));
        Assert.StartsWith($"# {rule.Id}: {rule.Title}\n", page, StringComparison.Ordinal);
        Assert.Contains($"Severity: {rule.DefaultSeverity}\n", page, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Examples_show_the_rule_and_its_fix()
    {
        // The examples of KG0007 and KG0021 are project files.
        foreach (DiagnosticDescriptor rule in s_rules.Where(rule => rule.Id is not ("KG0007" or "KG0021")))
        {
            string[] blocks = File.ReadAllText(Path.Combine(s_pages, $"{rule.Id}.md")).Split("```csharp\n");
            Assert.Equal(3, blocks.Length); // text, example, fix
            Assert.Equal([rule.Id], await AnalyzeAsync(blocks[1].Split("```", 2)[0]));
            Assert.Empty(await AnalyzeAsync(blocks[2].Split("```", 2)[0]));
        }

        static async Task<IEnumerable<string>> AnalyzeAsync(string code) =>
            (await UserProject.AnalyzeAsync(UserProject.Compile($"using KernelGen;\n{code}"))).Select(diagnostic => diagnostic.Id);
    }

    [Fact]
    public void Every_page_has_a_rule()
    {
        IEnumerable<string> pages = Directory.GetFiles(s_pages, "KG0*.md").Select(path => Path.GetFileNameWithoutExtension(path));
        Assert.Equal(s_rules.Select(rule => rule.Id).Concat(s_ofCompiler).Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Index_lists_every_rule()
    {
        IEnumerable<string> rows = File.ReadLines(Path.Combine(s_pages, "README.md"))
            .Where(line => line.StartsWith("| [KG0", StringComparison.Ordinal));
        IEnumerable<string> compilers = s_ofCompiler.Select(id => $"| [{id}]({id}.md) | Error | {Title(id)} |");
        Assert.Equal(
            s_rules.Select(rule => $"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity} | {rule.Title} |").Concat(compilers).Order(StringComparer.Ordinal), rows);

        static string Title(string id) => File.ReadLines(Path.Combine(s_pages, $"{id}.md")).First().Split(": ", 2)[1];
    }

    [Fact]
    public void Release_tracking_lists_every_rule()
    {
        string folder = Path.Combine(s_root, "generators", "KernelGen.Generators");
        IEnumerable<string> rows = Directory.GetFiles(folder, "AnalyzerReleases.*.md").SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("KG", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(s_rules.Select(rule => $"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | {rule.Title}"), rows);
    }

    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
