namespace KernelGen.Training;

/// <summary>How <see cref="KMeans"/>, and what is built on it, learns. The quantile of the base does not matter here.</summary>
public record KMeansOptions : TrainingOptions
{
    /// <summary>Iterations at most, at least 1: 25 by default, as in FAISS. Training ends before when nothing changes any
    /// more.</summary>
    public int Iterations { get; init; } = 25;

    /// <summary>Decides all that is drawn. Equal seeds give equal centroids, whatever the number of threads.</summary>
    public int Seed { get; init; } = 1234;

    /// <summary>
    /// Points per centroid that training uses, at least 1: 256 by default, as in FAISS. Of a larger sample so many are drawn.
    /// Does not matter with a <see cref="BatchSize"/>.
    /// </summary>
    public int MaximumPointsPerCentroid { get; init; } = 256;

    /// <summary>
    /// Points of a batch; 0, the default, for none. If the sample is larger, each iteration takes as many points, drawn from the
    /// whole sample, and a centroid is the mean of all points that it met so far (Sculley: Web-scale k-means clustering, 2010).
    /// For samples too large to go through often; give it more <see cref="Iterations"/>. Centroids that meet no point stay as
    /// drawn.
    /// </summary>
    public int BatchSize { get; init; }

    /// <summary>Threads at most; 0, the default, for one per core.</summary>
    public int MaximumThreads { get; init; }

    /// <summary>
    /// A weight per point of the sample, finite and at least 0: a point of weight 2 counts like two equal points. Empty, the
    /// default, for equal weights.
    /// </summary>
    public ReadOnlyMemory<float> PointWeights { get; init; }

    /// <summary>
    /// A weight per value of the sample, in the sample's order, finite and at least 0: how much the squared error of that value
    /// counts, for instance its Fisher information (Zhang et al.: KV cache is 1 bit per channel, efficient large language model
    /// inference with coupled quantization, 2024; Hooper et al.: KVQuant, 2024). A centroid's value that has met no weight stays
    /// as drawn. Empty, the default, for equal weights; otherwise training keeps a copy of points and weights.
    /// </summary>
    public ReadOnlyMemory<float> DimensionWeights { get; init; }

    /// <summary>The options to learn with: those given, or the defaults with the progress and token of those given.</summary>
    internal static KMeansOptions From(TrainingOptions? options) => options as KMeansOptions ?? new KMeansOptions
    {
        Progress = options?.Progress,
        CancellationToken = options?.CancellationToken ?? default,
    };

    /// <summary>Throws for numbers out of their range, and if the token is cancelled.</summary>
    internal virtual void CheckNumbers()
    {
        AtLeast(Iterations, 1, nameof(Iterations));
        AtLeast(MaximumPointsPerCentroid, 1, nameof(MaximumPointsPerCentroid));
        AtLeast(BatchSize, 0, nameof(BatchSize));
        AtLeast(MaximumThreads, 0, nameof(MaximumThreads));
        CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Throws if there are weights, which the caller does not know how to use.</summary>
    internal void CheckNoWeights()
    {
        if (!PointWeights.IsEmpty || !DimensionWeights.IsEmpty)
        {
            throw new ArgumentException(
                $"Expected no weights, but got {PointWeights.Length} per point and {DimensionWeights.Length} per value.", "options");
        }
    }

    private protected static void AtLeast(int value, int least, string name)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException("options", value, $"Expected {name} of at least {least}.");
        }
    }
}
