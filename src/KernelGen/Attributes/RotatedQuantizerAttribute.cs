namespace KernelGen;

/// <summary>
/// Stores for each value of a rotated vector the number of its step on a grid around zero, and for each vector the factor with which the inner product of
/// its code with a query estimates that of the vector: without bias over rotations, and with a bound of the error
/// (<see cref="IBoundedCodec{TSelf}"/>). 1 bit stores signs. RaBitQ: Gao, Long: RaBitQ: Quantizing high-dimensional vectors with a theoretical error bound
/// for approximate nearest neighbor search, 2024; more bits: Gao et al.: Practical and asymptotically optimal quantization of high-dimensional vectors,
/// 2024.
/// </summary>
/// <remarks>Vectors are rotated by <see cref="Rotation.Hadamard"/> unless <see cref="RotateAttribute"/> says otherwise. A codec with a matrix among its
/// transforms (<see cref="PcaAttribute"/> and every other rotation) has no bounds, because what the matrix changes is not stored.</remarks>
/// <param name="bits">Bits of a value, 1 to 8.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RotatedQuantizerAttribute(int bits) : Attribute
{
    /// <summary>Bits of a value, 1 to 8.</summary>
    public int Bits { get; } = bits;

    /// <summary>Whether the mean of the sample is taken from vectors first (true by default): errors then grow with distances from the mean, not with norms.
    /// Without it nothing is learned, and <c>new</c> creates the codec. (<see cref="PcaAttribute"/> takes the mean away in any case.)</summary>
    public bool Center { get; set; } = true;

    /// <summary>How the encoder looks for the width of a vector's steps; of no effect with 1 bit.</summary>
    public ScaleSearch ScaleSearch { get; set; }
}
