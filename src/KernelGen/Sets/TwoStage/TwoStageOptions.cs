namespace KernelGen;

/// <summary>How a <see cref="TwoStageSet{TCoarse, TFine}"/> chooses the rows that it scores by their fine codes.</summary>
public sealed record TwoStageOptions
{
    /// <summary>What the result is to be; <see cref="Guarantee.None"/> unless set. The others need a coarse codec that implements
    /// <see cref="IBoundedCodec{TSelf}"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a member of <see cref="KernelGen.Guarantee"/>.</exception>
    public Guarantee Guarantee
    {
        get;
        init => field = value is Guarantee.None or Guarantee.Probable or Guarantee.Always
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a member of Guarantee.");
    }

    /// <summary>How many rows are rescored per hit, with <see cref="Guarantee.None"/>: k times this, rounded up. Null for
    /// <see cref="TwoStageSet{TCoarse, TFine}.Oversample"/> of the set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or not finite.</exception>
    public double? Oversample
    {
        get;
        init => field = value is { } oversample ? CheckOversample(oversample) : null;
    }

    /// <summary>The least probability with which a result is the right one, with <see cref="Guarantee.Probable"/>; 0.999 unless set. It is that of a random rotation
    /// in the coarse codec, for one query: what <see cref="ErrorBounds.Factor"/> says of rotations that are not quite random holds here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0.5, 1).</exception>
    public double Confidence
    {
        get;
        init => field = value is >= 0.5 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a probability of at least 0.5 and less than 1.");
    } = 0.999;

    internal static double CheckOversample(double value) => value is >= 1 and <= double.MaxValue
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a finite number of at least 1.");

    /// <summary>
    /// The share of the bound that always holds which a search for k hits has to respect. A result is wrong only if one of the k right hits is passed over, which takes
    /// a coarse score that is too low by more than its bound. That happens on one side, so to half of those pairs that lie outside a two-sided bound; and to any of k hits with at most k
    /// times the probability (which need not be independent). So the bound of one score must hold with 1 - 2 * (1 - confidence) / k.
    /// </summary>
    internal float Factor(int k, int dimensions)
    {
        if (Guarantee == Guarantee.Always)
        {
            return 1;
        }

        double one = 1 - (2 * (1 - Confidence) / k);
        return one < 1 ? ErrorBounds.Factor(Math.Max(0.5, one), dimensions) : 1;
    }
}
