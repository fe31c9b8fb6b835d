using System.Buffers;
using System.ComponentModel;
using KernelGen.Kernels;

namespace KernelGen.Transforms;

/// <summary>
/// The transforms of a codec with what they have learned. Immutable and thread-safe; results are bit-equal on every tier. Formulas: docs/formats.md,
/// section 8.
/// </summary>
public sealed class TransformChain
{
    /// <summary>Vectors whose normalised or centred values are kept at a time.</summary>
    private const int StepRows = 16;

    /// <summary>2^112, the limit of entries of tables, to which it is added.</summary>
    private const float MostBias = 5.1922969e33f;

    private readonly float[] _parameters;
    private readonly PaddedMatrix? _matrix;
    private readonly PaddedMatrix? _transpose;
    private readonly HadamardRotation? _rotation;

    /// <summary>The transformed mean; empty without one.</summary>
    private readonly float[] _transformedMean;

    /// <summary>Takes a copy of parameters, learned here or elsewhere.</summary>
    /// <param name="shape">Which transforms there are.</param>
    /// <param name="parameters"><see cref="TransformShape.ParameterCount"/> values: the mean (D values), the matrix (n rows of D values, which are orthonormal),
    /// the signs of the Hadamard rotation (four times n, 1 or -1), as far as the shape has them. An affine map of FAISS, A x + b with orthonormal rows, has the
    /// mean -A^T b.</param>
    /// <exception cref="ArgumentException">A shape that is none, another number of values, a value that is not finite, rows that are not orthonormal
    /// (by more than 0.001), or a sign that is none.</exception>
    public TransformChain(TransformShape shape, ReadOnlySpan<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(shape);
        shape.Check();
        CodecGuard.CheckLength(parameters.Length, 1, shape.ParameterCount, nameof(parameters), "values");
        if (FindFault(shape, parameters) is { } fault)
        {
            throw new ArgumentException(fault, nameof(parameters));
        }

        Shape = shape;
        _parameters = parameters.ToArray();
        if (shape.HasMatrix)
        {
            ReadOnlySpan<float> matrix = _parameters.AsSpan(shape.MatrixStart, shape.OutputDimensions * shape.Dimensions);
            _matrix = PaddedMatrix.OfRows(matrix, shape.Dimensions);
            _transpose = PaddedMatrix.OfColumns(matrix, shape.Dimensions);
        }

        _rotation = shape.HasHadamard ? new HadamardRotation(shape.OutputDimensions, SignBits(_parameters.AsSpan(shape.SignStart), shape.OutputDimensions)) : null;
        _transformedMean = shape.Centers ? new float[shape.OutputDimensions] : [];
        if (shape.Centers)
        {
            Turn(Mean, _transformedMean, CpuTier.Scalar);
        }
    }

    /// <summary>Which transforms there are.</summary>
    public TransformShape Shape { get; }

    /// <summary>The parameters, in the order of the constructor.</summary>
    public ReadOnlyMemory<float> Parameters => _parameters;

    /// <summary>The mean, transformed by what comes after it; empty without one. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ReadOnlySpan<float> TransformedMean => _transformedMean;

    /// <summary>The norm of the mean, rounded up; 0 without one. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public float MeanNorm => Shape.Centers ? RotatedBounds.RoundUp(Math.Sqrt(StripedSums.Squares(Mean)) * (1 + (1.0 / (1L << 40)))) : 0f;

    private ReadOnlySpan<float> Mean => _parameters.AsSpan(0, Shape.Dimensions);

    /// <summary>Transforms vectors.</summary>
    /// <param name="vectors">Vectors of D values, one after another.</param>
    /// <param name="transformed">Receives vectors of n values; memory apart from <paramref name="vectors"/>.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    public void Apply(ReadOnlySpan<float> vectors, Span<float> transformed, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.WholeCount(vectors.Length, Shape.Dimensions, nameof(vectors), "values");
        CodecGuard.CheckLength(transformed.Length, count, Shape.OutputDimensions, nameof(transformed), "values");
        tier = CpuTiers.Resolve(tier);
        if (!Shape.Normalizes && !Shape.Centers)
        {
            Turn(vectors, transformed, tier);
            return;
        }

