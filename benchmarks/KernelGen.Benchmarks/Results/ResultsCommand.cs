using System.CommandLine;
using System.Diagnostics;
using System.Text;

namespace KernelGen.Benchmarks;

/// <summary><c>results</c>: measures everything in turns within one process and prints the page docs/results.md.</summary>
internal static class ResultsCommand
{
    private const string ChoicesPart = "choices";

    private static readonly Dictionary<string, Action<Measurer>> s_parts = new(StringComparer.Ordinal)
    {
        ["schemes"] = measurer => measurer.Schemes(),
        ["dimensions"] = measurer => measurer.Dimensions(),
        ["tiers"] = measurer => measurer.Tiers(),
        ["threads"] = measurer => measurer.Threads(),
        ["search"] = measurer => measurer.Searches(),
        ["code"] = measurer => measurer.Codes(),
        ["products"] = measurer => measurer.Products(),
        ["training"] = measurer => measurer.Training(),
        ["bits"] = measurer => measurer.Bits(),
        ["additive"] = measurer => measurer.Additives(),
        ["rotated"] = measurer => measurer.Rotated(),
        ["transforms"] = measurer => measurer.Transforms(),
        ["sums"] = measurer => measurer.Sums(),
        ["prefixes"] = measurer => measurer.Prefixes(),
        [ChoicesPart] = measurer => measurer.Choices(),
        ["twostage"] = measurer => measurer.TwoStages(),
        ["generator"] = measurer => measurer.Generator(),
    };

    private static readonly string[] s_quickParts = ["schemes", "code", "generator"];

    public static int Run(string[] args)
    {
        var outOption = new Option<FileInfo?>("--out") { Description = "Write the page to this file instead of standard output.", HelpName = "file" };
        var plotOption = new Option<FileInfo?>("--plot") { Description = "Draw recall against bytes (part choices) into this SVG file.", HelpName = "file" };
        var quickOption = new Option<bool>("--quick") { Description = $"Few rounds, and only {string.Join(", ", s_quickParts)}." };
        var onlyOption = new Option<string[]>("--only") { Description = "Measure only this part; may be repeated." };
        onlyOption.AcceptOnlyFromAmong([.. s_parts.Keys]);
        var tierOption = new Option<CpuTier[]>("--tier") { Description = "Measure on this tier; may be repeated. Default: Avx2 and the best of this processor." };
        var command = new RootCommand("Measures generated kernels against what else there is and prints tables in Markdown.")
        {
            outOption, plotOption, quickOption, onlyOption, tierOption,
        };
        command.SetAction(parsed =>
        {
            bool isQuick = parsed.GetValue(quickOption);
            string[] only = parsed.GetValue(onlyOption) ?? [];
            string[] parts = only is [] ? isQuick ? s_quickParts : [.. s_parts.Keys] : only;
            CpuTier[] tiers = Tiers(parsed.GetValue(tierOption) ?? []);
            if (parsed.GetValue(plotOption) is not null && !parts.Contains(ChoicesPart, StringComparer.Ordinal))
            {
                Console.Error.WriteLine($"--plot draws what part {ChoicesPart} measures, which is not among {string.Join(", ", parts)}.");
                return 2;
            }

            (string page, Measurements measurements) = Measure(parts, tiers, isQuick, string.Join(' ', args));
            if (parsed.GetValue(plotOption) is { } plot)
            {
                File.WriteAllText(plot.FullName, SchemePlot.Draw(
                    [.. measurements.Choices.Select(Plotted)],
                    $"7,000 sentence embeddings of 512 dimensions, 500 queries, one thread, {Machine.Processor}, {CpuTiers.Default}"));
            }

            if (parsed.GetValue(outOption) is { } file)
            {
                File.WriteAllText(file.FullName, page);
            }
            else
            {
                Console.Write(page);
            }

            return 0;
        });
        return command.Parse(args).Invoke();
    }

    private static CpuTier[] Tiers(CpuTier[] wanted) =>
        wanted is []
            ? [.. ((CpuTier[])[CpuTier.Avx2, CpuTiers.Best]).Where(CpuTiers.IsSupported).Distinct()]
            : [.. wanted.Select(CpuTiers.Resolve).Distinct()];

    private static PlottedScheme Plotted(DefinitionSearch.Result result) => new(
        result.Scheme.Name, result.Scheme.Family, result.Scheme.Bytes, result.Recall10, result.NanosecondsPerVector);

    private static (string Page, Measurements Measurements) Measure(string[] parts, CpuTier[] tiers, bool isQuick, string arguments)
    {
        string machine = Machine.Describe($"dotnet run -c Release --project benchmarks/KernelGen.Benchmarks -- results {arguments}".TrimEnd());
        var watch = Stopwatch.StartNew();
        using var measurer = new Measurer(isQuick, tiers, step => Console.Error.WriteLine($"[{watch.Elapsed.TotalSeconds,4:F0} s] {step}"));
        foreach (string part in parts)
        {
            s_parts[part](measurer);
        }

        var page = new StringBuilder();
        page.Append(
            $"""
            # Results

            Medians of rounds in which all contenders of a table row run in turns within one process; ratios are medians of the ratios
            within a round. Losing rows are shown as such. Figures of other machines differ; ratios differ less.

            {machine}

            ## Bars

            {Bars.Table(measurer.Measurements, tiers)}
            {Peers.Note}

            ## GPU

            Measured on an H100: [gpu.md](gpu.md#measured). `dotnet run -c Release --project benchmarks/KernelGen.Gpu.Benchmarks` measures scans
            against the device's own copy, and whole searches against the CPU.

            """);
        foreach ((string title, string note, MarkdownTable table) in Tables.All(measurer.Measurements).Where(part => !part.Table.IsEmpty))
        {
            page.Append($"\n## {title}\n\n{(note.Length > 0 ? note + "\n\n" : "")}{table}");
        }

        Console.Error.WriteLine($"[{watch.Elapsed.TotalSeconds,4:F0} s] done");
        return (page.ToString(), measurer.Measurements);
    }
}
