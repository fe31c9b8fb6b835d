using System.Globalization;
using System.Text;

namespace KernelGen.Generators.Emit;

/// <summary>Writes C# with indentation that follows the braces.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes lines as they are, each at the present depth.</summary>
    public void Write(string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            string trimmed = line.TrimEnd('\r');
            if (trimmed.Length != 0)
            {
                _text.Append(' ', _depth * 4).Append(trimmed);
            }

            _text.Append('\n');
        }
    }

    public void Blank() => _text.Append('\n');

    /// <summary>Opens a block; without a header, a plain scope.</summary>
    public void Open(string header = "")
    {
        if (header.Length != 0)
        {
            Write(header);
        }

        Write("{");
        _depth++;
    }

    public void Close(string suffix = "")
    {
        _depth--;
        Write("}" + suffix);
    }

    /// <summary>A number as C# writes it, whatever the culture.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => _text.ToString();
}
