namespace KernelGen.Reference;

/// <summary>The content of a row code.</summary>
/// <param name="Codes">One per dimension: unsigned codes of an integer grid, or the bits of floats.</param>
/// <param name="Scales">Stored scales; empty if there are none.</param>
/// <param name="Minima">Stored minima; empty if there are none.</param>
/// <param name="Norm2">The squared norm of the decoded vector; 0 where it is not stored.</param>
public sealed record ReferenceRow(uint[] Codes, float[] Scales, float[] Minima, float Norm2)
{
    /// <summary>Norms of the decoded vector's prefixes; empty where they are not stored.</summary>
    public float[] PrefixNorms { get; init; } = [];
}
