namespace KernelGen.Reference;

/// <summary>A product quantizer as run-time data: M subspaces of neighbouring dimensions, a code of b bits for each.</summary>
public sealed record ReferenceProductScheme(int Dimensions, Metric Metric, int Subspaces, int Bits) : IReferenceScheme
{
    /// <summary>Numbers of first dimensions that are scored by themselves, ascending; each ends with a subspace.</summary>
    public IReadOnlyList<int> Prefixes { get; init; } = [];

    public string Text => $"ProductQuantizer({Subspaces}, {Bits}) Metric({Metric}) Dimensions({Dimensions}){ReferenceScheme.TextOf(Prefixes)}";

    /// <summary>K: the centroids of a subspace.</summary>
    public int Centroids => 1 << Bits;

    /// <summary>The values of all codebooks: D * K.</summary>
    public int ParameterCount => Dimensions * Centroids;

    /// <summary>Whether approximate scores differ from scores.</summary>
    public bool HasByteTables => Bits == 4;

    /// <summary>E: the greatest entry of a byte table. M of them still fit 16 bits.</summary>
    public int GreatestByte => Math.Min(255, 65535 / Subspaces);

    /// <summary>n[m]: how many dimensions a subspace has.</summary>
    public int DimensionsOf(int subspace) => (Dimensions / Subspaces) + (subspace < Dimensions % Subspaces ? 1 : 0);
}
