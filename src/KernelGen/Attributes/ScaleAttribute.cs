namespace KernelGen;

/// <summary>
/// Which values share a scale (and, for <see cref="ZeroMode.Affine"/>, a minimum). Without this attribute integer codes have one
/// scale per vector and float formats have none.
/// </summary>
/// <param name="granularity">Which values share a scale.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ScaleAttribute(Granularity granularity) : Attribute
{
    /// <summary>Which values share a scale.</summary>
    public Granularity Granularity { get; } = granularity;

    /// <summary>Values of a block: 16, 32, 64, 128 or 256. Only for <see cref="Granularity.Block"/>, which needs it.</summary>
    public int Size { get; set; }

    /// <summary>
    /// Format of a stored scale and minimum. Only for scales that are stored with each vector (<see cref="Granularity.Vector"/>
    /// and <see cref="Granularity.Block"/>); learned ones are always single precision.
    /// </summary>
    public ScaleFormat Format { get; set; } = ScaleFormat.Single;
}
