namespace KernelGen;

/// <summary>
/// Stores for a vector, or for each group of its dimensions, the numbers of several centroids, one of each codebook, whose sum is near it
/// (additive quantization: Babenko, Lempitsky: Additive quantization for extreme vector compression, 2014). With groups, which share the
/// codebooks, it is the form of AQLM (Egiazarian et al.: Extreme compression of large language models via additive quantization, 2024).
/// The centroids are learned, or brought along from another tool: <see cref="AdditiveShape"/>.
/// </summary>
/// <param name="stages">Codes of a group, each with a codebook of its own whose centroid is added: at least 1; times the number of groups at most 16,384.</param>
/// <param name="bits">Bits of a code, 1 to 12: a codebook has 2^bits centroids.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AdditiveQuantizerAttribute(int stages, int bits) : Attribute
{
    /// <summary>Codes of a group.</summary>
    public int Stages { get; } = stages;

    /// <summary>Bits of a code, 1 to 12.</summary>
    public int Bits { get; } = bits;

    /// <summary>Dimensions of a group, 1 to the number of dimensions; 0, the default, makes the whole vector one group. The last group may have
    /// fewer.</summary>
    public int GroupSize { get; set; }

    /// <summary>How many partial codes the encoder keeps from codebook to codebook, 1 to 64: 5 by default. 1 takes the nearest centroid of each
    /// codebook, more find codes of less error in as many times the time.</summary>
    public int Beam { get; set; } = 5;

    /// <summary>Whether and how the norm of a vector is stored apart from its direction: not, by default. Not with <see cref="Metric.Cosine"/>, which knows
    /// no norms.</summary>
    public Norm Norm { get; set; }

    /// <summary>Groups of rows with codebooks of their own (attention heads, groups of neurons), 1 to 65,536: 1 by default. With more, the codec also has
    /// <c>Groups</c>, <c>TrainSet</c> and <c>CreateSet</c>, which make a <see cref="GroupedVectorSet{TCodec}"/> of so many codecs; a codec itself still has the codebooks
    /// of one group.</summary>
    public int Codebooks { get; set; } = 1;
}
