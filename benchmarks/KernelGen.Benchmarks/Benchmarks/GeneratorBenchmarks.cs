using BenchmarkDotNet.Attributes;

namespace KernelGen.Benchmarks;

/// <summary>What the generator costs a compilation with 100 codecs.</summary>
[ShortRunJob]
public class GeneratorBenchmarks
{
    private GeneratorRun _run = null!;

    [GlobalSetup]
    public void Setup()
    {
        _run = new GeneratorRun(codecs: 100);
        _run.Cold();
    }

    /// <summary>All codecs from scratch.</summary>
    [Benchmark]
    public void Cold() => _run.Cold();

    /// <summary>Someone typed a comment in a file without codecs.</summary>
    [Benchmark]
    public void UnrelatedEdit() => _run.UnrelatedEdit();
}
