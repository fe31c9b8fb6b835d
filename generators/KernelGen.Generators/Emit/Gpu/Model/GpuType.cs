namespace KernelGen.Generators.Emit.Gpu.Model;

/// <summary>Types of values that kernels compute with, and of elements of buffers.</summary>
internal enum GpuType
{
    Bool,
    Int,
    UInt,
    Float,
    Double,

    /// <summary>An element of a buffer; read as <see cref="UInt"/>.</summary>
    Byte,

    /// <summary>An element of a buffer; read as <see cref="UInt"/>.</summary>
    UShort,

    /// <summary>Four <see cref="UInt"/> that are loaded at once, from a multiple of 16 bytes.</summary>
    Words,
}

/// <summary>What targets provide beside operators. Bodies: the file that all codecs of a compilation share.</summary>
internal enum GpuFunction
{
    /// <summary>Field(words, left, right, mask): each word shifted left, then right, masked: the codes of a plane where they belong.</summary>
    Field,

    /// <summary>Or(words, words): the planes of codes put together.</summary>
    Or,

    /// <summary>Multiple(words, factor): each byte times a factor that leaves it a byte.</summary>
    Multiple,

    /// <summary>AddWhereReached(levels, words, bias, rise): each byte of the levels, plus rise where the byte of the words and that of the bias, both below 128, add up to 128 or
    /// more.</summary>
    AddWhereReached,

    /// <summary>Lower(even, odd): the lower bytes of 16-bit integers, whose even lanes and odd lanes are given, in the order of the lanes.</summary>
    Lower,

    /// <summary>Upper(even, odd): their upper bytes.</summary>
    Upper,

    /// <summary>Dot(codes, weights, sum): sum + products of unsigned bytes with signed bytes, modulo 2^32.</summary>
    Dot,

    /// <summary>DotWide(codes, lower, upper, sum): sum + products of unsigned bytes with 16-bit integers, modulo 2^32.</summary>
    DotWide,

    /// <summary>DotFloat(words, weights, left, right, mask, sum): sum + products of numbers with weights. A number is a word shifted left, then
    /// right with its sign, masked.</summary>
    DotFloat,

    /// <summary>Distance(words, weights, left, right, mask, gap, scale, zero, sum): sum + squares of the differences between such numbers, times gap,
    /// times scale, as <see cref="Rounded"/>, and weights: a row that equals the query has no distance.</summary>
    Distance,

    /// <summary>SumInts(words): the sum of words as integers.</summary>
    SumInts,

    /// <summary>SumFloats(words): the sum of words as numbers.</summary>
    SumFloats,

    /// <summary>The same Float or Double, out of the sight of a compiler that would fuse its multiplication with an addition.</summary>
    Rounded,

    /// <summary>Square root in double precision, correctly rounded.</summary>
    SquareRoot,

    /// <summary>Bits of binary16, nearest even, saturating, as a UInt.</summary>
    ToHalf,

    /// <summary>Bits of bfloat16.</summary>
    ToBFloat16,

    /// <summary>Bits of E4M3.</summary>
    ToE4M3,

    /// <summary>Bits of E5M2.</summary>
    ToE5M2,
}
