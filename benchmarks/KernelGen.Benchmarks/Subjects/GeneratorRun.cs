extern alias generators;

using System.Text;
using generators::KernelGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelGen.Benchmarks;

/// <summary>A compilation with many different codecs and the generator at work on it.</summary>
internal sealed class GeneratorRun
{
    private static readonly int[] s_dimensions = [96, 128, 384, 512, 768, 1000, 1024, 1536, 3072, 4096];

    private static readonly string[] s_schemes =
    [
        "FloatQuantizer(FloatFormat.Half)",
        "FloatQuantizer(FloatFormat.BFloat16)",
        "FloatQuantizer(FloatFormat.E4M3), Scale(Granularity.Vector)",
        "ScalarQuantizer(8)",
        "ScalarQuantizer(8), Scale(Granularity.Channel)",
        "ScalarQuantizer(6)",
        "ScalarQuantizer(5)",
        "ScalarQuantizer(4)",
        "ScalarQuantizer(4), Scale(Granularity.Block, Size = 32)",
        "ScalarQuantizer(1)",
    ];

    private readonly int _codecs;
    private readonly CSharpCompilation _compilation;
    private readonly SyntaxTree _unrelated;
    private GeneratorDriver _driver = CreateDriver();
    private int _edits;

    /// <param name="codecs">Number of codecs.</param>
    /// <param name="forGpu">Whether the project seems to reference ILGPU, so that kernels for GPUs are generated too.</param>
    public GeneratorRun(int codecs, bool forGpu = false)
    {
        _codecs = codecs;
        var source = new StringBuilder("using KernelGen;\n");
        for (int i = 0; i < codecs; i++)
        {
            int dimensions = s_dimensions[i / s_schemes.Length % s_dimensions.Length];
            source.Append($"[VectorCodec({dimensions}), {s_schemes[i % s_schemes.Length]}] public sealed partial class Codec{i};\n");
        }

        _unrelated = CSharpSyntaxTree.ParseText("class Unrelated;");
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        _compilation = CSharpCompilation.Create(
            "Codecs",
            [CSharpSyntaxTree.ParseText(source.ToString()), _unrelated],
            platform.Split(Path.PathSeparator).Where(IsReference).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        if (forGpu)
        {
            _compilation = _compilation.AddReferences(Ilgpu().ToMetadataReference());
        }
    }

    /// <summary>Characters that the last run generated.</summary>
    public long GeneratedCharacters => _driver.GetRunResult().GeneratedTrees.Sum(tree => (long)tree.Length);

    /// <summary>Generates everything with a new driver.</summary>
    /// <exception cref="InvalidOperationException">The generator failed or generated nothing.</exception>
    public void Cold()
    {
        _driver = CreateDriver().RunGenerators(_compilation);
        GeneratorDriverRunResult result = _driver.GetRunResult();
        int completed = result.GeneratedTrees.Count(static tree => tree.FilePath.EndsWith(".Dispatch.g.cs", StringComparison.Ordinal));
        if (completed != _codecs || !result.Diagnostics.IsEmpty)
        {
            throw new InvalidOperationException($"The generator completed {completed} of {_codecs} codecs: {string.Join(' ', result.Diagnostics)}");
        }
    }

    /// <summary>Changes a file without codecs and runs the generator again.</summary>
    public void UnrelatedEdit()
    {
        SyntaxTree edited = CSharpSyntaxTree.ParseText($"class Unrelated; // {_edits++}");
        _driver = _driver.RunGenerators(_compilation.ReplaceSyntaxTree(_unrelated, edited));
    }

    /// <summary>The generator's own assembly declares the enums of the attributes once more, which no project sees that only runs it.</summary>
    private static bool IsReference(string path) => Path.GetFileNameWithoutExtension(path) != "KernelGen.Generators";

    private static GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(new KernelGenerator());

    /// <summary>All that the generator looks at of ILGPU.</summary>
    private static CSharpCompilation Ilgpu() => CSharpCompilation.Create(
        "ILGPU",
        [CSharpSyntaxTree.ParseText("[assembly: System.Reflection.AssemblyVersion(\"1.5.3.0\")] namespace ILGPU.Runtime { public static class KernelLoaders; }")],
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}
