namespace KernelGen;

/// <summary>Stores one bit per dimension: the sign of the value. Codes are equal bit for bit to those of FAISS, sqlite-vec, pgvector, usearch and NumPy.</summary>
/// <remarks>
/// With <see cref="Metric.Hamming"/> queries are bits as well. With <see cref="Metric.InnerProduct"/> and <see cref="Metric.Cosine"/> they stay floats, which
/// finds more: a bit then stands for +1 or -1, under Cosine divided by the root of the number of dimensions. Nothing is stored of a vector's length, so
/// <see cref="Metric.SquaredL2"/> is an error, and the zero vector is like any other.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BinaryQuantizerAttribute : Attribute
{
    /// <summary>In which order bits lie in a byte. The default is <see cref="BitOrder.LsbFirst"/>.</summary>
    public BitOrder BitOrder { get; set; } = BitOrder.LsbFirst;

    /// <summary>Which values get the bit 1. The default is <see cref="SignBit.Positive"/>.</summary>
    public SignBit SignBit { get; set; } = SignBit.Positive;
}
