using System.Runtime.CompilerServices;
using KernelGen.Tests.Numerics;

namespace KernelGen.GpuTests.Infrastructure;

/// <summary>A set of which every fifth vector repeats another one, so that scores tie, and comparisons of its answers with the CPU's.</summary>
internal sealed class TestSet<TCodec> : IDisposable
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly Random _random;
    private readonly List<long> _ids = [];
    private long _nextId;

    public TestSet(int rows, GpuOptions options, int seed = 4711)
    {
        _random = new Random(seed);
        Set = new VectorSet<TCodec>(TestCodec.Create<TCodec>(TestVectors.Sample(_random, s_layout.Dimensions, 100))) { GpuOptions = options };
        Add(rows);
    }

    public VectorSet<TCodec> Set { get; }

    /// <summary>Bytes of a block with its ids.</summary>
    public static long BlockBytes => s_layout.BlockBytes + ((long)s_layout.BlockRows * sizeof(long));

    /// <summary>Sizes at which a set of a few blocks meets every limit: chunks of a block, slices of a block that cross the bus, groups of five
    /// queries, candidates that are compacted.</summary>
    public static GpuOptions SmallSizes { get; } = new()
    {
        CostModel = new AlwaysGpu(),
        Sizes = new GpuSizes
        {
            ChunkBytes = s_layout.BlockBytes,
            StreamBytes = (int)BlockBytes,
            ScoreBytes = 5L * s_layout.BlockRows * sizeof(float),
            Candidates = 512,
            PartRows = 300,
            GrowthPause = 2,
        },
    };

    /// <summary>Whether scores are equal bit for bit everywhere (docs/formats.md).</summary>
    private static bool IsExact => !s_layout.Scheme.StartsWith("FloatQuantizer", StringComparison.Ordinal)
        && !s_layout.Scheme.Contains("Scale(Block", StringComparison.Ordinal);

    public static float[] Queries(int count, int seed = 17) => TestVectors.Gaussians(new Random(seed), count * s_layout.Dimensions);

    public void Dispose() => Set.Dispose();

    public void Add(int rows)
    {
        // Ids in no order, negative ones among them.
        long[] ids = [.. Enumerable.Range(0, rows).Select(_ => (_nextId++ * 7919 % 100_003) - 50_000)];
        Set.AddRange(ids, Vectors(rows));
        _ids.AddRange(ids);
    }

    public void Remove(int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            int place = _random.Next(_ids.Count);
            Assert.True(Set.Remove(_ids[place]));
            _ids.RemoveAt(place);
        }
    }

    public void Replace(int rows)
    {
        float[] vectors = Vectors(rows);
        for (int i = 0; i < rows; i++)
        {
            Set.Replace(_ids[_random.Next(_ids.Count)], vectors.AsSpan(i * s_layout.Dimensions, s_layout.Dimensions));
        }
    }

    /// <summary>Asserts that the set answers on a device as on the CPU.</summary>
    public void AssertSearchesLikeTheCpu(
        Device device, int queries, int k, IdFilter? filter = null, float minimumScore = float.NegativeInfinity, [CallerLineNumber] int seed = 0)
    {
        float[] vectors = Queries(queries, seed);
        Hit[][] expected = On(Device.Cpu, () => Search(vectors, k, filter, minimumScore));
        Hit[][] hits = On(device, () => Search(vectors, k, filter, minimumScore));
        for (int q = 0; q < queries; q++)
        {
            AssertHits(expected[q], hits[q], vectors.AsSpan(q * s_layout.Dimensions, s_layout.Dimensions));
        }
    }

    /// <summary>Asserts that all scores are those of the CPU.</summary>
    public void AssertScoresLikeTheCpu(Device device, [CallerLineNumber] int seed = 0)
    {
        float[] query = Queries(1, seed);
        Hit[] expected = On(Device.Cpu, () => Scores(query));
        Hit[] scores = On(device, () => Scores(query));
        Assert.Equal(expected.Select(hit => hit.Id), scores.Select(hit => hit.Id));
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First.Score, pair.Second.Score, Tolerance));
    }

    /// <summary>A score that so many vectors reach on the CPU.</summary>
    public float ScoreOfRank(int rank, int seed) => On(Device.Cpu, () => Set.Search(Queries(1, seed), rank)[^1].Score);

    /// <summary>Floats are summed in another order; how much that matters depends on the lengths of the vectors, not on the score.</summary>
    private static float Tolerance => IsExact ? 0 : 2e-6f * (s_layout.Metric == Metric.Cosine ? 1 : s_layout.Dimensions);

    private void AssertHits(Hit[] expected, Hit[] hits, ReadOnlySpan<float> query)
    {
        if (IsExact)
        {
            // Not as numbers: -0 would equal 0.
            Assert.Equal(expected.Select(Bits), hits.Select(Bits));
            return;
        }

        // Where scores are as close as their last bits, either vector may come first, or be the last that is found.
        Assert.Equal(expected.Length, hits.Length);
        Assert.Equal(hits.Length, hits.DistinctBy(hit => hit.Id).Count());
        for (int i = 0; i < hits.Length; i++)
        {
            Assert.Equal(expected[i].Score, hits[i].Score, Tolerance);
            Assert.Equal(Set.Score(hits[i].Id, query), hits[i].Score, Tolerance);
        }
    }

    private static (long Id, int Bits) Bits(Hit hit) => (hit.Id, BitConverter.SingleToInt32Bits(hit.Score));

    private T On<T>(Device device, Func<T> action)
    {
        Set.Device = device;
        return action();
    }

    private Hit[][] Search(float[] queries, int k, IdFilter? filter, float minimumScore) => queries.Length == s_layout.Dimensions
        ? [Set.Search(queries, k, filter, minimumScore)]
        : Set.SearchBatch(queries, k, filter, minimumScore);

    private Hit[] Scores(float[] query)
    {
        var ids = new long[Set.Count];
        var scores = new float[Set.Count];
        Assert.Equal(ids.Length, Set.Scores(query, ids, scores));
        return [.. ids.Zip(scores, (id, score) => new Hit(id, score))];
    }

    private float[] Vectors(int rows)
    {
        int d = s_layout.Dimensions;
        float[] vectors = TestVectors.Gaussians(_random, rows * d);
        for (int row = 4; row < rows; row += 5)
        {
            vectors.AsSpan(_random.Next(row) * d, d).CopyTo(vectors.AsSpan(row * d, d));
        }

        return vectors;
    }
}

/// <summary>Prefers the GPU always.</summary>
internal sealed class AlwaysGpu : GpuCostModel
{
    public override bool PrefersGpu(in GpuWorkload workload) => true;
}
