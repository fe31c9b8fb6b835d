namespace KernelGen;

/// <summary>
/// Marks a partial class as a vector codec: the generator completes it with the encoder, decoder and scoring kernels of the
/// scheme that the attributes beside it describe.
/// </summary>
/// <remarks>Exactly one quantizer attribute must stand beside it (<see cref="ScalarQuantizerAttribute"/>, <see cref="FloatQuantizerAttribute"/>,
/// <see cref="RotatedQuantizerAttribute"/>, <see cref="BinaryQuantizerAttribute"/>, <see cref="ProductQuantizerAttribute"/>,
/// <see cref="ResidualQuantizerAttribute"/> or <see cref="AdditiveQuantizerAttribute"/>), and at most one <see cref="ScaleAttribute"/>.</remarks>
/// <param name="dimensions">Number of values of a vector, 1 to 16,384.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class VectorCodecAttribute(int dimensions) : Attribute
{
    /// <summary>Number of values of a vector, 1 to 16,384.</summary>
    public int Dimensions { get; } = dimensions;

    /// <summary>How a query is compared with a stored vector. The default is <see cref="Metric.InnerProduct"/>.</summary>
    public Metric Metric { get; set; } = Metric.InnerProduct;

    /// <summary>
    /// Numbers of first dimensions that are scored by themselves, ascending, each less than <see cref="Dimensions"/>: Matryoshka embeddings, whose first
    /// dimensions are embeddings too. The codec then is an <see cref="IPrefixCodec{TSelf}"/>. None by default.
    /// </summary>
    public int[] Prefixes { get; set; } = [];
}
