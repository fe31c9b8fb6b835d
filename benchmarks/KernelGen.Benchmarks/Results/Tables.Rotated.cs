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

    private static (string Title, string Note, MarkdownTable Table) Estimates(Measurements measurements)
    {
        var table = new MarkdownTable("bits", "dimensions", "mean relative error", "that of FAISS", "times that of FAISS");
        foreach (EstimateMeasurement estimate in measurements.Estimates)
        {
            table.Add(
                $"{estimate.Bits}", $"{estimate.Dimensions}", $"{estimate.Error:F5}", $"{estimate.FaissError:F5}", $"{estimate.TimesFaiss:F3}");
        }

        return (
            "Rotated codes: errors of estimated squared distances",
            "Normal values, 8 sets of 2,000 vectors and 100 queries; a set's mean scatters by 0.3 %. FAISS: `IndexRaBitQFastScan` for 1 bit, `IndexRaBitQ` with queries of floats for more.",
            table);
    }
}
