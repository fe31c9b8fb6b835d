using System.ComponentModel;

namespace KernelGen.Devices;

/// <summary>Four words that a GPU loads at once, from a multiple of 16 bytes. For generated code; public, because ILGPU's own assemblies name the
/// types of kernel parameters.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct Words : IEquatable<Words>
{
    /// <summary>The first word.</summary>
    public uint X;

    /// <summary>The second word.</summary>
    public uint Y;

    /// <summary>The third word.</summary>
    public uint Z;

    /// <summary>The fourth word.</summary>
    public uint W;

    /// <inheritdoc/>
    public readonly bool Equals(Words other) => X == other.X && Y == other.Y && Z == other.Z && W == other.W;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Words other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(X, Y, Z, W);
}
