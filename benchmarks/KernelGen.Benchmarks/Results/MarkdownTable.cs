using System.Text;

namespace KernelGen.Benchmarks;

/// <summary>A Markdown table whose columns are also aligned in plain text; all but the first are right-aligned.</summary>
internal sealed class MarkdownTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add(cells);
    }

    public override string ToString()
    {
        int[] widths = [.. headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        var text = new StringBuilder();
        Append(headings);
        Append([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ':')]);
        _rows.ForEach(Append);
        return text.ToString();

        void Append(string[] cells)
        {
            for (int column = 0; column < cells.Length; column++)
            {
                string cell = column == 0 ? cells[column].PadRight(widths[column]) : cells[column].PadLeft(widths[column]);
                text.Append("| ").Append(cell).Append(' ');
            }

            text.Append("|\n");
        }
    }
}
