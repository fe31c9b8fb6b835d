using KernelGen.Training.Clustering;
using KernelGen.Training.Linear;

namespace KernelGen.Training;

/// <summary>The principal components of a sample (Pearson: On lines and planes of closest fit, 1901).</summary>
/// <param name="Mean">The mean, one value per dimension.</param>
/// <param name="Components">Orthonormal directions, row after row, the one of the greatest variance first. A vector's coordinates
/// are the inner products of these rows with vector minus mean. In each, the value of greatest magnitude is positive.</param>
/// <param name="Eigenvalues">The variance along each component (squared deviations divided by the number of vectors),
/// descending.</param>
public sealed record PrincipalComponents(float[] Mean, float[] Components, double[] Eigenvalues)
{
    /// <summary>Computes mean and components of all vectors of a sample.</summary>
    /// <param name="sample">Vectors one after another, at least one.</param>
    /// <param name="dimensions">Values of a vector, at least 1.</param>
    /// <param name="components">How many components to keep, 1 to <paramref name="dimensions"/>.</param>
    /// <param name="options">Token, progress and, if they are <see cref="KMeansOptions"/>, the number of threads; nothing else
    /// matters here, and weights are refused.</param>
    /// <exception cref="ArgumentException">No vector, a part of one, a value that is not finite, or options with
    /// weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static PrincipalComponents Train(
        ReadOnlySpan<float> sample, int dimensions, int components, TrainingOptions? options = null) =>
        Train(sample, dimensions, components, normalize: false, isChecked: false, options);

    /// <summary>The same, on demand for vectors that are scaled to norm 1 first, or for a sample that was checked before.</summary>
    internal static PrincipalComponents Train(
        ReadOnlySpan<float> sample, int dimensions, int components, bool normalize, bool isChecked, TrainingOptions? options)
    {
        KMeansOptions used = KMeansOptions.From(options);
        used.CheckNumbers();
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (components < 1 || components > dimensions)
        {
            throw new ArgumentOutOfRangeException(nameof(components), components, $"Expected 1 to {dimensions} components.");
        }

        used.CheckNoWeights();
        int count = Sample.Count(sample, dimensions, 1, nameof(sample), isChecked);
        var workers = new Workers(used.MaximumThreads, used.CancellationToken);
        unsafe
        {
            fixed (float* first = sample)
            {
                PointSource source = PointSource.Of(first, count, dimensions, normalize, new SampleWeights(used, count, dimensions), workers);
                SampleChunks chunks = new SampleChunks(source, Sample.All(count), 0, workers).InSafeUnit(out int exponent);
                Covariance covariance = Covariance.Of(chunks, workers);
                used.Progress?.Report(1);
                return Of(covariance, components, Math.ScaleB(1, exponent));
            }
        }
    }

    private static PrincipalComponents Of(Covariance covariance, int components, double unit)
    {
        int dimensions = covariance.Mean.Length;
        float[] mean = [.. covariance.Mean.Select(value => (float)(value * unit))];
        double[] eigenvalues = [.. covariance.Eigenvalues.Take(components).Select(value => value * unit * unit)];
        var axes = new float[components * dimensions];
        for (int c = 0; c < components; c++)
        {
            covariance.CopyAxis(c, axes.AsSpan(c * dimensions, dimensions));
        }

        return new PrincipalComponents(mean, axes, eigenvalues);
    }
}
