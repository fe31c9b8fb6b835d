using KernelGen.Training.Clustering;

namespace KernelGen.Training.Tests;

public class AnisotropicTests
{
    /// <summary>The loss by its definition, of codes that start as the nearest and are improved subspace by subspace.</summary>
    private static double Loss(CodebookShape shape, float[] vectors, float[] codebooks, double eta)
    {
        double total = 0;
        foreach (float[] vector in vectors.Chunk(shape.Dimensions))
        {
            var codes = new int[shape.Subspaces];
            for (int m = 0; m < codes.Length; m++)
            {
                int width = shape.DimensionsOf(m);
                codes[m] = Distortion.Nearest(
                    vector.AsSpan(shape.StartOf(m), width), codebooks.AsSpan(shape.CodebookOf(m), width * shape.Centroids));
            }

            for (int pass = 0; pass < 5 * codes.Length; pass++)
            {
                int m = pass % codes.Length;
                codes[m] = Enumerable.Range(0, shape.Centroids).MinBy(c => Of([.. codes[..m], c, .. codes[(m + 1)..]]));
            }

            total += Of(codes);
            double Of(int[] chosen)
            {
                double squares = 0, product = 0, norm = 0;
                for (int m = 0; m < chosen.Length; m++)
                {
                    for (int d = 0; d < shape.DimensionsOf(m); d++)
                    {
                        double x = vector[shape.StartOf(m) + d];
                        double r = x - codebooks[shape.CodebookOf(m) + (chosen[m] * shape.DimensionsOf(m)) + d];
                        (squares, product, norm) = (squares + (r * r), product + (r * x), norm + (x * x));
                    }
                }

                return norm == 0 ? squares : squares + ((eta - 1) * product * product / norm);
            }
        }

        return total / (vectors.Length / shape.Dimensions);
    }

    [Fact]
    public void Eta_is_the_formula_of_the_paper()
    {
        Assert.Equal(99 * 0.04 / 0.96, AnisotropicRefinement.Eta(100, 0.2), 1e-12);
        Assert.Equal(1, AnisotropicRefinement.Eta(10, 0.2));
    }

    [Theory]
    [InlineData(12, 3, 4, 0.5)]
    [InlineData(13, 4, 3, 0.6)]
    public void Lowers_the_loss(int dimensions, int subspaces, int bits, double threshold)
    {
        var shape = new CodebookShape(dimensions, subspaces, bits);
        float[] sample = Gaussian.Correlated(2500, dimensions, 60);
        float[] unseen = sample[(2000 * dimensions)..];
        sample = sample[..(2000 * dimensions)];
        sample.AsSpan(0, dimensions).Clear();
        double eta = AnisotropicRefinement.Eta(dimensions, threshold);
        Assert.True(eta > 2);
        var options = new CodebookTrainingOptions { AnisotropicThreshold = threshold };
        float[] plain = ProductQuantizerTraining.Train(shape, false, sample);
        float[] refined = ProductQuantizerTraining.Train(shape, false, sample, options);
        Assert.InRange(Loss(shape, unseen, refined, eta), 0, 0.97 * Loss(shape, unseen, plain, eta));
    }

    [Fact]
    public void A_weight_of_one_is_the_squared_error()
    {
        var shape = new CodebookShape(8, 4, 4);
        float[] sample = Gaussian.Values(3000 * 8, 61);
        var options = new CodebookTrainingOptions { AnisotropicThreshold = 0.1 };
        double plain = Distortion.Of(shape, sample, ProductQuantizerTraining.Train(shape, false, sample));
        double refined = Distortion.Of(shape, sample, ProductQuantizerTraining.Train(shape, false, sample, options));
        Assert.InRange(refined, 0.97 * plain, 1.0001 * plain);
    }

    [Fact]
    public void Does_not_depend_on_the_number_of_threads_or_the_magnitude()
    {
        var shape = new CodebookShape(12, 5, 4);
        float[] sample = Gaussian.Correlated(1500, 12, 62);
        var progress = new ProgressList();
        var options = new CodebookTrainingOptions { AnisotropicThreshold = 0.5, MaximumThreads = 1, Progress = progress };
        float[] one = ProductQuantizerTraining.Train(shape, true, sample, options);
        progress.AssertComplete();
        Assert.Equal(one, ProductQuantizerTraining.Train(shape, true, sample, options with { MaximumThreads = 3, Progress = null }));
        Assert.All(
            ProductQuantizerTraining.Train(shape, false, [.. sample.Select(x => x * 1e30f)], options with { Progress = null }),
            x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        var shape = new CodebookShape(2, 1, 1);
        foreach (double threshold in new[] { -0.1, 1, double.NaN })
        {
            var options = new CodebookTrainingOptions { AnisotropicThreshold = threshold };
            Assert.Throws<ArgumentOutOfRangeException>(
                "options", () => ProductQuantizerTraining.Train(shape, false, new float[8], options));
        }

        var both = new CodebookTrainingOptions { AnisotropicThreshold = 0.2, DimensionWeights = new float[8] };
        Assert.Throws<ArgumentException>("options", () => ProductQuantizerTraining.Train(shape, false, new float[8], both));
    }
}
