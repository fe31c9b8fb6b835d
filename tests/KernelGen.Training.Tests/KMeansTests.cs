namespace KernelGen.Training.Tests;

public class KMeansTests
{
    /// <summary>
    /// The errors per dimension that k-means reaches on normal values, on points it has not seen (which are above the limit for
    /// an endless sample) and on those it has (below it).
    /// </summary>
    [Theory]
    [InlineData(2, 16, 50_000, 0.1093)]
    [InlineData(2, 256, 250_000, 0.00785)]
    [InlineData(4, 256, 400_000, 0.0968)]
    [InlineData(8, 256, 300_000, 0.3214)]
    public void Reaches_the_known_errors_of_normal_values(int dimensions, int clusters, int points, double expected)
    {
        float[] sample = Gaussian.Values(points * dimensions, 1);
        float[] unseen = Gaussian.Values(100_000 * dimensions, 2);
        KMeansResult result = KMeans.Train(
            sample, dimensions, clusters, new KMeansOptions { MaximumPointsPerCentroid = points, Iterations = 40 });
        double seenError = result.Error / dimensions;
        double unseenError = Distortion.Of(unseen, dimensions, result.Centroids) / dimensions;
        Assert.InRange(seenError, 0.985 * expected, 1.015 * expected);
        Assert.InRange(unseenError, 0.985 * expected, 1.015 * expected);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 5, 40)]
    [InlineData(3, 33, 500)]
    [InlineData(17, 100, 1003)]
    [InlineData(70, 31, 333)]
    public void Reports_the_error_of_its_centroids(int dimensions, int clusters, int points)
    {
        float[] sample = Gaussian.Values(points * dimensions, 3);
        KMeansResult result = KMeans.Train(sample, dimensions, clusters);
        Assert.Equal(clusters * dimensions, result.Centroids.Length);
        Assert.Equal(Distortion.Of(sample, dimensions, result.Centroids), result.Error, 1e-5 * (result.Error + 1e-6));
        Assert.InRange(result.Iterations, 1, 25);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Does_not_depend_on_the_number_of_threads(int batchSize)
    {
        float[] sample = Gaussian.Values(20_000 * 6, 4);
        var options = new KMeansOptions { MaximumThreads = 1, Iterations = 6, BatchSize = batchSize, MaximumPointsPerCentroid = 100 };
        KMeansResult one = KMeans.Train(sample, 6, 100, options);
        foreach (int threads in new[] { 0, 2, 3, 7 })
        {
            KMeansResult many = KMeans.Train(sample, 6, 100, options with { MaximumThreads = threads });
            Assert.Equal(one.Centroids, many.Centroids);
            Assert.Equal(one.Error, many.Error);
        }

        Assert.NotEqual(one.Centroids, KMeans.Train(sample, 6, 100, options with { Seed = 5 }).Centroids);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public void A_slice_equals_its_copy(int start, int dimensions)
    {
        float[] rows = Gaussian.Values(2000 * 8, 5);
        float[] weights = [.. Gaussian.Values(2000 * 8, 6).Select(Math.Abs)];
        var options = new KMeansOptions { MaximumPointsPerCentroid = 50 };
        float[] copy = Distortion.Slice(rows, 8, start, dimensions);
        KMeansResult slice = KMeans.Train(rows, 8, start, dimensions, 20, options);
        KMeansResult whole = KMeans.Train(copy, dimensions, 20, options);
        Assert.Equal(whole.Centroids, slice.Centroids);
        Assert.Equal(whole.Error, slice.Error);

        // Weights are scaled by their greatest, which is a value of the slice here.
        weights[start] = 10;
        slice = KMeans.Train(rows, 8, start, dimensions, 20, options with { DimensionWeights = weights });
        whole = KMeans.Train(
            copy, dimensions, 20, options with { DimensionWeights = Distortion.Slice(weights, 8, start, dimensions) });
        Assert.Equal(whole.Centroids, slice.Centroids);
    }

    [Fact]
    public void Leaves_the_sample_as_it_is()
    {
        float[] sample = [.. Gaussian.Values(500 * 3, 7).Select(x => x * 1e20f)];
        float[] before = [.. sample];
        KMeans.Train(sample, 3, 10);
        Assert.Equal(before, sample);
    }

    [Fact]
    public void Finds_separate_clusters()
    {
        float[] noise = Gaussian.Values(6000 * 2, 8);
        float[] sample = [.. noise.Select((x, i) => (0.01f * x) + ((i / 2 * 7) % 12 * ((i % 2) + 1)))];
        KMeansResult result = KMeans.Train(sample, 2, 12);
        Assert.InRange(result.Error, 1.8e-4, 2.2e-4);
    }

    /// <summary>Precision that a table of the centroids themselves, instead of their differences to the mean, would not
    /// have.</summary>
    [Fact]
    public void Data_far_from_the_origin_lose_little()
    {
        float[] near = Gaussian.Values(20_000 * 4, 9);
        float[] far = [.. near.Select(x => x + 1000)];
        double expected = KMeans.Train(near, 4, 64).Error;
        Assert.InRange(KMeans.Train(far, 4, 64).Error, 0.98 * expected, 1.02 * expected);
    }

    [Fact]
    public void Empty_clusters_take_a_part_of_the_largest()
    {
        // The first centroids come from 128 of the points, in which hardly one differs from 5: most of them are equal.
        float[] sample = [.. Enumerable.Range(0, 20_000).Select(i => i % 100 != 0 ? 5f : 10f * (1 + (i / 100 % 3)))];
        for (int seed = 0; seed < 10; seed++)
        {
            KMeansResult result = KMeans.Train(sample, 1, 4, new KMeansOptions { Seed = seed, MaximumPointsPerCentroid = 5000 });
            Assert.Equal([5f, 10f, 20f, 30f], result.Centroids.Order());
            Assert.Equal(0, result.Error);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(3.7f)]
    [InlineData(-1e30f)]
    [InlineData(1e-42f)]
    public void Constant_data_are_learned_exactly(float value)
    {
        float[] sample = [.. Enumerable.Repeat(value, 300)];
        KMeansResult result = KMeans.Train(sample, 3, 8);
        Assert.All(result.Centroids, x => Assert.Equal(value, x));
        Assert.Equal(0, result.Error);
    }

    [Fact]
    public void Fewer_different_points_than_centroids_are_learned_exactly()
    {
        float[] different = Gaussian.Values(5 * 4, 10);
        float[] sample = [.. Enumerable.Range(0, 1000).SelectMany(i => different[(i % 5 * 4)..((i % 5 * 4) + 4)])];
        KMeansResult result = KMeans.Train(sample, 4, 16);
        Assert.InRange(result.Error, 0, 1e-12);
        Assert.All(result.Centroids, x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void As_many_centroids_as_points_are_the_points()
    {
        float[] sample = Gaussian.Values(32 * 3, 11);
        Assert.Equal(0, KMeans.Train(sample, 3, 32).Error);
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(3e38f)]
    [InlineData(1e-25f)]
    [InlineData(1e-37f)]
    public void Magnitudes_do_not_matter(float magnitude)
    {
        float[] plain = [.. Gaussian.Values(3000 * 3, 12).Select(x => Math.Clamp(x, -1, 1))];
        float[] scaled = [.. plain.Select(x => x * magnitude)];
        double expected = KMeans.Train(plain, 3, 20).Error;
        KMeansResult result = KMeans.Train(scaled, 3, 20);
        Assert.All(result.Centroids, x => Assert.True(float.IsFinite(x)));
        Assert.InRange(result.Error / magnitude / magnitude, 0.93 * expected, 1.07 * expected);
    }

    [Fact]
    public void Adversarial_values_give_finite_centroids()
    {
        float[] extremes =
            [0, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, -float.MaxValue, 1e30f, -1e-30f, 1, 1.0000001f, 3e-39f];
        var random = new Random(13);
        for (int round = 0; round < 60; round++)
        {
            int dimensions = random.Next(1, 9);
            int points = random.Next(20, 200);
            float[] sample = [.. Enumerable.Range(0, points * dimensions).Select(_ => extremes[random.Next(extremes.Length)])];
            KMeansOptions options = new() { Seed = round, Iterations = 8, BatchSize = round % 3 == 0 ? 16 : 0 };
            options = options with { DimensionWeights = round % 2 == 0 ? [] : sample.Select(Math.Abs).ToArray() };
            KMeansResult result = KMeans.Train(sample, dimensions, random.Next(1, 20), options);
            Assert.All(result.Centroids, x => Assert.True(float.IsFinite(x), $"round {round}: {x}"));
            Assert.False(double.IsNaN(result.Error));
        }
    }

    [Fact]
    public void Batches_come_near_to_all_points()
    {
        float[] sample = Gaussian.Values(100_000 * 4, 14);
        double expected = KMeans.Train(sample, 4, 32).Error;
        KMeansResult result = KMeans.Train(sample, 4, 32, new KMeansOptions { BatchSize = 2000, Iterations = 80 });
        Assert.Equal(80, result.Iterations);
        Assert.InRange(Distortion.Of(sample, 4, result.Centroids), 0.97 * expected, 1.06 * expected);
    }

    [Fact]
    public void Stops_when_nothing_changes()
    {
        var progress = new ProgressList();
        KMeansResult result = KMeans.Train([0, 1, 10, 11], 1, 2, new KMeansOptions { Iterations = 500, Progress = progress });
        Assert.InRange(result.Iterations, 1, 5);
        Assert.Equal([0.5f, 10.5f], result.Centroids.Order());
        progress.AssertComplete();
    }

    [Fact]
    public void Cancellation_stops_training()
    {
        foreach (int threads in new[] { 1, 2 })
        {
            using var source = new CancellationTokenSource();
            var progress = new ProgressList { OnReport = source.Cancel };
            var options = new KMeansOptions { CancellationToken = source.Token, Progress = progress, MaximumThreads = threads };
            float[] sample = Gaussian.Values(20_000, 15);
            Assert.ThrowsAny<OperationCanceledException>(() => KMeans.Train(sample, 2, 100, options));
            Assert.Single(progress.Shares);
            Assert.ThrowsAny<OperationCanceledException>(() => KMeans.Train(sample, 2, 100, options));
        }
    }
}
