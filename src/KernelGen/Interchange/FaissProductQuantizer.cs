using KernelGen.Transforms;

namespace KernelGen.Interchange;

/// <summary>A product quantizer of FAISS with the vectors that it encoded: what a file of an <c>IndexPQ</c> or an
/// <c>IndexPQFastScan</c> holds.</summary>
public sealed class FaissProductQuantizer
{
    internal FaissProductQuantizer()
    {
    }

    /// <summary>Dimensions behind the transforms, subspaces and bits. The subspaces are equally large.</summary>
    public CodebookShape Shape { get; internal init; }

    /// <summary>The centroids, <c>[M][2^b][D/M]</c> values in the layout that <see cref="CodebookShape"/> describes.</summary>
    public ReadOnlyMemory<float> Centroids { get; internal init; }

    /// <summary>How the index compares: <see cref="Metric.InnerProduct"/> or <see cref="Metric.SquaredL2"/>.</summary>
    public Metric Metric { get; internal init; }

    /// <summary>Number of vectors.</summary>
    public long Count { get; internal init; }

    /// <summary>Bytes of a row code: M * b bits, rounded up.</summary>
    public int CodeBytes => (int)CodeBytesOf(Shape);

    /// <summary>The row codes one after another, <see cref="Count"/> times <see cref="CodeBytes"/> bytes. A row code is a string
    /// of bits, the least significant of a byte first: b bits per subspace, the first subspace first. FAISS's flat order; the row
    /// is FAISS's id.</summary>
    public ReadOnlyMemory<byte> Codes { get; internal init; }

    /// <summary>What the index does to vectors and queries before it encodes and compares them, in this order; often
    /// nothing.</summary>
    public IReadOnlyList<FaissTransform> Transforms { get; internal init; } = [];

    /// <summary>The <see cref="Transforms"/> as those of a codec, which then takes vectors and queries as the index does. Under squared L2 hits are those of
    /// the index; an inner product is that of vectors, with their mean, where FAISS's is that of transformed ones.</summary>
    /// <param name="shape">What the codec declares: its <see cref="CodecLayout.Transforms"/>. [Rotate(Rotation.Learned)] has a matrix, [Center] a mean, [Pca] both.</param>
    /// <exception cref="ArgumentException">The transforms have another shape, a normalization that is not the first of them, or rows that are not orthonormal (whitening,
    /// padding).</exception>
    public TransformChain CreateTransforms(TransformShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return FaissTransformChain.Create(Transforms, shape);
    }

    internal static long CodeBytesOf(CodebookShape shape) => (((long)shape.Subspaces * shape.Bits) + 7) / 8;
}
