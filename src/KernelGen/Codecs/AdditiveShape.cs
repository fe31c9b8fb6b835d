namespace KernelGen;

/// <summary>
/// Shape of the codebooks of a residual or additive quantizer: the D dimensions are cut into groups of neighbouring dimensions, each group has one
/// code of b bits per stage, and the sum of the centroids that the codes of a group name stands for its values. Formulas: docs/formats.md, section 7.
/// </summary>
/// <remarks>
/// A codebook is 2^b centroids, one after another. Residual: each group has its own, so there are <see cref="Groups"/> * <see cref="Stages"/>
/// codebooks, all of group 0 first, in the order of stages; that is FAISS's <c>[stages][2^b][D]</c> for one group and its product residual quantizer's
/// order for several. Additive: all groups share those of a stage, so there are <see cref="Stages"/> codebooks of centroids of
/// <see cref="GroupSize"/> values.
/// </remarks>
public readonly record struct AdditiveShape
{
    /// <summary>The most codes of a vector.</summary>
    public const int MaximumCodes = 16_384;

    /// <summary>The most values of all codebooks: 2^26.</summary>
    public const int MaximumValues = 1 << 26;

    private AdditiveShape(int dimensions, int groups, int stages, int bits, int groupSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        if (bits is < 1 or > CodebookShape.MaximumBits)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"Expected 1 to {CodebookShape.MaximumBits} bits.");
        }

        if ((long)groups * stages > MaximumCodes)
        {
            throw new ArgumentOutOfRangeException(nameof(stages), stages, $"Expected at most {MaximumCodes} codes in all, but {groups} groups have {(long)groups * stages}.");
        }

        long values = (long)(groupSize > 0 ? groupSize : dimensions) * stages << bits;
        if (values > MaximumValues)
        {
            throw new ArgumentOutOfRangeException(nameof(stages), stages, $"Expected codebooks of at most {MaximumValues} values, but they have {values}.");
        }

        Dimensions = dimensions;
        Groups = groups;
        Stages = stages;
        Bits = bits;
        GroupSize = groupSize;
    }

    /// <summary>D, the values of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Groups of dimensions.</summary>
    public int Groups { get; }

    /// <summary>Codes of a group.</summary>
    public int Stages { get; }

    /// <summary>b, the bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Values of a centroid where all groups share the codebooks, which is the number of dimensions of every group but perhaps the last;
    /// 0 where each group has its own.</summary>
    public int GroupSize { get; }

    /// <summary>Whether all groups share the codebooks.</summary>
    public bool IsShared => GroupSize > 0;

    /// <summary>2^b, the centroids of a codebook.</summary>
    public int Centroids => 1 << Bits;

    /// <summary>Codes of a vector: those of group 0 in the order of stages, then those of group 1, and so on.</summary>
    public int Codes => Groups * Stages;

    /// <summary>Number of codebooks.</summary>
    public int Codebooks => IsShared ? Stages : Codes;

    /// <summary>Values of all codebooks.</summary>
    public int Values => ((IsShared ? GroupSize : Dimensions) * Stages) << Bits;

    /// <summary>The shape of a residual quantizer.</summary>
    /// <param name="dimensions">Values of a vector, at least 1.</param>
    /// <param name="stages">Stages of a subspace, at least 1.</param>
    /// <param name="bits">Bits of a code, 1 to 12.</param>
    /// <param name="subspaces">Number of subspaces, 1 to <paramref name="dimensions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range, more than <see cref="MaximumCodes"/> codes, or more than
    /// <see cref="MaximumValues"/> values.</exception>
    public static AdditiveShape Residual(int dimensions, int stages, int bits, int subspaces = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (subspaces < 1 || subspaces > dimensions)
        {
            throw new ArgumentOutOfRangeException(
                nameof(subspaces), subspaces, $"Expected 1 to {dimensions} subspaces of {dimensions} dimensions.");
        }

        return new(dimensions, subspaces, stages, bits, groupSize: 0);
    }

    /// <summary>The shape of an additive quantizer.</summary>
    /// <param name="dimensions">Values of a vector, at least 1.</param>
    /// <param name="codebooks">Codebooks, at least 1.</param>
    /// <param name="bits">Bits of a code, 1 to 12.</param>
    /// <param name="groupSize">Dimensions of a group, 1 to <paramref name="dimensions"/>; 0 for all of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range, more than <see cref="MaximumCodes"/> codes, or more than
    /// <see cref="MaximumValues"/> values.</exception>
    public static AdditiveShape Additive(int dimensions, int codebooks, int bits, int groupSize = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (groupSize < 0 || groupSize > dimensions)
        {
            throw new ArgumentOutOfRangeException(nameof(groupSize), groupSize, $"Expected groups of 0 to {dimensions} dimensions.");
        }

        int size = groupSize == 0 ? dimensions : groupSize;
        return new(dimensions, ((dimensions - 1) / size) + 1, codebooks, bits, size);
    }

    /// <summary>The first dimension of a group.</summary>
    public int StartOf(int group) =>
        IsShared ? group * GroupSize : (group * (Dimensions / Groups)) + Math.Min(group, Dimensions % Groups);

    /// <summary>How many dimensions a group has.</summary>
    public int DimensionsOf(int group) =>
        IsShared ? Math.Min(GroupSize, Dimensions - StartOf(group)) : (Dimensions / Groups) + (group < Dimensions % Groups ? 1 : 0);

    /// <summary>Values of each centroid in the codebooks of a group.</summary>
    public int CentroidLengthOf(int group) => IsShared ? GroupSize : DimensionsOf(group);

    /// <summary>Where the codebook of a group and stage starts among the values of all of them.</summary>
    public int CodebookOf(int group, int stage) =>
        (IsShared ? stage * GroupSize : (StartOf(group) * Stages) + (stage * DimensionsOf(group))) << Bits;
}
