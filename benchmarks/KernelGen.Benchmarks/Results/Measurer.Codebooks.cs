namespace KernelGen.Benchmarks;

internal sealed partial class Measurer
{
    /// <summary>Product codes: scans and searches in cache and from memory, encode and decode, and searches of real embeddings.</summary>
    public void Products()
    {
        foreach (Subject subject in Subject.Products)
        {
            ScanProduct(subject, Place.Cache);
            ScanProduct(subject, Place.Memory);
            Code(subject, Measurements.ProductCodes);
        }

        SearchReal(new RealSearch<Product64x4X512>());
        SearchReal(new RealSearch<Product128x4X512>());
        SearchReal(new RealSearch<Product32x8X512>());
        SearchReal(new RealSearch<Product64x8X512>());
    }

    /// <summary>Training of product codes, on one thread.</summary>
    public void Training()
    {
        progress("training");
        var run = new TrainingRun();
        double[] seconds = [.. Enumerable.Range(0, isQuick ? 1 : 3).Select(_ => run.Train()).Order()];
        Measurements.Training = new(seconds[seconds.Length / 2], run.Error());
    }

    /// <summary>Residual and additive codes: scans in cache and from memory, encode and decode.</summary>
    public void Additives()
    {
        Scan(Subject.Additives);
        foreach (Subject subject in Subject.Additives)
        {
            Code(subject, Measurements.AdditiveCodes);
        }
    }

    private void ScanProduct(Subject subject, Place place)
    {
        progress($"{subject}, {place}");
        (Harness harness, long bytes) = place == Place.Cache ? (_cache, Workload.CacheBytes) : (_memory, Workload.MemoryBytes);
        ScanRun scan = subject.FillForScan(_codes.Value, bytes);
        var generic = new ProductLoop(subject.Layout.Codebooks!.Value, (int)(Workload.CacheBytes / subject.Layout.CodeBytes));
        const int perTier = 3;
        Samples[] samples = harness.Measure(
        [
            new(scan.Rows, () => PlainRead.Run(_codes.Value, scan.CodeBytes)),
            new(generic.Rows, generic.Scan),
            .. tiers.SelectMany(tier => (Contender[])
            [
                new(scan.Rows, () => scan.ScanApproximate(tier)),
                new(scan.Rows, () => scan.Scan(tier)),
                new(scan.Rows, () => scan.Search(tier)),
            ]),
        ]);
        for (int i = 0; i < tiers.Count; i++)
        {
            ReadOnlySpan<Samples> own = samples.AsSpan(2 + (i * perTier), perTier);
            Measurements.Products.Add(new(subject, place, tiers[i], samples[0], samples[1], own[0], own[1], own[2]));
        }
    }

    private void SearchReal(RealSearch search)
    {
        progress($"{search.Scheme}, real embeddings");
        Samples[] samples = _cache.Measure(
            [.. tiers.SelectMany(tier => (Contender[])[new(search.Units, () => search.ScanApproximate(tier)), new(search.Units, () => search.Search(tier))])]);
        for (int i = 0; i < tiers.Count; i++)
        {
            Measurements.RealSearches.Add(new(search.Scheme, tiers[i], samples[2 * i], samples[(2 * i) + 1]));
        }
    }
}
