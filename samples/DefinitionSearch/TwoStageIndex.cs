using KernelGen;
using Shared;

namespace DefinitionSearch;

/// <summary>The glosses under two schemes: a scan of coarse codes, whose best rows are scored by fine ones.</summary>
internal sealed class TwoStageIndex<TCoarse, TFine> : Index
    where TCoarse : class, IVectorCodec<TCoarse>
    where TFine : class, IVectorCodec<TFine>
{
    private readonly Index<TCoarse> _coarse;
    private readonly Index<TFine> _fine;
    private readonly TwoStageSet<TCoarse, TFine> _set;

    public TwoStageIndex(TextVectors glosses, Action<double> progress)
    {
        _coarse = new Index<TCoarse>(glosses, share => progress(share / 2));
        _fine = new Index<TFine>(glosses, share => progress((1 + share) / 2));
        _set = new TwoStageSet<TCoarse, TFine>(_coarse.Codec, _fine.Codec);
        _set.AddRange(glosses.Rows(), glosses.Values);
    }

    public override int Search(ReadOnlySpan<float> query, Span<Hit> hits)
    {
        IReadOnlyList<Hit> found = _set.Search(query, hits.Length).Hits;
        for (int i = 0; i < found.Count; i++)
        {
            hits[i] = found[i];
        }

        return found.Count;
    }

    public override double RelativeError() => _fine.RelativeError();

    /// <summary>Both encoders after one another.</summary>
    public override double EncodeRate() => 1 / ((1 / _coarse.EncodeRate()) + (1 / _fine.EncodeRate()));
}
