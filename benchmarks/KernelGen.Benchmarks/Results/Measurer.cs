using System.Diagnostics;

namespace KernelGen.Benchmarks;

/// <summary>Takes the measurements of the results page.</summary>
internal sealed partial class Measurer(bool isQuick, IReadOnlyList<CpuTier> tiers, Action<string> progress) : IDisposable
{
    private static readonly int s_cores = Environment.ProcessorCount;

    private readonly Harness _cache = isQuick ? Create(9, 1, 500) : Create(41, 2, 1000);
    private readonly Harness _memory = isQuick ? Create(3, 1, 0) : Create(11, 1, 0);
    private readonly Lazy<NativeBuffer> _codes = new(() => new NativeBuffer(Workload.MemoryBytes + (64L << 20)));
    private readonly Lazy<NativeBuffer> _rows = new(CreateRows);

    public Measurements Measurements { get; } = new();

    public void Dispose()
    {
        foreach (Lazy<NativeBuffer> buffer in (Lazy<NativeBuffer>[])[_codes, _rows])
        {
            if (buffer.IsValueCreated)
            {
                buffer.Value.Dispose();
            }
        }
    }

    /// <summary>Every scheme at 768 dimensions, in cache and from memory.</summary>
    public void Schemes() => Scan(Subject.Schemes);

    /// <summary>8 and 4 bits at other dimensions.</summary>
    public void Dimensions() => Scan(Subject.OtherDimensions);

    /// <summary>The tiers that <see cref="Schemes"/> leaves out, in cache.</summary>
    public void Tiers()
    {
        CpuTier[] others = [.. Enum.GetValues<CpuTier>().Where(tier => tier != CpuTier.Auto && CpuTiers.IsSupported(tier)).Except(tiers)];
        foreach (Subject subject in ((string[])["Half", "E4M3", "int8", "int5", "int4", "int1"]).Select(Subject.Named))
        {
            ScanOneThread(subject, Place.Cache, others, withOtherLoops: false);
        }
    }

    /// <summary>All cores, from memory.</summary>
    public void Threads()
    {
        foreach (Subject subject in ((string[])["Single", "Half", "E4M3", "int8", "int4", "int1"]).Select(Subject.Named))
        {
            progress($"{subject}, {s_cores} threads");
            ScanRun scan = subject.FillForScan(_codes.Value, Workload.MemoryBytes);
            Samples[] samples = _memory.Measure(
            [
                new(scan.Rows, () => PlainRead.Run(_codes.Value, scan.CodeBytes, s_cores)),
                .. tiers.Select(tier => new Contender(scan.Rows, () => scan.Scan(tier, s_cores))),
            ]);
            for (int i = 0; i < tiers.Count; i++)
            {
                Measurements.Scans.Add(new(subject, Place.Memory, tiers[i], s_cores, samples[i + 1], samples[0]));
            }
        }
    }

    /// <summary>Whole searches of a set: one query at a time and in batches, one thread and all.</summary>
    public void Searches()
    {
        foreach (Subject subject in ((string[])["int8", "int4", "Half"]).Select(Subject.Named))
        {
            progress($"{subject}, search");
            SetRun set = subject.CreateSet(Workload.MemoryBytes);
            foreach (int threads in ((int[])[1, s_cores]).Distinct())
            {
                Samples[] samples = _memory.Measure(
                    [.. tiers.SelectMany(tier => (Contender[])
                    [
                        new(set.Rows, () => set.SearchOne(tier, threads)),
                        new(set.Rows * (double)Workload.BatchQueries, () => set.SearchBatch(tier, threads)),
                    ])]);
                for (int i = 0; i < tiers.Count; i++)
                {
                    Measurements.Searches.Add(new(subject, tiers[i], threads, samples[2 * i], samples[(2 * i) + 1]));
                }
            }
        }
    }

