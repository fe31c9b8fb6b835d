using KernelGen;
using Shared;
using Spectre.Console;

namespace DefinitionSearch;

/// <summary>What this sample shows.</summary>
internal sealed class Screen : Terminal
{
    public void Hits(TextVectors glosses, ReadOnlySpan<Hit> hits)
    {
        foreach (Hit hit in hits)
        {
            Output.MarkupLineInterpolated($"  [green]{hit.Score:F3}[/]  {glosses.Texts[hit.Id]}");
        }
    }

    public void Results(IReadOnlyList<Result> results)
    {
        Table table = NumberTable(
            "scheme", "bytes/vector", "smaller by", "error", "recall@10", "recall@100", "ns/vector", "speed-up", "encode M values/s");

        foreach (Result result in results)
        {
            Scheme scheme = result.Scheme;
            double compression = (double)scheme.Dimensions * sizeof(float) / scheme.Bytes;
            table.AddRow(
                scheme.Name,
                $"{scheme.Bytes}",
                $"{compression:F1}x",
                result.Error == 0 ? "0" : $"{result.Error:0.0E-0}",
                $"{result.Recall10:F4}",
                $"{result.Recall100:F4}",
                $"{result.NanosecondsPerVector:F1}",
                $"{result.SpeedUp:F1}x",
                $"{result.EncodeRate:F0}");
        }

        Output.Write(table);
    }
}
