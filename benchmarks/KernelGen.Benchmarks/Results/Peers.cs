namespace KernelGen.Benchmarks;

/// <summary>Fractions of the speed of a plain AVX2 read of the same bytes, timed in turns with it in one process.</summary>
internal readonly record struct PeerSpeed(double InCache, double FromMemory);

/// <summary>A native library on the same task: 768 dimensions, one query, one thread.</summary>
/// <param name="Name">Library and kernel.</param>
/// <param name="Scheme">The scheme it is compared with.</param>
/// <param name="Bytes">Bytes of a vector's codes.</param>
/// <param name="Avx2">Its speed if built for AVX2.</param>
/// <param name="Avx512">Its speed if built for AVX-512.</param>
internal sealed record Peer(string Name, string Scheme, int Bytes, PeerSpeed Avx2, PeerSpeed Avx512)
{
    /// <summary>How many times faster KernelGen must be in cache.</summary>
    public required double TargetInCache { get; init; }

    /// <summary>How many times faster KernelGen must be from memory; null if no bar is set.</summary>
    public double? TargetFromMemory { get; init; }

    /// <summary>
    /// How many times slower the peer is per vector than a scan, each relative to the plain read in its own process; null for tiers
    /// that are not compared with this build of the peer.
    /// </summary>
    public double? SlowerThan(ScanMeasurement scan, CpuTier build)
    {
        if (scan.Tier is not (CpuTier.Avx2 or CpuTier.Avx512) || scan.Tier < build)
        {
            return null;
        }

        PeerSpeed speed = build == CpuTier.Avx2 ? Avx2 : Avx512;
        double ofRead = scan.Place == Place.Cache ? speed.InCache : speed.FromMemory;
        return scan.OfRead / ofRead * Bytes / scan.Subject.Layout.CodeBytes;
    }
}

/// <summary>Figures of native peers. They were measured beside this repository, so they hold for one machine only.</summary>
internal static class Peers
{
    public const string Note =
        """
        Native peers: FAISS 1.15.0 (02dbb4e, scanner of `ScalarQuantizer` with its top ten), NumKong 7.6.0 and SimSIMD 6.5.5 (a loop of
        the pair kernel), gcc 12.2 -O3, built for AVX2 as the bars ask and once more for AVX-512, on an AMD EPYC (family 26, model 2). Each
        was timed in turns with the same plain read as here; compared are fractions of that read, corrected for bytes per vector.
        """;

    public static IReadOnlyList<Peer> All { get; } =
    [
        new("FAISS SQ8", "int8", 768, new(0.050, 0.267), new(0.082, 0.395)) { TargetInCache = 5, TargetFromMemory = 2.5 },
        new("FAISS SQ6", "int6", 576, new(0.0225, 0.114), new(0.056, 0.098)) { TargetInCache = 8, TargetFromMemory = 6 },
        new("FAISS SQ4", "int4", 384, new(0.0175, 0.086), new(0.031, 0.156)) { TargetInCache = 8, TargetFromMemory = 6 },
        new("FAISS fp16", "Half", 1536, new(0.107, 0.710), new(0.207, 0.733)) { TargetInCache = 1.5 },
        new("FAISS bf16", "BFloat16", 1536, new(0.103, 0.626), new(0.216, 0.770)) { TargetInCache = 1.5 },
        new("NumKong dot i8", "int8", 768, new(0.262, 0.790), new(0.490, 0.833)) { TargetInCache = 1.6 },
        new("SimSIMD dot i8", "int8", 768, new(0.194, 0.780), new(0.258, 0.771)) { TargetInCache = 2.5 },
    ];
}
