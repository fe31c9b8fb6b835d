using Shared;

namespace EmbeddingBag;

/// <summary>Words to sum, and how much each counts.</summary>
internal sealed record Bag(int[] Words, float[] Weights)
{
    /// <summary>The weighted sum.</summary>
    public float[] Sum(IEmbeddingTable table, int dimensions)
    {
        var sum = new float[dimensions];
        table.Accumulate(Words, Weights, sum);
        return sum;
    }

    /// <summary>Words drawn at random, with random weights.</summary>
    public static Bag Draw(Random random, int size, int words) =>
        new(
            [.. Enumerable.Range(0, size).Select(_ => random.Next(words))],
            [.. Enumerable.Range(0, size).Select(_ => random.NextSingle())]);
}

/// <summary>The numbers of words; the most frequent word comes first.</summary>
internal sealed class Vocabulary(TextVectors words)
{
    private readonly Dictionary<string, int> _numbers = words.Texts.Index().ToDictionary(word => word.Item, word => word.Index);

    // By Zipf's law the word of rank r has the share 1 / (r * sum of 1 / i) of a text.
    private readonly double _harmonic = Enumerable.Range(1, words.Count).Sum(rank => 1.0 / rank);

    /// <summary>The known words of a sentence, frequent ones with less weight: a / (a + p), a = 0.001, for a word whose share of texts
    /// is p (Arora, Liang, Ma: A simple but tough-to-beat baseline for sentence embeddings, 2017).</summary>
    /// <exception cref="UserException">No word is known.</exception>
    public Bag Read(string sentence, out string[] unknown)
    {
        string[] tokens = [.. sentence.ToLowerInvariant().Split(
            [' ', '.', ',', ';', ':', '!', '?', '"'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        int[] known = [.. tokens.Where(_numbers.ContainsKey).Select(token => _numbers[token])];
        unknown = [.. tokens.Where(token => !_numbers.ContainsKey(token)).Distinct()];
        return known.Length > 0
            ? new Bag(known, [.. known.Select(Weight)])
            : throw new UserException($"No word of \"{sentence}\" is among the {words.Count} of samples/EmbeddingBag/data/words.txt.");
    }

    private float Weight(int word)
    {
        const double A = 1e-3;
        return (float)(A / (A + (1 / ((word + 1) * _harmonic))));
    }
}
