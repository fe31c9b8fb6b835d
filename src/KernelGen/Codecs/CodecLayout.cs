namespace KernelGen;

/// <summary>Sizes and identity of a codec's codes; constants of the generated code.</summary>
public sealed record CodecLayout
{
    /// <summary>Number of values of a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How scores are computed.</summary>
    public required Metric Metric { get; init; }

    /// <summary>
    /// The scheme in one line, e.g. <c>ScalarQuantizer(8, Symmetric) Scale(Vector, Single) Metric(Cosine) Dimensions(384)</c>.
    /// Two codecs with the same text read each other's codes and files.
    /// </summary>
    public required string Scheme { get; init; }

    /// <summary>Bytes of a row code: values, scales and side data.</summary>
    public required int CodeBytes { get; init; }

    /// <summary>Rows of a block, a power of two.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Bytes of a block, a multiple of 64. Blocks are fastest at 64-byte boundaries, but run at any address.</summary>
    public required int BlockBytes { get; init; }

    /// <summary>Bytes of a prepared query, a multiple of 64.</summary>
    public required int QueryBytes { get; init; }

    /// <summary>
    /// Number of learned parameters: those of the <see cref="Transforms"/>, then scales, and as many minima for
    /// <see cref="ZeroMode.Affine"/>, or the values of <see cref="Codebooks"/> or <see cref="AdditiveCodebooks"/>.
    /// </summary>
    public required int ParameterCount { get; init; }

    /// <summary>How many of the <see cref="ParameterCount"/> parameters, the last ones, are minima; the others but those of transforms are scales.</summary>
    public int MinimumCount { get; init; }

    /// <summary>Shape of a product quantizer's learned codebooks, whose values then are all parameters but those of transforms; null for schemes without.</summary>
    public CodebookShape? Codebooks { get; init; }

    /// <summary>Shape of learned codebooks whose centroids are added, whose values then are all parameters but those of transforms; null for schemes
    /// without.</summary>
    public AdditiveShape? AdditiveCodebooks { get; init; }

    /// <summary>What is done to vectors before they are quantized; null for schemes without transforms.</summary>
    public Transforms.TransformShape? Transforms { get; init; }
}