    /// <summary>Encoding and decoding of vectors in cache.</summary>
    public void Codes()
    {
        int dimensions = Subject.Schemes[0].Layout.Dimensions;
        foreach (Subject subject in Subject.Schemes)
        {
            Code(subject, Measurements.Codes);
        }

        progress("encode and decode without KernelGen");
        var pipeline = new TensorPipeline(dimensions);
        Baseline("int8, TensorPrimitives", pipeline.Values, pipeline.EncodeInt8, pipeline.DecodeInt8);
        Baseline("Half, TensorPrimitives", pipeline.Values, pipeline.EncodeHalf, pipeline.DecodeHalf);
        foreach (int bits in (int[])[8, 4])
        {
            var generic = new GenericRun(bits, dimensions, pipeline.Values / dimensions);
            Baseline($"int{bits}, generic loop", generic.Values, generic.Encode, generic.Decode);
        }

        void Baseline(string name, int values, Action encode, Action decode)
        {
            Samples[] samples = _cache.Measure(new(values, encode), new(values, decode));
            Measurements.CodeBaselines.Add(new(name, samples[0], samples[1]));
        }
    }

    /// <summary>Recall, size and speed of many schemes on real embeddings, on the best tier: what the search sample shows.</summary>
    public void Choices()
    {
        progress("schemes of the search sample");
        static void Ignore(double share)
        {
        }

        Measurements.Choices = new DefinitionSearch.Comparison(DefinitionSearch.Dataset.Load(), DefinitionSearch.Scheme.All).Run(Ignore, Ignore, Ignore, Ignore);
    }

    /// <summary>Two-stage searches of a million vectors against searches of their fine codes alone.</summary>
    public void TwoStages()
    {
        progress("two stages");
        using var run = new TwoStageRun<Rotated1CosineX768, Int8CosineX768>();
        progress("two stages, search");
        const int perTier = 3;
        Samples[] samples = _memory.Measure([.. tiers.SelectMany(tier => (Contender[])
        [
            new(TwoStageRun.TimedQueries, () => run.Search(tier)),
            new(TwoStageRun.TimedQueries, () => run.SearchProbably(tier)),
            new(TwoStageRun.TimedQueries, () => run.SearchFine(tier)),
        ])]);
        for (int i = 0; i < tiers.Count; i++)
        {
            ReadOnlySpan<Samples> own = samples.AsSpan(i * perTier, perTier);
            Measurements.TwoStages.Add(new($"{run.Calibration.Oversample:F1} rows per hit", tiers[i], run.Calibration.RescoredRows, run.Recall, run.FineRecall, own[0], own[2]));
            Measurements.TwoStages.Add(new("`Guarantee.Probable`", tiers[i], run.ProbableRows, run.ProbableRecall, run.FineRecall, own[1], own[2]));
        }
    }

    /// <summary>
    /// The generator on 100 codecs. Its very first run, with the JIT at work, counts separately; the others follow when the JIT has done its
    /// work, as in a compiler server.
    /// </summary>
    public void Generator()
    {
        progress("generator, 100 codecs");
        var run = new GeneratorRun(codecs: 100);
        long start = Stopwatch.GetTimestamp();
        run.Cold();
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Harness harness = Create(isQuick ? 3 : 21, 1, isQuick ? 0 : 3000);
        var gpuRun = new GeneratorRun(codecs: 100, forGpu: true);
        gpuRun.Cold();
        Samples[] colds = harness.Measure(new(1, run.Cold), new(1, gpuRun.Cold));
        double cold = colds[0].Median;
        double edit = harness.Measure(new Contender(1, run.UnrelatedEdit))[0].Median;
        Measurements.Generator = new(first, cold * 1e-6, edit * 1e-6, run.GeneratedCharacters, colds[0].FasterThan(colds[1]), gpuRun.GeneratedCharacters);
    }

    private static Harness Create(int rounds, int sliceMilliseconds, int warmUpMilliseconds) =>
        new(rounds, TimeSpan.FromMilliseconds(sliceMilliseconds), TimeSpan.FromMilliseconds(warmUpMilliseconds));

