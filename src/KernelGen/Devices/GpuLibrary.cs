using System.ComponentModel;

namespace KernelGen.Devices;

/// <summary>What programs a GPU on behalf of a compilation: its devices, found anew at each call. Implemented by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GpuLibrary
{
    /// <summary>Name and version, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>The devices, best first; none where there is no driver or no device.</summary>
    /// <exception cref="GpuException">The driver failed.</exception>
    public abstract IReadOnlyList<GpuDeviceInfo> FindDevices();

    /// <summary>Opens a device in a context of its own.</summary>
    /// <param name="device">One of <see cref="FindDevices"/>.</param>
    /// <exception cref="GpuException">The device is not there any more, or the driver failed.</exception>
    public abstract GpuAccelerator Open(GpuDeviceInfo device);
}

/// <summary>
/// A device that is open: memory, copies, two streams of work, and the kernel that all codecs share. Failures come as
/// <see cref="GpuException"/>. Used by one thread at a time, not always the same one. Implemented by generated code.
/// </summary>
/// <remarks>What is queued on a stream runs in order, and is done after <see cref="Wait"/>.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GpuAccelerator : IDisposable
{
    /// <summary>Number of streams; they are named 0 and 1.</summary>
    public const int StreamCount = 2;

    /// <summary>The greatest k of <see cref="SelectTop"/>.</summary>
    public const int MaximumK = 256;

    /// <summary>The device.</summary>
    public abstract GpuDeviceInfo Device { get; }

    /// <summary>Device memory, at a multiple of 64 bytes; its contents are undefined.</summary>
    /// <param name="bytes">At least 1 and at most 2^31 - 64; rounded up to a multiple of 64.</param>
    public abstract GpuBuffer Allocate(long bytes);

    /// <summary>Page-locked memory of the host, zero-initialised.</summary>
    /// <param name="bytes">At least 1.</param>
    public abstract GpuStaging AllocateStaging(int bytes);

    /// <summary>Queues a copy to the device. The source must not change before the stream was waited for.</summary>
    public abstract void CopyToDevice(int stream, GpuStaging source, int sourceOffset, GpuBuffer destination, long destinationOffset, int bytes);

    /// <summary>Queues a copy to the host.</summary>
    public abstract void CopyToHost(int stream, GpuBuffer source, long sourceOffset, GpuStaging destination, int destinationOffset, int bytes);

    /// <summary>Queues the choice of the best candidates of each query, in parts; see <see cref="GpuSelection"/>.</summary>
    public abstract void SelectTop(int stream, in GpuSelection selection);

    /// <summary>Waits until everything that was queued on a stream is done. Its failures come out here at the latest.</summary>
    public abstract void Wait(int stream);

    /// <summary>Closes the device and its context and frees all memory that came from it. Buffers and stagings are not used, and not
    /// disposed, afterwards. Called also when the device has failed.</summary>
    public abstract void Dispose();
}

/// <summary>Memory of a device.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GpuBuffer : IDisposable
{
    /// <summary>How many bytes were asked for, rounded up to a multiple of 64.</summary>
    public abstract long Bytes { get; }

    /// <summary>Frees the memory; nothing that uses it may be queued.</summary>
    public abstract void Dispose();
}

/// <summary>Page-locked memory of the host, from and to which a device copies by itself.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GpuStaging : IDisposable
{
    /// <summary>The memory.</summary>
    public abstract Span<byte> Span { get; }

    /// <summary>Frees the memory; no copy that uses it may be queued.</summary>
    public abstract void Dispose();
}

/// <summary>
/// A choice of the best candidates. For each query, candidates 0 .. <see cref="Count"/> - 1 are cut into <see cref="Parts"/> parts of
/// equal length (the last may be shorter), and the <see cref="K"/> best of each part are written, in no particular order: greatest score first,
/// equal scores by ascending id; a score below <see cref="MinimumScore"/>, or NaN, is never chosen. Places that stay free get the score NaN.
/// </summary>
/// <remarks>Choosing among what was chosen, with one part, gives the best of all.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct GpuSelection
{
    /// <summary>floats: the score of candidate i of query q is number q * <see cref="ScoreStride"/> + i.</summary>
    public required GpuBuffer Scores { get; init; }

    /// <summary>Scores from one query to the next.</summary>
    public required int ScoreStride { get; init; }

    /// <summary>longs: the id of candidate i of query q is number q * <see cref="IdStride"/> + i.</summary>
    public required GpuBuffer Ids { get; init; }

    /// <summary>Ids from one query to the next; 0 where all queries have the same candidates.</summary>
    public required int IdStride { get; init; }

    /// <summary>Number of queries, at least 1.</summary>
    public required int Queries { get; init; }

    /// <summary>Candidates of each query, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Number of parts, at least 1.</summary>
    public required int Parts { get; init; }

    /// <summary>How many to choose of each part, 1 to <see cref="GpuAccelerator.MaximumK"/>.</summary>
    public required int K { get; init; }

    /// <summary>Candidates that score less are not chosen.</summary>
    public required float MinimumScore { get; init; }

    /// <summary>floats: part p of query q gets numbers q * <see cref="TopStride"/> + <see cref="TopOffset"/> + p * <see cref="K"/> and
    /// following.</summary>
    public required GpuBuffer TopScores { get; init; }

    /// <summary>longs, placed as <see cref="TopScores"/>.</summary>
    public required GpuBuffer TopIds { get; init; }

    /// <summary>Results from one query to the next.</summary>
    public required int TopStride { get; init; }

    /// <summary>The place of the first result of a query.</summary>
    public required int TopOffset { get; init; }
}
