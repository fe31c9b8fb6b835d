namespace KernelGen.Transforms;

/// <summary>
/// What a codec does to vectors before it quantizes them, in this order: norm 1, minus the mean, times a matrix of orthonormal rows (principal
/// components, a dense rotation, or both in one), Hadamard rotation. Formulas: docs/formats.md, section 8.
/// </summary>
public sealed record TransformShape
{
    /// <summary>D, the values of a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>n, the values of a transformed vector: 1 to D, and less than D only with a matrix.</summary>
    public required int OutputDimensions { get; init; }

    /// <summary>Whether vectors and queries are scaled to norm 1.</summary>
    public bool Normalizes { get; init; }

    /// <summary>Whether a mean is taken from vectors.</summary>
    public bool Centers { get; init; }

    /// <summary>Whether there is a matrix.</summary>
    public bool HasMatrix { get; init; }

    /// <summary>Whether there is a Hadamard rotation, in n dimensions.</summary>
    public bool HasHadamard { get; init; }

    /// <summary>Number of parameters: D of the mean, n * D of the matrix, row after row, then <see cref="SignCount"/> signs, as far as there are
    /// such.</summary>
    public int ParameterCount => checked((Centers ? Dimensions : 0) + (HasMatrix ? OutputDimensions * Dimensions : 0) + SignCount);

    /// <summary>Signs of the Hadamard rotation, 1 or -1: n for each of its four rounds.</summary>
    public int SignCount => HasHadamard ? HadamardRotation.Rounds * OutputDimensions : 0;

    internal int MatrixStart => Centers ? Dimensions : 0;

    internal int SignStart => MatrixStart + (HasMatrix ? OutputDimensions * Dimensions : 0);

    /// <summary>Throws for numbers that do not go together.</summary>
    internal void Check()
    {
        if (Dimensions is < 1 or > HadamardRotation.MaximumDimensions)
        {
            throw new ArgumentOutOfRangeException("shape", Dimensions, $"Expected 1 to {HadamardRotation.MaximumDimensions} Dimensions.");
        }

        if (OutputDimensions < 1 || OutputDimensions > Dimensions)
        {
            throw new ArgumentOutOfRangeException("shape", OutputDimensions, $"Expected 1 to {Dimensions} OutputDimensions.");
        }

        if (OutputDimensions < Dimensions && !HasMatrix)
        {
            throw new ArgumentException($"Expected a matrix that takes {Dimensions} to {OutputDimensions} dimensions, but HasMatrix is false.", "shape");
        }
    }
}
