using System.Runtime.InteropServices;

namespace KernelGen.Tests.Sets;

/// <summary>
/// What a set must do, in the plainest way: a dictionary, and sorting the scores that the scalar kernels give each vector alone.
/// </summary>
internal class SetModel<TCodec>(TCodec codec)
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly byte[] _prepared = new byte[TCodec.Layout.QueryBytes];
    private readonly byte[] _block = new byte[TCodec.Layout.BlockBytes];

    public Dictionary<long, float[]> Vectors { get; } = [];

    public Hit[] Search(float[] query, int k, IdFilter? filter = null, float minimumScore = float.NegativeInfinity) =>
        [.. Scores(query)
            .Where(hit => (filter is null || filter.Accepts(hit.Id)) && hit.Score >= minimumScore)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id)
            .Take(k)];

    /// <summary>All vectors with their scores.</summary>
    public Hit[] Scores(float[] query)
    {
        codec.Prepare(query, _prepared, CpuTier.Scalar);
        return [.. Vectors.Select(pair => new Hit(pair.Key, PreparedScore(pair.Value)))];
    }

    /// <summary>
    /// Vectors of few multiples of 1/2, so that scores are exact in any order of summation (also where a scale is the greatest of
    /// them divided by 2^n or by 448), and many of them equal: every third one repeats another.
    /// </summary>
    public static float[] RandomVectors(Random random, int count)
    {
        int d = TCodec.Layout.Dimensions;
        var values = new float[count * d];
        for (int row = 0; row < count; row++)
        {
            Span<float> vector = values.AsSpan(row * d, d);
            if (row % 3 == 2)
            {
                values.AsSpan(random.Next(row) * d, d).CopyTo(vector);
                continue;
            }

            foreach (ref float value in vector)
            {
                value = random.Next(-7, 8) / 2f;
            }
        }

        return values;
    }

    /// <summary>Fills a new set and this model with random content; the ids are in no order, negative ones among them.</summary>
    public VectorSet<TCodec> CreateSet(int count, int seed)
    {
        var random = new Random(seed);
        var set = new VectorSet<TCodec>(codec);
        long[] ids = [.. Enumerable.Range(0, count).Select(i => ((long)i * 7919) - (3 * count))];
        random.Shuffle(ids);
        float[] vectors = RandomVectors(random, count);
        set.AddRange(ids, vectors);
        AddRange(ids, vectors);
        return set;
    }

    public void AddRange(long[] ids, float[] vectors)
    {
        foreach ((long id, float[] vector) in ids.Zip(vectors.Chunk(TCodec.Layout.Dimensions)))
        {
            Vectors.Add(id, vector);
        }
    }

    /// <summary>Adds, replaces or removes a vector in the set and in this model.</summary>
    public void ChangeAtRandom(VectorSet<TCodec> set, Random random)
    {
        bool isKnown = Vectors.Count > 0 && random.Next(2) == 0;
        long id = isKnown ? Vectors.Keys.ElementAt(random.Next(Vectors.Count)) : random.Next(200);
        float[] vector = RandomVectors(random, 1);
        Assert.Equal(Vectors.ContainsKey(id), set.Contains(id));
        switch (random.Next(4))
        {
            case 0:
                Assert.Equal(Vectors.Remove(id), set.Remove(id));
                break;
            case 1 when Vectors.ContainsKey(id):
                set.Replace(id, vector);
                Vectors[id] = vector;
                break;
            default:
                if (Vectors.TryAdd(id, vector))
                {
                    set.Add(id, vector);
                }

                break;
        }
    }

    /// <summary>Asserts that a set holds exactly the model's vectors.</summary>
    public void AssertEqual(VectorSet<TCodec> set)
    {
        Assert.Equal(Vectors.Count, set.Count);
        var decoded = new float[TCodec.Layout.Dimensions];
        foreach ((long id, float[] vector) in Vectors)
        {
            codec.Decode(CodeOf(vector), decoded, CpuTier.Scalar);
            Assert.Equal(decoded, set.GetVector(id));
        }

        float[] query = RandomVectors(new Random(1), 1);
        Assert.Equal(Search(query, Vectors.Count + 1), set.Search(query, Vectors.Count + 1));
    }

    private byte[] CodeOf(float[] vector)
    {
        var code = new byte[TCodec.Layout.CodeBytes];
        codec.Encode(vector, code, CpuTier.Scalar);
        return code;
    }

    private float PreparedScore(float[] vector)
    {
        float score = 0;
        codec.Pack(CodeOf(vector), _block, 0);
        codec.Scan(_prepared, _block, 0, 1, MemoryMarshal.CreateSpan(ref score, 1), CpuTier.Scalar);
        return score;
    }
}

/// <summary>The model of a set of <see cref="TestCodec"/>.</summary>
internal sealed class SetModel() : SetModel<TestCodec>(new TestCodec())
{
    /// <summary>A set and its model with the same random content.</summary>
    public static (VectorSet<TestCodec> Set, SetModel Model) Create(int count, int seed)
    {
        var model = new SetModel();
        return (model.CreateSet(count, seed), model);
    }
}
