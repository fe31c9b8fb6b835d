using System.Runtime.Intrinsics;

namespace KernelGen.Training.Clustering;

/// <summary>
/// Rows in panels of <see cref="Width"/>: inside a panel the first values of its rows, then the second values and so on, so that
/// vectors run across rows and a product with one point streams through memory. The last panel is filled up with zeros.
/// </summary>
internal sealed class Panels
{
    /// <summary>Rows of a panel: two of the widest vectors.</summary>
    internal static readonly int Width = 2 * Lanes;

    private readonly int _dimensions;
    private readonly float[] _values;

    /// <summary>Zeros.</summary>
    internal Panels(int rows, int dimensions)
    {
        _dimensions = dimensions;
        Count = (rows + Width - 1) / Width;
        _values = new float[checked(Count * dimensions * Width)];
    }

    /// <summary>Panels.</summary>
    internal int Count { get; }

    private static int Lanes =>
        Vector512.IsHardwareAccelerated ? Vector512<float>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
        : Vector128<float>.Count;

    /// <summary>The values of a panel; those of later panels follow in memory.</summary>
    internal Span<float> this[int panel] => _values.AsSpan(panel * _dimensions * Width, _dimensions * Width);

    /// <summary>The value of a row at a dimension.</summary>
    internal ref float this[int row, int dimension] =>
        ref _values[(((row / Width * _dimensions) + dimension) * Width) + (row % Width)];

    /// <summary>Takes over the values that the first rows have at a dimension.</summary>
    internal void SetDimension(int dimension, ReadOnlySpan<float> values)
    {
        for (int row = 0; row < values.Length; row += Width)
        {
            values[row..Math.Min(row + Width, values.Length)].CopyTo(this[row / Width][(dimension * Width)..]);
        }
    }
}
