namespace KernelGen;

/// <summary>
/// Stores for a vector the number of a centroid near it, then that of a centroid near what is left over, and so on: the sum of the centroids
/// stands for the vector (residual quantization: Chen, Guan, Wang: Approximate nearest neighbor search by residual vector quantization, 2010).
/// The centroids are learned, or brought along from another tool: <see cref="AdditiveShape"/>.
/// </summary>
/// <param name="stages">Number of stages, at least 1; times <see cref="Subspaces"/> at most 16,384.</param>
/// <param name="bits">Bits of a code, 1 to 12: a stage has 2^bits centroids of as many values as the vector, or its subspace, has.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ResidualQuantizerAttribute(int stages, int bits) : Attribute
{
    /// <summary>Number of stages.</summary>
    public int Stages { get; } = stages;

    /// <summary>Bits of a code, 1 to 12.</summary>
    public int Bits { get; } = bits;

    /// <summary>Subspaces, each with stages of its own: 1 (the default) to the number of dimensions. Where it does not divide them, the first
    /// ones have one dimension more. (FAISS: product residual quantizer.)</summary>
    public int Subspaces { get; set; } = 1;

    /// <summary>How many partial codes the encoder keeps from stage to stage, 1 to 64: 5 by default. 1 takes the nearest centroid in each stage,
    /// more find codes of less error in as many times the time.</summary>
    public int Beam { get; set; } = 5;

    /// <summary>Whether and how the norm of a vector is stored apart from its direction: not, by default. Not with <see cref="Metric.Cosine"/>, which knows
    /// no norms.</summary>
    public Norm Norm { get; set; }

    /// <summary>Groups of rows with codebooks of their own (attention heads, groups of neurons), 1 to 65,536: 1 by default. With more, the codec also has
    /// <c>Groups</c>, <c>TrainSet</c> and <c>CreateSet</c>, which make a <see cref="GroupedVectorSet{TCodec}"/> of so many codecs; a codec itself still has the codebooks
    /// of one group.</summary>
    public int Codebooks { get; set; } = 1;
}
