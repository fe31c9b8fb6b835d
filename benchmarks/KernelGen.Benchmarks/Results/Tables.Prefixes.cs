namespace KernelGen.Benchmarks;

internal static partial class Tables
{
    private static (string Title, string Note, MarkdownTable Table) Prefixes(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "dimensions", "prefix", "where", "tier", "prefix: ns/vector", "whole: ns/vector", "times faster");
        foreach (PrefixMeasurement prefix in measurements.Prefixes)
        {
            table.Add(
                prefix.Scheme, $"{prefix.Dimensions}", $"{prefix.Prefix}", prefix.Place == Place.Cache ? "in cache" : "from memory", $"{prefix.Tier}",
                $"{prefix.Scan.Median:F1}", $"{prefix.Whole.Median:F1}", $"{prefix.Scan.FasterThan(prefix.Whole):F1}");
        }

        return ("Scans of prefixes, one thread", "The same codes scanned by their first dimensions and by all.", table);
    }
}
