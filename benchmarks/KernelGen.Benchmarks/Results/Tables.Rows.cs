namespace KernelGen.Benchmarks;

internal static partial class Tables
{
    private static (string Title, string Note, MarkdownTable Table) Transforms(Measurements measurements)
    {
        var table = new MarkdownTable(
            "transform", "tier", "encode: us/vector", "more than without, us", "prepare one query: us", "more, us", "prepare 100 queries: us/query", "more, us");
        foreach (IGrouping<CpuTier, TransformMeasurement> tier in measurements.Transforms.GroupBy(transform => transform.Tier))
        {
            TransformMeasurement none = tier.First();
            foreach (TransformMeasurement transform in tier)
            {
                table.Add(
                [
                    transform.Subject.Name, $"{transform.Tier}",
                    .. Cells(transform.Encode, none.Encode), .. Cells(transform.PrepareOne, none.PrepareOne), .. Cells(transform.PrepareAll, none.PrepareAll),
                ]);
            }
        }

        return (
            "Transforms in front of int8, 768 dimensions, one thread",
            "Encode: 256 KiB of float vectors in cache, all at once. Scans cost what they cost without, PCA's what they cost with 256 dimensions: only queries are transformed.",
            table);

        static string[] Cells(Samples own, Samples none) => [$"{own.Median / 1000:F2}", $"{(own.Median - none.Median) / 1000:F2}"];
    }

    private static (string Title, string Note, MarkdownTable Table) Sums(Measurements measurements)
    {
        var table = new MarkdownTable(
            "scheme", "dimensions", "bytes/vector", "tier", "bags in cache: ns/row", "times float32 loop", "bags from memory: ns/row", "times float32 loop", "in order from memory: ns/row", "times float32 loop");
        foreach (SumMeasurement sum in measurements.Sums)
        {
            CodecLayout layout = sum.Subject.Layout;
            table.Add(
            [
                sum.Subject.Name, $"{layout.Dimensions}", $"{layout.CodeBytes}", $"{sum.Tier}",
                .. Cells(sum.Own.BagsInCache, sum.FloatLoop.BagsInCache),
                .. Cells(sum.Own.BagsFromMemory, sum.FloatLoop.BagsFromMemory),
                .. Cells(sum.Own.InOrder, sum.FloatLoop.InOrder),
            ]);
        }

        return (
            "Accumulate: weighted sums of rows, one thread",
            "Bags: sums of 32 random rows each, of 256 KiB and of 512 MiB of codes, where almost every row lies in a block of its own. In order: all rows of consecutive blocks. Float32 loop: `TensorPrimitives.MultiplyAdd` per row, over float32 rows that fill as many bytes.",
            table);

        static string[] Cells(Samples own, Samples loop) => [$"{own.Median:F1}", $"{own.FasterThan(loop):F1}"];
    }
}
