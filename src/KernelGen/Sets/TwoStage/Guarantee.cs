namespace KernelGen;

/// <summary>What a search of a <see cref="TwoStageSet{TCoarse, TFine}"/> promises.</summary>
public enum Guarantee
{
    /// <summary>Nothing: as many rows as <see cref="TwoStageOptions.Oversample"/> says, the best by their coarse codes, are scored by their fine codes.</summary>
    None,

    /// <summary>What a search of all fine codes would return, with the probability <see cref="TwoStageOptions.Confidence"/> at least.</summary>
    Probable,

    /// <summary>What a search of all fine codes would return, always: the same ids, with the same scores.</summary>
    Always,
}
