namespace KernelGen.Benchmarks;

/// <content>Signs.</content>
internal sealed partial class Measurer
{
    /// <summary>Scans and searches of signs in cache and from memory.</summary>
    public void Bits()
    {
        foreach ((Subject subject, Place place) in from subject in Subject.Signs from place in Enum.GetValues<Place>() select (subject, place))
        {
            progress($"{subject}, {place}");
            (Harness harness, long bytes) = place == Place.Cache ? (_cache, Workload.CacheBytes) : (_memory, Workload.MemoryBytes);
            ScanRun scan = subject.FillForScan(_codes.Value, bytes);
            HammingLoop? loop = subject.Layout.Metric == Metric.Hamming
                ? new HammingLoop(subject.Layout.CodeBytes, (int)(Workload.CacheBytes / subject.Layout.CodeBytes))
                : null;
            Contender[] loops = loop is null ? [] : [new(loop.Rows, loop.Scan)];
            Samples[] samples = harness.Measure(
            [
                new(scan.Rows, () => PlainRead.Run(_codes.Value, scan.CodeBytes)),
                .. tiers.SelectMany(tier => (Contender[])[new(scan.Rows, () => scan.Scan(tier)), new(scan.Rows, () => scan.Search(tier))]),
                .. loops,
            ]);
            for (int i = 0; i < tiers.Count; i++)
            {
                Measurements.Signs.Add(new(
                    subject, place, tiers[i], samples[0], samples[1 + (2 * i)], samples[2 + (2 * i)], loop is null ? null : samples[^1]));
            }
        }

        foreach (Subject subject in Subject.Signs.Where(static subject => subject.Layout.Metric != Metric.Hamming))
        {
            Planes(subject);
        }
    }

    /// <summary>Fast scan against planes of bits: rows in order in cache, then single ones from memory.</summary>
    private void Planes(Subject subject)
    {
        progress($"{subject}, planes of bits");
        const int randomRows = 20_000;
        ScanRun cached = subject.FillForScan(_codes.Value, Workload.CacheBytes);
        var planes = new BitPlanes(_rows.Value, Workload.CacheBytes, subject.Layout.Dimensions, randomRows);
        Samples[] inOrder = _cache.Measure([.. tiers.Select(tier => new Contender(cached.Rows, () => cached.Scan(tier))), new(planes.Rows, planes.Scan)]);
        ScanRun stored = subject.FillForScan(_codes.Value, Workload.MemoryBytes);
        var storedPlanes = new BitPlanes(_rows.Value, Workload.MemoryBytes, subject.Layout.Dimensions, randomRows);
        Samples[] random = _memory.Measure(
            [.. tiers.Select(tier => new Contender(randomRows, () => stored.ScanRandom(tier, randomRows))), new(randomRows, storedPlanes.ScanRandom)]);
        for (int i = 0; i < tiers.Count; i++)
        {
            Measurements.BitPlanes.Add(new(subject, tiers[i], inOrder[i], inOrder[^1], random[i], random[^1]));
        }
    }
}
