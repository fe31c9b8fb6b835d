namespace KernelGen;

/// <summary>
/// Rotates vectors before they are quantized, after all other transforms. A rotation spreads what lies in few dimensions over all of them, which is what
/// grids of few bits want; a learned one also fits vectors to the quantizer. It changes no score but by less error.
/// </summary>
/// <param name="rotation">The kind of rotation.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RotateAttribute(Rotation rotation) : Attribute
{
    /// <summary>The kind of rotation.</summary>
    public Rotation Rotation { get; } = rotation;
}
