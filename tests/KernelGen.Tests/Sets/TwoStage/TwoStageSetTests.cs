using System.Security.Cryptography;

namespace KernelGen.Tests.Sets.TwoStage;

/// <summary>What a two-stage set does besides searching, with a codec whose scores can be computed beside it.</summary>
public sealed class TwoStageSetTests
{
    private static readonly float[] s_query = [1, 0, 0, 0, 0];

    private static float[] Vector(long id) => [id % 1000, id, 0, 0, 0];

    private static TwoStageSet<TestCodec, TestCodec> Create(int count, TestCodec? coarse = null)
    {
        var set = new TwoStageSet<TestCodec, TestCodec>(coarse ?? new TestCodec(), new TestCodec());
        long[] ids = [.. Enumerable.Range(0, count).Select(static i => (long)i)];
        set.AddRange(ids, [.. ids.SelectMany(Vector)]);
        return set;
    }

    [Fact]
    public void ChangesEqualTheModel()
    {
        var random = new Random(1);
        var model = new SetModel();
        using TwoStageSet<TestCodec, TestCodec> set = Create(0);
        for (int step = 0; step < 2000; step++)
        {
            long id = random.Next(150);
            float[] vector = SetModel<TestCodec>.RandomVectors(random, 1);
            switch (random.Next(4))
            {
                case 0:
                    Assert.Equal(model.Vectors.Remove(id), set.Remove(id));
                    break;
                case 1 when model.Vectors.ContainsKey(id):
                    set.Replace(id, vector);
                    model.Vectors[id] = vector;
                    break;
                case 2 when step % 3 == 0:
                    // The second id is there twice, so nothing is added.
                    Assert.Throws<ArgumentException>("ids", () => set.AddRange([1000, 1001, 1000], new float[15]));
                    break;
                default:
                    if (model.Vectors.TryAdd(id, vector))
                    {
                        set.Add(id, vector);
                    }

                    break;
            }

            if (step % 200 == 0)
            {
                set.TrimExcess();
                AssertEqual(model, set);
            }
        }

        AssertEqual(model, set);
    }

    private static void AssertEqual(SetModel model, TwoStageSet<TestCodec, TestCodec> set)
    {
        Assert.Equal(model.Vectors.Count, set.Count);
        Assert.All(model.Vectors, pair => Assert.Equal(pair.Value, set.GetVector(pair.Key)));
        float[] query = SetModel<TestCodec>.RandomVectors(new Random(1), 1);
        Assert.Equal(model.Search(query, 12), set.Search(query, 12, new() { Oversample = 100 }).Hits);
        Assert.Equal(model.Search(query, 200), set.Search(query, 200).Hits);
    }

    [Fact]
    public void AnAddWhoseCoarseCodesFailLeavesTheSetAsItWas()
    {
        bool fails = false;
        using TwoStageSet<TestCodec, TestCodec> set = Create(100, new TestCodec { OnEncode = () => Assert.False(fails, "on purpose") });
        fails = true;
        Assert.ThrowsAny<Exception>(() => set.AddRange([200, 201], new float[10]));
        Assert.ThrowsAny<Exception>(() => set.Add(200, new float[5]));
        Assert.ThrowsAny<Exception>(() => set.Replace(7, new float[5]));
        fails = false;
        Assert.Equal(Vector(7), set.GetVector(7));
        Assert.Equal(100, set.Count);
        set.Add(200, Vector(999));
        Assert.Equal([new Hit(200, 999), new Hit(99, 99)], set.Search(s_query, 2).Hits);
        Assert.True(set.Remove(200));
        Assert.Equal(100, set.Search(s_query, 200).Hits.Count);
    }

