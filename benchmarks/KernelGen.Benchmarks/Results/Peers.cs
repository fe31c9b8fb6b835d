namespace KernelGen.Benchmarks;

/// <summary>A native library on the same task: 768 dimensions, one query, one thread.</summary>
/// <param name="Name">Library and kernel.</param>
/// <param name="Scheme">The scheme it is compared with.</param>
/// <param name="Bytes">Bytes of a vector's codes.</param>
/// <param name="Figures">Fraction of a plain read of the same bytes in the same process, and how many times faster we must be.</param>
internal sealed record Peer(string Name, string Scheme, int Bytes, IReadOnlyList<(Place Place, double OfRead, double Target)> Figures)
{
}

/// <summary>Measured figures of native peers.</summary>
internal static class Peers
{
    public static IReadOnlyList<Peer> All { get; } = [];
}
