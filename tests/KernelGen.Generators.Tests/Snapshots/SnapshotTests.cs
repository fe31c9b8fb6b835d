using System.Reflection;
using KernelGen.Generators.Tests.Infrastructure;

namespace KernelGen.Generators.Tests.Snapshots;

/// <summary>The text that is generated for a choice of schemes, as accepted by a person.</summary>
public sealed class SnapshotTests
{
    /// <summary>Files that differ most between schemes; the tiers are written from one template.</summary>
    private static readonly string[] s_shown = [".Codec.g.cs", ".Dispatch.g.cs", ".Avx2.g.cs"];

    /// <summary>Schemes of which every tier is shown: integers in several planes with learned scales, numbers with scales of rows, codebooks.</summary>
    private static readonly string[] s_shownWhole = ["Int6ChannelAffineL2", "E4M3VectorCosine", "Product4UnevenL2", "SignsHamming100"];

    /// <summary>Schemes whose GPU kernels are like those of others.</summary>
    private static readonly string[] s_hiddenOnGpu =
    [
        "Product4UnevenL2", "Product4Many", "Product11", "Product1Many", "Additive3Cosine", "TransformedSignsInnerProduct", "SignsHamming1024", "TransformedSignsHamming",
    ];

    public static TheoryData<string> SchemeNames => Schemes.Names;

    public static TheoryData<string> GpuSchemeNames => [.. Schemes.ByName.Keys.Except(s_hiddenOnGpu)];

    [Theory]
    [MemberData(nameof(SchemeNames))]
    public void Scheme(string name) => Snapshot.Match(
        $"{nameof(SnapshotTests)}.{nameof(Scheme)}_{name}",
        from source in Schemes.Generated(name).GeneratedSources
        where s_shownWhole.Contains(name) || s_shown.Any(suffix => source.HintName.EndsWith(suffix, StringComparison.Ordinal))
        select ($"#{source.HintName}", source.SourceText.ToString()));

    [Theory]
    [MemberData(nameof(GpuSchemeNames))]
    public void Gpu(string name) => Snapshot.Match(
        $"{nameof(SnapshotTests)}.{nameof(Gpu)}_{name}",
        from source in Schemes.GeneratedForGpu(name).Result.GeneratedSources
        where source.HintName.EndsWith(".Ilgpu.g.cs", StringComparison.Ordinal) && source.HintName != "KernelGen.Ilgpu.g.cs"
        select ($"#{source.HintName}", source.SourceText.ToString()));

    [Fact]
    public void Whole_schemes_are_schemes() => Assert.All(s_shownWhole, name => Assert.Contains(name, Schemes.ByName.Keys));

    [Fact]
    public void Every_verified_file_belongs_to_a_test()
    {
        IEnumerable<string> facts =
            from type in typeof(SnapshotTests).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.GetCustomAttribute<FactAttribute>() is not null
            select $"{type.Name}.{method.Name}";
        IEnumerable<string> schemes = Schemes.ByName.Keys.SelectMany(name => (string[])
            [$"{nameof(SnapshotTests)}.{nameof(Scheme)}_{name}", $"{nameof(SnapshotTests)}.{nameof(Gpu)}_{name}"]);
        HashSet<string> tests = [.. facts, .. schemes];
        Assert.All(Snapshot.AllVerified(), file =>
        {
            string test = file.Split('#', 2)[0].Split(".verified", 2)[0];
            Assert.True(tests.Contains(test), $"{file} is stale: there is no test {test}");
        });
    }
}
