using KernelGen.Training.Clustering;

namespace KernelGen.Training.Linear;

/// <summary>Walks through rows of a sample, some at a time, as one training sees them: scaled, and normalized if asked
/// for.</summary>
internal sealed class SampleChunks(PointSource source, int[] selected, int exponent, CancellationToken cancellationToken)
{
    internal const int RowsPerChunk = 512;

    /// <summary>What is done with a chunk.</summary>
    /// <param name="first">Number of the first row among the selected ones.</param>
    /// <param name="rows">A copy of the rows, which may be changed.</param>
    internal delegate void Use(int first, Rows rows);

    /// <summary>Values of a row.</summary>
    internal int Dimensions => source.Rows.Width;

    /// <summary>Rows in all.</summary>
    internal int Count => selected.Length;

    internal unsafe void ForEach(Use use)
    {
        var values = new float[RowsPerChunk * Dimensions];
        fixed (float* start = values)
        {
            for (int first = 0; first < selected.Length; first += RowsPerChunk)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(RowsPerChunk, selected.Length - first);
                for (int i = 0; i < count; i++)
                {
                    source.CopyRow(selected[first + i], exponent, values.AsSpan(i * Dimensions, Dimensions));
                }

                use(first, new Rows(start, count, Dimensions, Dimensions));
            }
        }
    }
}
