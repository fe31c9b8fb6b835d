using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Quality;

/// <summary>Codecs that <c>Train</c> made are at most 1 % worse than quantizers that FAISS trained: Data/README.md.</summary>
public class FaissComparisonTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.01;

    // As many seeds as recall needs, which varies by half a percent from seed to seed, and as time allows.
    [Fact]
    public void Sentence_embeddings() => Compare("figures.json", "use512wn", VectorPair.Own, seeds8: 1, seeds4: 4);

    [Fact]
    public void Word_vectors() => Compare("figures.json", "glove100", VectorPair.Own, seeds8: 5, seeds4: 10);

    [Fact]
    public void Images() => Compare("figures.json", "fmnist784", VectorPair.Own, seeds8: 2, seeds4: 5);

    [FullSetsFact]
    public void Full_sets()
    {
        foreach (string set in (string[])["use512wn", "glove100", "fmnist784", "sift128"])
        {
            Compare("full.json", set, name => VectorPair.In(FullSetsFactAttribute.Directory!, name), seeds8: 5, seeds4: 5);
        }
    }

    private void Compare(string figures, string set, Func<string, VectorPair> read, int seeds8, int seeds4)
    {
        FaissFigure[] expected = [.. FaissFigure.Read(figures).Where(figure => figure.Set == set)];
        switch (set)
        {
            case "use512wn":
                Compare<Use64x8, Use128x4>(expected, read(set), seeds8, seeds4);
                break;
            case "glove100":
                Compare<Glove20x8, Glove50x4>(expected, read(set), seeds8, seeds4);
                break;
            case "fmnist784":
                Compare<Fashion49x8, Fashion98x4>(expected, read(set), seeds8, seeds4);
                break;
            default:
                Compare<Sift16x8, Sift32x4>(expected, read(set), seeds8, seeds4);
                break;
        }
    }

    private void Compare<T8, T4>(FaissFigure[] figures, VectorPair vectors, int seeds8, int seeds4)
        where T8 : class, IVectorCodec<T8>
        where T4 : class, IVectorCodec<T4>
    {
        Assert.Equal(2, figures.Length);
        var quality = new QuantizerQuality(vectors, T8.Layout.Dimensions, T8.Layout.Metric);
        Compare<T8>(figures[0], quality, seeds8);
        Compare<T4>(figures[1], quality, seeds4);
    }

    private void Compare<TCodec>(FaissFigure faiss, QuantizerQuality quality, int seeds)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodebookShape shape = TCodec.Layout.Codebooks!.Value;
        Assert.Equal((faiss.Subspaces, faiss.Bits), (shape.Subspaces, shape.Bits));
        (double Error, double Recall)[] ours = [.. Enumerable.Range(1, seeds).Select(quality.Of<TCodec>)];
        (double error, double recall) = (ours.Average(our => our.Error), ours.Average(our => our.Recall));
        string text = $"{faiss.Set} {faiss.Subspaces}x{faiss.Bits}: "
            + $"error {error:G6} (FAISS {faiss.Error:G6} +- {faiss.ErrorDeviation}, {(error / faiss.Error) - 1:P2}), "
            + $"recall {recall:F4} (FAISS {faiss.Recall:F4} +- {faiss.RecallDeviation}, {(recall / faiss.Recall) - 1:P2})";
        output.WriteLine(text);
        Assert.True(error <= faiss.Error * (1 + Tolerance) && recall >= faiss.Recall * (1 - Tolerance), text);
    }
}
