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
        Vector<float> greatest = Vector<float>.Zero;
        float rest = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = this[i];
            int d = 0;
            for (; d <= row.Length - Vector<float>.Count; d += Vector<float>.Count)
            {
                greatest = Vector.MaxNative(greatest, Vector.Abs(new Vector<float>(row[d..])));
            }

            for (; d < row.Length; d++)
            {
                rest = Math.Max(rest, Math.Abs(row[d]));
            }
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            rest = Math.Max(rest, greatest[lane]);
        }

        return rest;
    }
}
