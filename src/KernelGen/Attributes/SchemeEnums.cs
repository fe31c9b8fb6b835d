namespace KernelGen;

/// <summary>How a query is compared with a stored vector. A greater score is better for every metric.</summary>
public enum Metric
{
    /// <summary>The inner product of query and vector.</summary>
    InnerProduct,

    /// <summary>The inner product of the normalised query and the normalised vector. The zero vector scores 0.</summary>
    Cosine,

    /// <summary>Minus the squared Euclidean distance, so that a greater score is better here as well.</summary>
    SquaredL2,

    /// <summary>Minus the number of bits in which the codes of query and vector differ. Only with <c>[BinaryQuantizer]</c>, whose codes are bits.</summary>
    Hamming,
}

/// <summary>Where zero lies on a uniform grid of b bits; s is the scale (the step of the grid), u the code.</summary>
public enum ZeroMode
{
    /// <summary>x = (u - 2^(b-1) + 1/2) s, u in [0, 2^b - 1]: all 2^b levels are used, zero lies between two levels.</summary>
    MidRise,

    /// <summary>x = (u - 2^(b-1)) s, u in [1, 2^b - 1]: zero is a level, the grid has 2^b - 1 levels. Needs 2 bits or more.</summary>
    Symmetric,

    /// <summary>x = u s + m, u in [0, 2^b - 1]: the grid spans minimum m to maximum.</summary>
    Affine,
}

/// <summary>Formats of <c>[FloatQuantizer]</c>.</summary>
public enum FloatFormat
{
    /// <summary>IEEE 754 binary32.</summary>
    Single,

    /// <summary>IEEE 754 binary16; values beyond 65,504 saturate.</summary>
    Half,

    /// <summary>bfloat16: the upper half of binary32.</summary>
    BFloat16,

    /// <summary>OCP FP8 E4M3 ("FN": no infinities, maximum 448); values beyond saturate.</summary>
    E4M3,

    /// <summary>OCP FP8 E5M2 (the upper half of binary16, maximum 57,344); values beyond saturate.</summary>
    E5M2,
}

/// <summary>Which values share a scale.</summary>
public enum Granularity
{
    /// <summary>One scale per vector, stored with it.</summary>
    Vector,

    /// <summary>One scale per dimension, learned from a sample and kept in the codec.</summary>
    Channel,

    /// <summary>One scale for everything, learned from a sample and kept in the codec.</summary>
    Tensor,

    /// <summary>One scale per block of <c>Size</c> consecutive values, stored with the vector.</summary>
    Block,
}

/// <summary>Formats of a stored scale.</summary>
public enum ScaleFormat
{
    /// <summary>IEEE 754 binary32.</summary>
    Single,

    /// <summary>IEEE 754 binary16.</summary>
    Half,

    /// <summary>bfloat16.</summary>
    BFloat16,
}

/// <summary>Kinds of rotation.</summary>
public enum Rotation
{
    /// <summary>Random signs and Hadamard transforms (<c>HadamardRotation</c>): O(D log D) operations, nothing to learn.</summary>
    Hadamard,

    /// <summary>A random orthogonal matrix, evenly distributed: D^2 operations. Drawn by the package KernelGen.Training.</summary>
    Random,

    /// <summary>An orthogonal matrix that brings vectors nearest to what their codes decode to: rotation and quantizer are improved in turn (for product
    /// codes OPQ: Ge, He, Ke, Sun, 2013; for 1 bit ITQ: Gong, Lazebnik, 2011). D^2 operations. Learned by the package KernelGen.Training.</summary>
    Learned,

    /// <summary>The same, as a product of rotations of two dimensions each that are chosen by their gain (block Givens coordinate descent: Jiang et al.:
    /// Givens coordinate descent methods for rotation matrix learning in trainable embedding indexes, 2022): no singular value decomposition, so it learns fast where there are many
    /// dimensions. Learned by the package KernelGen.Training.</summary>
    Givens,
}

/// <summary>How a quantizer that adds centroids stores the norm of each vector apart from its direction, which then is all that codes stand for.</summary>
public enum Norm
{
    /// <summary>Not at all: codes stand for the vector as it is.</summary>
    None,

    /// <summary>As IEEE 754 binary32.</summary>
    Single,

    /// <summary>In 8 bits, as a number of 5 bits of exponent and 3 of mantissa: 2^-16 * 1.125 to 61,440, within 1/16. Norms outside take
    /// the nearest end.</summary>
    Byte,
}

/// <summary>How the encoder of a rotated vector looks for the width of its steps.</summary>
public enum ScaleSearch
{
    /// <summary>The width whose code is nearest in direction to the vector, of all widths.</summary>
    Exact,

    /// <summary>The best of five widths around the one that suits normal values: three times as fast or more, with a mean cosine between code and vector that
    /// is less by 0.001 at most.</summary>
    Fast,
}

/// <summary>In which order bits of neighbouring dimensions lie in a byte.</summary>
public enum BitOrder
{
    /// <summary>Dimension i is bit i mod 8 of byte i / 8: FAISS, sqlite-vec, usearch, NumPy's <c>packbits(bitorder="little")</c>.</summary>
    LsbFirst,

    /// <summary>Dimension i is bit 7 - i mod 8 of byte i / 8: pgvector, NumPy's <c>packbits</c> by default.</summary>
    MsbFirst,
}

/// <summary>Which values of a vector get the bit 1.</summary>
public enum SignBit
{
    /// <summary>Those greater than zero: sqlite-vec, pgvector, usearch, and <c>x > 0</c> in NumPy.</summary>
    Positive,

    /// <summary>Those that are zero or greater, of which -0 is one: FAISS.</summary>
    NonNegative,
}

/// <summary>Where the levels of a rotated vector's values lie.</summary>
public enum GridLevels
{
    /// <summary>At equal distances, whose width the encoder looks for: RaBitQ.</summary>
    Uniform,

    /// <summary>Where they suit normal values best, as those of rotated vectors are (the quantizer of Lloyd and Max), in units of the vector's norm: nothing is looked
    /// for. With 4 bits a seventh less squared error than the best uniform levels, with 3 bits a fifteenth, with 2 bits a hundredth. 4 bits at most.</summary>
    LloydMax,
}
