using Xunit;

namespace KernelGen.Tests.Sets;

public class VectorSetWriteTests
{
    private static readonly float[] s_vector = [1, 2, 3, 4, 5];

    [Fact]
    public void RandomChangesEqualTheModel()
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(100, seed: 1);
        using (set)
        {
            var random = new Random(2);
            for (int step = 0; step < 3000; step++)
            {
                model.ChangeAtRandom(set, random);
                if (step % 300 == 0)
                {
                    model.AssertEqual(set);
                }
            }

            model.AssertEqual(set);
            foreach (long id in model.Vectors.Keys.ToArray())
            {
                Assert.True(set.Remove(id));
            }

            Assert.Equal(0, set.Count);
            Assert.Empty(set.Search(s_vector, 3));
            set.Add(5, s_vector);
            Assert.Equal([new Hit(5, 55)], set.Search(s_vector, 3));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public void RangesOfEveryLengthAreAdded(int parallelism)
    {
        using var set = new VectorSet<TestCodec>(new TestCodec());
        var model = new SetModel();
        var random = new Random(3);
        foreach (int count in new[] { 0, 1, 14, 1, 16, 17, 5000, 3 })
        {
            long[] ids = [.. Enumerable.Range(model.Vectors.Count, count).Select(i => (long)i)];
            float[] vectors = SetModel.RandomVectors(random, count);
            var progress = new ProgressList();
            set.AddRange(ids, vectors, parallelism, progress);
            model.AddRange(ids, vectors);
            model.AssertEqual(set);
            Assert.Equal(count, progress.Values.DefaultIfEmpty(0).Max());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AFailedAddLeavesTheSetAsBefore(int parallelism)
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(20, seed: 6);
        using (set)
        {
            long[] ids = [.. Enumerable.Range(1_000_000, 5000).Select(i => (long)i)];
            float[] vectors = SetModel.RandomVectors(new Random(1), 5000);
            long present = model.Vectors.Keys.First();
            long storage = set.MemoryBytes;

            ArgumentException exception = Fails<ArgumentException>(ids, vectors[..^1]);
            Assert.Equal("vectors", exception.ParamName);
            Assert.Contains("5000 * 5 = 25000 values, but got 24999", exception.Message, StringComparison.Ordinal);

            float[] notFinite = [.. vectors];
            notFinite[^3] = float.NaN;
            exception = Fails<ArgumentException>(ids, notFinite);
            Assert.Equal("vectors", exception.ParamName);
            Assert.Contains("vector 4999 has NaN at dimension 2", exception.Message, StringComparison.Ordinal);

            exception = Fails<ArgumentException>([.. ids[..^1], present], vectors);
            Assert.Equal("ids", exception.ParamName);
            Assert.Contains($"{present} (number 4999 of those to add) is in the set already", exception.Message, StringComparison.Ordinal);

            exception = Fails<ArgumentException>([.. ids[..^1], ids[7]], vectors);
            Assert.Equal("ids", exception.ParamName);
            Assert.Contains("1000007 is to be added twice, as number 7 and as number 4999", exception.Message, StringComparison.Ordinal);

            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => set.AddRange(
                ids, vectors, parallelism, new ProgressList { OnReport = _ => source.Cancel() }, source.Token));
            model.AssertEqual(set);

            // Only the index may have grown.
            Assert.InRange(set.MemoryBytes, storage, storage + (8192 * sizeof(ulong)));
            Assert.All(ids, id => Assert.False(set.Contains(id)));
            set.AddRange(ids, vectors, parallelism);
            model.AddRange(ids, vectors);
            model.AssertEqual(set);

            T Fails<T>(long[] failingIds, float[] failingVectors)
                where T : Exception
            {
                T thrown = Assert.Throws<T>(() => set.AddRange(failingIds, failingVectors, parallelism));
                model.AssertEqual(set);
                return thrown;
            }
        }
    }

    [Fact]
    public void WrongArgumentsThrow()
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(20, seed: 6);
        using (set)
        {
            long present = model.Vectors.Keys.First();
            Assert.Equal("vector", Assert.Throws<ArgumentException>(() => set.Add(1_000_000, new float[6])).ParamName);
            Assert.Equal("vector", Assert.Throws<ArgumentException>(() => set.Add(1_000_000, [1, 2, 3, 4, float.NaN])).ParamName);
            Assert.Equal("id", Assert.Throws<ArgumentException>(() => set.Add(present, s_vector)).ParamName);
            Assert.Equal("vector", Assert.Throws<ArgumentException>(() => set.Replace(present, new float[4])).ParamName);
            Assert.Equal("vector", Assert.Throws<ArgumentException>(() => set.Replace(present, [1, 2, 3, 4, float.NaN])).ParamName);
            Assert.Contains("1000001", Assert.Throws<KeyNotFoundException>(() => set.Replace(1_000_001, s_vector)).Message, StringComparison.Ordinal);
            Assert.Contains("1000001", Assert.Throws<KeyNotFoundException>(() => set.GetVector(1_000_001)).Message, StringComparison.Ordinal);
            Assert.Equal("vector", Assert.Throws<ArgumentException>(() => set.GetVector(present, new float[4])).ParamName);
            Assert.Equal("parallelism", Assert.Throws<ArgumentOutOfRangeException>(() => set.AddRange([], [], 0)).ParamName);
            Assert.False(set.Remove(1_000_001));
            model.AssertEqual(set);
        }
    }

