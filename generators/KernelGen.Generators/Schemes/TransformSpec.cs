namespace KernelGen.Generators.Schemes;

/// <summary>What is done to vectors before they are quantized, in this order: norm 1, mean taken away, principal components, rotation.</summary>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Metric">How vectors are compared.</param>
/// <param name="HasNormalize">Whether [Normalize] is declared.</param>
/// <param name="HasCenter">Whether [Center] is declared.</param>
/// <param name="Components">Principal components that are kept; null for no such step.</param>
/// <param name="Rotation">The rotation; null for none.</param>
internal sealed record TransformSpec(int Dimensions, Metric Metric, bool HasNormalize, bool HasCenter, int? Components, Rotation? Rotation)
{
    public string Text
    {
        get
        {
            var parts = new List<string>();
            if (HasNormalize)
            {
                parts.Add("Normalize");
            }

            if (HasCenter)
            {
                parts.Add("Center");
            }

            if (Components is { } components)
            {
                parts.Add($"Pca({components})");
            }

            if (Rotation is { } rotation)
            {
                parts.Add($"Rotate({rotation})");
            }

            return string.Join(" ", parts);
        }
    }

    public int OutputDimensions => Components ?? Dimensions;

    public bool Normalizes => HasNormalize || Metric == Metric.Cosine;

    /// <summary>Principal components are those of deviations from the mean.</summary>
    public bool Centers => HasCenter || Components is not null;

    /// <summary>Whether a dense rotation is improved together with the quantizer.</summary>
    public bool LearnsRotation => Rotation is KernelGen.Rotation.Learned or KernelGen.Rotation.Givens;

    public bool HasHadamard => Rotation == KernelGen.Rotation.Hadamard;

    /// <summary>Whether there is a matrix, which needs linear algebra to be learned.</summary>
    public bool HasMatrix => Components is not null || LearnsRotation || Rotation == KernelGen.Rotation.Random;

    /// <summary>Learned numbers: mean, matrix, signs of four rounds.</summary>
    public int ParameterCount => checked(
        (Centers ? Dimensions : 0) + (HasMatrix ? OutputDimensions * Dimensions : 0) + (HasHadamard ? 4 * OutputDimensions : 0));
}
