using System.Numerics.Tensors;
using KernelGen;
using Shared;

namespace DefinitionSearch;

/// <summary>
/// The search that a .NET developer writes without KernelGen: a loop of <c>TensorPrimitives.Dot</c> over float32 rows. It is the
/// truth for recall and the yardstick for speed.
/// </summary>
internal sealed class ExactSearch(TextVectors glosses) : ISearch
{
    private readonly long[] _ids = glosses.Rows();
    private readonly float[] _scores = new float[glosses.Count];
    private readonly TopK _top = new(1);

    /// <summary>Scores every gloss.</summary>
    public ReadOnlySpan<float> Score(ReadOnlySpan<float> query)
    {
        for (int row = 0; row < _scores.Length; row++)
        {
            _scores[row] = TensorPrimitives.Dot(query, glosses.Vector(row));
        }

        return _scores;
    }

    public int Search(ReadOnlySpan<float> query, Span<Hit> hits)
    {
        Score(query);
        _top.Reset(hits.Length);
        _top.Offer(_ids, _scores);
        return _top.Drain(hits);
    }
}

/// <summary>Exact scores of all queries against all glosses.</summary>
internal sealed class GroundTruth
{
    /// <summary>Two float32 sums of the same products in different order differ by less.</summary>
    private const float RoundingError = 1e-6f;

    private readonly TextVectors _queries;
    private readonly float[][] _scores;
    private readonly float[][] _sorted;

    public GroundTruth(Dataset data, Action<double> progress)
    {
        _queries = data.Queries;
        var exact = new ExactSearch(data.Glosses);
        _scores = new float[data.Queries.Count][];
        _sorted = new float[data.Queries.Count][];
        for (int query = 0; query < _scores.Length; query++)
        {
            _scores[query] = exact.Score(data.Queries.Vector(query)).ToArray();
            _sorted[query] = [.. _scores[query]];
            Array.Sort(_sorted[query], static (a, b) => b.CompareTo(a));
            progress((query + 1.0) / _scores.Length);
        }
    }

    /// <summary>Recall of the k best, the mean over all queries.</summary>
    public double Recall(ISearch search, int k)
    {
        var hits = new Hit[k];
        double sum = 0;
        for (int query = 0; query < _queries.Count; query++)
        {
            search.Search(_queries.Vector(query), hits);
            sum += Recall(query, hits);
        }

        return sum / _queries.Count;
    }

    /// <summary>
    /// Share of the hits that belong to the best <c>hits.Length</c>. A hit belongs to them if its exact score is not below that of
    /// the last of them: of equally near texts none is the wrong one.
    /// </summary>
    private double Recall(int query, ReadOnlySpan<Hit> hits)
    {
        float worst = _sorted[query][hits.Length - 1] - RoundingError;
        int found = 0;
        foreach (Hit hit in hits)
        {
            found += _scores[query][hit.Id] >= worst ? 1 : 0;
        }

        return (double)found / hits.Length;
    }
}
