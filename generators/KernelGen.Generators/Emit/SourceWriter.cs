using System.Globalization;
using System.Text;

namespace KernelGen.Generators.Emit;

/// <summary>Writes C# with indentation that follows the braces.</summary>
internal sealed class SourceWriter
{
    // Enough for all but a few files, so that the text is written in one piece of memory, which the thread's next file uses again.
    private const int Capacity = 128 * 1024;

    [ThreadStatic]
    private static StringBuilder? t_spare;

    private readonly StringBuilder _text = t_spare ?? new StringBuilder(Capacity);
    private int _depth;

    public SourceWriter() => t_spare = null;

    /// <summary>Writes lines as they are, each at the present depth.</summary>
    public void Write(string lines)
    {
        for (int start = 0; start <= lines.Length;)
        {
            int next = lines.IndexOf('\n', start);
            int end = next < 0 ? lines.Length : next;
            int length = (end > start && lines[end - 1] == '\r' ? end - 1 : end) - start;
            if (length != 0)
            {
                _text.Append(' ', _depth * 4).Append(lines, start, length);
            }

            _text.Append('\n');
            start = end + 1;
        }
    }

    /// <summary>Where a line that was begun is written, piece by piece.</summary>
    public StringBuilder Text => _text;

    /// <summary>Begins a line that is written piece by piece, up to <see cref="End"/> or <see cref="OpenBody"/>.</summary>
    public StringBuilder Begin() => _text.Append(' ', _depth * 4);

    /// <summary>Ends the line.</summary>
    public void End(string suffix = "") => _text.Append(suffix).Append('\n');

    public void Blank() => _text.Append('\n');

    /// <summary>Opens a block; without a header, a plain scope.</summary>
    public void Open(string header = "")
    {
        if (header.Length != 0)
        {
            Write(header);
        }

        Brace();
    }

    /// <summary>Opens a block after a header that was written piece by piece.</summary>
    public void OpenBody()
    {
        _text.Append('\n');
        Brace();
    }

    public void Close(string suffix = "")
    {
        _depth--;
        Write("}" + suffix);
    }

    /// <summary>A number as C# writes it, whatever the culture.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The text. The writer is not used again.</summary>
    public string Finish()
    {
        string text = _text.ToString();
        if (_text.Capacity == Capacity)
        {
            t_spare = _text.Clear();
        }

        return text;
    }

    private void Brace()
    {
        Write("{");
        _depth++;
    }
}
