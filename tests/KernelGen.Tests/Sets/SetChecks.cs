using KernelGen.Reference;

namespace KernelGen.Tests.Sets;

/// <summary>Compares sets of a codec, known only by its type, with the model.</summary>
internal interface ISetChecks
{
    void Changes();

    void Searches();

    void Filters();

    void Lengths();

    void Files();

    void Allocations();

    void Approximations();
}

/// <inheritdoc cref="ISetChecks"/>
internal sealed class SetChecks<TCodec> : ISetChecks
    where TCodec : class, IVectorCodec<TCodec>
{
    // Several blocks of 1024 rows, and enough for several of the steps that threads take.
    private const int Rows = 12_345;
    private const int Seed = 4711;

    private static readonly int[] s_parallelism = [1, 2];

    private readonly TCodec _codec = TestCodecs.Create<TCodec>(SetModel<TCodec>.RandomVectors(new Random(Seed), 100));
    private readonly float[][] _queries =
        [.. SetModel<TCodec>.RandomVectors(new Random(Seed + 1), 7).Chunk(TCodec.Layout.Dimensions)];

    public void Changes()
    {
        var model = new SetModel<TCodec>(_codec);
        using VectorSet<TCodec> set = model.CreateSet(2 * TCodec.Layout.BlockRows, Seed);
        var random = new Random(Seed);
        for (int step = 0; step < 1200; step++)
        {
            model.ChangeAtRandom(set, random);
            if (step % 400 == 0)
            {
                model.AssertEqual(set);
            }
        }

        model.AssertEqual(set);
    }

    public void Searches()
    {
        var model = new SetModel<TCodec>(_codec);
        using VectorSet<TCodec> set = model.CreateSet(Rows, Seed);
        Hit[][] scores = Array.ConvertAll(_queries, model.Scores);
        foreach (int k in new[] { 1, 10, Rows + 1 })
        {
            Hit[][] expected = Array.ConvertAll(scores, all => Best(all, k));
            foreach (int parallelism in s_parallelism)
            {
                Assert.Equal(expected[0], set.Search(_queries[0], k, parallelism: parallelism));
                var hits = new Hit[Math.Min(k, Rows)];
                Assert.Equal(hits.Length, set.Search(_queries[0], hits, parallelism: parallelism));
                Assert.Equal(expected[0], hits);
                Assert.Equal(expected, set.SearchBatch([.. _queries.SelectMany(q => q)], k, parallelism: parallelism));
            }
        }

        // The hundred best are cut where scores are equal; and the same bound is met exactly as a minimum.
        Hit[] best = Best(scores[0], Rows);
        int tie = Enumerable.Range(100, Rows).First(i => best[i - 1].Score == best[i].Score);
        Assert.Equal(best[..tie], set.Search(_queries[0], tie));
        Assert.Equal(best.Where(hit => hit.Score >= best[tie].Score), set.Search(_queries[0], Rows, minimumScore: best[tie].Score));

        var ids = new long[Rows];
        var all = new float[Rows];
        Assert.Equal(Rows, set.Scores(_queries[0], ids, all));
        Assert.Equal(scores[0], ids.Zip(all, (id, score) => new Hit(id, score)));
        Assert.Equal(scores[0][5], new Hit(ids[5], set.Score(ids[5], _queries[0])));
    }

    public void Filters()
    {
        var model = new SetModel<TCodec>(_codec);
        using VectorSet<TCodec> set = model.CreateSet(Rows, Seed);
        Hit[] best = Best(model.Scores(_queries[0]), Rows);

        // The worst of all, which a search must not have given up on; the other filters let 0 to 1/2 pass. Bitmaps hold no
        // negative ids.
        HashSet<long> worst = [.. best[^12..].Select(hit => hit.Id).Where(id => id >= 0)];
        HashSet<long> others = [.. best[..^12].Select(hit => hit.Id).Where(id => id >= 0)];
        Func<long, bool>[] predicates = [id => id == best[^1].Id, id => id % 1000 == 3, id => id % 2 == 0, _ => false];
        (IdFilter Filter, Func<long, bool> Accepts)[] filters =
        [
            (IdFilter.In(new IdBitmap(worst)), worst.Contains),
            (IdFilter.NotIn(new IdBitmap(others)), id => !others.Contains(id)),
            .. predicates.Select(predicate => (IdFilter.Where(predicate), predicate)),
        ];
        foreach ((IdFilter filter, Func<long, bool> accepts) in filters)
        {
            Hit[] expected = [.. best.Where(hit => accepts(hit.Id)).Take(20)];
            foreach (int parallelism in s_parallelism)
            {
                Assert.Equal(expected, set.Search(_queries[0], 20, filter, parallelism: parallelism));
                Assert.Equal([expected], set.SearchBatch(_queries[0], 20, filter, parallelism: parallelism));
            }
        }
    }

    /// <summary>Sets that end around the ends of groups of rows and of the greatest blocks, after rows were removed.</summary>
    public void Lengths()
    {
        float[] queries = [.. _queries[..2].SelectMany(q => q)];
        foreach (int count in new[] { 0, 1, 31, 32, 33, 63, 64, 65, 100, 8191, 8192, 8193 })
        {
            const int removed = 3;
            var model = new SetModel<TCodec>(_codec);
            using VectorSet<TCodec> set = model.CreateSet(count + removed, Seed + count);
            foreach (long id in model.Vectors.Keys.Skip(count / 2).Take(removed).ToArray())
            {
                Assert.True(set.Remove(id) && model.Vectors.Remove(id));
            }

            Hit[][] scores = Array.ConvertAll(_queries[..2], model.Scores);
            foreach (int k in new[] { 1, 10, 40, (count / 2) + 1 })
            {
                Hit[][] expected = Array.ConvertAll(scores, all => Best(all, k));
                Assert.Equal(expected[0], set.Search(_queries[0], k));
                Assert.Equal(expected, set.SearchBatch(queries, k));
                Assert.Equal(
                    Best([.. scores[0].Where(hit => hit.Id % 2 == 0)], k),
                    set.Search(_queries[0], k, IdFilter.Where(id => id % 2 == 0)));
            }
        }
    }

    public void Files()
    {
        var model = new SetModel<TCodec>(_codec);
        using VectorSet<TCodec> set = model.CreateSet((2 * TCodec.Layout.BlockRows) + 77, Seed);
        using var stream = new MemoryStream();
        set.Save(stream);
        stream.Position = 0;
        using VectorSet<TCodec> loaded = VectorSet<TCodec>.Load(stream);
        model.AssertEqual(loaded);
        model.ChangeAtRandom(loaded, new Random(Seed));
        model.AssertEqual(loaded);
    }

    /// <summary>A set that scores approximately finds what sorting the codec's approximate scores finds.</summary>
    public void Approximations()
    {
        using VectorSet<TCodec> set = new SetModel<TCodec>(_codec).CreateSet(Rows, Seed);
        set.Scoring = Scoring.Approximate;
        var ids = new long[Rows];
        var scores = new float[Rows];
        Hit[][] expected = [.. _queries.Select(query =>
        {
            set.Scores(query, ids, scores);
            return Best([.. ids.Zip(scores, (id, score) => new Hit(id, score))], 50);
        })];
        bool isApproximate = TCodec.Layout.Codebooks is { Bits: 4 };
        set.Scoring = Scoring.Exact;
        set.Scores(_queries[^1], ids, scores);
        Assert.Equal(isApproximate, !expected[^1].SequenceEqual(Best([.. ids.Zip(scores, (id, score) => new Hit(id, score))], 50)));

        set.Scoring = Scoring.Approximate;
        foreach (int parallelism in s_parallelism)
        {
            Assert.Equal(expected[0], set.Search(_queries[0], 50, parallelism: parallelism));
            Assert.Equal(expected, set.SearchBatch([.. _queries.SelectMany(q => q)], 50, parallelism: parallelism));
            Assert.Equal(expected[1][..7], set.Search(_queries[1], 7, IdFilter.Where(id => id >= long.MinValue), expected[1][6].Score, parallelism: parallelism));
        }

        Assert.Throws<ArgumentOutOfRangeException>("value", () => set.Scoring = (Scoring)2);
        Assert.Equal(Scoring.Approximate, set.Scoring);
    }

    public void Allocations()
    {
        using VectorSet<TCodec> set = new SetModel<TCodec>(_codec).CreateSet(Rows, Seed);
        IdFilter filter = IdFilter.Where(id => id % 2 == 0);
        var hits = new Hit[100];
        Assert.Equal(0, Sets.Allocations.LeastOf20(() =>
        {
            set.Search(_queries[0], hits);
            set.Search(_queries[1], hits, filter, minimumScore: -1e9f);
        }));
        Assert.NotEqual(0, Sets.Allocations.LeastOf20(() => set.Search(_queries[0], hits.Length)));
    }

    private static Hit[] Best(Hit[] scores, int k) => ReferenceCodec.Search(scores, k);
}
