using BenchmarkDotNet.Attributes;

namespace KernelGen.Benchmarks;

/// <summary>The ten best of 512 MiB of codes: queries one at a time and as a batch; the time is that of one query.</summary>
[ShortRunJob]
public class SearchBenchmarks
{
    private SetRun _set = null!;

    public static IEnumerable<Subject> Subjects => ((string[])["int8", "int4", "Half"]).Select(Subject.Named);

    public static IEnumerable<int> ThreadCounts => ScanBenchmarks.ThreadCounts;

    [ParamsSource(nameof(Subjects))]
    public Subject Subject { get; set; } = null!;

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup() => _set = Subject.CreateSet(Workload.MemoryBytes);

    [Benchmark(Baseline = true)]
    public void OneAtATime() => _set.SearchOne(CpuTier.Auto, Threads);

    [Benchmark(OperationsPerInvoke = Workload.BatchQueries)]
    public void Batch() => _set.SearchBatch(CpuTier.Auto, Threads);
}
