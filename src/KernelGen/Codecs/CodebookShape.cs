namespace KernelGen;

/// <summary>
/// Shape of the codebooks of a product quantizer: the D dimensions are cut into M subspaces of neighbouring dimensions, and each has
/// 2^b centroids of its own (Jégou, Douze, Schmid: Product quantization for nearest neighbor search, 2011). Where M does not divide D, the first
/// D mod M subspaces have one dimension more than the others.
/// </summary>
/// <remarks>Codebooks lie one after another, subspace by subspace: M times 2^b centroids of <see cref="DimensionsOf"/> values, D * 2^b values
/// in all. Where M divides D, that is FAISS's <c>[M][2^b][D/M]</c>.</remarks>
public readonly record struct CodebookShape
{
    /// <summary>The most bits of a code.</summary>
    public const int MaximumBits = 12;

    /// <summary>Checks and keeps the three numbers.</summary>
    /// <param name="dimensions">Values of a vector, at least 1.</param>
    /// <param name="subspaces">Number of subspaces, 1 to <paramref name="dimensions"/>.</param>
    /// <param name="bits">Bits of a code, 1 to 12.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    public CodebookShape(int dimensions, int subspaces, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (subspaces < 1 || subspaces > dimensions)
        {
            throw new ArgumentOutOfRangeException(
                nameof(subspaces), subspaces, $"Expected 1 to {dimensions} subspaces of {dimensions} dimensions.");
        }

        if (bits is < 1 or > MaximumBits)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"Expected 1 to {MaximumBits} bits.");
        }

        Dimensions = dimensions;
        Subspaces = subspaces;
        Bits = bits;
    }

    /// <summary>D, the values of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>M, the number of subspaces.</summary>
    public int Subspaces { get; }

    /// <summary>b, the bits of a code.</summary>
    public int Bits { get; }

    /// <summary>2^b, the centroids of a subspace.</summary>
    public int Centroids => 1 << Bits;

    /// <summary>Values of all codebooks: D * 2^b.</summary>
    public int Values => Dimensions << Bits;

    /// <summary>The first dimension of a subspace; for <see cref="Subspaces"/>, D.</summary>
    public int StartOf(int subspace) => (subspace * (Dimensions / Subspaces)) + Math.Min(subspace, Dimensions % Subspaces);

    /// <summary>How many dimensions a subspace has.</summary>
    public int DimensionsOf(int subspace) => (Dimensions / Subspaces) + (subspace < Dimensions % Subspaces ? 1 : 0);

    /// <summary>Where the codebook of a subspace starts among the values of all of them.</summary>
    public int CodebookOf(int subspace) => StartOf(subspace) << Bits;
}
