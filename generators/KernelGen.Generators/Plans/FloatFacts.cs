using System.Globalization;

namespace KernelGen.Generators.Plans;

/// <summary>
/// What follows from a float format alone. Shifted in a 32-bit word so that sign and exponent stand where single precision has them, a number
/// is its value times 2^-<see cref="ExponentGap"/>, exactly, subnormals included.
/// </summary>
internal class FloatFacts(FloatFormat format)
{
    public FloatFormat Format { get; } = format;

    public int ElementBytes => Format switch
    {
        FloatFormat.Single => 4,
        FloatFormat.Half or FloatFormat.BFloat16 => 2,
        _ => 1,
    };

    /// <summary>Explicit mantissa bits.</summary>
    public int MantissaBits => Format switch
    {
        FloatFormat.Single => 23,
        FloatFormat.Half => 10,
        FloatFormat.BFloat16 => 7,
        FloatFormat.E4M3 => 3,
        _ => 2,
    };

    /// <summary>Difference of the exponent biases; 0 where the format has the exponent of single precision.</summary>
    public int ExponentGap => Format switch
    {
        FloatFormat.Half or FloatFormat.E5M2 => 112,
        FloatFormat.E4M3 => 120,
        _ => 0,
    };

    /// <summary>After a number is moved to the top of a word: how far an arithmetic shift brings its exponent into place.</summary>
    public int ExponentShift => Format switch
    {
        FloatFormat.Half or FloatFormat.E5M2 => 3,
        FloatFormat.E4M3 => 4,
        _ => 0,
    };

    /// <summary>Sign, exponent and mantissa of the format in a shifted word.</summary>
    public uint Mask => Format switch
    {
        FloatFormat.Half => 0x8FFFE000,
        FloatFormat.E4M3 => 0x87F00000,
        FloatFormat.E5M2 => 0x8FE00000,
        FloatFormat.BFloat16 => 0xFFFF0000,
        _ => 0xFFFFFFFF,
    };

    /// <summary>Greatest finite value.</summary>
    public float Maximum => Format switch
    {
        FloatFormat.Half => 65504f,
        FloatFormat.BFloat16 => 3.3895314E+38f,
        FloatFormat.E4M3 => 448f,
        FloatFormat.E5M2 => 57344f,
        _ => float.MaxValue,
    };

    /// <summary>Greatest finite value, as a C# literal.</summary>
    public string MaximumLiteral => Format == FloatFormat.Single
        ? "float.MaxValue"
        : $"{Maximum.ToString("R", CultureInfo.InvariantCulture)}f";
}