    [Fact]
    public void WrongCallsAreRejected()
    {
        using TwoStageSet<TestCodec, TestCodec> set = Create(10);
        Assert.Throws<ArgumentException>("query", () => set.Search(new float[4], 1));
        Assert.Throws<ArgumentException>("query", () => set.Search([1, 2, float.NaN, 0, 0], 1));
        Assert.Throws<ArgumentException>("queries", () => set.SearchBatch(new float[6], 1));
        Assert.Throws<ArgumentOutOfRangeException>("k", () => set.Search(s_query, 0));
        Assert.Throws<ArgumentOutOfRangeException>("parallelism", () => set.Search(s_query, 1, parallelism: 0));
        Assert.Throws<ArgumentOutOfRangeException>("minimumScore", () => set.Search(s_query, 1, minimumScore: float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new TwoStageOptions { Oversample = 0.9 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new TwoStageOptions { Confidence = 1 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new TwoStageOptions { Guarantee = (Guarantee)3 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => set.Oversample = double.NaN);
        Assert.Throws<ArgumentException>("queries", () => set.Calibrate([], 1));
        Assert.Throws<ArgumentOutOfRangeException>("recallTarget", () => set.Calibrate(s_query, 1, 0));
        Assert.Throws<KeyNotFoundException>(() => set.Replace(77, new float[5]));
        Assert.Throws<KeyNotFoundException>(() => set.GetVector(77));
        Assert.Throws<ArgumentException>("vector", () => set.Add(77, [1, 2, float.PositiveInfinity, 0, 0]));
        Assert.Throws<ArgumentException>("vectors", () => set.AddRange([77], new float[4]));
        Assert.Throws<OperationCanceledException>(() => set.SearchBatch(s_query, 1, cancellationToken: new CancellationToken(true)));
        Assert.Throws<OperationCanceledException>(() => set.AddRange([77], new float[5], cancellationToken: new CancellationToken(true)));
        Assert.Equal(10, set.Count);
        Assert.Contains(
            "TestCodec does not bound the errors", Assert.Throws<InvalidOperationException>(() => set.Search(s_query, 1, new() { Guarantee = Guarantee.Always })).Message, StringComparison.Ordinal);
        using TwoStageSet<TestCodec, TestCodec> empty = Create(0);
        Assert.Throws<InvalidOperationException>(() => empty.Calibrate(s_query, 1));
        Assert.Empty(empty.Search(s_query, 3).Hits);
        empty.Dispose();
        Assert.Throws<ObjectDisposedException>(() => empty.Count);
        Assert.Throws<ObjectDisposedException>(() => empty.Add(1, new float[5]));
    }

    [Fact]
    public void BoundsNeedFineScoresWhoseErrorsAreKnownToBeAlwaysRight()
    {
        using var set = new TwoStageSet<BoundedCodec<TestCodec>, TestCodec>(new BoundedCodec<TestCodec>(new TestCodec()), new TestCodec());
        set.Add(1, Vector(3));
        Assert.Contains("TestCodec", Assert.Throws<InvalidOperationException>(() => set.Search(s_query, 1, new() { Guarantee = Guarantee.Always })).Message, StringComparison.Ordinal);
        Assert.Equal([new Hit(1, 3)], set.Search(s_query, 1, new() { Guarantee = Guarantee.Probable }).Hits);
    }

    [Fact]
    public void EveryTruncationAndCorruptionIsRejected()
    {
        using TwoStageSet<TestCodec, TestCodec> set = Create(7);
        using var stream = new MemoryStream();
        set.Save(stream);
        byte[] bytes = stream.ToArray();
        string path = Path.GetTempFileName();
        try
        {
            for (int length = 0; length < bytes.Length; length += 17)
            {
                Rejects(bytes[..length], "truncated", trusted: true);
            }

            Rejects([.. bytes, 0], "followed by other data", trusted: true);
            for (int i = 0; i < bytes.Length; i += 13)
            {
                byte[] corrupt = [.. bytes];
                corrupt[i] ^= 0x40;
                Rejects(corrupt, expected: null, trusted: false);
            }

            // Ids that differ, with checksums that are right.
            byte[] other = [.. bytes];
            int fineRun = bytes.Length - 64 - (7 * (8 + 20));
            other[fineRun + 1] = 1;
            int fineStart = other.AsSpan().LastIndexOf("KGVECSET"u8);
            SHA256.HashData(other.AsSpan(fineStart..^64)).CopyTo(other, other.Length - 64);
            SHA256.HashData(other.AsSpan(..^32)).CopyTo(other, other.Length - 32);
            Rejects(other, "has the id 0 among coarse codes, but 256 among fine ones", trusted: false);
        }
        finally
        {
            File.Delete(path);
        }

        void Rejects(byte[] content, string? expected, bool trusted)
        {
            File.WriteAllBytes(path, content);
            foreach (bool verify in trusted ? new[] { true, false } : [true])
            {
                string message = Assert.Throws<InvalidDataException>(() => TwoStageSet<TestCodec, TestCodec>.Open(path, verify)).Message;
                Assert.Contains(expected ?? "", message, StringComparison.Ordinal);
            }

            if (expected != "followed by other data")
            {
                string message = Assert.Throws<InvalidDataException>(() => TwoStageSet<TestCodec, TestCodec>.Load(new MemoryStream(content))).Message;
                Assert.Contains(expected ?? "", message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void AnOpenedSetCannotBeChangedAndDisposesWhenReadersAreDone()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (TwoStageSet<TestCodec, TestCodec> saved = Create(300))
            using (FileStream stream = File.Create(path))
            {
                Assert.False(saved.IsReadOnly);
                saved.Save(stream);
            }

            TwoStageSet<TestCodec, TestCodec> set = TwoStageSet<TestCodec, TestCodec>.Open(path);
            Assert.True(set.IsReadOnly);
            Assert.Throws<NotSupportedException>(() => set.Add(1000, new float[5]));
            Assert.Throws<NotSupportedException>(() => set.AddRange([1000], new float[5]));
            Assert.Throws<NotSupportedException>(() => set.Replace(1, new float[5]));
            Assert.Throws<NotSupportedException>(() => set.Remove(1));
            set.TrimExcess();
            Disposal.WaitsForSearch(filter => set.Search(s_query, 1, filter: filter).Hits, set.Dispose, new Hit(299, 299));
            set.Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ReadersSeeWholeRangesAndWholeReplacements()
    {
        const int range = 37;
        using var set = new TwoStageSet<TestCodec, TestCodec>(new TestCodec { OnEncode = static () => Thread.Yield() }, new TestCodec());
        int published = 0;
        var random = new Random(1);
        VectorSetConcurrencyTests.Run(
            leastSteps: 50,
            () =>
            {
                long first = published;
                long[] ids = [.. Enumerable.Range(0, range).Select(i => first + i)];
                set.AddRange(ids, [.. ids.SelectMany(Vector)]);
                Volatile.Write(ref published, (int)first + range);
                long moved = random.Next(range);
                Assert.True(set.Remove(moved));
                set.Add(moved, Vector(moved));
                long replaced = random.Next(range);
                set.Replace(replaced, [replaced, first, first, first, first]);
            },
            () =>
            {
                int before = Volatile.Read(ref published);
                IReadOnlyList<Hit> hits = set.Search(s_query, 20).Hits;
                Assert.All(hits, static hit => Assert.Equal(hit.Id % 1000, hit.Score));
                Assert.True(hits.Count >= Math.Min(20, before));
                using var stream = new MemoryStream();
                set.Save(stream);
                stream.Position = 0;
                using TwoStageSet<TestCodec, TestCodec> loaded = TwoStageSet<TestCodec, TestCodec>.Load(stream);
                Assert.InRange(loaded.Count, before - 1, int.MaxValue);
                IReadOnlyList<Hit> all = loaded.Search(s_query, loaded.Count + 1).Hits;
                Assert.Equal(loaded.Count, all.Count);
                Assert.All(all, static hit => Assert.Equal(hit.Id % 1000, hit.Score));
            });
    }
}
