namespace KernelGen.Benchmarks;

/// <content>Signs.</content>
internal static partial class Tables
{
    private static (string Title, string Note, MarkdownTable Table) Signs(Measurements measurements)
    {
        var table = new MarkdownTable(
            "scheme", "dimensions", "bytes/vector", "where", "tier", "scan: ns/vector", "of plain read", "search: ns/vector", "times a loop of HammingBitDistance");
        foreach (SignMeasurement sign in measurements.Signs)
        {
            table.Add(
                sign.Subject.Name, $"{sign.Subject.Layout.Dimensions}", $"{sign.Subject.Layout.CodeBytes}",
                sign.Place == Place.Cache ? "in cache" : "from memory", $"{sign.Tier}", $"{sign.Scan.Median:F2}",
                $"{sign.Scan.FasterThan(sign.Read):F2}", $"{sign.Search.Median:F2}", sign.Loop is { } loop ? $"{sign.Scan.FasterThan(loop):F1}" : "");
        }

        return (
            "Signs, one thread",
            "`bits, Hamming`: queries are bits. `signs`: queries are floats. The loop calls `TensorPrimitives.HammingBitDistance` for each row's bytes, in cache.",
            table);
    }
}
