namespace KernelGen.Training.Tests;

public class KMeansWeightTests
{
    [Fact]
    public void One_centroid_is_the_weighted_mean()
    {
        float[] sample = [1, 10, 2, 20, 6, 60];
        var options = new KMeansOptions { PointWeights = new float[] { 1, 2, 1 } };
        KMeansResult result = KMeans.Train(sample, 2, 1, options);
        Assert.Equal([2.75f, 27.5f], result.Centroids);
        Assert.Equal(101 * (((1.75 * 1.75) + (2 * 0.75 * 0.75) + (3.25 * 3.25)) / 4), result.Error, 1e-9);
    }

    [Fact]
    public void One_centroid_is_the_mean_weighted_per_dimension()
    {
        float[] sample = [1, 10, 2, 20, 6, 60];
        var options = new KMeansOptions { DimensionWeights = new float[] { 1, 0, 2, 1, 1, 1 } };
        Assert.Equal([2.75f, 40f], KMeans.Train(sample, 2, 1, options).Centroids);
    }

    [Fact]
    public void Weight_two_is_a_point_twice()
    {
        // Well apart, so that both runs end in the same optimum whatever they draw first.
        float[] offsets = [0, 100, 200, 300];
        float[] sample = [.. Gaussian.Values(400, 20).Select((x, i) => x + offsets[i % 4])];
        float[] weights = [.. Enumerable.Range(0, 400).Select(i => i % 3 == 0 ? 2f : 1f)];
        float[] twice = [.. sample, .. sample.Where((_, i) => i % 3 == 0)];
        KMeansResult weighted = KMeans.Train(sample, 1, 4, new KMeansOptions { PointWeights = weights });
        KMeansResult repeated = KMeans.Train(twice, 1, 4);
        Assert.All(weighted.Centroids.Order().Zip(repeated.Centroids.Order()), x => Assert.Equal(x.First, x.Second, 1e-4f));
        Assert.Equal(repeated.Error, weighted.Error, 1e-4);
    }

    [Fact]
    public void Equal_weights_change_nothing()
    {
        float[] sample = Gaussian.Values(5000 * 3, 21);
        float[] expected = KMeans.Train(sample, 3, 32).Centroids;
        float[] equal = [.. Enumerable.Repeat(4f, 5000)];
        Assert.Equal(expected, KMeans.Train(sample, 3, 32, new KMeansOptions { PointWeights = equal }).Centroids);
    }

    [Fact]
    public void Heavy_dimensions_get_the_smaller_errors()
    {
        float[] sample = Gaussian.Values(20_000 * 2, 22);
        float[] weights = [.. Enumerable.Range(0, sample.Length).Select(i => i % 2 == 0 ? 100f : 1f)];
        KMeansResult result = KMeans.Train(sample, 2, 16, new KMeansOptions { DimensionWeights = weights });

        // The optimum of the sample stretched by 10 along the first dimension.
        float[] stretched = [.. sample.Select((x, i) => i % 2 == 0 ? 10 * x : x)];
        double expected = KMeans.Train(stretched, 2, 16).Error / 100;
        Assert.InRange(result.Error, 0.97 * expected, 1.03 * expected);
    }

    [Fact]
    public void Points_of_weight_zero_do_not_count()
    {
        float[] sample = [.. Gaussian.Values(1000, 23).Select((x, i) => i % 2 == 0 ? x : x + 1e6f)];
        float[] weights = [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 1f : 0f)];
        KMeansResult result = KMeans.Train(sample, 1, 8, new KMeansOptions { PointWeights = weights });
        Assert.All(result.Centroids, x => Assert.InRange(x, -5, 5));
        Assert.InRange(result.Error, 0.01, 0.06);
    }
}
