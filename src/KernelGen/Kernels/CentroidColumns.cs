using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Kernels;

/// <summary>
/// Codebooks dimension by dimension, so that a vector holds the same dimension of neighbouring centroids, and half the squared norms of the centroids.
/// Each column and each set of half norms has <see cref="Stride"/> places. Where there are fewer centroids, the last one is repeated, with a half norm
/// of infinity, so that none of the copies is ever chosen.
/// </summary>
internal sealed class CentroidColumns
{
    /// <summary>The least places of a column: the floats of the widest vector.</summary>
    private const int LeastStride = 16;

    private readonly float[] _memory;
    private readonly int _start;
    private readonly int _columns;
    private readonly int _halfNorms;
    private readonly int _centroids;

    /// <summary>Room for columns, and for sets of half norms behind them.</summary>
    public CentroidColumns(int columns, int halfNorms, int centroids)
    {
        _columns = columns;
        _halfNorms = halfNorms;
        _centroids = centroids;
        Stride = StrideOf(centroids);

        // Pinned, so that it stays at a multiple of 64 bytes.
        _memory = GC.AllocateArray<float>(((columns + halfNorms) * Stride) + 16, pinned: true);
        _start = (int)(-(nint)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) & 63) / sizeof(float);
    }

    public int Stride { get; }

    /// <summary>The columns; at a multiple of 64 bytes.</summary>
    public ref float Columns => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), _start);

    public ref float HalfNorms => ref Unsafe.Add(ref Columns, _columns * Stride);

    public static int StrideOf(int centroids) => Math.Max(LeastStride, centroids);

    /// <summary>Takes over a codebook.</summary>
    /// <param name="codebook">Centroids one after another.</param>
    /// <param name="length">Values of a centroid.</param>
    /// <param name="column">The column of the first of them.</param>
    /// <param name="halfNorms">Which set of half norms is its.</param>
    public void Fill(ReadOnlySpan<float> codebook, int length, int column, int halfNorms)
    {
        FillHalfNorms(codebook, length, length, halfNorms);
        for (int j = 0; j < Stride; j++)
        {
            ReadOnlySpan<float> centroid = codebook.Slice(Math.Min(j, _centroids - 1) * length, length);
            for (int i = 0; i < length; i++)
            {
                Unsafe.Add(ref Columns, ((column + i) * Stride) + j) = centroid[i];
            }
        }
    }

    /// <summary>Fills a set of half norms with those of the first <paramref name="dimensions"/> values of a codebook's centroids.</summary>
    public void FillHalfNorms(ReadOnlySpan<float> codebook, int length, int dimensions, int halfNorms)
    {
        for (int j = 0; j < Stride; j++)
        {
            Unsafe.Add(ref HalfNorms, (halfNorms * Stride) + j) =
                j < _centroids ? HalfNorm(codebook.Slice(j * length, dimensions)) : float.PositiveInfinity;
        }
    }

    /// <summary>Values, and all sets of half norms behind them, without the places that are filled up: what kernels of devices read.</summary>
    public float[] WithHalfNorms(ReadOnlySpan<float> values)
    {
        var parameters = new float[values.Length + (_halfNorms * _centroids)];
        values.CopyTo(parameters);
        for (int m = 0; m < _halfNorms; m++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref HalfNorms, m * Stride), _centroids)
                .CopyTo(parameters.AsSpan(values.Length + (m * _centroids)));
        }

        return parameters;
    }

    /// <summary>What keeps values from being codebooks; null if nothing does.</summary>
    /// <param name="values">Codebooks one after another.</param>
    /// <param name="centroids">Centroids of each.</param>
    /// <param name="codebooks">Values of a centroid of each codebook, and what it is called in a message.</param>
    public static string? FindFault(ReadOnlySpan<float> values, int centroids, IEnumerable<(int Length, string Name)> codebooks)
    {
        int notFinite = CodecGuard.IndexOfNotFinite(values);
        if (notFinite >= 0)
        {
            return $"Expected finite codebooks, but value number {notFinite} is {values[notFinite]}.";
        }

        int start = 0;
        foreach ((int length, string name) in codebooks)
        {
            for (int j = 0; j < centroids; j++)
            {
                ReadOnlySpan<float> centroid = values.Slice(start, length);
                if (!float.IsFinite(HalfNorm(centroid)))
                {
                    return $"Expected centroids of finite squared norm, but number {j} of {name} is [{Text(centroid)}].";
                }

                start += length;
            }
        }

        return null;
    }

    private static float HalfNorm(ReadOnlySpan<float> centroid)
    {
        float sum = 0;
        foreach (float value in centroid)
        {
            sum += value * value;
        }

        return 0.5f * sum;
    }

    private static string Text(ReadOnlySpan<float> centroid)
    {
        const int shown = 4;
        string values = string.Join(", ", centroid[..Math.Min(shown, centroid.Length)].ToArray());
        return centroid.Length > shown ? $"{values}, ..." : values;
    }
}
