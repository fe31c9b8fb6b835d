namespace KernelGen.Tests.Sets;

/// <summary>Vectors in groups with a codec each.</summary>
public sealed class GroupedVectorSetTests
{
    private const int D = TestCodec.Dimensions;
    private const int Groups = 3;

    private static (GroupedVectorSet<TestCodec> Set, long[] Ids, float[] Vectors, int[] Map) Create(int count)
    {
        var random = new Random(count);
        long[] ids = [.. Enumerable.Range(0, count).Select(i => (long)((i * 7919) % 100_003))];
        float[] vectors = [.. Enumerable.Range(0, count * D).Select(_ => (float)random.Next(-4, 5))];
        int[] map = [.. Enumerable.Range(0, count).Select(_ => random.Next(Groups))];
        var set = new GroupedVectorSet<TestCodec>([new TestCodec(), new TestCodec(), new TestCodec()]);
        set.AddRange(ids, vectors, map);
        return (set, ids, vectors, map);
    }

    private static Hit[] Expected(long[] ids, float[] vectors, ReadOnlySpan<float> query, Func<int, bool> isIn)
    {
        float[] values = query.ToArray();
        return
        [
            .. Enumerable.Range(0, ids.Length).Where(isIn)
                .Select(i => new Hit(ids[i], TestCodec.Score(values, vectors.AsSpan(i * D, D))))
                .OrderByDescending(static hit => hit.Score).ThenBy(static hit => hit.Id),
        ];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void Search_finds_what_sorting_all_groups_would(int count)
    {
        (GroupedVectorSet<TestCodec> set, long[] ids, float[] vectors, int[] map) = Create(count);
        using (set)
        {
            float[] query = [1, -2, 3, 0.5f, 0];
            Assert.Equal(count, set.Count);
            foreach (int k in new[] { 1, 10, 500 })
            {
                Assert.Equal(Expected(ids, vectors, query, static _ => true).Take(k), set.Search(query, k));
                Assert.Equal(Expected(ids, vectors, query, i => map[i] == 1).Take(k), set.Search(query, k, group: 1));
                Assert.Equal(
                    Expected(ids, vectors, query, i => ids[i] % 2 == 0).Where(static hit => hit.Score >= 3).Take(k),
                    set.Search(query, k, filter: IdFilter.Where(static id => id % 2 == 0), minimumScore: 3));
            }
        }
    }

    [Fact]
    public void Scores_of_row_numbers_are_a_product_with_a_matrix()
    {
        (GroupedVectorSet<TestCodec> set, long[] ids, float[] vectors, int[] map) = Create(100);
        using (set)
        {
            float[] query = [1, 2, 3, 4, 5];
            var found = new long[100];
            var scores = new float[100];
            Assert.Equal(100, set.Scores(query, found, scores));
            Dictionary<long, float> product = ids.Index().ToDictionary(id => id.Item, id => TestCodec.Score(query, vectors.AsSpan(id.Index * D, D)));
            Assert.Equal(found.Select(id => product[id]), scores);
            Assert.Equal(ids.Order(), found.Order());

            int count = set.Scores(query, found, scores, group: 2);
            Assert.Equal(ids.Where((_, i) => map[i] == 2), found[..count]);
        }
    }

    [Fact]
    public void Groups_have_their_own_codecs_and_survive_files()
    {
        TestCodec[] codecs = [new(1), new(2)];
        using var set = new GroupedVectorSet<TestCodec>(codecs);
        set.Add(5, [1, 0, 0, 0, 0], group: 0);
        set.Add(6, [0, 1, 0, 0, 0], group: 1);
        using var stream = new MemoryStream();
        set.Save(stream);
        byte[] file = stream.ToArray();
        using var read = new MemoryStream([.. file, 1]);
        using GroupedVectorSet<TestCodec> loaded = GroupedVectorSet<TestCodec>.Load(read);
        Assert.Equal(file.Length, read.Position);
        Assert.Equal(2, loaded.Groups);
        Assert.Equal((1, 2), (loaded.Codec(0).Parameter, loaded.Codec(1).Parameter));
        Assert.Equal((0, 1, -1), (loaded.GroupOf(5), loaded.GroupOf(6), loaded.GroupOf(7)));
        var vector = new float[D];
        loaded.GetVector(6, vector);
        Assert.Equal([0, 1, 0, 0, 0], vector);
        for (int at = 0; at < file.Length; at++)
        {
            byte[] corrupt = [.. file];
            corrupt[at] ^= 16;
            Assert.Throws<InvalidDataException>(() => GroupedVectorSet<TestCodec>.Load(new MemoryStream(file[..at])));
            Assert.Throws<InvalidDataException>(() => GroupedVectorSet<TestCodec>.Load(new MemoryStream(corrupt)));
        }
    }

    /// <summary>As many groups as a codec may declare: walking through the map, or asking every group for every id, would hold the tests up for minutes.</summary>
    [Fact]
    public void Many_groups_are_filled_in_one_go()
    {
        const int Many = 65_536;
        var codec = new TestCodec();
        using var set = new GroupedVectorSet<TestCodec>([.. Enumerable.Repeat(codec, Many)]);
        int[] map = [.. Enumerable.Range(0, Many).Select(static i => i * 31 % 300)];
        long[] ids = [.. Enumerable.Range(0, Many).Select(static i => (long)i)];
        float[] vectors = [.. Enumerable.Range(0, Many * D).Select(static i => (float)(i % 7))];
        set.AddRange(ids, vectors, map);
        Assert.Equal(Many, set.Count);
        var found = new long[Many];
        int count = set.Scores(new float[D], found, new float[Many], group: 7);
        Assert.Equal(ids.Where((_, i) => map[i] == 7), found[..count]);
    }

    [Fact]
    public void Each_group_learns_from_its_own_vectors()
    {
        float[] sample = [.. Enumerable.Range(0, 6 * D).Select(static i => (float)i)];
        using GroupedVectorSet<TestCodec> set = GroupedVectorSet<TestCodec>.Train(sample, [0, 1, 0, 1, 1, 0], 2);
        Assert.Equal(2, set.Groups);
        Assert.Equal(0, set.Count);
        var error = Assert.Throws<ArgumentException>(() => GroupedVectorSet<TestCodec>.Train(sample, [0, 2, 0, 2, 2, 0], 3));
        Assert.Contains("group 1 has none", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => GroupedVectorSet<TestCodec>.Train(sample, [0, 0, 0, 0, 0, 0], 0));
        Assert.Throws<ArgumentException>(() => GroupedVectorSet<TestCodec>.Train(sample, [0, 0], 1));
    }

    [Fact]
    public void A_range_that_fails_leaves_the_set_as_it_was()
    {
        (GroupedVectorSet<TestCodec> set, long[] ids, float[] _, int[] map) = Create(50);
        using (set)
        {
            float[] two = new float[2 * D];
            int other = (map[0] + 1) % Groups;
            Rejects("in group", () => set.AddRange([-1, ids[0]], two, [0, other]));
            Rejects("in group", () => set.Add(ids[0], two.AsSpan(0, D), other));
            Rejects("twice", () => set.AddRange([-1, -1], two, [0, 1]));
            Rejects("of vector 1 is 3", () => set.AddRange([-1, -2], two, [0, 3]));
            Rejects("Expected 2", () => set.AddRange([-1, -2], two, [0]));
            Rejects("Expected", () => set.AddRange([-1, -2], two.AsSpan(1), [0, 1]));
            Rejects("NaN", () => set.AddRange([-1, -2], [.. two[1..], float.NaN], [0, 1]));
            Assert.Throws<ArgumentOutOfRangeException>(() => set.Add(-1, two.AsSpan(0, D), 3));
            Assert.Throws<ArgumentOutOfRangeException>(() => set.Search(two.AsSpan(0, D), 1, group: -1));
            Assert.Throws<ArgumentOutOfRangeException>(() => set.Search(two.AsSpan(0, D), 0));
            Assert.Throws<KeyNotFoundException>(() => set.GetVector(-1, new float[D]));
            Assert.Equal(50, set.Count);
            Assert.Equal(-1, set.GroupOf(-1));

            // The second group fails when the first has been added.
            using var source = new CancellationTokenSource();
            TestCodec[] codecs = [new() { OnEncode = source.Cancel }, new()];
            using var cancelled = new GroupedVectorSet<TestCodec>(codecs);
            Assert.ThrowsAny<OperationCanceledException>(() => cancelled.AddRange([1, 2], two, [0, 1], cancellationToken: source.Token));
            Assert.Equal(0, cancelled.Count);

            Assert.True(set.Remove(ids[0]));
            Assert.False(set.Remove(ids[0]));
            set.Add(ids[0], two.AsSpan(0, D), other);
            Assert.Equal(other, set.GroupOf(ids[0]));
        }

        Assert.Throws<ObjectDisposedException>(() => set.Count);
        Assert.Throws<ArgumentException>(() => new GroupedVectorSet<TestCodec>([]));

        static void Rejects(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
