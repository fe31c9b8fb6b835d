namespace KernelGen.Benchmarks;

/// <summary>What the project demands of itself, checked against the measurements.</summary>
internal static class Bars
{
    private sealed record Bar(string Text, double Target, Func<Measurements, CpuTier, double?> Value, bool IsUpperLimit = false);

    private static IReadOnlyList<Bar> All { get; } =
    [
        .. OfRead(Place.Memory, ("int8", 0.85), ("int4", 0.85), ("Half", 0.85), ("BFloat16", 0.85),
            ("E4M3", 0.65), ("int3", 0.65), ("int5", 0.65), ("int6", 0.65), ("int7", 0.65)),
        .. OfRead(Place.Cache, ("int8", 0.40), ("int4", 0.30), ("Half", 0.28), ("BFloat16", 0.28), ("E4M3", 0.17)),
        new("int8 scan in cache, times a loop of TensorPrimitives.Dot over sbyte", 5, (all, tier) =>
            all.Scan("int8", Place.Cache, tier) is { } scan ? scan.Scan.FasterThan(scan.OtherLoops[Loops.WrappingSByte]) : null),
        .. ((Place[])[Place.Cache, Place.Memory]).Select(place =>
            new Bar($"Single scan, {Name(place)}, times a loop of TensorPrimitives.Dot over float32", 1, (all, tier) =>
                all.Scan("Single", place, tier) is { } scan ? scan.Scan.FasterThan(scan.FloatLoop!) : null)),
        .. Peers.All.SelectMany(OverPeer),
        .. Rate("encode", code => code.EncodeRate, ("int8", 1500), ("int4", 1500), ("Half", 2000), ("BFloat16", 2000), ("E4M3", 800)),
        .. Rate("decode", code => code.DecodeRate, ("int8", 2400), ("int4", 1500)),
        .. ((string[])["int8", "int4", "Half"]).Select(scheme =>
            new Bar($"{scheme} search of 100 queries from memory, times the throughput of one at a time", 3, (all, tier) =>
                all.Searches.Find(search => search.Subject.Name == scheme && search.Tier == tier && search.Threads == 1) is { } search
                    ? search.Batch.FasterThan(search.OneAtATime)
                    : null)),
        .. Peers.Products.Select(peer => new Bar($"{peer.Scheme} {(peer.IsApproximate ? "approximate " : "")}scan in cache, times {peer.Name}", 1.5, (all, tier) =>
            all.Product(peer.Scheme, Place.Cache, tier) is { } product ? peer.Nanoseconds / product.Approximate.Median : null)),
        new("product 32 x 4 approximate scan from memory, of the plain read", 0.85, (all, tier) =>
            all.Product("product 32 x 4", Place.Memory, tier) is { } product ? product.Approximate.FasterThan(product.Read) : null),
        .. ((string[])["64", "128"]).Select(subspaces => new Bar(
            $"product {subspaces} x 4 exact search of real embeddings, times the approximate scan", 1.25, (all, tier) =>
                all.RealSearches.Find(search => search.Tier == tier && search.Scheme == $"product {subspaces} x 4") is { } search
                    ? search.Approximate.FasterThan(search.Search)
                    : null,
            IsUpperLimit: true)),
        .. Peers.ProductEncoders.Select(peer => new Bar($"{peer.Scheme} encode, times FAISS ProductQuantizer", 3, (all, tier) =>
            all.ProductCode(peer.Scheme, tier)?.EncodeRate / peer.MillionValues)),
        new("product 96 x 8 training, times FAISS", 1, (all, _) => Peers.TrainingSeconds / all.Training?.Seconds),
        new("two-stage search of 1,000,000 x 768, 1 bit, then int8, times faster than int8 alone", 5, (all, tier) =>
            OneBit(all, tier) is { } search ? search.Search.FasterThan(search.Fine) : null),
        new("two-stage search of 1,000,000 x 768, 1 bit, then int8, recall@10 against exact float", 0.99, (all, tier) => OneBit(all, tier)?.Recall),
        .. ((int[])[128, 768]).Select(dimensions => new Bar(
            $"rotated 1, {dimensions} dimensions, mean error of squared distances, times that of FAISS (both scatter by 0.1 %)", 1.005, (all, _) =>
                all.Estimates.Find(estimate => estimate.Bits == 1 && estimate.Dimensions == dimensions)?.TimesFaiss,
            IsUpperLimit: true)),
        .. Encoders(("rotated 1", 400), ("rotated 4, fast search", 100), ("rotated 4", 30)),
        new("bits of 1024 dimensions, Hamming scan in cache, times a loop of TensorPrimitives.HammingBitDistance", 20, (all, tier) =>
            all.Sign("bits, Hamming", Place.Cache, tier) is { } bits ? bits.Scan.FasterThan(bits.Loop!) : null),
        new("bits of 1024 dimensions, Hamming scan from memory, of the plain read", 0.85, (all, tier) =>
            all.Sign("bits, Hamming", Place.Memory, tier) is { } bits ? bits.Scan.FasterThan(bits.Read) : null),
        .. Peers.Bits.Select(peer => new Bar($"{peer.Scheme} scan {Name(peer.Place)}, times {peer.Name}", peer.Target, (all, tier) =>
            peer.Nanoseconds / peer.Scan(all, tier)?.Median)),
        new("generator, 100 codecs cold, ms", 2000, (all, _) => all.Generator?.First, IsUpperLimit: true),
        new("generator with kernels for GPUs, times that without", 1.3, (all, _) => all.Generator?.TimesWithGpu, IsUpperLimit: true),
        new("generator, unrelated edit, ms", 20, (all, _) => all.Generator?.UnrelatedEdit, IsUpperLimit: true),
    ];

