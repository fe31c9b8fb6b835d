namespace KernelGen.Training.Tests;

/// <summary>Errors name the argument, what was expected and what came.</summary>
public class ArgumentTests
{
    private static void Throws<TException>(string parameter, string[] words, Action action)
        where TException : ArgumentException
    {
        TException exception = Assert.Throws<TException>(action);
        Assert.Equal(parameter, exception.ParamName);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Fewer_points_than_clusters() =>
        Throws<ArgumentException>("points", ["256", "255"], () => KMeans.Train(new float[510], 2, 256));

    [Fact]
    public void A_part_of_a_point() =>
        Throws<ArgumentException>("points", ["multiple of 3", "10"], () => KMeans.Train(new float[10], 3, 2));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_not_finite(float value) =>
        Throws<ArgumentException>("points", ["vector 1", "dimension 2"], () => KMeans.Train([0, 0, 0, 0, 0, value], 3, 2));

    [Fact]
    public void Slices_outside_the_rows()
    {
        Throws<ArgumentOutOfRangeException>("start", ["4"], () => KMeans.Train(new float[40], 4, 4, 1, 2));
        Throws<ArgumentOutOfRangeException>("dimensions", ["1 to 3"], () => KMeans.Train(new float[40], 4, 1, 4, 2));
        Throws<ArgumentOutOfRangeException>("dimensions", ["0"], () => KMeans.Train(new float[40], 4, 1, 0, 2));
        Throws<ArgumentException>("rows", ["multiple of 4"], () => KMeans.Train(new float[41], 4, 0, 2, 2));
    }

    [Fact]
    public void Numbers_out_of_range()
    {
        float[] points = new float[40];
        Throws<ArgumentOutOfRangeException>("dimensions", [], () => KMeans.Train(points, 0, 2));
        Throws<ArgumentOutOfRangeException>("clusters", [], () => KMeans.Train(points, 2, 0));
        Options("Iterations", new() { Iterations = 0 });
        Options("MaximumPointsPerCentroid", new() { MaximumPointsPerCentroid = 0 });
        Options("BatchSize", new() { BatchSize = -1 });
        Options("MaximumThreads", new() { MaximumThreads = -1 });
        void Options(string name, KMeansOptions options) =>
            Throws<ArgumentOutOfRangeException>("options", [name], () => KMeans.Train(points, 2, 2, options));
    }

    [Fact]
    public void Wrong_weights()
    {
        Weights(["20 PointWeights", "19"], new() { PointWeights = new float[19] });
        Weights(["40 DimensionWeights", "20"], new() { DimensionWeights = new float[20] });
        Weights(["PointWeights above 0"], new() { PointWeights = new float[20] });
        Weights(["number 3", "-1"], new() { PointWeights = Enumerable.Range(0, 20).Select(i => i == 3 ? -1f : 1).ToArray() });
        Weights(["number 0", "NaN"], new() { PointWeights = Enumerable.Repeat(float.NaN, 20).ToArray() });
        static void Weights(string[] words, KMeansOptions options) =>
            Throws<ArgumentException>("options", words, () => KMeans.Train(new float[40], 2, 2, options));
    }

    [Fact]
    public void Samples_of_product_quantizers()
    {
        var shape = new CodebookShape(4, 2, 4);
        Throws<ArgumentException>("sample", ["16", "15"], () => ProductQuantizerTraining.Train(shape, false, new float[60]));
        Throws<ArgumentException>("sample", ["multiple of 4"], () => ProductQuantizerTraining.Train(shape, false, new float[65]));
    }
}
