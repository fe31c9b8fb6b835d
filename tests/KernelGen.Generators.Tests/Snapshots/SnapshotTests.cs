using System.Reflection;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelGen.Generators.Tests.Snapshots;

/// <summary>The text that is generated for a choice of schemes, as accepted by a person.</summary>
public sealed class SnapshotTests
{
    public static TheoryData<string> SchemeNames => Schemes.Names;

    [Theory]
    [MemberData(nameof(SchemeNames))]
    public void Scheme(string name)
    {
        CSharpCompilation compilation = UserProject.Compile(Schemes.Source(name));
        GeneratorDriver driver = UserProject.CreateDriver().RunGenerators(compilation);
        GeneratorRunResult result = driver.GetRunResult().Results.Single();

        Assert.Null(result.Exception);
        Assert.NotEmpty(result.GeneratedSources);
        StepAssert.NothingChanged(driver.RunGenerators(compilation.Clone()));
        Snapshot.Match(
            $"{nameof(SnapshotTests)}.{nameof(Scheme)}_{name}",
            result.GeneratedSources.Select(source => ($"#{source.HintName}", source.SourceText.ToString())));
    }

    [Fact]
    public void Generated_text_has_unix_line_ends_only() => Assert.All(Schemes.ByName.Keys, name =>
    {
        GeneratorRunResult result = UserProject.Generate(UserProject.Compile(Schemes.Source(name)), out _);
        Assert.All(
            result.GeneratedSources,
            source => Assert.DoesNotContain("\r", source.SourceText.ToString(), StringComparison.Ordinal));
    });

    [Fact]
    public void Every_verified_file_belongs_to_a_test()
    {
        IEnumerable<string> facts =
            from type in typeof(SnapshotTests).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.GetCustomAttribute<FactAttribute>() is not null
            select $"{type.Name}.{method.Name}";
        IEnumerable<string> schemes = Schemes.ByName.Keys.Select(name => $"{nameof(SnapshotTests)}.{nameof(Scheme)}_{name}");
        HashSet<string> tests = [.. facts, .. schemes];
        Assert.All(Snapshot.AllVerified(), file =>
        {
            string test = file.Split('#', 2)[0].Split(".verified", 2)[0];
            Assert.True(tests.Contains(test), $"{file} is stale: there is no test {test}");
        });
    }
}
