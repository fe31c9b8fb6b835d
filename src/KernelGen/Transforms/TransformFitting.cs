using System.ComponentModel;
using KernelGen.Kernels;

namespace KernelGen.Transforms;

/// <summary>Learns the transforms that need no linear algebra: the mean, and the signs of a Hadamard rotation, which are drawn. For generated code and for
/// KernelGen.Training.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TransformFitting
{
    /// <summary>Where the signs of Hadamard rotations start; the same for all codecs, so that codes of codecs trained apart agree.</summary>
    private const ulong HadamardSeed = 1;

    /// <summary>Learns the transforms of a shape without a matrix.</summary>
    /// <param name="shape">Which transforms there are.</param>
    /// <param name="sample">Vectors of D values, one after another.</param>
    /// <param name="options">The options, whose token is watched.</param>
    /// <exception cref="ArgumentException">No vector, a part of one, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is not in (0, 1].</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static TransformChain Fit(TransformShape shape, ReadOnlySpan<float> sample, TrainingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(shape);
        options?.Check();
        CodecGuard.SampleCount(shape.Dimensions, sample.Length);
        CodecGuard.CheckFinite(sample, shape.Dimensions, nameof(sample));
        float[] mean = shape.Centers ? Mean(shape, sample, options?.CancellationToken ?? default) : [];
        return new TransformChain(shape, [.. mean, .. Signs(shape)]);
    }

    /// <summary>The signs of a shape's Hadamard rotation; none without one.</summary>
    public static float[] Signs(TransformShape shape)
    {
        if (!shape.HasHadamard)
        {
            return [];
        }

        ReadOnlySpan<byte> bits = new HadamardRotation(shape.OutputDimensions, HadamardSeed).SignBits;
        int roundBytes = bits.Length / HadamardRotation.Rounds;
        var signs = new float[shape.SignCount];
        for (int i = 0; i < signs.Length; i++)
        {
            (int round, int place) = Math.DivRem(i, shape.OutputDimensions);
            signs[i] = (bits[(round * roundBytes) + (place / 8)] >> (place % 8) & 1) == 0 ? 1 : -1;
        }

        return signs;
    }

    /// <summary>The mean of a sample, normalised where the shape says so: a double sum, vector after vector, of each dimension.</summary>
    public static float[] Mean(TransformShape shape, ReadOnlySpan<float> sample, CancellationToken cancellationToken)
    {
        int dimensions = shape.Dimensions;
        int count = sample.Length / dimensions;
        var sums = new double[dimensions];
        var normalized = new float[dimensions];
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> vector = sample.Slice(i * dimensions, dimensions);
            if (shape.Normalizes)
            {
                QueryMath.Normalize(vector, dimensions, normalized);
                vector = normalized;
            }

            for (int d = 0; d < dimensions; d++)
            {
                sums[d] += vector[d];
            }
        }

        return [.. sums.Select(sum => (float)(sum / count))];
    }
}
