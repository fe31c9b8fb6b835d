using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>Checks of a set, whose codec is known only by its type.</summary>
internal interface IPrefixSearchChecks
{
    void Searches();

    void Refusals();

    void Funnel();
}

/// <inheritdoc/>
internal sealed class PrefixSearchChecks<TCodec>(IReferenceScheme scheme) : IPrefixSearchChecks
    where TCodec : class, IPrefixCodec<TCodec>
{
    private const int Count = 1500;

    private readonly Random _random = new(7);

    public void Searches()
    {
        TCodec codec = Codec();
        using var set = new VectorSet<TCodec>(codec);
        float[][] vectors = [.. Enumerable.Range(0, Count).Select(_ => Quarters(scheme.Dimensions))];
        set.AddRange([.. Enumerable.Range(0, Count).Select(i => (long)i)], [.. vectors.SelectMany(x => x)]);
        for (int id = 0; id < Count; id += 5)
        {
            set.Remove(id);
            vectors[id] = [];
        }

        foreach (int prefix in scheme.Prefixes)
        {
            float[][] queries = [.. Enumerable.Range(0, 6).Select(_ => Quarters(prefix))];
            Hit[][] scored = Array.ConvertAll(queries, query => Scored(codec, vectors, query));
            float minimum = scored[0].OrderDescending(Comparer<Hit>.Create((a, b) => a.Score.CompareTo(b.Score))).ElementAt(100).Score;
            IdFilter filter = IdFilter.Where(id => id % 3 != 0);
            foreach ((float[] query, Hit[] all) in queries.Zip(scored))
            {
                Assert.Equal(ReferenceCodec.Search(all, 10), set.SearchPrefix(query, 10));
                Assert.Equal(ReferenceCodec.Search(all, 30), set.SearchPrefix(query, 30, parallelism: 2));
                Assert.Equal(
                    ReferenceCodec.Search(all.Where(hit => hit.Id % 3 != 0 && hit.Score >= minimum), 20),
                    set.SearchPrefix(query, 20, filter, minimum));
            }

            // Approximate scores and GPUs are for whole vectors only.
            set.Scoring = Scoring.Approximate;
            set.Device = Device.Gpu;
            float[] joined = [.. queries.SelectMany(query => query)];
            Assert.Equal(scored.Select(all => ReferenceCodec.Search(all, 7)), set.SearchPrefixBatch(joined, prefix, 7));
            set.Scoring = Scoring.Exact;
            set.Device = Device.Auto;
        }
    }

    public void Refusals()
    {
        using var set = new VectorSet<TCodec>(Codec());
        set.Add(1, new float[scheme.Dimensions]);
        int prefix = scheme.Prefixes[0];
        string names = string.Join(", ", scheme.Prefixes);
        foreach (int length in (int[])[0, prefix + 1, scheme.Dimensions])
        {
            ArgumentException exception = Assert.Throws<ArgumentException>("query", () => set.SearchPrefix(new float[length], 1));
            Assert.Contains(names, exception.Message, StringComparison.Ordinal);
            Assert.Contains($"{length}", exception.Message, StringComparison.Ordinal);
            exception = Assert.Throws<ArgumentOutOfRangeException>("prefix", () => set.SearchPrefixBatch(new float[length], length, 1));
            Assert.Contains(names, exception.Message, StringComparison.Ordinal);
        }

        float[] spoiled = new float[prefix];
        spoiled[^1] = float.NaN;
        Assert.Throws<ArgumentException>("query", () => set.SearchPrefix(spoiled, 1));
        Assert.Throws<ArgumentException>("queries", () => set.SearchPrefixBatch(spoiled, prefix, 1));
        Assert.Throws<ArgumentException>("queries", () => set.SearchPrefixBatch(new float[prefix + 1], prefix, 1));
        Assert.Throws<ArgumentOutOfRangeException>("k", () => set.SearchPrefix(new float[prefix], 0));
        Assert.Throws<ArgumentNullException>("set", () => default(VectorSet<TCodec>)!.SearchPrefix(new float[prefix], 1));
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => set.SearchPrefixBatch(new float[prefix], prefix, 1, cancellationToken: cancellation.Token));
        Assert.Empty(set.SearchPrefixBatch([], prefix, 1));
    }

    public void Funnel()
    {
        const int K = 10;
        using var set = new VectorSet<TCodec>(Codec());
        set.AddRange([.. Enumerable.Range(0, 4000).Select(i => (long)i)], [.. Enumerable.Range(0, 4000).SelectMany(_ => Matryoshka())]);
        var found = new double[scheme.Prefixes.Count];
        double chosen = 0;
        const int Queries = 50;
        for (int i = 0; i < Queries; i++)
        {
            float[] query = Matryoshka();
            long[] best = [.. set.Search(query, K).Select(hit => hit.Id)];
            foreach ((int number, int prefix) in scheme.Prefixes.Index())
            {
                found[number] += set.SearchPrefix(query.AsSpan(0, prefix), K).Count(hit => best.Contains(hit.Id));
            }

            Hit[] candidates = set.SearchPrefix(query.AsSpan(0, scheme.Prefixes[0]), 20 * K);
            chosen += candidates.Select(hit => new Hit(hit.Id, set.Score(hit.Id, query))).OrderByDescending(hit => hit.Score).Take(K)
                .Count(hit => best.Contains(hit.Id));
        }

        double[] recalls = [.. found.Append(chosen).Select(count => count / (K * Queries))];
        Assert.True(recalls[0] is > 0.3 and < 0.8 && recalls[0] + 0.1 < recalls[1] && recalls[2] > 0.95, $"recalls {string.Join(", ", recalls)}");
    }

    private static TCodec Loaded(IReferenceCodec oracle)
    {
        using var stream = new MemoryStream();
        CodecParameters.Save(stream, TCodec.Layout, [.. oracle.Parameters]);
        stream.Position = 0;
        return TCodec.Load(stream);
    }

    private TCodec Codec() => scheme is ReferenceProductScheme product
        ? Loaded(new ReferenceProductCodec(product, ProductVectors.Codebooks(product, TestCodebooks.Ordinary, _random)))
        : TCodec.Train(TestVectors.Gaussians(_random, scheme.Dimensions));

    /// <summary>Numbers whose products have exact sums, so that also float scores do not depend on how many queries share a scan.</summary>
    private float[] Quarters(int count) => TestVectors.Fill(count, _ => MathF.Round(4 * TestVectors.Gaussian(_random)) / 4);

    /// <summary>A vector whose dimensions tell the less the later they come.</summary>
    private float[] Matryoshka() =>
        TestVectors.Fill(scheme.Dimensions, i => TestVectors.Gaussian(_random) * MathF.Pow(1 + i, -0.6f));

    /// <summary>The scores of all vectors that are there, each encoded by itself.</summary>
    private static Hit[] Scored(TCodec codec, float[][] vectors, float[] query)
    {
        CodecLayout layout = TCodec.Layout;
        var prepared = new byte[TCodec.PrefixLayout(query.Length).QueryBytes];
        codec.PreparePrefix(query.Length, query, prepared);
        var block = new byte[layout.BlockBytes];
        var code = new byte[layout.CodeBytes];
        var hits = new List<Hit>();
        foreach ((int id, float[] vector) in vectors.Index())
        {
            if (vector.Length > 0)
            {
                float[] score = [0];
                codec.Encode(vector, code);
                codec.Pack(code, block, 0);
                codec.ScanPrefix(query.Length, prepared, block, 0, 1, score);
                hits.Add(new Hit(id, score[0]));
            }
        }

        return [.. hits];
    }
}
