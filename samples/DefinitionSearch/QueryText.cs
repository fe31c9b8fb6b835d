using Shared;

namespace DefinitionSearch;

/// <summary>Finds a shipped query by its text.</summary>
internal static class QueryText
{
    /// <summary>The row of the query with this text; upper and lower case are the same.</summary>
    /// <exception cref="UserException">No such query; the message names the most similar ones.</exception>
    public static int Find(TextVectors queries, string text)
    {
        int row = Array.FindIndex(queries.Texts, query => string.Equals(query, text.Trim(), StringComparison.OrdinalIgnoreCase));
        if (row >= 0)
        {
            return row;
        }

        HashSet<string> wanted = Trigrams(text);
        IEnumerable<string> similar = queries.Texts
            .OrderByDescending(query => Trigrams(query).Count(wanted.Contains))
            .ThenBy(query => query.Length)
            .Take(3)
            .Select(query => $"  \"{query}\"");
        throw new UserException(
            $"""
            "{text}" is not one of the {queries.Count} shipped queries. The sample has no model to embed new text with. Similar ones:
            {string.Join(Environment.NewLine, similar)}
            All of them: samples/DefinitionSearch/data/queries.txt
            """);
    }

    private static HashSet<string> Trigrams(string text)
    {
        string padded = $"  {text.Trim().ToLowerInvariant()} ";
        return [.. Enumerable.Range(0, padded.Length - 2).Select(start => padded.Substring(start, 3))];
    }
}
