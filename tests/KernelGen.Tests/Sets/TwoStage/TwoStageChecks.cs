namespace KernelGen.Tests.Sets.TwoStage;

/// <summary>Checks of two-stage sets of codecs that are known only by their types.</summary>
internal interface ITwoStageChecks
{
    void Always();

    void LargeSets();

    void Probable();

    void Oversampled();

    void WrongBounds();

    void Calibrates();

    void Files();
}

/// <inheritdoc cref="ITwoStageChecks"/>
internal sealed class TwoStageChecks<TInner, TFine> : ITwoStageChecks
    where TInner : class, IVectorCodec<TInner>
    where TFine : class, IVectorCodec<TFine>
{
    private const int Rows = 2345;

    private static readonly int s_dimensions = TFine.Layout.Dimensions;
    private static readonly TwoStageOptions s_always = new() { Guarantee = Guarantee.Always };

    private readonly TFine _fine = TestCodecs.Create<TFine>(Clusters(new Random(1), 300));

    /// <summary>The searches that must give what the fine codes alone give, on sets of every kind.</summary>
    public void Always()
    {
        var random = new Random(2);
        foreach ((string name, float[] vectors, double norm) in Sets(random))
        {
            using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(vectors, norm: norm);
            using VectorSet<TFine> fine = CreateFine(vectors);
            float[] queries = [.. Clusters(random, 9), .. vectors[..(2 * s_dimensions)], .. new float[s_dimensions]];
            foreach (int k in new[] { 1, 10, (vectors.Length / s_dimensions) + 5 })
            {
                Hit[][] expected = [.. queries.Chunk(s_dimensions).Select(query => fine.Search(query, k))];
                foreach (int parallelism in k == 10 ? new[] { 1, 3 } : [1])
                {
                    TwoStageResult[] results = set.SearchBatch(queries, k, s_always, parallelism: parallelism);
                    for (int q = 0; q < expected.Length; q++)
                    {
                        Assert.True(expected[q].SequenceEqual(results[q].Hits), $"{name}, k = {k}, query {q}, {parallelism} threads");
                        Assert.InRange(results[q].RescoredRows, expected[q].Length, set.Count);
                    }
                }

                Assert.Equal(expected[3], set.Search(queries.AsSpan(3 * s_dimensions, s_dimensions), k, s_always).Hits);
            }

            IdFilter filter = IdFilter.Where(id => id % 7 == 3);
            Hit[] filtered = fine.Search(queries.AsSpan(0, s_dimensions), 40, filter);
            Assert.Equal(filtered, set.Search(queries.AsSpan(0, s_dimensions), 40, s_always, filter).Hits);
            float minimum = filtered[20].Score;
            Assert.Equal(
                fine.Search(queries.AsSpan(0, s_dimensions), 40, filter, minimum),
                set.Search(queries.AsSpan(0, s_dimensions), 40, s_always, filter, minimum).Hits);
        }
    }

    /// <summary>More rows than bounds are kept of at once: a pass per segment.</summary>
    public void LargeSets()
    {
        const int rows = 140_000;
        const int queryCount = 16;
        Assert.True(rows > BoundsPass<BoundedCodec<TInner>>.MaximumBlocks(queryCount) * TInner.Layout.BlockRows, "One segment would do.");
        var random = new Random(7);
        float[] vectors = Clusters(random, rows);
        float[] queries = Clusters(random, queryCount);
        using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(vectors);
        using VectorSet<TFine> fine = CreateFine(vectors);
        Hit[][] expected = fine.SearchBatch(queries, 10);
        foreach (int parallelism in new[] { 1, 2 })
        {
            Assert.Equal(expected, set.SearchBatch(queries, 10, s_always, parallelism: parallelism).Select(static result => result.Hits));
        }

        // A filter that hardly anything passes leaves collectors half empty until the end.
        IdFilter filter = IdFilter.Where(static id => id % 20_011 == 5);
        Assert.Equal(fine.SearchBatch(queries, 10, filter), set.SearchBatch(queries, 10, s_always, filter).Select(static result => result.Hits));
    }

    /// <summary>Nearly all results are right, with less work than certainty takes.</summary>
    public void Probable()
    {
        var random = new Random(3);
        float[] vectors = Clusters(random, Rows);
        float[] queries = Clusters(random, 300);
        using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(vectors);
        using VectorSet<TFine> fine = CreateFine(vectors);
        TwoStageResult[] probable = set.SearchBatch(queries, 10, new() { Guarantee = Guarantee.Probable });
        TwoStageResult[] always = set.SearchBatch(queries, 10, s_always);
        TwoStageResult[] careless = set.SearchBatch(queries, 10, new() { Guarantee = Guarantee.Probable, Confidence = 0.5 });
        int right = queries.Chunk(s_dimensions).Zip(probable, (query, result) => fine.Search(query, 10).SequenceEqual(result.Hits)).Count(static same => same);
        Assert.InRange(right, probable.Length - 1, probable.Length);
        Assert.True(Rescored(careless) < Rescored(probable) && Rescored(probable) < Rescored(always), "The less is promised, the less is rescored.");
        Assert.True(Rescored(always) < (long)Rows * always.Length, "Bounds exclude something.");
    }

    /// <summary>What a fixed number of rows gives: the best of the rows that lead by their coarse codes.</summary>
    public void Oversampled()
    {
        var random = new Random(4);
        float[] vectors = Clusters(random, Rows);
        float[] queries = Clusters(random, 20);
        using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(vectors);
        using VectorSet<TFine> fine = CreateFine(vectors);
        using var coarse = new VectorSet<BoundedCodec<TInner>>(set.CoarseCodec);
        coarse.AddRange(Ids(Rows), [.. Ids(Rows).SelectMany(fine.GetVector)]);
        foreach (double oversample in new[] { 1, 1.25, 4, 1000 })
        {
            var options = new TwoStageOptions { Oversample = oversample };
            TwoStageResult[] results = set.SearchBatch(queries, 9, options, parallelism: 2);
            foreach ((float[] query, TwoStageResult result) in queries.Chunk(s_dimensions).Zip(results))
            {
                int rescored = (int)Math.Min(Rows, Math.Ceiling(9 * oversample));
                HashSet<long> leading = [.. coarse.Search(query, rescored).Select(static hit => hit.Id)];
                Assert.Equal(fine.Search(query, 9, IdFilter.Where(leading.Contains)), result.Hits);
                Assert.Equal(rescored, result.RescoredRows);
                Assert.Equal(result.Hits, set.Search(query, 9, options).Hits);
            }
        }

        set.Oversample = 3;
        Assert.Equal(27, set.Search(queries.AsSpan(0, s_dimensions), 9).RescoredRows);
        Assert.Equal(4 * 27, set.Search(queries.AsSpan(0, s_dimensions), 27, new() { Oversample = 4 }).RescoredRows);
    }

    /// <summary>Bounds that are too short lose hits: the checks above can fail.</summary>
    public void WrongBounds()
    {
        var random = new Random(2);
        float[] vectors = Clusters(random, Rows);
        float[] queries = Clusters(random, 100);
        using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(vectors, share: -0.5f);
        using VectorSet<TFine> fine = CreateFine(vectors);
        TwoStageResult[] results = set.SearchBatch(queries, 10, s_always);
        Assert.Contains(queries.Chunk(s_dimensions).Zip(results), pair => !fine.Search(pair.First, 10).SequenceEqual(pair.Second.Hits));
    }

    /// <summary>The least oversample that reaches a target is chosen, and what is reported holds.</summary>
    public void Calibrates()
    {
        var random = new Random(6);
        using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(Clusters(random, Rows));
        float[] queries = Clusters(random, 50);
        TwoStageResult[] right = set.SearchBatch(queries, 10, s_always);
        foreach (double target in new[] { 0.97, 1.0 })
        {
            TwoStageCalibration calibration = set.Calibrate(queries, 10, target, parallelism: 2);
            Assert.Equal(calibration.Oversample, set.Oversample);
            Assert.Equal((50, 10, (int)Math.Ceiling(10 * set.Oversample)), (calibration.Queries, calibration.K, calibration.RescoredRows));
            Assert.True(calibration.Oversample > 1, "Coarse codes alone do not do.");
            Assert.InRange(calibration.Recall, target, 1);
            Assert.Equal(calibration.Recall, Recall(set.Oversample), 1e-9);
            Assert.True(Recall(set.Oversample / Math.Pow(2, 0.25)) < target, "Less would not do.");
        }

        double Recall(double oversample) => set.SearchBatch(queries, 10, new() { Oversample = Math.Max(1, oversample) })
            .Zip(right, static (found, all) => all.Hits.Intersect(found.Hits).Count()).Sum() / 500.0;
    }

    public void Files()
    {
        var random = new Random(5);
        float[] vectors = Clusters(random, 777);
        float[] queries = Clusters(random, 10);
        using TwoStageSet<BoundedCodec<TInner>, TFine> set = Create(vectors);
        set.Remove(33);
        set.Oversample = 2.5;
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream stream = File.Create(path))
            {
                set.Save(stream);
            }

            using TwoStageSet<BoundedCodec<TInner>, TFine> opened = TwoStageSet<BoundedCodec<TInner>, TFine>.Open(path);
            using TwoStageSet<BoundedCodec<TInner>, TFine> trusted = TwoStageSet<BoundedCodec<TInner>, TFine>.Open(path, verify: false);
            using TwoStageSet<BoundedCodec<TInner>, TFine> loaded = TwoStageSet<BoundedCodec<TInner>, TFine>.Load(new MemoryStream(File.ReadAllBytes(path)));
            foreach (TwoStageSet<BoundedCodec<TInner>, TFine> other in new[] { opened, trusted, loaded })
            {
                Assert.Equal((set.Count, set.Oversample), (other.Count, other.Oversample));
                Assert.Equal(set.GetVector(700), other.GetVector(700));
                Assert.False(other.Contains(33));
                foreach (TwoStageOptions? options in new[] { null, s_always, new TwoStageOptions { Guarantee = Guarantee.Probable } })
                {
                    AssertEqual(set.SearchBatch(queries, 20, options), other.SearchBatch(queries, 20, options));
                }

                Assert.Equal(set.Calibrate(queries, 5), other.Calibrate(queries, 5, parallelism: 2));
                set.Oversample = 2.5;
                other.Oversample = 2.5;
                using var again = new MemoryStream();
                other.Save(again);
                Assert.Equal(File.ReadAllBytes(path), again.ToArray());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertEqual(TwoStageResult[] expected, TwoStageResult[] actual)
    {
        Assert.Equal(expected.Select(static result => result.RescoredRows), actual.Select(static result => result.RescoredRows));
        Assert.Equal(expected.SelectMany(static result => result.Hits), actual.SelectMany(static result => result.Hits));
    }

    private static int Rescored(TwoStageResult[] results) => results.Sum(static result => result.RescoredRows);

    private static long[] Ids(int count) => [.. Enumerable.Range(0, count).Select(static i => (long)i)];

    /// <summary>Vectors of norms about 1 around 12 centres.</summary>
    private static float[] Clusters(Random random, int count)
    {
        var centres = new Random(99);
        float[] centre = [.. Enumerable.Range(0, 12 * s_dimensions).Select(_ => Normal(centres))];
        var vectors = new float[count * s_dimensions];
        for (int i = 0; i < count; i++)
        {
            int from = random.Next(12) * s_dimensions;
            for (int d = 0; d < s_dimensions; d++)
            {
                vectors[(i * s_dimensions) + d] = (centre[from + d] + (0.7f * Normal(random))) / MathF.Sqrt(1.5f * s_dimensions);
            }
        }

        return vectors;
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>Sets that are easy and sets that are not, each with the greatest norm that bounds have to hold for.</summary>
    private static IEnumerable<(string Name, float[] Vectors, double Norm)> Sets(Random random)
    {
        int d = s_dimensions;
        yield return ("clusters", Clusters(random, Rows), 100);

        float[] odd = Clusters(random, 700);
        odd.AsSpan(3 * d, d).Clear();
        odd.AsSpan(4 * d, d).Clear();
        odd.AsSpan(5 * d, d).Fill(0.1f);
        odd.AsSpan(6 * d, d).Fill(1e-42f);
        odd.AsSpan(0, 2 * d).CopyTo(odd.AsSpan(100 * d));
        yield return ("zeros, constants, denormals, duplicates", odd, 100);

        float[] equal = new float[700 * d];
        for (int i = 0; i < 700; i++)
        {
            odd.AsSpan(i % 3 * d, d).CopyTo(equal.AsSpan(i * d));
        }

        yield return ("three vectors", equal, 100);

        float[] huge = Clusters(random, 700);
        huge[(20 * d) + 7] = 3e4f;
        huge[(21 * d) + 8] = -3e4f;
        yield return ("huge coordinates", huge, 1e5);

        float[] few = [.. Enumerable.Range(0, 700 * d).Select(_ => random.Next(-1, 2) / 4f)];
        yield return ("few values", few, 100);
    }

    private TwoStageSet<BoundedCodec<TInner>, TFine> Create(float[] vectors, float share = 1, double norm = 100)
    {
        TInner inner = TestCodecs.Create<TInner>(Clusters(new Random(1), 300));
        var set = new TwoStageSet<BoundedCodec<TInner>, TFine>(new BoundedCodec<TInner>(inner, share) { GreatestNorm = norm }, _fine);
        set.AddRange(Ids(vectors.Length / s_dimensions), vectors, parallelism: 2);
        return set;
    }

    private VectorSet<TFine> CreateFine(float[] vectors)
    {
        var set = new VectorSet<TFine>(_fine);
        set.AddRange(Ids(vectors.Length / s_dimensions), vectors);
        return set;
    }
}
