using KernelGen;
using Spectre.Console;

namespace DefinitionSearch;

/// <summary>
/// What the user sees. Results go to standard output, progress and errors to standard error; redirected tables are Markdown.
/// </summary>
internal sealed class Screen
{
    private readonly IAnsiConsole _output = Create(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _error = Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        if (isRedirected)
        {
            console.Profile.Width = 200;
        }

        return console;
    }

    public void Say(string line) => _output.MarkupLineInterpolated($"{line}");

    public void Title(string line)
    {
        _output.WriteLine();
        _output.MarkupLineInterpolated($"[bold]{line}[/]");
    }

    public void Error(string message) => _error.WriteLine(message, new Style(Color.Red));

    /// <summary>Runs work whose steps report their share done.</summary>
    public T Progress<T>(IReadOnlyList<string> steps, Func<Action<double>[], T> work) =>
        _error.Progress().HideCompleted(enabled: true).Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            ProgressTask[] tasks = [.. steps.Select(step => context.AddTask(Markup.Escape(step), maxValue: 1))];
            return work([.. tasks.Select(task => (Action<double>)(share => task.Value = share))]);
        });

    public void Hits(TextVectors glosses, ReadOnlySpan<Hit> hits)
    {
        foreach (Hit hit in hits)
        {
            _output.MarkupLineInterpolated($"  [green]{hit.Score:F3}[/]  {glosses.Texts[hit.Id]}");
        }
    }

    public void Results(IReadOnlyList<Result> results)
    {
        Table table = new() { Border = Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded };
        table.AddColumn("scheme");
        foreach (string heading in (string[])
            ["bytes/vector", "smaller by", "error", "recall@10", "recall@100", "ns/vector", "speed-up", "encode M values/s"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (Result result in results)
        {
            CodecLayout layout = result.Scheme.Layout;
            double compression = (double)layout.Dimensions * sizeof(float) / layout.CodeBytes;
            table.AddRow(
                result.Scheme.Name,
                $"{layout.CodeBytes}",
                $"{compression:F1}x",
                result.Error == 0 ? "0" : $"{result.Error:0.0E-0}",
                $"{result.Recall10:F4}",
                $"{result.Recall100:F4}",
                $"{result.NanosecondsPerVector:F1}",
                $"{result.SpeedUp:F1}x",
                $"{result.EncodeRate:F0}");
        }

        _output.Write(table);
    }
}
