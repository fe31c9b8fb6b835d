using KernelGen.Training.Tests.Quality;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Planes;

/// <summary>What two and four planes find in real vectors, queries being codes as well: Data/README.md.</summary>
public sealed class PlanesRecallTests(ITestOutputHelper output)
{
    private const int K = 10;

    /// <summary>The least recall of the 10 best with 2 and 4 planes; measured were 0.006 to 0.007 more.</summary>
    public static TheoryData<string, double, double> Shipped => new()
    {
        { "use512wn", 0.833, 0.928 },
        { "glove100", 0.596, 0.862 },
        { "fmnist784", 0.850, 0.954 },
    };

    /// <summary>The same of whole sets.</summary>
    private static (string Set, double Two, double Four)[] Full =>
    [
        ("use512wn", 0.832, 0.928),
        ("glove100", 0.576, 0.856),
        ("fmnist784", 0.843, 0.954),
        ("minilm384sap", 0.804, 0.937),
        ("sift128", 0.675, 0.896),
    ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Recall_stays(string set, double two, double four) => Check(set, two, four, VectorPair.Own(set));

    [FullSetsFact]
    public void Recall_of_whole_sets_stays() => Assert.All(
        Full, floors => Check(floors.Set, floors.Two, floors.Four, VectorPair.In(FullSetsFactAttribute.Directory!, floors.Set)));

    private void Check(string set, double two, double four, VectorPair vectors)
    {
        (double found2, double found4) = set switch
        {
            "use512wn" => Measure<UsePlanes2, UsePlanes4>(vectors),
            "glove100" => Measure<GlovePlanes2, GlovePlanes4>(vectors),
            "fmnist784" => Measure<FashionPlanes2, FashionPlanes4>(vectors),
            "minilm384sap" => Measure<MiniLmPlanes2, MiniLmPlanes4>(vectors),
            "sift128" => Measure<SiftPlanes2, SiftPlanes4>(vectors),
            _ => throw new ArgumentOutOfRangeException(nameof(set), set, "No codecs."),
        };
        string text = $"{set}: recall {found2:F4} with 2 planes, {found4:F4} with 4";
        output.WriteLine(text);
        Assert.True(found2 >= two && found4 >= four, text);
    }

    private static (double Two, double Four) Measure<T2, T4>(VectorPair vectors)
        where T2 : class, IVectorCodec<T2>
        where T4 : class, IVectorCodec<T4>
    {
        var exact = new ExactScores(vectors, T2.Layout.Dimensions, T2.Layout.Metric);
        return (Recall<T2>(vectors, exact), Recall<T4>(vectors, exact));
    }

    private static double Recall<TCodec>(VectorPair vectors, ExactScores exact)
        where TCodec : class, IVectorCodec<TCodec>
    {
        (float[] rows, float[] queries) = vectors;
        using var set = new VectorSet<TCodec>(TCodec.Train(rows));
        set.AddRange([.. Enumerable.Range(0, rows.Length / TCodec.Layout.Dimensions).Select(static row => (long)row)], rows);
        return exact.Recall(set.SearchBatch(queries, K), K);
    }
}
