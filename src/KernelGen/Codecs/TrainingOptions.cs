namespace KernelGen;

/// <summary>How <see cref="IVectorCodec{TSelf}.Train"/> learns.</summary>
public record TrainingOptions
{
    /// <summary>
    /// Share of the sample that a learned range covers, in (0, 1]. 1 takes minimum and maximum; 0.99 clips the outermost percent
    /// (half a percent at either end for <see cref="ZeroMode.Affine"/>). Quantiles interpolate linearly between order statistics.
    /// </summary>
    public double Quantile { get; init; } = 1.0;

    /// <summary>Receives the share of the work that is done, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Stops training with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws what every Train throws for wrong options, and if the token is cancelled.</summary>
    internal void Check()
    {
        if (!(Quantile is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException("options", Quantile, "Expected a Quantile in (0, 1].");
        }

        CancellationToken.ThrowIfCancellationRequested();
    }
}
