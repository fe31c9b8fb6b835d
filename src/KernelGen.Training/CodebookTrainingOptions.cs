namespace KernelGen.Training;

/// <summary>How quantizers with codebooks learn.</summary>
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
    /// T of the score-aware loss, below 1: errors along a vector count eta = (D - 1) T^2 / (1 - T^2) times as much as errors
    /// across it, but at least once (Guo et al.: Accelerating large-scale inference with anisotropic vector quantization, 2020;
    /// their threshold for scores is T |x|, for queries of norm 1). 0, the default, for the squared error. The paper takes 0.2.
    /// Codebooks are trained for the squared error first and then for the loss, which keeps a copy of the vectors that are used,
    /// takes no weights per dimension and draws no batches. Only <see cref="ProductQuantizerTraining"/> uses it.
    /// </summary>
    /// <remarks>Encoders that choose the nearest centroid in each subspace gain a part of it: the loss assumes that codes are
    /// chosen by it.</remarks>
    public double AnisotropicThreshold { get; init; }

    /// <summary>
    /// Rounds of <see cref="OptimizedProductQuantization"/> and of other learned rotations, at least 0: 20 by default. Each trains the quantizer (codebooks for four
    /// iterations) and turns the vectors towards what it makes of them. Nothing else uses it.
    /// </summary>
    public int RotationRounds { get; init; } = 20;

    /// <summary>
    /// Rounds of <see cref="AdditiveQuantizerTraining"/>, at least 0: 10 by default. Each moves all codebooks to the least squares for the present codes
    /// and chooses codes anew. Nothing else uses it.
    /// </summary>
    public int AdditiveRounds { get; init; } = 10;

    /// <summary>The options to learn with: those given, with defaults for what they do not have.</summary>
    internal static new CodebookTrainingOptions From(TrainingOptions? options) =>
        options as CodebookTrainingOptions ?? new CodebookTrainingOptions(KMeansOptions.From(options));

    /// <inheritdoc/>
    internal override void CheckNumbers()
    {
        base.CheckNumbers();
        AtLeast(RotationRounds, 0, nameof(RotationRounds));
        AtLeast(AdditiveRounds, 0, nameof(AdditiveRounds));
        if (!(AnisotropicThreshold is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException("options", AnisotropicThreshold, "Expected an AnisotropicThreshold in [0, 1).");
        }

        if (AnisotropicThreshold > 0 && !DimensionWeights.IsEmpty)
        {
            throw new ArgumentException("Expected no DimensionWeights with an AnisotropicThreshold, but got both.", "options");
        }
    }
}