    [Fact]
    public void AProgressReceiverMustNotChangeTheSet()
    {
        using var set = new VectorSet<TestCodec>(new TestCodec());
        Action<long>[] changes = [_ => set.Add(9, s_vector), _ => set.Remove(1), _ => set.Dispose()];
        foreach (Action<long> change in changes)
        {
            Assert.Throws<InvalidOperationException>(() => set.AddRange([1], s_vector, progress: new ProgressList { OnReport = change }));
            Assert.Equal(0, set.Count);
        }
    }

    [Fact]
    public void TrimExcessFreesWhatIsUnused()
    {
        using var set = new VectorSet<TestCodec>(new TestCodec());
        set.Add(0, s_vector);
        long memory = set.MemoryBytes;
        long[] ids = [.. Enumerable.Range(1, 10_000).Select(i => (long)i)];
        set.AddRange(ids, SetModel.RandomVectors(new Random(1), ids.Length));
        long full = set.MemoryBytes;
        Assert.InRange(full - memory, 10_000 * (20 + 8 + 8), 10_000 * (20 + 8 + 28));
        foreach (long id in ids)
        {
            set.Remove(id);
        }

        Assert.Equal(full, set.MemoryBytes);
        set.TrimExcess();
        Assert.True(set.MemoryBytes < full / 2);
        Assert.Equal([new Hit(0, 55)], set.Search(s_vector, 2));
        set.AddRange(ids, SetModel.RandomVectors(new Random(1), ids.Length));
        Assert.Equal(10_001, set.Count);
    }

    [Fact]
    public void ADisposedSetThrows()
    {
        (VectorSet<TestCodec> set, _) = SetModel.Create(20, seed: 6);
        set.Dispose();
        set.Dispose();
        Action[] calls =
        [
            () => set.Add(1, s_vector),
            () => set.AddRange([1], s_vector),
            () => set.Replace(1, s_vector),
            () => set.Remove(1),
            () => set.TrimExcess(),
            () => set.Contains(1),
            () => set.GetVector(1),
            () => set.Search(s_vector, 1),
            () => set.Search(s_vector, new Hit[1]),
            () => set.SearchBatch(s_vector, 1),
            () => set.Scores(s_vector, [], []),
            () => set.Score(1, s_vector),
            () => _ = set.Count,
            () => _ = set.MemoryBytes,
        ];
        Assert.All(calls, call => Assert.Throws<ObjectDisposedException>(call));
        Assert.NotNull(set.Codec);
    }
}
