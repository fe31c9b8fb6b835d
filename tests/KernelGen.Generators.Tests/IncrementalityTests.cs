using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace KernelGen.Generators.Tests;

/// <summary>What an edit costs: unrelated ones nothing, an edited codec only itself.</summary>
public sealed class IncrementalityTests
{
    private const string First = "[KernelGen.VectorCodec(64)] [KernelGen.ScalarQuantizer(8)] public sealed partial class First;";
    private const string Second = "[KernelGen.VectorCodec(64)] [KernelGen.ScalarQuantizer(4)] public sealed partial class Second;";
    private const string Other = "public class Other { public int Method() => 1; }";

    private readonly CSharpCompilation _compilation = UserProject.Compile(First, Second, Other);
    private readonly GeneratorDriver _driver;

    public IncrementalityTests() => _driver = UserProject.CreateDriver().RunGenerators(_compilation);

    [Theory]
    [InlineData(2, Other + " // a comment")]
    [InlineData(2, "public class Other { public int Method() => 2; public void Added() { } }")]
    [InlineData(2, "public class Other { }")]
    [InlineData(0, "// a comment\n" + First)]
    [InlineData(0, "\n\n   " + First + "\n")]
    [InlineData(0, First + " public enum Added { A }")]
    [InlineData(0, "[KernelGen.VectorCodec(dimensions: 32 + 32, Metric = KernelGen.Metric.InnerProduct)] [KernelGen.ScalarQuantizer(bits: 8)] public sealed partial class First;")]
    [InlineData(0, "[KernelGen.VectorCodec(64)] [KernelGen.ScalarQuantizer(8)] public sealed partial class First { public int Own => 1; }")]
    public void Edit_that_changes_no_scheme_costs_nothing(int file, string source) => StepAssert.NothingChanged(Edit(file, source));

    [Fact]
    public void Clone_costs_nothing() => StepAssert.NothingChanged(_driver.RunGenerators(_compilation.Clone()));

    [Fact]
    public void Clone_costs_nothing_whatever_the_scheme()
    {
        CSharpCompilation compilation = UserProject.Compile([.. Schemes.ByName.Keys.Select(name => Schemes.Source(name, name))]);
        GeneratorDriver driver = UserProject.CreateDriver().RunGenerators(compilation);
        StepAssert.NothingChanged(driver.RunGenerators(compilation.Clone()));
    }

    [Fact]
    public void Added_file_costs_nothing() =>
        StepAssert.NothingChanged(
            _driver.RunGenerators(_compilation.AddSyntaxTrees(UserProject.Parse("class Added;", "Added.cs"))));

    [Fact]
    public void Edit_of_a_scheme_generates_that_codec_only()
    {
        GeneratorDriver driver = Edit(0, First.Replace("ScalarQuantizer(8)", "ScalarQuantizer(6)", StringComparison.Ordinal));

        SourceText[] before = Sources(_driver);
        SourceText[] after = Sources(driver);
        Assert.Equal(before.Length, after.Length);
        Assert.Contains(IncrementalStepRunReason.Modified, StepAssert.SourceOutputs(driver));
        Assert.Contains(IncrementalStepRunReason.Cached, StepAssert.SourceOutputs(driver));
        Assert.Contains(after, text => text.ToString().Contains("ScalarQuantizer(6, MidRise)", StringComparison.Ordinal));
        Assert.Equal(before.Length / 2, after.Except(before).Count());
    }

    [Fact]
    public void Broken_codec_takes_nothing_from_the_other()
    {
        GeneratorDriver driver = Edit(0, First.Replace("partial ", "", StringComparison.Ordinal));

        Assert.Equal(Sources(_driver).Length / 2, Sources(driver).Length);
        Assert.Contains(IncrementalStepRunReason.Cached, StepAssert.SourceOutputs(driver));
        Assert.Contains(IncrementalStepRunReason.Removed, StepAssert.SourceOutputs(driver));
    }

    [Fact]
    public void Broken_scheme_leaves_a_skeleton_that_is_cached()
    {
        GeneratorDriver driver = Edit(0, First.Replace("(8)", "(9)", StringComparison.Ordinal));

        Assert.Equal((Sources(_driver).Length / 2) + 1, Sources(driver).Length);
        Assert.Contains(IncrementalStepRunReason.Cached, StepAssert.SourceOutputs(driver));
        Assert.All(StepAssert.Models(driver), output => Assert.Empty(ObjectGraph.CompilerObjects(output.Value)));

        // How the scheme is broken does not matter to the skeleton.
        CSharpCompilation other = UserProject.Compile("\n" + First.Replace("(8)", "(0)", StringComparison.Ordinal), Second, Other);
        StepAssert.NothingChanged(driver.RunGenerators(other));
    }

    [Fact]
    public void Scheme_in_another_part_of_the_class_is_followed()
    {
        GeneratorDriver driver = Edit(0, "[KernelGen.VectorCodec(64)] public sealed partial class First;");
        Assert.Equal((Sources(_driver).Length / 2) + 1, Sources(driver).Length); // a skeleton

        CSharpCompilation parts = UserProject.Compile(
            "[KernelGen.VectorCodec(64)] public sealed partial class First;",
            Second,
            "[KernelGen.ScalarQuantizer(8)] partial class First;");
        Assert.Equal(
            Sources(_driver).Select(text => text.ToString()),
            Sources(driver.RunGenerators(parts)).Select(text => text.ToString()));
    }

    [Fact]
    public void Models_hold_nothing_of_the_compiler()
    {
        object[] models = [.. StepAssert.Models(_driver).Select(output => output.Value)];
        Assert.NotEmpty(models);
        Assert.All(models, model => Assert.Empty(ObjectGraph.CompilerObjects(model)));
    }

    [Fact]
    public void Search_for_objects_of_the_compiler_finds_them()
    {
        INamedTypeSymbol symbol = _compilation.GetTypeByMetadataName("First")!;
        Assert.Single(ObjectGraph.CompilerObjects(new { Name = "First", Nested = new[] { Tuple.Create(1, symbol) } }));
        Assert.Single(ObjectGraph.CompilerObjects(symbol.Locations[0]));
    }

    private static SourceText[] Sources(GeneratorDriver driver) =>
        [.. driver.GetRunResult().Results.Single().GeneratedSources.Select(source => source.SourceText)];

    private GeneratorDriver Edit(int file, string source)
    {
        SyntaxTree old = _compilation.SyntaxTrees[file];
        return _driver.RunGenerators(_compilation.ReplaceSyntaxTree(old, old.WithChangedText(SourceText.From(source))));
    }
}
