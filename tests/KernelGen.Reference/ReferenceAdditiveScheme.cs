namespace KernelGen.Reference;

/// <summary>
/// A quantizer that adds centroids as run-time data: residual with a number of subspaces and <see cref="GroupSize"/> 0, additive with a size of groups.
/// </summary>
public sealed record ReferenceAdditiveScheme(int Dimensions, Metric Metric, int Stages, int Bits, int Subspaces, int GroupSize, int Beam, Norm Norm)
    : IReferenceScheme
{
    public string Text =>
        (IsShared ? $"AdditiveQuantizer({Stages}, {Bits}, {GroupSize}" : $"ResidualQuantizer({Stages}, {Bits}, {Subspaces}")
        + (Norm == Norm.None ? ")" : $", {Norm})")
        + $" Metric({Metric}) Dimensions({Dimensions})";

    /// <summary>Whether all groups share the codebooks.</summary>
    public bool IsShared => GroupSize > 0;

    /// <summary>G.</summary>
    public int Groups => IsShared ? (int)Math.Ceiling(Dimensions / (double)GroupSize) : Subspaces;

    /// <summary>K: the centroids of a codebook.</summary>
    public int Centroids => 1 << Bits;

    /// <summary>G*S.</summary>
    public int Codes => Groups * Stages;

    public int ParameterCount => (IsShared ? GroupSize : Dimensions) * Stages * Centroids;

    public static ReferenceAdditiveScheme Residual(int dimensions, Metric metric, int stages, int bits, int subspaces = 1, int beam = 5, Norm norm = Norm.None) =>
        new(dimensions, metric, stages, bits, subspaces, GroupSize: 0, beam, norm);

    public static ReferenceAdditiveScheme Additive(int dimensions, Metric metric, int stages, int bits, int groupSize, int beam = 5, Norm norm = Norm.None) =>
        new(dimensions, metric, stages, bits, Subspaces: 0, groupSize, beam, norm);

    /// <summary>start[k].</summary>
    public int StartOf(int group) => Enumerable.Range(0, group).Sum(DimensionsOf);

    /// <summary>n[k].</summary>
    public int DimensionsOf(int group) => IsShared
        ? (group < Groups - 1 ? GroupSize : Dimensions - ((Groups - 1) * GroupSize))
        : (Dimensions / Subspaces) + (group < Dimensions % Subspaces ? 1 : 0);
}