    private static NativeBuffer CreateRows()
    {
        var rows = new NativeBuffer(Workload.MemoryBytes);
        DotLoops.FillWithFloats(rows, rows.Length);
        return rows;
    }

    private void Code(Subject subject, List<CodeMeasurement> measurements)
    {
        progress($"{subject}, encode and decode");
        CodeRun run = subject.CreateCodeRun();
        Samples[] samples = _cache.Measure(
            [.. tiers.SelectMany(tier => (Contender[])[new(run.Values, () => run.Encode(tier)), new(run.Values, () => run.Decode(tier))])]);
        for (int i = 0; i < tiers.Count; i++)
        {
            measurements.Add(new(subject, tiers[i], samples[2 * i], samples[(2 * i) + 1]));
        }
    }

    private void Scan(IReadOnlyList<Subject> subjects)
    {
        foreach (Subject subject in subjects)
        {
            ScanOneThread(subject, Place.Cache, tiers, withOtherLoops: true);
            ScanOneThread(subject, Place.Memory, tiers, withOtherLoops: false);
        }
    }

    private void ScanOneThread(Subject subject, Place place, IReadOnlyList<CpuTier> scanTiers, bool withOtherLoops)
    {
        progress($"{subject}, {place}");
        (Harness harness, long bytes) = place == Place.Cache ? (_cache, Workload.CacheBytes) : (_memory, Workload.MemoryBytes);
        ScanRun scan = subject.FillForScan(_codes.Value, bytes);
        var loops = new DotLoops(_rows.Value, bytes, subject.Layout.Dimensions);
        (string Name, Contender Contender)[] others = withOtherLoops ? [.. OtherLoops(subject, loops)] : [];
        Samples[] samples = harness.Measure(
        [
            new(scan.Rows, () => PlainRead.Run(_codes.Value, scan.CodeBytes)),
            new(loops.FloatRows, loops.Float),
            .. others.Select(other => other.Contender),
            .. scanTiers.Select(tier => new Contender(scan.Rows, () => scan.Scan(tier))),
        ]);
        Dictionary<string, Samples> otherLoops = others.Select((other, i) => (other.Name, Samples: samples[i + 2]))
            .ToDictionary(other => other.Name, other => other.Samples, StringComparer.Ordinal);
        for (int i = 0; i < scanTiers.Count; i++)
        {
            Measurements.Scans.Add(new(subject, place, scanTiers[i], Threads: 1, samples[2 + others.Length + i], samples[0])
            {
                FloatLoop = samples[1],
                OtherLoops = otherLoops,
            });
        }
    }

    private static IEnumerable<(string Name, Contender Contender)> OtherLoops(Subject subject, DotLoops loops)
    {
        if (subject.Name == "int8")
        {
            yield return (Loops.WrappingSByte, new(loops.ByteRows, loops.WrappingSByte));
            yield return (Loops.WidenedSByte, new(loops.ByteRows, loops.WidenedSByte));
        }

        if (subject.Name == "Half")
        {
            yield return (Loops.WidenedHalf, new(loops.HalfRows, loops.WidenedHalf));
        }

        if (subject.Name is "int8" or "int5" or "int4" or "int1")
        {
            int bits = subject.Name[3] - '0';
            var generic = new GenericRun(bits, subject.Layout.Dimensions, (int)(Workload.CacheBytes / subject.Layout.CodeBytes));
            yield return (Loops.Generic, new(generic.Rows, generic.Scan));
        }
    }
}

/// <summary>Names of the loops that a .NET developer can write for one format.</summary>
internal static class Loops
{
    public const string WrappingSByte = "`TensorPrimitives.Dot<sbyte>` (wraps: wrong scores)";
    public const string WidenedSByte = "`TensorPrimitives`: sbyte widened, `Dot<float>`";
    public const string WidenedHalf = "`TensorPrimitives`: Half widened, `Dot<float>`";
    public const string Generic = "generic loop: bits and levels at run time";
}