        float[] rented = ArrayPool<float>.Shared.Rent(StepRows * Shape.Dimensions);
        try
        {
            for (int first = 0; first < count; first += StepRows)
            {
                int rows = Math.Min(StepRows, count - first);
                Span<float> shifted = rented.AsSpan(0, rows * Shape.Dimensions);
                Shift(vectors.Slice(first * Shape.Dimensions, shifted.Length), shifted, Shape.Centers);
                Turn(shifted, transformed.Slice(first * Shape.OutputDimensions, rows * Shape.OutputDimensions), tier);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Brings transformed vectors back, up to rounding and what the matrix has dropped. Norms are not restored.</summary>
    /// <param name="transformed">Vectors of n values, one after another.</param>
    /// <param name="vectors">Receives vectors of D values; memory apart from <paramref name="transformed"/>.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    public void ApplyInverse(ReadOnlySpan<float> transformed, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.WholeCount(transformed.Length, Shape.OutputDimensions, nameof(transformed), "values");
        CodecGuard.CheckLength(vectors.Length, count, Shape.Dimensions, nameof(vectors), "values");
        TurnBack(transformed, vectors, CpuTiers.Resolve(tier));
        for (int i = 0; Shape.Centers && i < count; i++)
        {
            QueryMath.AddProducts(vectors.Slice(i * Shape.Dimensions, Shape.Dimensions), Mean, 1);
        }
    }

    /// <summary>Transforms vectors that are to be encoded. For generated code.</summary>
    /// <param name="vectors">All vectors.</param>
    /// <param name="first">The first one to transform.</param>
    /// <param name="transformed">Receives as many vectors as there is room for.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">A value that is not finite, or whose transform is not.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ApplyForEncode(ReadOnlySpan<float> vectors, int first, Span<float> transformed, CpuTier tier) =>
        Apply(vectors, first, transformed, tier, "vector", nameof(vectors));

    /// <summary>Transforms queries that are encoded like vectors. For generated code.</summary>
    /// <param name="queries">All queries.</param>
    /// <param name="first">The first one to transform.</param>
    /// <param name="transformed">Receives as many queries as there is room for.</param>
    /// <param name="tier">The tier to run.</param>
    /// <exception cref="ArgumentException">A value that is not finite, or whose transform is not.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ApplyToQueries(ReadOnlySpan<float> queries, int first, Span<float> transformed, CpuTier tier) =>
        Apply(queries, first, transformed, tier, "query", nameof(queries));

    /// <summary>Checks what a vector of a sample has become. For KernelGen.Training.</summary>
    /// <param name="transformed">n values.</param>
    /// <param name="number">The number of the vector in the sample.</param>
    /// <exception cref="ArgumentException">A value that is not finite.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void CheckTransformed(ReadOnlySpan<float> transformed, int number) => CheckTransformed(transformed, number, "vector", "sample");

    /// <summary>Transforms a sample that is to be learned from: one copy of it. For generated code.</summary>
    /// <param name="sample">Vectors of D values, one after another.</param>
    /// <exception cref="ArgumentException">No vector, a part of one, a value that is not finite, or whose transform is not.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public float[] ApplyToSample(ReadOnlySpan<float> sample)
    {
        int count = CodecGuard.SampleCount(Shape.Dimensions, sample.Length);
        float[] transformed = GC.AllocateUninitializedArray<float>(checked(count * Shape.OutputDimensions));
        Apply(sample, transformed);

        // What is not finite stays so: the sample itself is looked at only to tell what was wrong.
        if (CodecGuard.IndexOfNotFinite(transformed) >= 0)
        {
            CodecGuard.CheckFinite(sample, Shape.Dimensions, nameof(sample));
            CheckTransformed(transformed, 0, "vector", nameof(sample));
        }

        return transformed;
    }

    /// <summary>Checks a sample of which only transforms learn, and hands these on. For generated code.</summary>
    /// <param name="sample">Vectors of D values, one after another.</param>
    /// <param name="options">The options, which are checked and told that the work is done.</param>
    /// <exception cref="ArgumentException">No vector, a part of one, or a value that is not finite.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TransformChain CheckSample(ReadOnlySpan<float> sample, TrainingOptions? options)
    {
        CodecGuard.TrainSample(Shape.Dimensions, sample, options);
        return this;
    }

    /// <summary>Hands on transforms of a codec that learns nothing else. For generated code.</summary>
    /// <param name="options">The options, which are checked and told that the work is done.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TransformChain Trained(TrainingOptions? options)
    {
        options?.Check();
        options?.Progress?.Report(1);
        return this;
    }

    /// <summary>Transforms that have nothing to learn. For generated code.</summary>
    /// <param name="shape">Norm 1 and Hadamard rotation, as far as there are such.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static TransformChain WithoutTraining(TransformShape shape) => new(shape, TransformFitting.Signs(shape));

    /// <summary>The transforms among the parameters of a codec. For generated code.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="parameters">All its parameters.</param>
    /// <param name="others">The other parameters.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static TransformChain Take(CodecLayout layout, float[] parameters, out float[] others)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(parameters);
        TransformShape shape = layout.Transforms!;
        others = parameters[shape.ParameterCount..];
        return new TransformChain(shape, parameters.AsSpan(0, shape.ParameterCount));
    }

