using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>What rows of signs store beside bits: of rotated codes, numbers that turn sums into scores. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum SignParts
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A scale.</summary>
    Scale,

    /// <summary>A scale, and the inner product of the vector with the mean.</summary>
    ScaleAndOffset,

    /// <summary>A scale, and the squared norm of the vector: scores are squared distances.</summary>
    ScaleAndNorm,
}