    private static TwoStageMeasurement? OneBit(Measurements measurements, CpuTier tier) =>
        measurements.TwoStages.Find(search => search.Tier == tier);

    public static MarkdownTable Table(Measurements measurements, IReadOnlyList<CpuTier> tiers)
    {
        var table = new MarkdownTable(["bar", "target", .. tiers.Select(tier => $"{tier}")]);
        foreach (Bar bar in All)
        {
            string target = $"{(bar.IsUpperLimit ? "<=" : ">=")} {bar.Target:0.###}";
            table.Add([bar.Text, target, .. tiers.Select(tier => Verdict(bar, bar.Value(measurements, tier)))]);
        }

        return table;
    }

    private static string Verdict(Bar bar, double? value)
    {
        if (value is not { } measured)
        {
            return "not measured";
        }

        bool passes = bar.IsUpperLimit ? measured <= bar.Target : measured >= bar.Target;
        return passes ? $"{Number(measured)} pass" : $"**{Number(measured)} LOSS**";
    }

    private static string Number(double value) => value >= 100 ? $"{value:F0}" : $"{value:F2}";

    private static string Name(Place place) => place == Place.Cache ? "in cache" : "from memory";

    private static IEnumerable<Bar> OfRead(Place place, params IEnumerable<(string Scheme, double Target)> bars) =>
        bars.Select(bar => new Bar($"{bar.Scheme} scan {Name(place)}, of the plain read", bar.Target, (all, tier) =>
            all.Scan(bar.Scheme, place, tier)?.OfRead));

    private static IEnumerable<Bar> Rate(string verb, Func<CodeMeasurement, double> rate, params IEnumerable<(string Scheme, double Target)> bars) =>
        bars.Select(bar => new Bar($"{bar.Scheme} {verb}, M values/s", bar.Target, (all, tier) =>
            all.Code(bar.Scheme, tier) is { } code ? rate(code) : null));

    private static IEnumerable<Bar> Encoders(params IEnumerable<(string Scheme, double Target)> bars) =>
        bars.Select(bar => new Bar($"{bar.Scheme} encode, 768 dimensions, thousand vectors/s", bar.Target, (all, tier) =>
            all.RotatedCode(bar.Scheme, tier)?.EncodedVectors / 1000));

    private static IEnumerable<Bar> OverPeer(Peer peer)
    {
        foreach ((Place place, double? target) in ((Place, double?)[])[(Place.Cache, peer.TargetInCache), (Place.Memory, peer.TargetFromMemory)])
        {
            if (target is { } times)
            {
                foreach (CpuTier build in (CpuTier[])[CpuTier.Avx2, CpuTier.Avx512])
                {
                    string name = build == CpuTier.Avx2 ? peer.Name : $"{peer.Name} built for AVX-512 (stricter than the bar)";
                    yield return new Bar($"{peer.Scheme} scan {Name(place)}, times {name}", times, (all, tier) =>
                        all.Scan(peer.Scheme, place, tier) is { } scan ? peer.SlowerThan(scan, build) : null);
                }
            }
        }
    }
}