    /// <summary>Transforms queries so that scores of transformed vectors, plus a number per query, are the scores of vectors. For generated code.</summary>
    /// <param name="queries">All queries.</param>
    /// <param name="first">The first one to transform.</param>
    /// <param name="isL2">Whether scores are squared distances; else inner products.</param>
    /// <param name="transformed">Receives queries of n values.</param>
    /// <param name="biases">Receives a number per query; as many are transformed as there is room for.</param>
    /// <param name="tier">The tier to run.</param>
    /// <param name="centersProducts">Whether the mean is taken from queries of inner products too.</param>
    /// <exception cref="ArgumentException">A value that is not finite, or whose transform is not; a number of 2^112 or more.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ApplyToQueries(
        ReadOnlySpan<float> queries, int first, bool isL2, Span<float> transformed, Span<float> biases, CpuTier tier, bool centersProducts = false)
    {
        CodecGuard.CheckFinite(queries[..((first + biases.Length) * Shape.Dimensions)], first, Shape.Dimensions, nameof(queries));
        float[] rented = ArrayPool<float>.Shared.Rent(Shape.Dimensions);
        try
        {
            Span<float> shifted = rented.AsSpan(0, Shape.Dimensions);
            for (int i = 0; i < biases.Length; i++)
            {
                Span<float> result = transformed.Slice(i * Shape.OutputDimensions, Shape.OutputDimensions);
                Shift(queries.Slice((first + i) * Shape.Dimensions, Shape.Dimensions), shifted, isL2 && Shape.Centers);
                double product = Shape.Centers && !isL2 ? StripedSums.Products(shifted, Mean) : 0;
                if (Shape.Centers && centersProducts && !isL2)
                {
                    QueryMath.Subtract(shifted, Mean, shifted);
                }

                Turn(shifted, result, tier);
                biases[i] = (float)(isL2 ? -Dropped(shifted, result) : product);
                if (!(MathF.Abs(biases[i]) < MostBias))
                {
                    CodecGuard.ThrowTransform("query", first + i, nameof(queries));
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }

        CheckTransformed(transformed, first, "query", nameof(queries));
    }

    /// <summary>The inner product of two decoded vectors. For generated code.</summary>
    /// <param name="transformed">The two decoded codes, before they are brought back: 2 * n values.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public float ScorePair(ReadOnlySpan<float> transformed)
    {
        ReadOnlySpan<float> first = transformed[..Shape.OutputDimensions];
        ReadOnlySpan<float> second = transformed.Slice(Shape.OutputDimensions, Shape.OutputDimensions);
        double sum = StripedSums.Products(first, second);
        if (Shape.Centers)
        {
            sum += StripedSums.Products(_transformedMean, first) + StripedSums.Products(_transformedMean, second) + StripedSums.Squares(Mean);
        }

        return (float)sum;
    }

    /// <summary>Brings a weighted sum of decoded codes back and adds it. For generated code.</summary>
    /// <param name="sum">n values.</param>
    /// <param name="weights">The weights that were summed.</param>
    /// <param name="destination">D values.</param>
    /// <param name="tier">The tier to run.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddInverse(ReadOnlySpan<float> sum, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(Shape.Dimensions);
        try
        {
            Span<float> vector = rented.AsSpan(0, Shape.Dimensions);
            TurnBack(sum, vector, tier);
            if (Shape.Centers)
            {
                QueryMath.AddProducts(vector, Mean, (float)StripedSums.Values(weights));
            }

            QueryMath.AddProducts(destination, vector, 1);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>What keeps values from being parameters; null if nothing does.</summary>
    internal static string? FindFault(TransformShape shape, ReadOnlySpan<float> parameters)
    {
        int notFinite = CodecGuard.IndexOfNotFinite(parameters);
        if (notFinite >= 0)
        {
            return $"Expected finite transforms, but parameter number {notFinite} is {parameters[notFinite]}.";
        }

        foreach (float sign in parameters.Slice(shape.SignStart, shape.SignCount))
        {
            if (MathF.Abs(sign) != 1)
            {
                return $"Expected signs of 1 or -1, but one of the Hadamard rotation is {sign}.";
            }
        }

        return shape.HasMatrix
            ? Orthonormality.FindFault(parameters.Slice(shape.MatrixStart, shape.OutputDimensions * shape.Dimensions), shape.Dimensions)
            : null;
    }

    private static byte[] SignBits(ReadOnlySpan<float> signs, int dimensions)
    {
        int roundBytes = (dimensions + 7) / 8;
        var bits = new byte[HadamardRotation.Rounds * roundBytes];
        for (int i = 0; i < signs.Length; i++)
        {
            (int round, int place) = Math.DivRem(i, dimensions);
            bits[(round * roundBytes) + (place / 8)] |= (byte)((signs[i] < 0 ? 1 : 0) << (place % 8));
        }

        return bits;
    }

    private void Apply(ReadOnlySpan<float> vectors, int first, Span<float> transformed, CpuTier tier, string what, string parameter)
    {
        int rows = transformed.Length / Shape.OutputDimensions;
        CodecGuard.CheckFinite(vectors[..((first + rows) * Shape.Dimensions)], first, Shape.Dimensions, parameter);
        Apply(vectors.Slice(first * Shape.Dimensions, rows * Shape.Dimensions), transformed, tier);
        CheckTransformed(transformed, first, what, parameter);
    }

    private void CheckTransformed(ReadOnlySpan<float> transformed, int first, string what, string parameter)
    {
        int notFinite = CodecGuard.IndexOfNotFinite(transformed);
        if (notFinite >= 0)
        {
            CodecGuard.ThrowTransform(what, first + (notFinite / Shape.OutputDimensions), parameter);
        }
    }

    /// <summary>What of a squared norm the matrix drops.</summary>
    private double Dropped(ReadOnlySpan<float> shifted, ReadOnlySpan<float> transformed) => Shape.OutputDimensions == Shape.Dimensions
        ? 0
        : Math.Max(0, StripedSums.Squares(shifted) - StripedSums.Squares(transformed));

    /// <summary>The transforms that are not linear.</summary>
    private void Shift(ReadOnlySpan<float> vectors, Span<float> shifted, bool centers)
    {
        if (Shape.Normalizes)
        {
            QueryMath.Normalize(vectors, Shape.Dimensions, shifted);
        }
        else
        {
            vectors.CopyTo(shifted);
        }

        for (int start = 0; centers && start < shifted.Length; start += Shape.Dimensions)
        {
            Span<float> vector = shifted.Slice(start, Shape.Dimensions);
            QueryMath.Subtract(vector, Mean, vector);
        }
    }

    /// <summary>The linear ones.</summary>
    private void Turn(ReadOnlySpan<float> source, Span<float> destination, CpuTier tier)
    {
        if (_matrix is not null)
        {
            _matrix.Multiply(source, destination, tier);
            _rotation?.Apply(destination, destination, tier);
        }
        else if (_rotation is not null)
        {
            _rotation.Apply(source, destination, tier);
        }
        else
        {
            source.CopyTo(destination);
        }
    }

    private void TurnBack(ReadOnlySpan<float> source, Span<float> destination, CpuTier tier)
    {
        if (_transpose is null)
        {
            if (_rotation is null)
            {
                source.CopyTo(destination);
            }
            else
            {
                _rotation.ApplyInverse(source, destination, tier);
            }

            return;
        }

        if (_rotation is null)
        {
            _transpose.Multiply(source, destination, tier);
            return;
        }

        float[] rented = ArrayPool<float>.Shared.Rent(source.Length);
        try
        {
            Span<float> unrotated = rented.AsSpan(0, source.Length);
            _rotation.ApplyInverse(source, unrotated, tier);
            _transpose.Multiply(unrotated, destination, tier);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }
}
