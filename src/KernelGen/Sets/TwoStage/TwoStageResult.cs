namespace KernelGen;

/// <summary>What a search of a <see cref="TwoStageSet{TCoarse, TFine}"/> found, and at which cost.</summary>
/// <param name="hits">The hits.</param>
/// <param name="rescoredRows">How many rows were scored by their fine codes.</param>
public sealed class TwoStageResult(IReadOnlyList<Hit> hits, int rescoredRows)
{
    /// <summary>The hits with the scores of their fine codes, the greatest first, equal scores by ascending id.</summary>
    public IReadOnlyList<Hit> Hits { get; } = hits;

    /// <summary>How many rows were scored by their fine codes. With a guarantee and several threads it may differ from call to call.</summary>
    public int RescoredRows { get; } = rescoredRows;
}
