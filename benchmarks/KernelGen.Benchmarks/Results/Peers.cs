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

/// <summary>
/// A native index of product codes that fill the cache: one query, one thread, built for AVX2, the search for its ten best without making
/// the query's tables. Tables and arithmetic take the time, not reading: so its time is kept, not the fraction of a read.
/// </summary>
/// <param name="Name">Library and index.</param>
/// <param name="Scheme">The scheme it is compared with, which has as many bytes per vector.</param>
/// <param name="IsApproximate">Whether it scans by byte tables.</param>
/// <param name="Nanoseconds">Time per vector.</param>
internal sealed record ProductPeer(string Name, string Scheme, bool IsApproximate, double Nanoseconds);

/// <summary>A native encoder of product codes, one thread, built for AVX2.</summary>
/// <param name="Scheme">The scheme it is compared with.</param>
/// <param name="MillionValues">Million values per second.</param>
internal sealed record ProductEncoder(string Scheme, double MillionValues);

/// <summary>A native scan of one bit per dimension: one query, one thread. Its time is kept, as for product codes.</summary>
/// <param name="Name">Library and index or kernel.</param>
/// <param name="Scheme">What it is compared with.</param>
/// <param name="Place">Where codes are.</param>
/// <param name="Nanoseconds">Time per vector.</param>
/// <param name="Target">How many times faster KernelGen must be.</param>
/// <param name="Scan">The scan that it is compared with.</param>
internal sealed record BitPeer(string Name, string Scheme, Place Place, double Nanoseconds, double Target, Func<Measurements, CpuTier, Samples?> Scan);

/// <summary>Figures of native peers. They were measured beside this repository, so they hold for one machine only.</summary>
internal static class Peers
{
    public const string Note =
        """
        Native peers: FAISS 1.15.0 (02dbb4e, scanner of `ScalarQuantizer` with its top ten), NumKong 7.6.0 and SimSIMD 6.5.5 (a loop of
        the pair kernel), gcc 12.2 -O3, built for AVX2 as the bars ask and once more for AVX-512, on an AMD EPYC (family 26, model 2). Each
        was timed in turns with the same plain read as here; compared are fractions of that read, corrected for bytes per vector.
        Product codes: the same FAISS, built for AVX2, on the same machine on 2026-11-22, in three runs that alternated with ours; times and
        rates are compared, so these bars hold for that machine only. `IndexPQFastScan` took 0.63, 1.73 and 3.46 ns/vector for 32 x 4,
        96 x 4 and 192 x 4, `IndexPQ` 5.1, 9.2 and 28.6 for 16 x 8, 32 x 8 and 96 x 8; `ProductQuantizer::compute_codes` coded 52 and 290 M
        values/s with 96 x 8 and 96 x 4, and 86 and 313 with its centroids transposed on request. No BLAS takes part at these sizes.
        Training 96 x 8 on 100,000 Gaussian vectors of 768 dimensions, ten iterations, one thread, took FAISS 5.9 s (OpenBLAS 0.3.21), with a
        squared error of 0.3202 per value.
        Bits: the same builds on the same machine and day, shared with other work: medians of three runs with ten best hits, for FAISS; pair
        kernels inlined into a loop. `IndexRaBitQFastScan` with its default query of 8 bits, without what a query costs before its first row.
        FAISS encodes 138,000 vectors/s of 768 dimensions into 1 bit and 9,100 into 4 (rotation not included: its random matrix takes 10.3 us
        per vector, its Hadamard rotation 4.4). On the same eight sets of vectors the mean relative error of its estimates by 1 bit is 0.053313
        and 0.021772 for 128 and 768 dimensions, ours 0.053325 and 0.021767: both within 0.03 % of those of a query of floats.
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

    public static IReadOnlyList<ProductPeer> Products { get; } =
    [
        new("FAISS IndexPQFastScan", "product 32 x 4", IsApproximate: true, 0.63),
        new("FAISS IndexPQ", "product 16 x 8", IsApproximate: false, 5.1),
        new("FAISS IndexPQ", "product 96 x 8", IsApproximate: false, 28.6),
    ];

    /// <summary>Seconds that FAISS trains product codes of 96 x 8.</summary>
    public const double TrainingSeconds = 5.9;

    public static IReadOnlyList<ProductEncoder> ProductEncoders { get; } = [new("product 96 x 8", 52), new("product 96 x 4", 290)];

    /// <summary>Mean relative errors of FAISS's squared distances, of bits and dimensions.</summary>
    public static IReadOnlyDictionary<(int Bits, int Dimensions), double> EstimateErrors { get; } = new Dictionary<(int, int), double>
    {
        [(1, 128)] = 0.05331,
        [(1, 768)] = 0.02177,
        [(2, 768)] = 0.01072,
        [(4, 768)] = 0.00316,
        [(8, 768)] = 0.00022,
    };

    public static IReadOnlyList<BitPeer> Bits { get; } =
    [
        Hamming("FAISS IndexBinaryFlat", 6.5, 2.5),
        Hamming("a loop of NumKong's hamming, AVX2", 3.08, 3),
        Hamming("a loop of SimSIMD's hamming, AVX2", 3.4, 3),
        Hamming("a loop of NumKong's hamming, VPOPCNTDQ (stricter than the bar: faster than .NET can read)", 0.95, 3),
        RaBitQ(768, Place.Cache, 6.24),
        RaBitQ(768, Place.Memory, 7.1),
        RaBitQ(128, Place.Cache, 2.35),
        RaBitQ(128, Place.Memory, 2.40),
    ];

    private static BitPeer Hamming(string name, double nanoseconds, double target) =>
        new(name, "bits of 1024 dimensions, Hamming", Place.Cache, nanoseconds, target, static (all, tier) => all.Sign("bits, Hamming", Place.Cache, tier)?.Scan);

    private static BitPeer RaBitQ(int dimensions, Place place, double nanoseconds) =>
        new("FAISS IndexRaBitQFastScan", $"rotated 1, {dimensions} dimensions,", place, nanoseconds, 2, (all, tier) =>
            all.Scans.Find(scan => scan.Subject.Name == "rotated 1" && scan.Subject.Layout.Dimensions == dimensions && scan.Place == place && scan.Tier == tier)?.Scan);
}
