using KernelGen.Generators.Schemes;
using KernelGen.Kernels;

namespace KernelGen.Generators.Plans;

/// <summary>What rows of rotated codes store beside the codes, four bytes each: a scale, a term that scores add (if any), the norm of what the code leaves over
/// (docs/formats.md, section 10).</summary>
internal sealed class RotatedParts(Scheme scheme, RotatedGrid grid)
{
    /// <summary>1 minus the mean squared cosine between a vector of many dimensions and its rotated code of 1 to 8 bits.</summary>
    private static readonly double[] s_errors = [0.36338, 0.1187, 0.0370, 0.01127, 0.00329, 0.00089, 0.00023, 0.0000571];

    public RotatedGrid Grid => grid;

    /// <summary>Whether the term is the squared norm.</summary>
    public bool HasNorm => scheme.Metric == Metric.SquaredL2;

    /// <summary>Whether the term is the inner product of the vector with the mean.</summary>
    public bool HasOffset => !HasNorm && scheme.Transforms!.Centers;

    /// <summary>Whether there is a term.</summary>
    public bool HasTerm => HasNorm || HasOffset;

    /// <summary>Whether the codec bounds the errors of its scores: what a matrix changes is not stored.</summary>
    public bool HasBounds => !scheme.Transforms!.HasMatrix;

    /// <summary>
    /// What the stored scale is multiplied by before vectors are decoded. The estimator's scale is too great by the squared cosine between vector and
    /// code, of which this is the mean.
    /// </summary>
    public float DecodeFactor => (float)(1 - (Error * (1 - (1.0 / scheme.Dimensions))));

    private double Error => grid.Levels == GridLevels.Uniform ? s_errors[grid.Bits - 1] : NormalLevels.Of(grid.Bits).Error;

    /// <summary>Bytes of a row's parts.</summary>
    public int Bytes => HasTerm ? 12 : 8;
}
