namespace KernelGen;

/// <summary>
/// Keeps the first principal components of vectors (Pearson: On lines and planes of closest fit, 1901), after
/// <see cref="CenterAttribute"/>, which it implies. What quantizers see then has as many dimensions as there are components. Learned by the package
/// KernelGen.Training.
/// </summary>
/// <param name="components">How many components to keep, 1 to the number of dimensions.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PcaAttribute(int components) : Attribute
{
    /// <summary>How many components are kept.</summary>
    public int Components { get; } = components;
}
