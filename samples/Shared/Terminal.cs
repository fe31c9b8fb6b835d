using Spectre.Console;

namespace Shared;

/// <summary>
/// What the user sees. Results go to standard output, progress and errors to standard error; redirected tables are Markdown.
/// </summary>
internal class Terminal
{
    private readonly IAnsiConsole _error = Create(Console.Error, Console.IsErrorRedirected);

    protected IAnsiConsole Output { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public void Say(string line) => Output.MarkupLineInterpolated($"{line}");

    public void Title(string line)
    {
        Output.WriteLine();
        Output.MarkupLineInterpolated($"[bold]{line}[/]");
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

    /// <summary>A table whose first column is text and whose others are numbers.</summary>
    protected static Table NumberTable(string first, params ReadOnlySpan<string> others)
    {
        Table table = new() { Border = Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded };
        table.AddColumn(first);
        foreach (string heading in others)
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        return table;
    }

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
}
