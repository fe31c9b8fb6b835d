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

    private static (string Title, string Note, MarkdownTable Table) BitPlanes(Measurements measurements)
    {
        var table = new MarkdownTable(
            "dimensions", "tier", "in order in cache, fast scan: ns/row", "planes: ns/row", "single rows from memory, fast scan: ns/row", "planes: ns/row");
        foreach (BitPlanesMeasurement planes in measurements.BitPlanes)
        {
            table.Add(
                $"{planes.Subject.Layout.Dimensions}", $"{planes.Tier}", $"{planes.InOrder.Median:F2}", $"{planes.PlanesInOrder.Median:F2}",
                $"{planes.Random.Median:F0}", $"{planes.PlanesRandom.Median:F0}");
        }

        return (
            "Signs and queries of floats: fast scan or planes of bits, one thread",
            "Planes: rows one after another, the query's integers of 7 bits as planes, `PopCount` of what each has in common with a row. Fast scan reads the 32 rows of a group for one.",
            table);
    }
}
