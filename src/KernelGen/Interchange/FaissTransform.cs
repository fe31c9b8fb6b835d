namespace KernelGen.Interchange;

/// <summary>What a <see cref="FaissTransform"/> does.</summary>
public enum FaissTransformKind
{
    /// <summary>y = A x + b; FAISS's <c>LinearTransform</c>, and its <c>OPQMatrix</c> and <c>ITQMatrix</c>.</summary>
    Linear,

    /// <summary>y = A x, with orthonormal rows or columns; FAISS's <c>RandomRotationMatrix</c>.</summary>
    RandomRotation,

    /// <summary>y = A x + b; FAISS's <c>PCAMatrix</c>. Centering, whitening and rotation are part of A and b.</summary>
    Pca,

    /// <summary>y = x / |x|, and 0 for 0; FAISS's <c>NormalizationTransform</c>.</summary>
    Normalization,

    /// <summary>y = x + b, where b is minus the mean; FAISS's <c>CenteringTransform</c>.</summary>
    Centering,

    /// <summary>y[i] = x[map[i]], or 0 where the map is -1; FAISS's <c>RemapDimensionsTransform</c>.</summary>
    RemapDimensions,
}

/// <summary>A step that an <c>IndexPreTransform</c> of FAISS applies to vectors and queries before the index sees them.</summary>
public sealed class FaissTransform
{
    internal FaissTransform(FaissTransformKind kind, int inputDimensions, int outputDimensions)
    {
        Kind = kind;
        InputDimensions = inputDimensions;
        OutputDimensions = outputDimensions;
    }

    /// <summary>What it does, and so which of the other properties it has.</summary>
    public FaissTransformKind Kind { get; }

    /// <summary>Values of x.</summary>
    public int InputDimensions { get; }

    /// <summary>Values of y.</summary>
    public int OutputDimensions { get; }

    /// <summary>A, one row of <see cref="InputDimensions"/> values per output dimension; empty for the kinds without.</summary>
    public ReadOnlyMemory<float> Matrix { get; internal init; }

    /// <summary>b, <see cref="OutputDimensions"/> values; empty where there is nothing to add.</summary>
    public ReadOnlyMemory<float> Bias { get; internal init; }

    /// <summary>The input dimension of each output dimension, or -1; empty but for
    /// <see cref="FaissTransformKind.RemapDimensions"/>.</summary>
    public ReadOnlyMemory<int> Map { get; internal init; }
}
