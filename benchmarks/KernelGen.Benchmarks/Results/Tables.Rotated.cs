namespace KernelGen.Benchmarks;

internal static partial class Tables
{
    private static (string Title, string Note, MarkdownTable Table) RotatedScans(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "dimensions", "bytes/vector", "where", "tier", "ns/vector", "of plain read", "times a float32 loop");
        foreach (ScanMeasurement scan in measurements.Scans.Where(scan => Subject.Rotated.Contains(scan.Subject)))
        {
            table.Add(
                scan.Subject.Name, $"{scan.Subject.Layout.Dimensions}", $"{scan.Subject.Layout.CodeBytes}", scan.Place == Place.Cache ? "in cache" : "from memory",
                $"{scan.Tier}", $"{scan.Scan.Median:F2}", $"{scan.OfRead:F2}", $"{scan.Scan.FasterThan(scan.FloatLoop!):F1}");
        }

        return ("Rotated codes: scan, one thread", "", table);
    }

    private static (string Title, string Note, MarkdownTable Table) RotatedCodes(Measurements measurements)
    {
        var table = new MarkdownTable("scheme", "dimensions", "tier", "encode, thousand vectors/s", "encode, M values/s", "decode, M values/s");
        foreach (CodeMeasurement code in measurements.RotatedCodes)
        {
            table.Add(
                code.Subject.Name, $"{code.Subject.Layout.Dimensions}", $"{code.Tier}", $"{code.EncodedVectors / 1000:F0}", $"{code.EncodeRate:F0}", $"{code.DecodeRate:F0}");
        }

        return ("Rotated codes: encode and decode, 256 KiB of float vectors in cache, one thread", "Centre and rotation are part of it.", table);
    }
}
