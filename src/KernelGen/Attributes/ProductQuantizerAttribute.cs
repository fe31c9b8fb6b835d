namespace KernelGen;

/// <summary>Cuts a vector into subspaces of neighbouring dimensions and stores for each the number of the nearest learned centroid.</summary>
/// <param name="subspaces">Number of subspaces, 1 to the vector's dimensions; they need not divide them.</param>
/// <param name="bits">Bits of a code, 1 to 12: each subspace has 2^bits centroids.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ProductQuantizerAttribute(int subspaces, int bits) : Attribute
{
    /// <summary>Number of subspaces, 1 to the vector's dimensions.</summary>
    public int Subspaces { get; } = subspaces;

    /// <summary>Bits of a code, 1 to 12.</summary>
    public int Bits { get; } = bits;
}
