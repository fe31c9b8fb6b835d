using System.ComponentModel;

namespace KernelGen.Devices;

/// <summary>
/// The kernels of one codec on an open device. Each method queues work on a stream of the device; sizes are checked by the caller. Buffers
/// hold the same bytes as on the CPU: row codes, blocks, prepared queries. Implemented by generated code.
/// </summary>
/// <remarks><c>parameters</c> holds what the codec has learned as floats: its scales, its minima (where it has any), the reciprocals of
/// its scales; or its codebooks, then half the squared norms of all centroids; for a codec that learns nothing, a buffer that is not read.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GpuKernels
{
    /// <summary>Scores the first rows of consecutive blocks: <c>scores[q * scoreStride + row]</c>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="prepared">Prepared queries.</param>
    /// <param name="queries">How many, at least 1.</param>
    /// <param name="blocks">Blocks, one after another, the first at byte 0.</param>
    /// <param name="rows">How many rows to score, at least 1.</param>
    /// <param name="scores">floats.</param>
    /// <param name="scoreStride">Scores from one query to the next.</param>
    public abstract void Scan(int stream, GpuBuffer prepared, int queries, GpuBuffer blocks, int rows, GpuBuffer scores, int scoreStride);

    /// <summary>Bytes of scratch that <see cref="Encode"/> needs for so many rows, at least 1.</summary>
    public abstract long EncodeScratchBytes(int rows);

    /// <summary>Encodes vectors, all of whose values are finite, to row codes.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="vectors">floats, one vector after another.</param>
    /// <param name="parameters">Learned parameters.</param>
    /// <param name="scratch">Scratch of <see cref="EncodeScratchBytes"/>.</param>
    /// <param name="codes">Receives the row codes.</param>
    /// <param name="rows">How many vectors, at least 1.</param>
    public abstract void Encode(int stream, GpuBuffer vectors, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer codes, int rows);

    /// <summary>Decodes row codes to vectors.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="codes">Row codes.</param>
    /// <param name="parameters">Learned parameters.</param>
    /// <param name="vectors">Receives floats, one vector after another.</param>
    /// <param name="rows">How many vectors, at least 1.</param>
    public abstract void Decode(int stream, GpuBuffer codes, GpuBuffer parameters, GpuBuffer vectors, int rows);

    /// <summary>Bytes of scratch that <see cref="Accumulate"/> needs for so many rows, at least 1.</summary>
    public abstract long AccumulateScratchBytes(int count);

    /// <summary>Adds the weighted sum of decoded rows of consecutive blocks to a vector.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="blocks">Blocks, one after another, the first at byte 0.</param>
    /// <param name="rows">ints: numbers of rows, counted over all blocks.</param>
    /// <param name="weights">floats, one per row.</param>
    /// <param name="count">How many rows, at least 1.</param>
    /// <param name="parameters">Learned parameters.</param>
    /// <param name="scratch">Scratch of <see cref="AccumulateScratchBytes"/>.</param>
    /// <param name="destination">The vector, floats.</param>
    public abstract void Accumulate(
        int stream, GpuBuffer blocks, GpuBuffer rows, GpuBuffer weights, int count, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer destination);
}

/// <summary>How a codec gets onto a GPU. Created by generated code.</summary>
/// <param name="library">What programs the GPU.</param>
/// <param name="parameters">What the codec has learned, as <see cref="GpuKernels"/> takes it.</param>
/// <param name="needsDouble">Whether Encode computes in double precision.</param>
/// <param name="load">Compiles the codec's kernels for an open device of the library; throws <see cref="GpuException"/>.</param>
/// <param name="transforms">What the host does to vectors before kernels see them; null for nothing.</param>
/// <param name="encodes">Whether <see cref="GpuKernels.Encode"/> may be called; where not, the CPU encodes.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GpuProgram(
    GpuLibrary library,
    float[] parameters,
    bool needsDouble,
    Func<GpuAccelerator, GpuKernels> load,
    Transforms.TransformChain? transforms = null,
    bool encodes = true)
{
    /// <summary>What the host does to vectors before kernels see them; null for nothing.</summary>
    public Transforms.TransformChain? Transforms { get; } = transforms;

    /// <summary>Whether there are kernels that encode; where not, the CPU encodes.</summary>
    public bool Encodes { get; } = encodes;

    /// <summary>What programs the GPU.</summary>
    public GpuLibrary Library { get; } = library;

    /// <summary>Learned parameters.</summary>
    public ReadOnlyMemory<float> Parameters { get; } = parameters;

    /// <summary>Whether Encode computes in double precision, which not every device does.</summary>
    public bool NeedsDouble { get; } = needsDouble;

    /// <summary>Compiles the codec's kernels for an open device of the library.</summary>
    /// <exception cref="GpuException">The library rejects a kernel, or the device fails.</exception>
    public GpuKernels Load(GpuAccelerator accelerator) => load(accelerator);
}
