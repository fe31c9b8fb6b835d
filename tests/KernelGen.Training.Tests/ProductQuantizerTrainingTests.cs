using KernelGen.Kernels;

namespace KernelGen.Training.Tests;

public class ProductQuantizerTrainingTests
{
    [Theory]
    [InlineData(8, 4, 4)]
    [InlineData(10, 4, 5)]
    [InlineData(7, 7, 3)]
    [InlineData(5, 1, 6)]
    [InlineData(5, 2, 8)]
    public void Subspaces_are_as_good_as_k_means_of_their_own(int dimensions, int subspaces, int bits)
    {
        var shape = new CodebookShape(dimensions, subspaces, bits);
        float[] sample = Gaussian.Values(4000 * dimensions, 30);
        float[] codebooks = ProductQuantizerTraining.Train(shape, false, sample);
        Assert.Equal(shape.Values, codebooks.Length);
        double expected = 0;
        for (int m = 0; m < subspaces; m++)
        {
            expected += KMeans.Train(sample, dimensions, shape.StartOf(m), shape.DimensionsOf(m), shape.Centroids).Error;
        }

        Assert.InRange(Distortion.Of(shape, sample, codebooks), 0.96 * expected, 1.04 * expected);
    }

    [Fact]
    public void Does_not_depend_on_the_number_of_threads()
    {
        var shape = new CodebookShape(11, 3, 5);
        float[] sample = Gaussian.Values(5000 * 11, 31);
        var options = new CodebookTrainingOptions { MaximumThreads = 1, MaximumPointsPerCentroid = 100, Iterations = 5 };
        float[] expected = ProductQuantizerTraining.Train(shape, true, sample, options);
        foreach (int threads in new[] { 0, 2, 8 })
        {
            Assert.Equal(expected, ProductQuantizerTraining.Train(shape, true, sample, options with { MaximumThreads = threads }));
        }
    }

    [Theory]
    [InlineData(4, 4, 0.01)]
    [InlineData(11, 4, 0.2)]
    public void Neighbouring_centroids_of_8_bits_are_close(int dimensions, int subspaces, double most)
    {
        const int neighbours = 4;
        var shape = new CodebookShape(dimensions, subspaces, 8);
        float[] codebooks = ProductQuantizerTraining.Train(shape, false, Gaussian.Values(4000 * dimensions, 34));
        for (int m = 0; m < subspaces; m++)
        {
            float[][] centroids = [.. codebooks.Skip(shape.CodebookOf(m)).Take(shape.Centroids * shape.DimensionsOf(m)).Chunk(shape.DimensionsOf(m))];
            double near = centroids.Chunk(neighbours).Average(Spread);
            Assert.InRange(near, 1e-9, most * Spread(centroids));
        }

        // The mean squared distance from the mean.
        static double Spread(float[][] points) => Enumerable.Range(0, points[0].Length).Sum(d =>
        {
            double mean = points.Average(point => (double)point[d]);
            return points.Average(point => (point[d] - mean) * (point[d] - mean));
        });
    }

    [Fact]
    public void Centroids_of_8_bits_may_be_equal()
    {
        var shape = new CodebookShape(3, 2, 8);
        float[] codebooks = ProductQuantizerTraining.Train(shape, false, [.. Enumerable.Repeat(3e38f, 300 * 3)]);
        Assert.All(codebooks, x => Assert.Equal(3e38f, x));
    }

    [Fact]
    public void Normalizes_as_encoders_do()
    {
        var shape = new CodebookShape(6, 3, 4);
        float[] sample = [.. Gaussian.Values(1000 * 6, 32).Select(x => 100 * x)];
        sample.AsSpan(0, 6).Clear();
        float[] unit = [.. sample];
        for (int i = 0; i < 1000; i++)
        {
            float factor = StripedSums.InverseNorm(sample.AsSpan(i * 6, 6));
            foreach (ref float value in unit.AsSpan(i * 6, 6))
            {
                value *= factor;
            }
        }

        float[] expected = ProductQuantizerTraining.Train(shape, false, unit);
        Assert.Equal(expected, ProductQuantizerTraining.Train(shape, true, sample));
    }

    [Fact]
    public void Takes_any_options()
    {
        var shape = new CodebookShape(4, 2, 3);
        float[] sample = Gaussian.Values(500 * 4, 33);
        float[] expected = ProductQuantizerTraining.Train(shape, false, sample);
        var progress = new ProgressList();
        Assert.Equal(expected, ProductQuantizerTraining.Train(shape, false, sample, new TrainingOptions { Progress = progress }));
        progress.AssertComplete();
        Assert.Equal(expected, ProductQuantizerTraining.Train(shape, false, sample, new KMeansOptions()));
        Assert.NotEqual(expected, ProductQuantizerTraining.Train(shape, false, sample, new KMeansOptions { Seed = 9 }));
    }

    [Fact]
    public void Weights_count_in_every_subspace()
    {
        var shape = new CodebookShape(4, 2, 1);
        float[] sample = Gaussian.Values(600 * 4, 34);
        float[] weights = [.. Enumerable.Range(0, 600).Select(i => i < 300 ? 1f : 0f)];
        var options = new CodebookTrainingOptions { PointWeights = weights, Iterations = 100 };
        float[] codebooks = ProductQuantizerTraining.Train(shape, false, sample, options);
        float[] half = ProductQuantizerTraining.Train(shape, false, sample.AsSpan(0, 1200), options with { PointWeights = default });
        Assert.Equal(
            Distortion.Of(shape, sample.AsSpan(0, 1200), half),
            Distortion.Of(shape, sample.AsSpan(0, 1200), codebooks),
            0.05);

        float[] perDimension = [.. weights.SelectMany(w => Enumerable.Repeat(w, 4))];
        options = options with { PointWeights = default, DimensionWeights = perDimension };
        Assert.Equal(
            Distortion.Of(shape, sample.AsSpan(0, 1200), half),
            Distortion.Of(shape, sample.AsSpan(0, 1200), ProductQuantizerTraining.Train(shape, false, sample, options)),
            0.05);
    }

    [Fact]
    public void Cancellation_stops_training()
    {
        foreach (int threads in new[] { 1, 2 })
        {
            using var source = new CancellationTokenSource();
            var options = new CodebookTrainingOptions
            {
                CancellationToken = source.Token,
                Progress = new ProgressList { OnReport = source.Cancel },
                MaximumThreads = threads,
            };
            float[] sample = Gaussian.Values(20_000, 35);
            Assert.ThrowsAny<OperationCanceledException>(
                () => ProductQuantizerTraining.Train(new CodebookShape(10, 5, 6), false, sample, options));
        }
    }
}
