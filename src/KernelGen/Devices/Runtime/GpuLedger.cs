namespace KernelGen;

/// <summary>What a set has measured of its searches, and what it could have saved: the numbers behind decisions of the cost
/// model.</summary>
internal sealed class GpuLedger
{
    /// <summary>Shorter work says more about launches, and the clock, than about bandwidth.</summary>
    private const long LeastBytes = 4 << 20;

    /// <summary>Share of a new measurement in the moving estimate.</summary>
    private const double Share = 0.25;

    /// <summary>A measurement counts as at most so many times faster or slower than the estimate: one that was interrupted says
    /// little.</summary>
    private const double GreatestStep = 4;

    private readonly Lock _lock = new();
    private GpuFigures _figures = GpuFigures.Start;
    private double _savedSeconds;

    public (GpuFigures Figures, double SavedSeconds) Read()
    {
        lock (_lock)
        {
            return (_figures, _savedSeconds);
        }
    }

    /// <summary>A search that the CPU answered would have been so much faster on the GPU; or an upload has used up so much.</summary>
    public void AddSaving(double seconds)
    {
        lock (_lock)
        {
            _savedSeconds = Math.Max(0, _savedSeconds + seconds);
        }
    }

    /// <summary>A scan on the CPU.</summary>
    /// <param name="bytes">Bytes of the blocks times the passes that the queries cost.</param>
    /// <param name="threads">Threads that shared it.</param>
    /// <param name="seconds">How long it took.</param>
    public void ObserveCpu(double bytes, int threads, double seconds)
    {
        lock (_lock)
        {
            if (bytes >= LeastBytes)
            {
                _figures = _figures with { CpuBytesPerSecond = Moved(_figures.CpuBytesPerSecond, bytes / threads / seconds) };
            }
        }
    }

    /// <summary>A search on the device that copied nothing but queries and hits.</summary>
    /// <param name="bytes">Bytes of the blocks times the passes that the queries cost.</param>
    /// <param name="launches">Kernels launched.</param>
    /// <param name="seconds">How long it took.</param>
    public void ObserveDevice(double bytes, int launches, double seconds)
    {
        lock (_lock)
        {
            if (bytes < LeastBytes)
            {
                _figures = _figures with { LaunchSeconds = Moved(_figures.LaunchSeconds, seconds / launches) };
            }
            else
            {
                // Launches overlap with scanning, so they do not account for all of the time, whatever their estimate says.
                double scanning = Math.Max(seconds - (launches * _figures.LaunchSeconds), seconds / 2);
                _figures = _figures with { DeviceBytesPerSecond = Moved(_figures.DeviceBytesPerSecond, bytes / scanning) };
            }
        }
    }

    /// <summary>A copy to the device.</summary>
    public void ObserveTransfer(long bytes, double seconds)
    {
        lock (_lock)
        {
            if (bytes >= LeastBytes)
            {
                _figures = _figures with { TransferBytesPerSecond = Moved(_figures.TransferBytesPerSecond, bytes / seconds) };
            }
        }
    }

    private static double Moved(double estimate, double measured) => double.IsFinite(measured)
        ? estimate + (Share * (Math.Clamp(measured, estimate / GreatestStep, estimate * GreatestStep) - estimate))
        : estimate;
}
