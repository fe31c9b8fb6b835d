using KernelGen.Training.Tests.Quality;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Rotated;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(4, Zero = ZeroMode.Affine)]
internal sealed partial class AffineCosine4;

/// <summary>
/// Sentence embeddings to which a few dimensions were given that are 20 to 50 times greater than the others and vary no more, as those of some models
/// are: the range of a vector's values is theirs, so four bits between least and greatest value leave next to nothing for the others. Rotated codes do
/// not mind.
/// </summary>
public sealed class OutlierTests(ITestOutputHelper output)
{
    private const int Dimensions = 512;
    private const int Rows = 3000;
    private const int Queries = 200;
    private const int K = 10;

    /// <summary>Where they are, and how much greater than the root of the mean square of all others.</summary>
    private static readonly (int Dimension, float Factor)[] s_outliers = [(17, 20), (120, -35), (236, 50), (350, 27), (481, -42)];

    [Fact]
    public void One_rotated_bit_finds_more_than_four_plain_ones()
    {
        VectorPair plain = VectorPair.Own("use512wn");
        plain = new VectorPair(plain.Base[..(Rows * Dimensions)], plain.Queries[..(Queries * Dimensions)]);
        VectorPair outliers = new(WithOutliers(plain.Base, seed: 1), WithOutliers(plain.Queries, seed: 2));
        double[] without = Recall(plain);
        double[] with = Recall(outliers);
        string text = $"recall of int4, 1 and 4 rotated bits: {string.Join(", ", without.Select(static recall => $"{recall:F3}"))}; "
            + $"with outliers {string.Join(", ", with.Select(static recall => $"{recall:F3}"))}";
        output.WriteLine(text);

        // Without them four plain bits are the better codes.
        Assert.True(without[0] > without[1] + 0.1, text);
        Assert.True(with[1] > with[0] + 0.5, text);
        Assert.True(with[2] > with[1] + 0.1, text);
    }

    private static double[] Recall(VectorPair vectors)
    {
        var exact = new ExactScores(vectors, Dimensions, Metric.Cosine);
        return [Of<AffineCosine4>(), Of<UseCosine1>(), Of<UseCosine4>()];

        double Of<TCodec>()
            where TCodec : class, IVectorCodec<TCodec>
        {
            using var set = new VectorSet<TCodec>(TCodec.Train(vectors.Base));
            set.AddRange([.. Enumerable.Range(0, Rows).Select(static row => (long)row)], vectors.Base);
            return exact.Recall(set.SearchBatch(vectors.Queries, K), K);
        }
    }

    /// <summary>Outliers vary as much as the other values.</summary>
    private static float[] WithOutliers(float[] values, int seed)
    {
        float deviation = MathF.Sqrt(values.Average(static value => value * value));
        float[] noise = Gaussian.Values(values.Length / Dimensions * s_outliers.Length, seed);
        float[] result = [.. values];
        for (int i = 0; i < noise.Length; i++)
        {
            (int dimension, float factor) = s_outliers[i % s_outliers.Length];
            result[(i / s_outliers.Length * Dimensions) + dimension] = deviation * (factor + noise[i]);
        }

        return result;
    }
}
