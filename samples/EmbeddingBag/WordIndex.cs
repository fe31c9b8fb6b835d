using KernelGen;
using Shared;

namespace EmbeddingBag;

/// <summary>Finds the words nearest to a vector.</summary>
internal sealed class WordIndex<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly TextVectors _words;
    private readonly VectorSet<TCodec> _set;

    public WordIndex(TextVectors words, Action<double> progress)
    {
        _words = words;
        _set = new VectorSet<TCodec>(TCodec.Train(words.Values, new TrainingOptions { Progress = new Relay(progress) }));
        _set.AddRange([.. Enumerable.Range(0, words.Count).Select(row => (long)row)], words.Values);
        progress(1);
    }

    /// <summary>The nearest words but for those of the bag itself.</summary>
    public string[] Nearest(Bag bag, ReadOnlySpan<float> sum, int count) =>
        [.. _set.Search(sum, count, IdFilter.Where(id => !bag.Words.Contains((int)id))).Select(hit => _words.Texts[hit.Id])];
}
