using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelGen.Training.Linear;

namespace KernelGen.Training.Clustering;

/// <summary>
/// The one copy of a sample that training keeps. The values of each group of dimensions lie together, so that a group is clustered where it lies and stays in
/// the cache of a core.
/// </summary>
internal sealed unsafe class GroupedPoints
{
    private readonly int[] _starts;

    /// <summary>Points without values.</summary>
    /// <param name="count">Number of points.</param>
    /// <param name="starts">The first dimension of each group, and in the end the number of dimensions.</param>
    internal GroupedPoints(int count, int[] starts)
    {
        (Count, _starts) = (count, starts);
        Values = GC.AllocateUninitializedArray<float>(checked(count * Dimensions), pinned: true);
    }

    internal int Count { get; }

    internal int Dimensions => _starts[^1];

    internal int Groups => _starts.Length - 1;

    /// <summary>All values of the first group, then those of the next. Pinned, so that <see cref="Rows"/> may point to them while this object lives.</summary>
    internal float[] Values { get; }

    /// <summary>Points whose groups are the subspaces of a product quantizer.</summary>
    internal static GroupedPoints For(CodebookShape shape, int count) =>
        new(count, [.. Enumerable.Range(0, shape.Subspaces).Select(m => shape.StartOf(m)), shape.Dimensions]);

    /// <summary>Points of the groups of a residual or additive quantizer.</summary>
    internal static GroupedPoints For(AdditiveShape shape, int count) =>
        new(count, [.. Enumerable.Range(0, shape.Groups).Select(group => shape.StartOf(group)), shape.Dimensions]);

    /// <summary>The first dimension of a group.</summary>
    internal int StartOf(int group) => _starts[group];

    /// <summary>A group: its rows touch each other.</summary>
    internal Rows Of(int group) => Of(group, 1);

    /// <summary>Neighbouring groups of as many dimensions each, as the rows of a single one.</summary>
    internal Rows Of(int group, int groups)
    {
        int width = _starts[group + 1] - _starts[group];
        var start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Values));
        return new Rows(start + ((long)_starts[group] * Count), checked(Count * groups), width, width);
    }

    /// <summary>Takes the values of all points.</summary>
    internal void Fill(SampleChunks sample) => sample.ForEach(Write);

    /// <summary>Takes the values of some points, from number <paramref name="first"/> on.</summary>
    internal void Write(int first, Rows points)
    {
        for (int group = 0; group < Groups; group++)
        {
            Rows part = Of(group);
            for (int i = 0; i < points.Count; i++)
            {
                new ReadOnlySpan<float>(points.At(i) + _starts[group], part.Width).CopyTo(new Span<float>(part.At(first + i), part.Width));
            }
        }
    }

    /// <summary>Copies the values of some points, from number <paramref name="first"/> on.</summary>
    internal void Read(int first, Rows points)
    {
        for (int group = 0; group < Groups; group++)
        {
            Rows part = Of(group);
            for (int i = 0; i < points.Count; i++)
            {
                part[first + i].CopyTo(new Span<float>(points.At(i) + _starts[group], part.Width));
            }
        }
    }
}
