namespace KernelGen.Generators.Emit.Cpu;

/// <summary>A vector tier and the width its template is written in (which a small scale block may narrow).</summary>
/// <param name="Tier">The member of CpuTier, also the suffix of method names.</param>
/// <param name="Bytes">Width of a vector: 16, 32 or 64.</param>
internal sealed record CpuTarget(string Tier, int Bytes)
{
    public static readonly IReadOnlyList<CpuTarget> All =
    [
        new("Vector128", 16),
        new("Avx2", 32),
        new("Avx512", 64),
    ];

    /// <summary>Name of the vector type without its argument, which is also the class of its operations.</summary>
    public string V => $"Vector{Bytes * 8}";

    /// <summary>The runtime's helpers for this width.</summary>
    public string Simd => $"Simd{Bytes * 8}";

    /// <summary>Floats of a vector.</summary>
    public int Floats => Bytes / 4;

    /// <summary>What brings a constant of the next wider vectors to this width; empty for the target that constants were declared for.</summary>
    public string Lower { get; private init; } = "";

    /// <summary>Half as wide, beside constants of this width.</summary>
    public CpuTarget Half => this with { Bytes = Bytes / 2, Lower = ".GetLower()" };

    /// <summary>The widest vectors, up to these, that so many bytes fill; null if they fill none.</summary>
    public CpuTarget? Filled(int bytes)
    {
        int width = Bytes;
        while (width > bytes)
        {
            width /= 2;
        }

        return width < 16 ? null : WithBytes(width);
    }

    public CpuTarget WithBytes(int bytes) => bytes == Bytes ? this : this with { Bytes = bytes };
}
