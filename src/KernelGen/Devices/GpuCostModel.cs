using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>Speeds that a decision rests on.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GpuFigures
{
    /// <summary>What is assumed before anything is measured: 10 GB/s per thread of the CPU, 500 GB/s of device memory, 10 GB/s over the
    /// bus, 10 us per launch, one second to open a device and compile kernels.</summary>
    public static GpuFigures Start { get; } = new()
    {
        CpuBytesPerSecond = 10e9,
        DeviceBytesPerSecond = 500e9,
        TransferBytesPerSecond = 10e9,
        LaunchSeconds = 10e-6,
        StartSeconds = 1,
    };

    /// <summary>Codes that one thread of the CPU scans for one query.</summary>
    public required double CpuBytesPerSecond { get; init; }

    /// <summary>Codes that the device scans for one query.</summary>
    public required double DeviceBytesPerSecond { get; init; }

    /// <summary>Bytes between host and device.</summary>
    public required double TransferBytesPerSecond { get; init; }

    /// <summary>What each kernel costs before it begins.</summary>
    public required double LaunchSeconds { get; init; }

    /// <summary>Opening the device and compiling the codec's kernels.</summary>
    public required double StartSeconds { get; init; }
}

/// <summary>A search that may go to the GPU.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GpuWorkload
{
    /// <summary>Rows of the set.</summary>
    public required int Rows { get; init; }

    /// <summary>Bytes of their blocks.</summary>
    public required long ScanBytes { get; init; }

    /// <summary>Bytes that are to be copied first and stay on the device: blocks that are new or have changed, with their ids.</summary>
    public required long UploadBytes { get; init; }

    /// <summary>Bytes that cross the bus during this search, because the device has no room for them.</summary>
    public required long StreamedBytes { get; init; }

    /// <summary>Number of queries, at least 1.</summary>
    public required int Queries { get; init; }

    /// <summary>Whether all scores come back to the host: for filters, for k above 256, for <c>Scores</c>.</summary>
    public required bool DownloadsScores { get; init; }

    /// <summary>Threads that the CPU may use.</summary>
    public required int Threads { get; init; }

    /// <summary>Kernels that the search launches.</summary>
    public required int Launches { get; init; }

    /// <summary>Whether the device is open and has the codec's kernels.</summary>
    public required bool IsReady { get; init; }

    /// <summary>The device; null before it is open.</summary>
    public required GpuDeviceInfo? Device { get; init; }

    /// <summary>What searches of this set that the CPU answered would have saved on the GPU, less what was spent on uploads.</summary>
    public required double SavedSeconds { get; init; }

    /// <summary>Moving estimates of this set's speeds, taken from its searches and uploads.</summary>
    public required GpuFigures Measured { get; init; }
}

/// <summary>Decides under <see cref="Device.Auto"/> whether the GPU answers a search. Derive from it to decide otherwise.</summary>
/// <remarks>
/// <para>A group of Q queries costs as much as P = 1 + 0.35 (Q - 1) passes over the codes, because queries of a group share loads and
/// decoding. Then</para>
/// <para>CPU seconds = P * ScanBytes / (CpuBytesPerSecond * Threads);</para>
/// <para>GPU seconds = Launches * LaunchSeconds + P * ScanBytes / DeviceBytesPerSecond + (StreamedBytes + scores that come back, 4 * Rows
/// * Queries bytes) / TransferBytesPerSecond;</para>
/// <para>upload seconds = UploadBytes / TransferBytesPerSecond, and StartSeconds unless the device is ready.</para>
/// <para>The GPU is chosen if it is faster and the upload is paid for: a set adds up what the GPU would have saved in the searches that
/// the CPU answered, and uploads when that reaches the cost of the upload. So it never spends more than twice what knowing the future
/// would have spent. A <see cref="GpuKind.Emulator"/> is never chosen.</para>
/// </remarks>
public class GpuCostModel
{
    /// <summary>What a further query of a group costs, as a share of the first one.</summary>
    private const double FurtherQuery = 0.35;

