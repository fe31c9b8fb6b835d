using BenchmarkDotNet.Attributes;

namespace KernelGen.Benchmarks;

/// <summary>256 KiB of float vectors to codes.</summary>
[ShortRunJob]
public class EncodeBenchmarks
{
    private CodeRun _generated = null!;
    private GenericRun _generic = null!;
    private TensorPipeline _pipeline = null!;

    public static IEnumerable<Subject> Subjects => Subject.Schemes;

    [ParamsSource(nameof(Subjects))]
    public Subject Subject { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _generated = Subject.CreateCodeRun();
        _pipeline = new TensorPipeline(Subject.Layout.Dimensions);
        _generic = new GenericRun(8, Subject.Layout.Dimensions, _generated.Values / Subject.Layout.Dimensions);
    }

    [Benchmark(Baseline = true)]
    public void Generated() => _generated.Encode(CpuTier.Auto);

    [Benchmark]
    public void GenericLoopInt8() => _generic.Encode();

    [Benchmark]
    public void TensorPrimitivesInt8() => _pipeline.EncodeInt8();

    [Benchmark]
    public void TensorPrimitivesHalf() => _pipeline.EncodeHalf();
}

/// <summary>Codes to 256 KiB of float vectors.</summary>
[ShortRunJob]
public class DecodeBenchmarks
{
    private CodeRun _generated = null!;
    private GenericRun _generic = null!;
    private TensorPipeline _pipeline = null!;

    public static IEnumerable<Subject> Subjects => Subject.Schemes;

    [ParamsSource(nameof(Subjects))]
    public Subject Subject { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _generated = Subject.CreateCodeRun();
        _pipeline = new TensorPipeline(Subject.Layout.Dimensions);
        _generic = new GenericRun(8, Subject.Layout.Dimensions, _generated.Values / Subject.Layout.Dimensions);
    }

    [Benchmark(Baseline = true)]
    public void Generated() => _generated.Decode(CpuTier.Auto);

    [Benchmark]
    public void GenericLoopInt8() => _generic.Decode();

    [Benchmark]
    public void TensorPrimitivesInt8() => _pipeline.DecodeInt8();

    [Benchmark]
    public void TensorPrimitivesHalf() => _pipeline.DecodeHalf();
}
