using System.Numerics;

namespace KernelGen.Training.Clustering;

/// <summary>Rows of floats, or the same part of longer rows, in memory that the owner keeps in its place.</summary>
internal readonly unsafe struct Rows(float* start, int count, int width, int stride)
{
    internal int Count => count;

    /// <summary>Values of a row.</summary>
    internal int Width => width;

    /// <summary>Values from the start of one row to that of the next.</summary>
    internal int Stride => stride;

    /// <summary>Where a row starts.</summary>
    internal float* At(int row) => start + ((long)row * stride);

    internal ReadOnlySpan<float> this[int row] => new(At(row), width);

    /// <summary>Some of the rows.</summary>
    internal Rows Part(int first, int rows) => new(At(first), rows, width, stride);

    /// <summary>The greatest absolute value.</summary>
    internal float MaxMagnitude()
    {
        float greatest = 0;
        for (int i = 0; i < count; i++)
        {
            greatest = Math.Max(greatest, MaxMagnitude(this[i]));
        }

        return greatest;
    }

    private static float MaxMagnitude(ReadOnlySpan<float> values)
    {
        Vector<float> greatest = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            greatest = Vector.MaxNative(greatest, Vector.Abs(new Vector<float>(values[i..])));
        }

        float result = 0;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            result = Math.Max(result, greatest[lane]);
        }

        for (; i < values.Length; i++)
        {
            result = Math.Max(result, Math.Abs(values[i]));
        }

        return result;
    }
}
