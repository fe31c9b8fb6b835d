namespace KernelGen.Training;

/// <summary>How product quantizers learn.</summary>
public record CodebookTrainingOptions : KMeansOptions
{
    /// <summary>The defaults.</summary>
    public CodebookTrainingOptions()
    {
    }

    private CodebookTrainingOptions(KMeansOptions options)
        : base(options)
    {
    }

    /// <summary>
    /// Rounds of <see cref="OptimizedProductQuantization"/>, at least 0: 20 by default. Each trains codebooks for four iterations
    /// and turns the vectors towards them. Nothing else uses it.
    /// </summary>
    public int RotationRounds { get; init; } = 20;

    /// <summary>The options to learn with: those given, with defaults for what they do not have.</summary>
    internal static new CodebookTrainingOptions From(TrainingOptions? options) =>
        options as CodebookTrainingOptions ?? new CodebookTrainingOptions(KMeansOptions.From(options));

    /// <inheritdoc/>
    internal override void CheckNumbers()
    {
        base.CheckNumbers();
        AtLeast(RotationRounds, 0, nameof(RotationRounds));
    }
}
