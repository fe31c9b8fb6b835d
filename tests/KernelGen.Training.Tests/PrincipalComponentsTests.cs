namespace KernelGen.Training.Tests;

public class PrincipalComponentsTests
{
    /// <summary>Points on a line with slope 3/4 and a deviation across it: variances 25 * 2 and 1 along known
    /// directions.</summary>
    [Fact]
    public void Equal_what_is_computed_by_hand()
    {
        // Mean (10, 20), t * (0.8, 0.6) + u * (-0.6, 0.8) for t = -10, 0, 10 by u = -1, 1 (and their mixtures).
        var sample = new List<float>();
        foreach (float t in new[] { -10f, 10f })
        {
            foreach (float u in new[] { -1f, 1f })
            {
                sample.Add(10 + (0.8f * t) - (0.6f * u));
                sample.Add(20 + (0.6f * t) + (0.8f * u));
            }
        }

        PrincipalComponents components = PrincipalComponents.Train([.. sample], 2, 2);
        Near([10, 20], components.Mean);
        Near([0.8f, 0.6f, -0.6f, 0.8f], components.Components);
        Assert.Equal(100, components.Eigenvalues[0], 1e-3);
        Assert.Equal(1, components.Eigenvalues[1], 1e-3);
        Near([0.8f, 0.6f], PrincipalComponents.Train([.. sample], 2, 1).Components);
    }

    [Theory]
    [InlineData(5, 2000)]
    [InlineData(37, 700)]
    [InlineData(70, 1025)]
    public void Components_are_orthonormal_and_carry_their_variances(int dimensions, int vectors)
    {
        float[] sample = Gaussian.Correlated(vectors, dimensions, 40);
        PrincipalComponents components = PrincipalComponents.Train(sample, dimensions, dimensions);
        Orthogonality.Check(components.Components, dimensions, 1e-5);
        Assert.True(components.Eigenvalues.Zip(components.Eigenvalues.Skip(1)).All(x => x.First >= x.Second));
        double tolerance = 1e-4 * components.Eigenvalues[0];
        for (int c = 0; c < dimensions; c++)
        {
            double sum = 0;
            for (int i = 0; i < vectors; i++)
            {
                double coordinate = 0;
                for (int d = 0; d < dimensions; d++)
                {
                    coordinate += components.Components[(c * dimensions) + d]
                        * ((double)sample[(i * dimensions) + d] - components.Mean[d]);
                }

                sum += coordinate * coordinate;
            }

            Assert.Equal(components.Eigenvalues[c], sum / vectors, tolerance);
        }
    }

    [Fact]
    public void Do_not_depend_on_the_number_of_threads()
    {
        float[] sample = Gaussian.Correlated(3000, 40, 41);
        PrincipalComponents one = PrincipalComponents.Train(sample, 40, 40, new KMeansOptions { MaximumThreads = 1 });
        PrincipalComponents three = PrincipalComponents.Train(sample, 40, 40, new KMeansOptions { MaximumThreads = 3 });
        Assert.Equal(one.Components, three.Components);
        Assert.Equal(one.Eigenvalues, three.Eigenvalues);
    }

    [Fact]
    public void Constant_and_huge_samples_have_components()
    {
        PrincipalComponents constant = PrincipalComponents.Train([.. Enumerable.Repeat(3f, 30)], 3, 3);
        Near([3, 3, 3], constant.Mean);
        Orthogonality.Check(constant.Components, 3, 1e-5);
        Assert.All(constant.Eigenvalues, value => Assert.Equal(0, value, 1e-9));
        PrincipalComponents huge = PrincipalComponents.Train([1e35f, 0, -1e35f, 0], 2, 2);
        Near([1, 0, 0, 1], huge.Components);
        Assert.Equal(1, huge.Eigenvalues[0] / 1e70, 1e-5);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("components", () => PrincipalComponents.Train(new float[9], 3, 4));
        Assert.Throws<ArgumentException>("sample", () => PrincipalComponents.Train([], 3, 3));
        var weights = new KMeansOptions { PointWeights = new float[3] };
        Assert.Throws<ArgumentException>("options", () => PrincipalComponents.Train(new float[9], 3, 3, weights));
    }

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }
}
