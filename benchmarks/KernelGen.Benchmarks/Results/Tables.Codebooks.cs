namespace KernelGen.Benchmarks;

internal static partial class Tables
{
    private static (string Title, string Note, MarkdownTable Table) Products(Measurements measurements)
    {
        var table = new MarkdownTable(
            "scheme", "dimensions", "bytes/vector", "where", "tier", "approximate scan: ns/vector", "of plain read", "exact scan: ns/vector", "search: ns/vector", "search, times approximate", "generic loop: ns/vector", "scan, times faster");
        foreach (ProductMeasurement product in measurements.Products)
        {
            table.Add(
                product.Subject.Name, $"{product.Subject.Layout.Dimensions}", $"{product.Subject.Layout.CodeBytes}",
                product.Place == Place.Cache ? "in cache" : "from memory", $"{product.Tier}",
                $"{product.Approximate.Median:F2}", $"{product.Approximate.FasterThan(product.Read):F2}",
                $"{product.Scan.Median:F2}", $"{product.Search.Median:F2}", $"{product.Approximate.FasterThan(product.Search):F2}",
                $"{product.Generic.Median:F1}", $"{product.Scan.FasterThan(product.Generic):F1}");
        }

        return (
            "Product codes, one thread",
            "Subspaces x bits. Approximate: scores by byte tables (4 bits only; otherwise the exact scan). Search: the exact ten best. Generic loop: subspaces and bits at run time, one table lookup after another, codes in cache.",
            table);
    }

    private static (string Title, string Note, MarkdownTable Table) ProductCodes(Measurements measurements) =>
        ("Product codes: encode and decode, 256 KiB of float vectors in cache, one thread", "", CodeRates(measurements.ProductCodes));

    private static (string Title, string Note, MarkdownTable Table) Training(Measurements measurements)
    {
        var table = new MarkdownTable("training", "s", "squared error per value");
        if (measurements.Training is { } training)
        {
            table.Add("product 96 x 8", $"{training.Seconds:F1}", $"{training.Error:F4}");
        }

        return ("Product codes: training on 100,000 Gaussian vectors, ten iterations, 768 dimensions, one thread", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) RealSearches(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "tier", "approximate scan: ns/vector", "exact search: ns/vector", "times approximate");
        foreach (RealSearchMeasurement search in measurements.RealSearches)
        {
            table.Add(search.Scheme, $"{search.Tier}", $"{search.Approximate.Median:F2}", $"{search.Search.Median:F2}", $"{search.Approximate.FasterThan(search.Search):F2}");
        }

        return (
            "Product codes of real embeddings: 100 queries against 7,000 sentence embeddings, ten best, one thread",
            "Approximate: scores by byte tables (4 bits only; otherwise the exact scan).",
            table);
    }

    private static (string Title, string Note, MarkdownTable Table) Additives(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "dimensions", "bytes/vector", "tier", "scan in cache: ns/vector", "of plain read", "times float32 loop", "from memory: ns/vector", "of plain read", "times float32 loop");
        AddPlaces(
            table, measurements, Subject.Additives, subject => [subject.Name, $"{subject.Layout.Dimensions}", $"{subject.Layout.CodeBytes}"]);
        return (
            "Residual and additive codes: scan, one thread",
            "Residual: subspaces x stages x bits. Additive: codebooks x bits, of groups of 8 dimensions, and a byte for the norm.",
            table);
    }

    private static (string Title, string Note, MarkdownTable Table) AdditiveCodes(Measurements measurements) =>
        ("Residual and additive codes: encode (a beam of 5) and decode, 256 KiB of float vectors in cache, one thread", "", CodeRates(measurements.AdditiveCodes));

    private static MarkdownTable CodeRates(IReadOnlyList<CodeMeasurement> measurements)
    {
        var table = new MarkdownTable("scheme", "dimensions", "tier", "encode, M values/s", "decode, M values/s");
        foreach (CodeMeasurement code in measurements)
        {
            table.Add(code.Subject.Name, $"{code.Subject.Layout.Dimensions}", $"{code.Tier}", Rate(code.EncodeRate), Rate(code.DecodeRate));
        }

        return table;

        static string Rate(double rate) => rate < 100 ? $"{rate:F1}" : $"{rate:F0}";
    }
}
