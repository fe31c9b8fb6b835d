namespace KernelGen.Kernels;

/// <summary>The levels of <c>GridLevels.LloydMax</c> for a number of bits (docs/formats.md, section 10): integers plus 1/2, mirrored at zero.</summary>
/// <remarks>Compiled by the generator as well. Tests compute all of it again.</remarks>
internal sealed class NormalLevels
{
    // How many products an int16 holds decides how great the integers may be: 7, 3 and 2 pairs.
    private static readonly NormalLevels[] s_all =
    [
        new([2, 8], unit: 0.177867286, error: 0.117521),
        new([2, 7, 13, 21], unit: 0.099990112, error: 0.034576),
        new([1, 4, 7, 10, 13, 17, 22, 29], unit: 0.092055017, error: 0.009586),
    ];

    private NormalLevels(byte[] steps, double unit, double error)
    {
        Steps = steps;
        Unit = unit;
        Error = error;
    }

    /// <summary>Level k is <c>Steps[k] + 1/2</c>, ascending.</summary>
    public byte[] Steps { get; }

    /// <summary>What a step is worth for values of variance 1.</summary>
    public double Unit { get; }

    /// <summary>The mean squared error of such values, and 1 minus the mean squared cosine between a vector of many dimensions and its code.</summary>
    public double Error { get; }

    /// <summary>The levels of 2 to 4 bits.</summary>
    public static NormalLevels Of(int bits) => s_all[bits - 2];

    /// <summary>What lies halfway between a level and the one below it.</summary>
    public double Threshold(int level) => (Steps[level - 1] + Steps[level] + 1) / 2.0;
}
