namespace KernelGen;

/// <summary>
/// Stores one bit per dimension: the sign of the value. Codes are equal bit for bit to those of FAISS, sqlite-vec, pgvector, usearch and NumPy. With several
/// <see cref="Planes"/>, also the signs of what the ones before leave over.
/// </summary>
/// <remarks>
/// <para>One plane: with <see cref="Metric.Hamming"/> queries are bits as well. With <see cref="Metric.InnerProduct"/> and <see cref="Metric.Cosine"/> they stay floats, which
/// finds more: a bit then stands for +1 or -1, under Cosine divided by the root of the number of dimensions. Nothing is stored of a vector's length, so
/// <see cref="Metric.SquaredL2"/> is an error, and the zero vector is like any other.</para>
/// <para>Several planes (recurrent binarization, as in BEBR: Gan et al.: Binary embedding-based retrieval at Tencent, 2023): the sign b of a value, of what it
/// leaves over, and so on, added up with weights 1, 1/2, 1/4, ... Queries are encoded like vectors, and codes are multiplied as integers. The unit follows from the vector's norm: the
/// sums are the best evenly spaced levels for normal values. A vector stores a float beside the bits: under <see cref="Metric.Cosine"/> the reciprocal norm of the code, so that scores are cosines of
/// codes (unless a transform takes the mean away), else the factor that brings the code nearest to the vector; under <see cref="Metric.SquaredL2"/> also a squared norm.
/// <see cref="Metric.Hamming"/> is an error.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BinaryQuantizerAttribute : Attribute
{
    /// <summary>Signs of a value, 1 to 8: its bits. The default is 1.</summary>
    public int Planes { get; set; } = 1;

    /// <summary>In which order bits lie in a byte. The default is <see cref="BitOrder.LsbFirst"/>. Only for one plane.</summary>
    public BitOrder BitOrder { get; set; } = BitOrder.LsbFirst;

    /// <summary>Which values get the bit 1. The default is <see cref="SignBit.Positive"/>. Only for one plane.</summary>
    public SignBit SignBit { get; set; } = SignBit.Positive;
}