    /// <summary>The model with all figures measured.</summary>
    public static GpuCostModel Measured { get; } = new();

    /// <summary>Declares <see cref="GpuFigures.CpuBytesPerSecond"/>; null to measure it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double? CpuBytesPerSecond { get; init => field = Positive(value, nameof(CpuBytesPerSecond)); }

    /// <summary>Declares <see cref="GpuFigures.DeviceBytesPerSecond"/>; null to measure it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double? DeviceBytesPerSecond { get; init => field = Positive(value, nameof(DeviceBytesPerSecond)); }

    /// <summary>Declares <see cref="GpuFigures.TransferBytesPerSecond"/>; null to measure it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double? TransferBytesPerSecond { get; init => field = Positive(value, nameof(TransferBytesPerSecond)); }

    /// <summary>Declares <see cref="GpuFigures.LaunchSeconds"/>; null to measure it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double? LaunchSeconds { get; init => field = Positive(value, nameof(LaunchSeconds)); }

    /// <summary>Declares <see cref="GpuFigures.StartSeconds"/>; null for the start value, which is not measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double? StartSeconds { get; init => field = Positive(value, nameof(StartSeconds)); }

    /// <summary>Whether the GPU is to answer. Not asked once the GPU has failed for good.</summary>
    /// <param name="workload">The search.</param>
    public virtual bool PrefersGpu(in GpuWorkload workload)
    {
        double gain = CpuSeconds(workload) - GpuSeconds(workload);
        double upload = UploadSeconds(workload);
        return workload.Device?.Kind != GpuKind.Emulator && gain > 0 && (upload == 0 || workload.SavedSeconds + gain >= upload);
    }

    /// <summary>What the search is expected to cost on the CPU.</summary>
    public double CpuSeconds(in GpuWorkload workload) =>
        Passes(workload.Queries) * workload.ScanBytes / (Figures(workload).CpuBytesPerSecond * workload.Threads);

    /// <summary>What the search is expected to cost on the GPU, once everything that stays there is uploaded.</summary>
    public double GpuSeconds(in GpuWorkload workload)
    {
        GpuFigures figures = Figures(workload);
        double scores = workload.DownloadsScores ? (double)sizeof(float) * workload.Rows * workload.Queries : 0;
        return (workload.Launches * figures.LaunchSeconds)
            + (Passes(workload.Queries) * workload.ScanBytes / figures.DeviceBytesPerSecond)
            + ((workload.StreamedBytes + scores) / figures.TransferBytesPerSecond);
    }

    /// <summary>What has to be spent once before the search; 0 if the device is ready and has the blocks.</summary>
    public double UploadSeconds(in GpuWorkload workload)
    {
        GpuFigures figures = Figures(workload);
        return (workload.UploadBytes / figures.TransferBytesPerSecond) + (workload.IsReady ? 0 : figures.StartSeconds);
    }

    /// <summary>How many passes for one query a group of queries costs.</summary>
    internal static double Passes(int queries) => 1 + (FurtherQuery * (queries - 1));

    private GpuFigures Figures(in GpuWorkload workload) => new()
    {
        CpuBytesPerSecond = CpuBytesPerSecond ?? workload.Measured.CpuBytesPerSecond,
        DeviceBytesPerSecond = DeviceBytesPerSecond ?? workload.Measured.DeviceBytesPerSecond,
        TransferBytesPerSecond = TransferBytesPerSecond ?? workload.Measured.TransferBytesPerSecond,
        LaunchSeconds = LaunchSeconds ?? workload.Measured.LaunchSeconds,
        StartSeconds = StartSeconds ?? workload.Measured.StartSeconds,
    };

    private static double? Positive(double? value, string name) =>
        value is null or (> 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "Expected a positive number, or null to measure it.");
}
