namespace KernelGen.Benchmarks;

internal sealed partial class Measurer
{
    /// <summary>What transforms cost per encoded vector and per query: all of them in turns with a codec that has none.</summary>
    public void Transforms()
    {
        progress("transforms");
        const int perSubject = 3;
        (CodeRun Code, PrepareRun Prepare)[] runs = [.. Subject.Transforms.Select(subject => (subject.CreateCodeRun(), subject.CreatePrepareRun()))];
        foreach (CpuTier tier in tiers)
        {
            Samples[] samples = _cache.Measure(
                [.. runs.SelectMany((run, i) => (Contender[])
                [
                    new((double)run.Code.Values / Subject.Transforms[i].Layout.Dimensions, () => run.Code.Encode(tier)),
                    new(1, () => run.Prepare.PrepareOne(tier)),
                    new(Workload.BatchQueries, () => run.Prepare.PrepareAll(tier)),
                ])]);
            for (int i = 0; i < runs.Length; i++)
            {
                ReadOnlySpan<Samples> own = samples.AsSpan(i * perSubject, perSubject);
                Measurements.Transforms.Add(new(Subject.Transforms[i], tier, own[0], own[1], own[2]));
            }
        }
    }

    /// <summary>Weighted sums of decoded rows, beside a loop over float32 rows that fill as many bytes.</summary>
    public void Sums()
    {
        foreach (Subject subject in Subject.Sums)
        {
            progress($"{subject}, sums of rows");
            int dimensions = subject.Layout.Dimensions;
            Samples[] cached = SumBags(
                _cache, subject.FillForSums(_codes.Value, Workload.CacheBytes), new SumLoop(_rows.Value, Workload.CacheBytes, dimensions));
            SumRun run = subject.FillForSums(_codes.Value, Workload.MemoryBytes);
            var loop = new SumLoop(_rows.Value, Workload.MemoryBytes, dimensions);
            Samples[] bags = SumBags(_memory, run, loop);
            Samples[] ordered = _memory.Measure(
            [
                new(loop.OrderedRows, loop.SumInOrder),
                .. tiers.Select(tier => new Contender(run.OrderedRows, () => run.SumInOrder(tier))),
            ]);
            for (int i = 0; i < tiers.Count; i++)
            {
                Measurements.Sums.Add(new(
                    subject, tiers[i], new(cached[i + 1], bags[i + 1], ordered[i + 1]), new(cached[0], bags[0], ordered[0])));
            }
        }
    }

    private Samples[] SumBags(Harness harness, SumRun run, SumLoop loop) => harness.Measure(
    [
        new(loop.BagRows, loop.SumBags),
        .. tiers.Select(tier => new Contender(run.BagRows, () => run.SumBags(tier))),
    ]);
}
