using Shared;
using Spectre.Console;

namespace EmbeddingBag;

/// <summary>What this sample shows.</summary>
internal sealed class Screen : Terminal
{
    public void Nearest(string sentence, string[] unknown, float cosine, string[] exact, string[] compressed)
    {
        Output.MarkupLineInterpolated($"{sentence}");
        if (unknown.Length > 0)
        {
            Output.MarkupLineInterpolated($"  [grey]not in the table: {string.Join(", ", unknown)}[/]");
        }

        Output.MarkupLineInterpolated($"  float32     {string.Join(", ", exact)}");
        Output.MarkupLineInterpolated($"  compressed  {string.Join(", ", compressed)}   [green]cosine {cosine:F3}[/]");
    }

    public void Results(IReadOnlyList<Result> results)
    {
        Table table = NumberTable("table", "bytes/word", "table, KB", "smaller by", "error", "cosine of bags", "least", "M rows/s", "speed-up");
        foreach (Result result in results)
        {
            table.AddRow(
                result.Table.Name,
                $"{result.Table.RowBytes}",
                $"{result.Table.Bytes / 1e3:N0}",
                $"{(double)results[0].Table.Bytes / result.Table.Bytes:F1}x",
                result.Error == 0 ? "0" : $"{result.Error:0.0E-0}",
                $"{result.Cosine:F4}",
                $"{result.LeastCosine:F4}",
                $"{result.MillionRows:F1}",
                $"{result.SpeedUp:F2}x");
        }

        Output.Write(table);
    }
}
