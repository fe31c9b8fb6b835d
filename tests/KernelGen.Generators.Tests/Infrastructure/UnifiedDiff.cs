using System.Text;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>The difference of two texts in the form of <c>diff -u</c>.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const int MaxLines = 200;

    /// <summary>Above it the changed region is shown as one replacement, without a search for its smallest difference.</summary>
    private const long MaxTableCells = 20_000_000;

    private readonly record struct Edit(char Sign, string Line, int OldLine, int NewLine);

    public static string Between(string oldText, string newText)
    {
        List<Edit> edits = Edits(oldText.Split('\n'), newText.Split('\n'));
        StringBuilder text = new();
        int lines = 0;
        int last = -2; // the last edit that was written
        for (int i = 0; i < edits.Count; i++)
        {
            if (!IsNearChange(edits, i))
            {
                continue;
            }

            if (++lines > MaxLines)
            {
                text.Append("... (more differences follow)\n");
                break;
            }

            if (last != i - 1)
            {
                text.Append($"@@ -{edits[i].OldLine} +{edits[i].NewLine} @@\n");
            }

            text.Append(edits[i].Sign).Append(edits[i].Line).Append('\n');
            last = i;
        }

        return text.ToString();
    }

    private static bool IsNearChange(List<Edit> edits, int index)
    {
        for (int i = Math.Max(0, index - Context); i <= Math.Min(edits.Count - 1, index + Context); i++)
        {
            if (edits[i].Sign != ' ')
            {
                return true;
            }
        }

        return false;
    }

    private static List<Edit> Edits(string[] oldLines, string[] newLines)
    {
        int prefix = oldLines.Zip(newLines).TakeWhile(pair => pair.First == pair.Second).Count();
        int suffix = oldLines.Skip(prefix).Reverse().Zip(newLines.Skip(prefix).Reverse())
            .TakeWhile(pair => pair.First == pair.Second).Count();
        int oldEnd = oldLines.Length - suffix;
        int newEnd = newLines.Length - suffix;
        Func<int, int, int> common = CommonLines(oldLines, newLines, prefix, oldEnd, newEnd);
        List<Edit> edits = [];
        int o = 0;
        int n = 0;
        while (o < oldLines.Length || n < newLines.Length)
        {
            bool bothInside = o < oldEnd && n < newEnd;
            bool bothBehind = o >= oldEnd && n >= newEnd;
            if ((bothInside || bothBehind) && oldLines[o] == newLines[n])
            {
                edits.Add(new Edit(' ', oldLines[o], ++o, ++n));
            }
            else if (o < oldEnd && (n >= newEnd || common(o + 1, n) >= common(o, n + 1)))
            {
                edits.Add(new Edit('-', oldLines[o], ++o, n + 1));
            }
            else
            {
                edits.Add(new Edit('+', newLines[n], o + 1, ++n));
            }
        }

        return edits;
    }

    /// <summary>How many lines the longest common subsequence of <c>old[o..oldEnd]</c> and <c>new[n..newEnd]</c> has.</summary>
    private static Func<int, int, int> CommonLines(string[] oldLines, string[] newLines, int start, int oldEnd, int newEnd)
    {
        if ((long)(oldEnd - start + 1) * (newEnd - start + 1) > MaxTableCells)
        {
            return static (_, _) => 0;
        }

        int[,] table = new int[oldEnd - start + 1, newEnd - start + 1];
        for (int o = oldEnd - 1; o >= start; o--)
        {
            for (int n = newEnd - 1; n >= start; n--)
            {
                table[o - start, n - start] = oldLines[o] == newLines[n]
                    ? table[o - start + 1, n - start + 1] + 1
                    : Math.Max(table[o - start + 1, n - start], table[o - start, n - start + 1]);
            }
        }

        return (o, n) => table[o - start, n - start];
    }
}
