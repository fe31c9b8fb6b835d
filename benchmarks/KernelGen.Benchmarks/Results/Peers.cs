namespace KernelGen.Benchmarks;

/// <summary>A native library on the same task: 768 dimensions, one query, one thread.</summary>
/// <param name="Name">Library and kernel.</param>
/// <param name="Scheme">The scheme it is compared with.</param>
/// <param name="Tier">The instruction sets it was compiled for.</param>
/// <param name="Bytes">Bytes of a vector's codes.</param>
/// <param name="OfReadInCache">Fraction of the speed of a plain AVX2 read of the same bytes, timed in turns in one process; in cache.</param>
/// <param name="OfReadFromMemory">The same from memory.</param>
internal sealed record Peer(string Name, string Scheme, CpuTier Tier, int Bytes, double OfReadInCache, double OfReadFromMemory)
{
    /// <summary>How many times faster KernelGen must be in cache; null if no bar is set.</summary>
    public double? TargetInCache { get; init; }

    /// <summary>How many times faster KernelGen must be from memory; null if no bar is set.</summary>
    public double? TargetFromMemory { get; init; }

    /// <summary>How many times faster per vector the scan is, each relative to the plain read in its own process.</summary>
    public double SpeedOf(ScanMeasurement scan) =>
        scan.OfRead / (scan.Place == Place.Cache ? OfReadInCache : OfReadFromMemory) * Bytes / scan.Subject.Layout.CodeBytes;
}

/// <summary>Figures of native peers.</summary>
internal static class Peers
{
    public static IReadOnlyList<Peer> All { get; } = [];
}
