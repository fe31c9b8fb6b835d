using System.ComponentModel;

namespace KernelGen;

/// <summary>The form of <see cref="IBoundedCodec{TSelf}.ScanBounds"/>, by which a set of any codec asks whether this one has bounds.</summary>
/// <param name="prepared">Prepared queries.</param>
/// <param name="block">A block.</param>
/// <param name="firstRow">The first row to score.</param>
/// <param name="rows">How many rows to score.</param>
/// <param name="scores">Receives the scores, those of the first query first.</param>
/// <param name="errors">Receives their bounds.</param>
/// <param name="factor">Which bound.</param>
/// <param name="tier">The tier to run.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate CpuTier BoundedScan(
    ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, Span<float> errors, float factor, CpuTier tier);
