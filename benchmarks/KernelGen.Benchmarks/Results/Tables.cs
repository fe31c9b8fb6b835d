namespace KernelGen.Benchmarks;

/// <summary>The measurements as Markdown.</summary>
internal static partial class Tables
{
    public static IEnumerable<(string Title, string Note, MarkdownTable Table)> All(Measurements measurements)
    {
        yield return Schemes(measurements, Place.Cache, "Scan in cache (256 KiB of codes), one thread, 768 dimensions");
        yield return Schemes(measurements, Place.Memory, "Scan from memory (512 MiB of codes), one thread, 768 dimensions");
        yield return OtherLoops(measurements);
        yield return Dimensions(measurements);
        yield return Tiers(measurements);
        yield return Threads(measurements);
        yield return Searches(measurements);
        yield return Codes(measurements);
        yield return CodeBaselines(measurements);
        yield return Products(measurements);
        yield return ProductCodes(measurements);
        yield return Training(measurements);
        yield return RealSearches(measurements);
        yield return Signs(measurements);
        yield return BitPlanes(measurements);
        yield return Additives(measurements);
        yield return AdditiveCodes(measurements);
        yield return RotatedScans(measurements);
        yield return RotatedCodes(measurements);
        yield return Estimates(measurements);
        yield return Transforms(measurements);
        yield return Sums(measurements);
        yield return Prefixes(measurements);
        yield return Choices(measurements);
        yield return TwoStages(measurements);
        yield return Generator(measurements);
    }

    private static (string Title, string Note, MarkdownTable Table) Schemes(Measurements measurements, Place place, string title)
    {
        var table = new MarkdownTable("scheme", "bytes/vector", "tier", "ns/vector", "GB/s", "of plain read", "times a float32 loop");
        foreach (ScanMeasurement scan in measurements.Scans.Where(scan =>
            scan.Place == place && scan.Threads == 1 && Subject.Schemes.Contains(scan.Subject)))
        {
            table.Add(
                scan.Subject.Name, $"{scan.Subject.Layout.CodeBytes}", $"{scan.Tier}", $"{scan.Scan.Median:F1}",
                $"{scan.GigabytesPerSecond:F1}", $"{scan.OfRead:F2}", $"{scan.Scan.FasterThan(scan.FloatLoop!):F1}");
        }

        return (title, "Of plain read: fraction of the speed of an AVX2 read-and-sum of the same bytes. Float32 loop: `TensorPrimitives.Dot` over float32 rows that fill as many bytes.", table);
    }

    private static (string Title, string Note, MarkdownTable Table) OtherLoops(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "tier", "loop over the same format", "loop, ns/vector", "generated, ns/vector", "times faster");
        foreach (ScanMeasurement scan in measurements.Scans.Where(scan => Subject.Schemes.Contains(scan.Subject)))
        {
            foreach ((string name, Samples loop) in scan.OtherLoops)
            {
                table.Add(scan.Subject.Name, $"{scan.Tier}", name, $"{loop.Median:F1}", $"{scan.Scan.Median:F1}", $"{scan.Scan.FasterThan(loop):F1}");
            }
        }

