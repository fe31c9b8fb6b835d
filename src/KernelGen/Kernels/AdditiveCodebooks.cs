using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Kernels;

/// <summary>
/// The codebooks of a codec that adds centroids, in the forms that kernels read: centroid by centroid for decoding, and dimension by dimension
/// for encoding and tables. For generated code.
/// </summary>
/// <remarks>Columns and half norms have <see cref="Stride"/> places per codebook. Formulas: docs/formats.md, section 7.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AdditiveCodebooks
{
    private readonly float[] _values;
    private readonly CentroidColumns _columns;

    /// <summary>Takes a copy of codebooks.</summary>
    /// <param name="layout">The layout of a codec that adds centroids.</param>
    /// <param name="codebooks"><see cref="AdditiveShape.Values"/> floats as <see cref="AdditiveShape"/> says.</param>
    /// <exception cref="ArgumentException">Wrong number, a value that is not finite, or a centroid whose squared norm is not.</exception>
    public AdditiveCodebooks(CodecLayout layout, ReadOnlySpan<float> codebooks)
        : this(layout.AdditiveCodebooks!.Value, codebooks)
    {
    }

    /// <summary>Takes a copy of codebooks.</summary>
    /// <param name="shape">Their shape.</param>
    /// <param name="codebooks"><see cref="AdditiveShape.Values"/> floats as <see cref="AdditiveShape"/> says.</param>
    /// <exception cref="ArgumentException">Wrong number, a value that is not finite, or a centroid whose squared norm is not.</exception>
    public AdditiveCodebooks(AdditiveShape shape, ReadOnlySpan<float> codebooks)
    {
        Shape = shape;
        if (codebooks.Length != shape.Values)
        {
            string parts = shape.IsShared
                ? $"{shape.Stages} codebooks * {shape.Centroids} centroids * {shape.GroupSize} values"
                : $"{shape.Dimensions} dimensions * {shape.Stages} stages * {shape.Centroids} centroids";
            throw new ArgumentException($"Expected {shape.Values} values, {parts}, but got {codebooks.Length}.", nameof(codebooks));
        }

        if (FindFault(shape, codebooks) is { } fault)
        {
            throw new ArgumentException(fault, nameof(codebooks));
        }

        _values = codebooks.ToArray();
        int sets = shape.Codebooks + (HasShortGroup ? shape.Stages : 0);
        _columns = new CentroidColumns(shape.Values / shape.Centroids, sets, shape.Centroids);
        for (int m = 0; m < shape.Codebooks; m++)
        {
            (int group, int stage) = Math.DivRem(m, shape.Stages);
            int length = shape.CentroidLengthOf(group);
            int start = shape.CodebookOf(group, stage);
            ReadOnlySpan<float> codebook = _values.AsSpan(start, length * shape.Centroids);
            _columns.Fill(codebook, length, start / shape.Centroids, m);
            if (HasShortGroup)
            {
                _columns.FillHalfNorms(codebook, length, shape.DimensionsOf(shape.Groups - 1), shape.Stages + m);
            }
        }
    }

    /// <summary>How vectors are cut.</summary>
    public AdditiveShape Shape { get; }

    /// <summary>Places per codebook in a dimension's column, in half norms and in tables.</summary>
    public int Stride => _columns.Stride;

    /// <summary>The codebooks as they were given.</summary>
    public ReadOnlyMemory<float> Memory => _values;

    /// <summary>The codebooks, centroid by centroid.</summary>
    public ref float Values => ref MemoryMarshal.GetArrayDataReference(_values);

    /// <summary>For each dimension of each codebook, its value in every centroid; at a multiple of 64 bytes.</summary>
    public ref float Columns => ref _columns.Columns;

    /// <summary>The codebooks, then half the squared norms of all centroids, codebook by codebook; behind them those of the dimensions of a shorter
    /// last group. What kernels of devices read.</summary>
    public float[] ToParameters() => _columns.WithHalfNorms(_values);

    /// <summary>Whether the last group has fewer dimensions than centroids have values.</summary>
    private bool HasShortGroup => Shape.DimensionsOf(Shape.Groups - 1) < Shape.CentroidLengthOf(Shape.Groups - 1);

    /// <summary>What keeps values from being codebooks; null if nothing does.</summary>
    internal static string? FindFault(AdditiveShape shape, ReadOnlySpan<float> values) => CentroidColumns.FindFault(
        values,
        shape.Centroids,
        Enumerable.Range(0, shape.Codebooks).Select(m => (
            shape.CentroidLengthOf(m / shape.Stages),
            shape.IsShared ? $"codebook {m}" : $"stage {m % shape.Stages} of subspace {m / shape.Stages}")));

    /// <summary>The columns of a group's codebook.</summary>
    internal ref float ColumnsOf(int group, int stage) =>
        ref Unsafe.Add(ref Columns, (nint)(Shape.CodebookOf(group, stage) / Shape.Centroids) * Stride);

    /// <summary>Half the squared norms of the centroids of a group's codebook, over the group's dimensions.</summary>
    internal ref float HalfNormsOf(int group, int stage)
    {
        int set = !Shape.IsShared ? (group * Shape.Stages) + stage
            : HasShortGroup && group == Shape.Groups - 1 ? Shape.Stages + stage
            : stage;
        return ref Unsafe.Add(ref _columns.HalfNorms, (nint)set * Stride);
    }

    /// <summary>A group's part of a centroid.</summary>
    internal ReadOnlySpan<float> Centroid(int group, int stage, int code) =>
        _values.AsSpan(Shape.CodebookOf(group, stage) + (code * Shape.CentroidLengthOf(group)), Shape.DimensionsOf(group));
}
