using KernelGen.Kernels;
using KernelGen.Training.Clustering;
using KernelGen.Transforms;

namespace KernelGen.Training.Linear;

/// <summary>Walks through rows of a sample, some at a time, as one training sees them: scaled, normalized or transformed if asked for. So what a codec does to vectors
/// needs no copy of them.</summary>
/// <param name="source">The sample; without factors where there are transforms, which normalize themselves.</param>
/// <param name="selected">The rows to walk through.</param>
/// <param name="exponent">Values are multiplied by 2^-exponent in the end.</param>
/// <param name="workers">The threads that transform.</param>
internal sealed class SampleChunks(PointSource source, int[] selected, int exponent, Workers workers)
{
    internal const int RowsPerChunk = 512;
    private const int RowsPerStep = 64;

    /// <summary>What is done with a chunk.</summary>
    /// <param name="first">Number of the first row among the selected ones.</param>
    /// <param name="rows">A copy of the rows, which may be changed.</param>
    internal delegate void Use(int first, Rows rows);

    /// <summary>What is done to rows; null for nothing.</summary>
    internal TransformChain? Transforms { get; init; }

    /// <summary>Whether transformed rows are scaled to norm 1.</summary>
    internal bool NormalizesTransformed { get; init; }

    /// <summary>Values of a row.</summary>
    internal int Dimensions => Transforms?.Shape.OutputDimensions ?? source.Rows.Width;

    /// <summary>Rows in all.</summary>
    internal int Count => selected.Length;

    /// <summary>The number of a row in the sample.</summary>
    internal int NumberOf(int row) => selected[row];

    /// <summary>The same rows in a unit in which their squares are far from the ends of what a float holds.</summary>
    /// <param name="unit">The exponent of that unit.</param>
    internal SampleChunks InSafeUnit(out int unit)
    {
        unit = Transforms is null ? source.Exponent() : PointSource.Exponent(MaxMagnitude());
        return new(source, selected, unit, workers) { Transforms = Transforms, NormalizesTransformed = NormalizesTransformed };
    }

    internal unsafe void ForEach(Use use)
    {
        var values = new float[RowsPerChunk * Dimensions];
        var untransformed = new float[Transforms is null ? 0 : RowsPerChunk * source.Rows.Width];
        fixed (float* start = values)
        {
            for (int first = 0; first < selected.Length; first += RowsPerChunk)
            {
                workers.CancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(RowsPerChunk, selected.Length - first);
                if (Transforms is null)
                {
                    Copy(first, count, exponent, values);
                }
                else
                {
                    Copy(first, count, 0, untransformed);
                    Transform(Transforms, first, count, untransformed, values);
                }

                use(first, new Rows(start, count, Dimensions, Dimensions));
            }
        }
    }

    private void Copy(int first, int count, int toExponent, float[] values)
    {
        int width = source.Rows.Width;
        for (int i = 0; i < count; i++)
        {
            source.CopyRow(selected[first + i], toExponent, values.AsSpan(i * width, width));
        }
    }

    private void Transform(TransformChain transforms, int first, int count, float[] untransformed, float[] values) =>
        workers.For((count + RowsPerStep - 1) / RowsPerStep, step =>
        {
            int start = step * RowsPerStep;
            int rows = Math.Min(RowsPerStep, count - start);
            Span<float> transformed = values.AsSpan(start * Dimensions, rows * Dimensions);
            int width = source.Rows.Width;
            transforms.Apply(untransformed.AsSpan(start * width, rows * width), transformed);
            for (int i = 0; i < rows; i++)
            {
                transforms.CheckTransformed(transformed.Slice(i * Dimensions, Dimensions), selected[first + start + i]);
            }

            if (NormalizesTransformed)
            {
                QueryMath.Normalize(transformed, Dimensions, transformed);
            }

            for (int i = 0; exponent != 0 && i < transformed.Length; i++)
            {
                transformed[i] = MathF.ScaleB(transformed[i], -exponent);
            }
        });

    private float MaxMagnitude()
    {
        float greatest = 0;
        ForEach((_, rows) => greatest = Math.Max(greatest, rows.MaxMagnitude()));
        return greatest;
    }
}
