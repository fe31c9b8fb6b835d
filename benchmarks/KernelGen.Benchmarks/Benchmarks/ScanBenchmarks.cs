using BenchmarkDotNet.Attributes;

namespace KernelGen.Benchmarks;

/// <summary>
/// One query against codes that fill a cache or lie in memory: generated kernels, loops of TensorPrimitives, the generic loop, and
/// a plain read of the same bytes. Each handles the same bytes; compare times per vector with the results page.
/// </summary>
[ShortRunJob]
public class ScanBenchmarks
{
    private NativeBuffer _codes = null!;
    private NativeBuffer _rows = null!;
    private ScanRun _scan = null!;
    private DotLoops _loops = null!;

    public static IEnumerable<Subject> Subjects =>
    [
        .. ((string[])["int8", "int4", "Half", "BFloat16", "E4M3"]).Select(Subject.Named),
        .. Subject.OtherDimensions,
    ];

    public static IEnumerable<int> ThreadCounts => ((int[])[1, Environment.ProcessorCount]).Distinct();

    [ParamsSource(nameof(Subjects))]
    public Subject Subject { get; set; } = null!;

    [Params(Workload.CacheBytes, Workload.MemoryBytes)]
    public long Bytes { get; set; }

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _codes = new NativeBuffer(Bytes + Subject.Layout.BlockBytes);
        _scan = Subject.FillForScan(_codes, Bytes);
        _rows = new NativeBuffer(Bytes);
        DotLoops.FillWithFloats(_rows, Bytes);
        _loops = new DotLoops(_rows, Bytes, Subject.Layout.Dimensions);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _codes.Dispose();
        _rows.Dispose();
    }

    [Benchmark]
    public void Generated() => _scan.Scan(CpuTier.Auto, Threads);

    [Benchmark(Baseline = true)]
    public void PlainReadOfSameBytes() => PlainRead.Run(_codes, _scan.CodeBytes, Threads);

    [Benchmark]
    public void TensorPrimitivesFloat() => _loops.Float();

    [Benchmark]
    public void TensorPrimitivesWidenedSByte() => _loops.WidenedSByte();
}
