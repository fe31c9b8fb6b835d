using Xunit;

namespace KernelGen.Tests.Sets;

public class VectorSetSearchTests
{
    private static readonly float[] s_query = [1, -2, 3, 1, 2];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void EqualsSortingAllScores(int count)
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(count, seed: count);
        using (set)
        {
            foreach (int k in new[] { 1, 3, 10, count + 1, int.MaxValue })
            {
                Hit[] expected = model.Search(s_query, k);
                Assert.Equal(expected, set.Search(s_query, k));
                var hits = new Hit[Math.Min(k, count + 5)];
                Assert.Equal(expected, hits[..set.Search(s_query, hits)]);
                IdFilter odd = IdFilter.Where(id => id % 2 != 0);
                Assert.Equal(model.Search(s_query, k, odd, 4), set.Search(s_query, k, odd, 4));
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(-1)]
    public void SeveralThreadsGiveTheSame(int parallelism)
    {
        // Enough blocks for several steps of 256 KiB.
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(40_000, seed: 3);
        using (set)
        {
            IdFilter filter = IdFilter.Where(id => id % 3 != 0);
            Assert.Equal(model.Search(s_query, 500, filter), set.Search(s_query, 500, filter, parallelism: parallelism));
            float[] queries = SetModel.RandomVectors(new Random(4), 5);
            Hit[][] batch = set.SearchBatch(queries, 20, parallelism: parallelism);
            Assert.Equal(queries.Chunk(TestCodec.Dimensions).Select(query => model.Search(query, 20)), batch);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(300)]
    public void BatchEqualsOneByOne(int queryCount)
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(200, seed: 8);
        using (set)
        {
            float[] queries = SetModel.RandomVectors(new Random(queryCount), queryCount);
            IdFilter filter = IdFilter.In(new IdBitmap(model.Vectors.Keys.Where(id => id is >= 0 and < 500_000)));
            var progress = new ProgressList();
            Hit[][] hits = set.SearchBatch(queries, 7, filter, -5, progress: progress);
            Assert.Equal(queries.Chunk(TestCodec.Dimensions).Select(query => model.Search(query, 7, filter, -5)), hits);
            Assert.Equal(queryCount, progress.Values.LastOrDefault());
        }
    }

    [Fact]
    public void BatchReadsEachBlockOncePerGroup()
    {
        int blocks = 0;
        using var set = new VectorSet<TestCodec>(new TestCodec { OnSearch = () => blocks++ });
        set.AddRange([.. Enumerable.Range(0, 100).Select(i => (long)i)], SetModel.RandomVectors(new Random(1), 100));
        set.SearchBatch(SetModel.RandomVectors(new Random(2), 128), 3);
        Assert.Equal(7, blocks);
    }

    [Fact]
    public void BatchStopsWhenCancelled()
    {
        (VectorSet<TestCodec> set, _) = SetModel.Create(50, seed: 8);
        using (set)
        {
            using var source = new CancellationTokenSource();
            var progress = new ProgressList { OnReport = _ => source.Cancel() };
            Assert.Throws<OperationCanceledException>(() =>
                set.SearchBatch(SetModel.RandomVectors(new Random(1), 200), 3, progress: progress, cancellationToken: source.Token));
            Assert.Equal([128L], progress.Values);
            Assert.Single(set.Search(s_query, 1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void AFilterThatThrowsEndsTheSearchWithItsException(int parallelism)
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(40_000, seed: 3);
        using (set)
        {
            IdFilter filter = IdFilter.Where(_ => throw new TimeoutException());
            Assert.Throws<TimeoutException>(() => set.Search(s_query, 3, filter, parallelism: parallelism));
            Assert.Equal(model.Search(s_query, 3), set.Search(s_query, 3, parallelism: parallelism));
        }
    }

    [Fact]
    public void AFilterMustNotCallTheSet()
    {
        (VectorSet<TestCodec> set, _) = SetModel.Create(50, seed: 3);
        using (set)
        {
            Assert.Throws<LockRecursionException>(() => set.Search(s_query, 3, IdFilter.Where(id => set.Remove(id))));
            Assert.Throws<LockRecursionException>(() => set.Search(s_query, 3, IdFilter.Where(set.Contains)));
            Assert.Equal(50, set.Count);
            Assert.Single(set.Search(s_query, 1));
        }
    }

    [Fact]
    public void ScoresGivesAllInOrderOfAdding()
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(37, seed: 5);
        using (set)
        {
            var ids = new long[40];
            var scores = new float[40];
            Assert.Equal(37, set.Scores(s_query, ids, scores));
            Assert.Equal(model.Vectors.Keys, ids[..37]);
            Assert.Equal(model.Vectors.Values.Select(vector => TestCodec.Score(s_query, vector)), scores[..37]);
            Assert.Equal(scores[20], set.Score(ids[20], s_query));
            Assert.Equal("ids", Assert.Throws<ArgumentException>(() => set.Scores(s_query, new long[36], scores)).ParamName);
            Assert.Equal("scores", Assert.Throws<ArgumentException>(() => set.Scores(s_query, ids, new float[36])).ParamName);
            Assert.Throws<KeyNotFoundException>(() => set.Score(1_000_001, s_query));
        }
    }

    [Fact]
    public void InfiniteScoresAreFoundInOrder()
    {
        using var set = new VectorSet<TestCodec>(new TestCodec());
        set.AddRange([1, 2, 3], [1e30f, 0, 0, 0, 0, -1e30f, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        Assert.Equal(
            [new Hit(1, float.PositiveInfinity), new Hit(3, 1e20f), new Hit(2, float.NegativeInfinity)],
            set.Search([1e20f, 0, 0, 0, 0], 3));
    }

    [Fact]
    public void OneThreadAllocatesNothing()
    {
        (VectorSet<TestCodec> set, _) = SetModel.Create(2000, seed: 5);
        using (set)
        {
            IdFilter filter = IdFilter.Where(id => id % 2 == 0);
            var hits = new Hit[10];
            var ids = new long[2000];
            var scores = new float[2000];
            var vector = new float[TestCodec.Dimensions];
            Assert.Equal(0, Allocations.LeastOf20(() =>
            {
                set.Search(s_query, hits, filter);
                set.Scores(s_query, ids, scores);
                set.Score(ids[3], s_query);
                set.GetVector(ids[3], vector);
                set.Contains(ids[3]);
                set.Replace(ids[3], vector);
            }));
        }
    }

    [Fact]
    public void WrongArgumentsThrow()
    {
        (VectorSet<TestCodec> set, _) = SetModel.Create(5, seed: 5);
        using (set)
        {
            Assert.Equal("k", Assert.Throws<ArgumentOutOfRangeException>(() => set.Search(s_query, 0)).ParamName);
            Assert.Equal("k", Assert.Throws<ArgumentOutOfRangeException>(() => set.SearchBatch(s_query, -1)).ParamName);
            Assert.Equal("hits", Assert.Throws<ArgumentException>(() => set.Search(s_query, Span<Hit>.Empty)).ParamName);
            Assert.Equal("minimumScore", Assert.Throws<ArgumentOutOfRangeException>(() => set.Search(s_query, 1, null, float.NaN)).ParamName);
            Assert.Equal("parallelism", Assert.Throws<ArgumentOutOfRangeException>(() => set.Search(s_query, 1, parallelism: 0)).ParamName);
            Assert.Equal("parallelism", Assert.Throws<ArgumentOutOfRangeException>(() => set.Search(s_query, 1, parallelism: -2)).ParamName);
            ArgumentException length = Assert.Throws<ArgumentException>(() => set.Search(new float[4], 1));
            Assert.Equal(("query", "Expected 5 values, but got 4. (Parameter 'query')"), (length.ParamName, length.Message));
            Assert.Equal("queries", Assert.Throws<ArgumentException>(() => set.SearchBatch(new float[7], 1)).ParamName);
            ArgumentException notFinite = Assert.Throws<ArgumentException>(() => set.Search([1, 2, float.NaN, 4, 5], 1));
            Assert.Equal("query", notFinite.ParamName);
            Assert.Contains("vector 0 has NaN at dimension 2", notFinite.Message, StringComparison.Ordinal);
            notFinite = Assert.Throws<ArgumentException>(() => set.SearchBatch([1, 2, 3, 4, 5, 6, float.PositiveInfinity, 8, 9, 10], 1));
            Assert.Equal("queries", notFinite.ParamName);
            Assert.Contains("vector 1 has Infinity at dimension 1", notFinite.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => set.Scores(new float[6], new long[5], new float[5]));
            Assert.Throws<ArgumentException>(() => set.Score(0, new float[6]));
        }

        Assert.Equal("codec", Assert.Throws<ArgumentNullException>(() => new VectorSet<TestCodec>(null!)).ParamName);
    }
}
