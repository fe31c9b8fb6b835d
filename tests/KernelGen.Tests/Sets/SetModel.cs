using Xunit;

namespace KernelGen.Tests.Sets;

/// <summary>What a set must do, in the plainest way: a dictionary, and sorting all scores.</summary>
internal sealed class SetModel
{
    public Dictionary<long, float[]> Vectors { get; } = [];

    public Hit[] Search(float[] query, int k, IdFilter? filter = null, float minimumScore = float.NegativeInfinity) =>
        [.. Vectors
            .Where(pair => filter is null || filter.Accepts(pair.Key))
            .Select(pair => new Hit(pair.Key, TestCodec.Score(query, pair.Value)))
            .Where(hit => hit.Score >= minimumScore)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id)
            .Take(k)];

    /// <summary>Vectors of few small integers, so that scores are exact and many of them equal.</summary>
    public static float[] RandomVectors(Random random, int count)
    {
        var values = new float[count * TestCodec.Dimensions];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Next(-3, 4);
        }

        return values;
    }

    /// <summary>A set and its model with the same random content; the ids are in no order, negative ones among them.</summary>
    public static (VectorSet<TestCodec> Set, SetModel Model) Create(int count, int seed)
    {
        var random = new Random(seed);
        var set = new VectorSet<TestCodec>(new TestCodec());
        var model = new SetModel();
        long[] ids = [.. Enumerable.Range(0, count).Select(i => ((long)i * 7919) - (3 * count))];
        random.Shuffle(ids);
        float[] vectors = RandomVectors(random, count);
        set.AddRange(ids, vectors);
        model.AddRange(ids, vectors);
        return (set, model);
    }

    public void AddRange(long[] ids, float[] vectors)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            Vectors.Add(ids[i], vectors[(i * TestCodec.Dimensions)..((i + 1) * TestCodec.Dimensions)]);
        }
    }

    /// <summary>Asserts that a set holds exactly the model's vectors.</summary>
    public void AssertEqual(VectorSet<TestCodec> set)
    {
        Assert.Equal(Vectors.Count, set.Count);
        foreach ((long id, float[] vector) in Vectors)
        {
            Assert.Equal(vector, set.GetVector(id));
        }

        float[] query = [1, -2, 3, 1, 2];
        Assert.Equal(Search(query, Vectors.Count + 1), set.Search(query, Vectors.Count + 1));
    }
}
