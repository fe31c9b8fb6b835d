using System.Text;
using System.Text.RegularExpressions;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>
/// A source in which <c>{|KG0001:text|}</c> marks where a diagnostic is expected; several ids are separated by commas.
/// </summary>
internal sealed partial record Markup(string Source, IReadOnlyList<string> Expected, IReadOnlyList<string> Ids)
{
    public static Markup Parse(string marked)
    {
        StringBuilder source = new();
        List<string> expected = [];
        HashSet<string> ids = [];
        int end = 0;
        foreach (Match match in Mark().Matches(marked))
        {
            source.Append(marked, end, match.Index - end);
            foreach (string id in match.Groups["ids"].Value.Split(','))
            {
                expected.Add(Describe(id, source.Length, match.Groups["text"].Value));
                ids.Add(id);
            }

            source.Append(match.Groups["text"].Value);
            end = match.Index + match.Length;
        }

        return new Markup(source.Append(marked, end, marked.Length - end).ToString(), expected, [.. ids]);
    }

    /// <summary>One form for expected and found diagnostics, so that a failing comparison can be read.</summary>
    public static string Describe(string id, int start, string text) => $"{id} at {start}: {text}";

    [GeneratedRegex(@"\{\|(?<ids>KG\d{4}(,KG\d{4})*):(?<text>.*?)\|\}", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Mark();
}
