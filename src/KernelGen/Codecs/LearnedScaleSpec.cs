using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>How a learned scale follows from the values that share it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LearnedScaleRule
{
    /// <summary>s = quantile of abs x / divisor: symmetric grids, mid-rise grids of 2 bits and more, 8-bit floats.</summary>
    AbsMax,

    /// <summary>s = 2 * mean of abs x: mid-rise grids of 1 bit. Uses neither quantile nor divisor.</summary>
    MeanAbs,

    /// <summary>m = lower quantile, s = upper quantile / divisor - m / divisor: affine grids.</summary>
    MinMax,
}

/// <summary>What <see cref="LearnedScales.Fit"/> learns; the generator fills it with constants of the scheme.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct LearnedScaleSpec
{
    /// <summary>Number of values of a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>One scale per dimension; otherwise one for everything.</summary>
    public required bool PerChannel { get; init; }

    /// <summary>How the scale follows from the values.</summary>
    public required LearnedScaleRule Rule { get; init; }

    /// <summary>Normalise every vector of the sample first (cosine).</summary>
    public required bool Normalize { get; init; }

    /// <summary>
    /// The divisor of the range: 2^(b-1) - 1 (symmetric), 2^(b-1) (mid-rise), 2^b - 1 (affine), 448 (E4M3), 57,344 (E5M2).
    /// </summary>
    public float Divisor { get; init; }
}