        return ("What a .NET developer can write for the same format, in cache, one thread, 768 dimensions", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) Dimensions(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "dimensions", "tier", "in cache: ns/vector", "of plain read", "times float32 loop", "from memory: ns/vector", "of plain read", "times float32 loop");
        AddPlaces(table, measurements, Subject.OtherDimensions, subject => [subject.Name, $"{subject.Layout.Dimensions}"]);
        return ("Scan at other dimensions, one thread", "", table);
    }

    /// <summary>A row per subject and tier: the subject's cells, the tier, three cells of the scan in cache and three of that from memory.</summary>
    private static void AddPlaces(MarkdownTable table, Measurements measurements, IReadOnlyList<Subject> subjects, Func<Subject, string[]> cells)
    {
        foreach (ScanMeasurement cache in measurements.Scans.Where(scan => scan.Place == Place.Cache && subjects.Contains(scan.Subject)))
        {
            ScanMeasurement memory = measurements.Scans.Single(scan => scan.Place == Place.Memory && scan.Subject == cache.Subject && scan.Tier == cache.Tier);
            table.Add([.. cells(cache.Subject), $"{cache.Tier}", .. Cells(cache), .. Cells(memory)]);
        }

        static string[] Cells(ScanMeasurement scan) =>
            [$"{scan.Scan.Median:F1}", $"{scan.OfRead:F2}", $"{scan.Scan.FasterThan(scan.FloatLoop!):F1}"];
    }

    private static (string Title, string Note, MarkdownTable Table) Tiers(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "tier", "ns/vector", "of plain read", "times a float32 loop");
        foreach (IGrouping<Subject, ScanMeasurement> scans in measurements.Scans
            .Where(scan => scan.Place == Place.Cache && Subject.Schemes.Contains(scan.Subject)).GroupBy(scan => scan.Subject))
        {
            // Schemes with one or two tiers stand in the first table.
            if (scans.Any(scan => scan.Tier == CpuTier.Scalar))
            {
                foreach (ScanMeasurement scan in scans.OrderBy(scan => scan.Tier))
                {
                    table.Add(scan.Subject.Name, $"{scan.Tier}", $"{scan.Scan.Median:F1}", $"{scan.OfRead:F2}", $"{scan.Scan.FasterThan(scan.FloatLoop!):F1}");
                }
            }
        }

        return ("Tiers, scan in cache, one thread, 768 dimensions", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) Threads(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "tier", "threads", "ns/vector", "GB/s", "of plain read with as many threads");
        foreach (ScanMeasurement scan in measurements.Scans.Where(scan => scan.Threads > 1))
        {
            table.Add(scan.Subject.Name, $"{scan.Tier}", $"{scan.Threads}", $"{scan.Scan.Median:F1}", $"{scan.GigabytesPerSecond:F1}", $"{scan.OfRead:F2}");
        }

        return ("Scan from memory on all cores, 768 dimensions", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) Searches(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "tier", "threads", "one query: ns/vector", "batch of 100: ns/vector and query", "times the throughput");
        foreach (SearchMeasurement search in measurements.Searches)
        {
            table.Add(
                search.Subject.Name, $"{search.Tier}", $"{search.Threads}",
                $"{search.OneAtATime.Median:F1}", $"{search.Batch.Median:F1}", $"{search.Batch.FasterThan(search.OneAtATime):F1}");
        }

        return ("`VectorSet.Search` and `SearchBatch`, ten best of 512 MiB of codes, 768 dimensions", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) Codes(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "tier", "encode, M values/s", "decode, M values/s");
        foreach (CodeMeasurement code in measurements.Codes)
        {
            table.Add(code.Subject.Name, $"{code.Tier}", $"{code.EncodeRate:F0}", $"{code.DecodeRate:F0}");
        }

        return ("Encode and decode, 256 KiB of float vectors in cache, one thread, 768 dimensions", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) CodeBaselines(Measurements measurements)
    {
        var table = new MarkdownTable("without KernelGen", "encode, M values/s", "decode, M values/s");
        foreach (CodeBaseline code in measurements.CodeBaselines)
        {
            table.Add(code.Name, $"{1000 / code.Encode.Median:F0}", $"{1000 / code.Decode.Median:F0}");
        }

        return ("Encode and decode as a .NET developer can write them, same input", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) Choices(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "bytes/vector", "error", "recall@10", "recall@100", "search, ns/vector", "times a float32 loop", "encode, M values/s");
        foreach (DefinitionSearch.Result result in measurements.Choices)
        {
            table.Add(
                result.Scheme.Name, $"{result.Scheme.Bytes}", result.Error == 0 ? "0" : $"{result.Error:0.0E-0}", $"{result.Recall10:F4}", $"{result.Recall100:F4}",
                $"{result.NanosecondsPerVector:F1}", $"{result.SpeedUp:F1}", $"{result.EncodeRate:F0}");
        }

        return (
            "Schemes on real embeddings: 500 queries against 7,000 of 512 dimensions, ten best, one thread",
            "What `samples/DefinitionSearch` shows; which to take: [choosing.md](choosing.md).",
            table);
    }

    private static (string Title, string Note, MarkdownTable Table) TwoStages(Measurements measurements)
    {
        var table = new MarkdownTable(
            "rescored", "tier", "rows per query", "recall@10", "recall@10 of int8 alone", "two stages: ms/query", "int8 alone: ms/query", "times faster");
        foreach (TwoStageMeasurement search in measurements.TwoStages)
        {
            table.Add(
                search.Rescored, $"{search.Tier}", $"{search.Rows:F0}", $"{search.Recall:F4}", $"{search.FineRecall:F4}",
                $"{search.Search.Median * 1e-6:F2}", $"{search.Fine.Median * 1e-6:F2}", $"{search.Search.FasterThan(search.Fine):F1}");
        }

        return (
            "Two-stage search: rotated codes of 1 bit, then int8, ten best of 1,000,000 clustered vectors, 768 dimensions, one thread",
            "Recall against exact float32 scores, 100 queries. Rows per hit are what `Calibrate` found to reach 0.999 of the searches of all int8 codes, on 100 other queries; `Guarantee.Probable`, its default confidence of 0.999.",
            table);
    }

    private static (string Title, string Note, MarkdownTable Table) Generator(Measurements measurements)
    {
        var table = new MarkdownTable("generator, 100 codecs", "ms");
        if (measurements.Generator is { } generator)
        {
            table.Add($"first run in the process, JIT included ({generator.GeneratedCharacters / 1e6:F1} M characters)", $"{generator.First:F0}");
            table.Add("cold run, median", $"{generator.Cold:F0}");
            table.Add($"cold run with kernels for GPUs ({generator.CharactersWithGpu / 1e6:F1} M characters), median", $"{generator.Cold * generator.TimesWithGpu:F0}");
            table.Add("unrelated edit, median", $"{generator.UnrelatedEdit:F2}");
        }

        return ("Generator", "", table);
    }
}
