namespace KernelGen;

/// <summary>
/// Cuts a vector into subspaces and stores for each the number of the nearest of its centroids (product quantization: Jégou, Douze,
/// Schmid, 2011). The centroids are learned, or brought along from another tool: <see cref="CodebookShape"/>.
/// </summary>
/// <param name="subspaces">Number of subspaces, M: 1 to the number of dimensions. Where it does not divide them, the first ones have one
/// dimension more.</param>
/// <param name="bits">Bits of a code, 1 to 12: a subspace has 2^bits centroids. 4 bits are scanned by tables in registers, which is
/// fastest; 8 bits give the least error per byte.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ProductQuantizerAttribute(int subspaces, int bits) : Attribute
{
    /// <summary>Number of subspaces.</summary>
    public int Subspaces { get; } = subspaces;

    /// <summary>Bits of a code, 1 to 12.</summary>
    public int Bits { get; } = bits;

    /// <summary>Groups of rows with codebooks of their own (attention heads, groups of neurons), 1 to 65,536: 1 by default. With more, the codec also has
    /// <c>Groups</c>, <c>TrainSet</c> and <c>CreateSet</c>, which make a <see cref="GroupedVectorSet{TCodec}"/> of so many codecs; a codec itself still has the codebooks
    /// of one group.</summary>
    public int Codebooks { get; set; } = 1;
}
