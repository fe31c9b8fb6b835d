using System.Text.Json;
using KernelGen.Training.Tests.Quality;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Additive;

/// <summary>Residual codecs that <c>Train</c> made are at most 1 % worse than quantizers that FAISS trained: Data/README.md.</summary>
public class ResidualComparisonTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.01;

    private sealed record Figure(string Set, int Subspaces, int Stages, int Bits, double Error, double ErrorDeviation);

    [Fact]
    public void Word_vectors() => Compare<Glove1x6x6>("glove100", seeds: 3);

    [Fact]
    public void Word_vectors_in_subspaces() => Compare<Glove2x4x6>("glove100", seeds: 3);

    [Fact]
    public void Images() => Compare<Fashion1x4x6>("fmnist784", seeds: 1);

    [Fact]
    public void Sentence_embeddings() => Compare<Use1x4x6>("use512wn", seeds: 1);

    [Fact]
    public void A_beam_finds_better_codes_and_least_squares_better_codebooks()
    {
        float[] vectors = VectorPair.Own("glove100").Base;
        Glove1x6x6 residual = Glove1x6x6.Train(vectors);
        double beam = AdditiveError.Of(residual, vectors);
        double greedy = AdditiveError.Of(GloveGreedy.FromCodebooks(residual.Codebooks.Span), vectors);
        double additive = AdditiveError.Of(GloveAdditive.Train(vectors), vectors);
        output.WriteLine($"greedy {greedy:G6}, beam {beam:G6}, additive {additive:G6}");
        Assert.InRange(beam, 0, 0.995 * greedy);
        Assert.InRange(additive, 0, 0.98 * beam);
    }

    private void Compare<TCodec>(string set, int seeds)
        where TCodec : class, IVectorCodec<TCodec>
    {
        AdditiveShape shape = TCodec.Layout.AdditiveCodebooks!.Value;
        Figure faiss = JsonSerializer.Deserialize<Figure[]>(File.ReadAllText(VectorPair.PathOf("additive.json")), JsonSerializerOptions.Web)!
            .Single(figure => (figure.Set, figure.Subspaces, figure.Stages, figure.Bits) == (set, shape.Groups, shape.Stages, shape.Bits));
        float[] vectors = VectorPair.Own(set).Base;
        double error = Enumerable.Range(1, seeds)
            .Average(seed => AdditiveError.Of(TCodec.Train(vectors, new CodebookTrainingOptions { Seed = seed }), vectors));
        string text = $"{set} {shape.Groups} x {shape.Stages} x {shape.Bits}: error {error:G6} "
            + $"(FAISS {faiss.Error:G6} +- {faiss.ErrorDeviation}, {(error / faiss.Error) - 1:P2})";
        output.WriteLine(text);
        Assert.True(error <= faiss.Error * (1 + Tolerance), text);
    }
}
