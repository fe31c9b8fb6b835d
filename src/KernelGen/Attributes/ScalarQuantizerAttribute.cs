namespace KernelGen;

/// <summary>Stores each value as an integer code on a uniform grid.</summary>
/// <param name="bits">Bits of a code, 1 to 8.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ScalarQuantizerAttribute(int bits) : Attribute
{
    /// <summary>Bits of a code, 1 to 8.</summary>
    public int Bits { get; } = bits;

    /// <summary>
    /// Where zero lies on the grid. Unless set: <see cref="ZeroMode.Symmetric"/> for 8 bits, <see cref="ZeroMode.MidRise"/> for
    /// fewer.
    /// </summary>
    public ZeroMode Zero { get; set; }
}
