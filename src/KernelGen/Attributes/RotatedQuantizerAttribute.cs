namespace KernelGen;

/// <summary>
/// Stores for each value of a rotated vector the number of its step on a grid around zero, and for each vector the factor with which the inner product of
/// its code with a query estimates that of the vector: without bias over rotations, and with a bound of the error
/// (<see cref="IBoundedCodec{TSelf}"/>). 1 bit stores signs. RaBitQ: Gao, Long: RaBitQ: Quantizing high-dimensional vectors with a theoretical error bound
/// for approximate nearest neighbor search, 2024; more bits: Gao et al.: Practical and asymptotically optimal quantization of high-dimensional vectors,
/// 2024. With <see cref="GridLevels.LloydMax"/> it is EDEN's unbiased form (Vargaftik et al.: EDEN: Communication-efficient and robust distributed mean
/// estimation for federated learning, 2022), which later became known as TurboQuant (Zandieh et al.: TurboQuant: Online vector quantization with near-optimal
/// distortion rate, 2025) and as HIGGS for single values (Malinovskii et al.: Pushing the limits of large language model quantization via the linearity
/// theorem, 2024).
/// </summary>
/// <remarks>Vectors are rotated by <see cref="Rotation.Hadamard"/> unless <see cref="RotateAttribute"/> says otherwise. A codec with a matrix among its
/// transforms (<see cref="PcaAttribute"/> and every other rotation) has no bounds, because what the matrix changes is not stored.
/// Scores estimate those of the vectors that were encoded: under <see cref="Metric.Cosine"/> one may exceed 1.</remarks>
/// <param name="bits">Bits of a value, 1 to 8.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RotatedQuantizerAttribute(int bits) : Attribute
{
    /// <summary>Bits of a value, 1 to 8.</summary>
    public int Bits { get; } = bits;

    /// <summary>Whether the mean of the sample is taken from vectors first (true by default): errors then grow with distances from the mean, not with norms.
    /// Without it nothing is learned, and <c>new</c> creates the codec. (<see cref="PcaAttribute"/> takes the mean away in any case.)</summary>
    public bool Center { get; set; } = true;

    /// <summary>How the encoder looks for the width of a vector's steps; of no effect with 1 bit, nor with <see cref="GridLevels.LloydMax"/>.</summary>
    public ScaleSearch ScaleSearch { get; set; }

    /// <summary>Where levels lie: at equal distances by default. <see cref="GridLevels.LloydMax"/> takes 1 to 4 bits (diagnostic KG0057), and encodes faster than
    /// either <see cref="KernelGen.ScaleSearch"/>; with 1 bit both are the same codes.</summary>
    public GridLevels Levels { get; set; }
}
