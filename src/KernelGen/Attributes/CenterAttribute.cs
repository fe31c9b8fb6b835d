namespace KernelGen;

/// <summary>
/// Takes the sample's mean from vectors before they are quantized: grids and codebooks around zero then waste nothing on an offset that all
/// vectors share. Scores are those of vectors with their mean. The mean is learned, after <see cref="NormalizeAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CenterAttribute : Attribute;
