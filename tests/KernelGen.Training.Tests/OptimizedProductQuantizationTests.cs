using KernelGen.Kernels;

namespace KernelGen.Training.Tests;

public class OptimizedProductQuantizationTests
{
    private static float[] Rotate(float[] rotation, ReadOnlySpan<float> vectors, int dimensions)
    {
        var rotated = new float[vectors.Length];
        for (int i = 0; i < vectors.Length; i++)
        {
            ReadOnlySpan<float> row = rotation.AsSpan(i % dimensions * dimensions, dimensions);
            rotated[i] = (float)StripedSums.Products(row, vectors.Slice(i / dimensions * dimensions, dimensions));
        }

        return rotated;
    }

    [Theory]
    [InlineData(16, 4, 4)]
    [InlineData(18, 4, 5)]
    [InlineData(33, 8, 4)]
    public void Lowers_the_error_of_correlated_data(int dimensions, int subspaces, int bits)
    {
        var shape = new CodebookShape(dimensions, subspaces, bits);
        float[] sample = Gaussian.Correlated(4000, dimensions, 50);
        ReadOnlySpan<float> unseen = sample.AsSpan(3000 * dimensions);
        ReadOnlySpan<float> seen = sample.AsSpan(0, 3000 * dimensions);
        OptimizedProductCodebooks result = OptimizedProductQuantization.Train(shape, false, seen);
        Orthogonality.Check(result.Rotation, dimensions, 1e-5);
        double plain = Distortion.Of(shape, unseen, ProductQuantizerTraining.Train(shape, false, seen));
        double optimized = Distortion.Of(shape, Rotate(result.Rotation, unseen, dimensions), result.Codebooks);
        Assert.InRange(optimized, 0, 0.8 * plain);

        // For normal values the rotation that the rounds start with is nearly the best one.
        var initial = OptimizedProductQuantization.Train(shape, false, seen, new CodebookTrainingOptions { RotationRounds = 0 });
        Orthogonality.Check(initial.Rotation, dimensions, 1e-5);
        double start = Distortion.Of(shape, Rotate(initial.Rotation, seen, dimensions), initial.Codebooks);
        Assert.InRange(Distortion.Of(shape, Rotate(result.Rotation, seen, dimensions), result.Codebooks), 0, start);
    }

    [Fact]
    public void Does_not_depend_on_the_number_of_threads()
    {
        var shape = new CodebookShape(20, 3, 4);
        float[] sample = Gaussian.Correlated(3000, 20, 51);
        var options = new CodebookTrainingOptions { MaximumThreads = 1, RotationRounds = 3, MaximumPointsPerCentroid = 100 };
        OptimizedProductCodebooks one = OptimizedProductQuantization.Train(shape, true, sample, options);
        OptimizedProductCodebooks many = OptimizedProductQuantization.Train(shape, true, sample, options with { MaximumThreads = 4 });
        Assert.Equal(one.Rotation, many.Rotation);
        Assert.Equal(one.Codebooks, many.Codebooks);
    }

    [Fact]
    public void Normalizes_and_takes_any_magnitude()
    {
        var shape = new CodebookShape(8, 2, 4);
        float[] sample = Gaussian.Correlated(1000, 8, 52);
        float[] huge = [.. sample.Select(x => x * 1e30f)];
        OptimizedProductCodebooks plain = OptimizedProductQuantization.Train(shape, true, sample);
        OptimizedProductCodebooks result = OptimizedProductQuantization.Train(shape, true, huge);
        Assert.All(plain.Codebooks.Concat(result.Codebooks), x => Assert.InRange(x, -1.01f, 1.01f));
        result = OptimizedProductQuantization.Train(shape, false, huge);
        Orthogonality.Check(result.Rotation, 8, 1e-5);
        Assert.Contains(result.Codebooks, x => Math.Abs(x) > 1e29f);
        Assert.All(result.Codebooks, x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void Constant_data_have_an_orthogonal_rotation()
    {
        var shape = new CodebookShape(6, 3, 2);
        foreach (float value in new[] { 0f, 2.5f })
        {
            float[] sample = [.. Enumerable.Repeat(value, 6 * 50)];
            OptimizedProductCodebooks result = OptimizedProductQuantization.Train(shape, false, sample);
            Orthogonality.Check(result.Rotation, 6, 1e-5);
            Assert.InRange(Distortion.Of(shape, Rotate(result.Rotation, sample, 6), result.Codebooks), 0, 1e-9);
        }
    }

    [Fact]
    public void Reports_progress_and_stops_when_cancelled()
    {
        var shape = new CodebookShape(6, 3, 2);
        float[] sample = Gaussian.Values(600, 53);
        var progress = new ProgressList();
        OptimizedProductQuantization.Train(shape, false, sample, new TrainingOptions { Progress = progress });
        progress.AssertComplete();
        using var source = new CancellationTokenSource();
        progress = new ProgressList { OnReport = source.Cancel };
        var options = new TrainingOptions { Progress = progress, CancellationToken = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(() => OptimizedProductQuantization.Train(shape, false, sample, options));
    }
}
