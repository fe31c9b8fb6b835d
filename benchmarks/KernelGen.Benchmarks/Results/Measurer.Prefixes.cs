namespace KernelGen.Benchmarks;

internal sealed partial class Measurer
{
    /// <summary>Scans of prefixes against scans of whole vectors, in cache and from memory.</summary>
    public void Prefixes()
    {
        foreach (Place place in Enum.GetValues<Place>())
        {
            ScanPrefixes<Int8PrefixesX768>("int8", place);
            ScanPrefixes<Int4PrefixesX768>("int4", place);
        }
    }

    private void ScanPrefixes<TCodec>(string scheme, Place place)
        where TCodec : class, IPrefixCodec<TCodec>
    {
        progress($"prefixes of {scheme}, {place}");
        (Harness harness, long bytes) = place == Place.Cache ? (_cache, Workload.CacheBytes) : (_memory, Workload.MemoryBytes);
        var scan = new PrefixRun<TCodec>(_codes.Value, bytes);
        int[] prefixes = [.. scan.Prefixes];
        foreach (CpuTier tier in tiers)
        {
            Samples[] samples = harness.Measure(
            [
                new(scan.Rows, () => scan.Scan(tier)),
                .. prefixes.Select(prefix => new Contender(scan.Rows, () => scan.ScanPrefix(prefix, tier))),
            ]);
            foreach ((int i, int prefix) in prefixes.Index())
            {
                Measurements.Prefixes.Add(new(scheme, TCodec.Layout.Dimensions, prefix, place, tier, samples[i + 1], samples[0]));
            }
        }
    }
}
