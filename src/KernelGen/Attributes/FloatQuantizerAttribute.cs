namespace KernelGen;

/// <summary>Stores each value as a floating-point number of a smaller format, rounded to nearest even and saturating.</summary>
/// <param name="format">The format of a stored value.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FloatQuantizerAttribute(FloatFormat format) : Attribute
{
    /// <summary>The format of a stored value.</summary>
    public FloatFormat Format { get; } = format;
}
