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
    }
}
