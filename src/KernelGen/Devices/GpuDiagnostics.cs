namespace KernelGen;

/// <summary>Why the CPU answered where the GPU was to.</summary>
public sealed record GpuDiagnostic
{
    /// <summary>What failed.</summary>
    public required GpuFailure Failure { get; init; }

    /// <summary>What failed, in words.</summary>
    public required string Message { get; init; }

    /// <summary>The device, where one was open.</summary>
    public GpuDeviceInfo? Device { get; init; }

    /// <summary>The scheme of the codec whose search failed (<see cref="CodecLayout.Scheme"/>); null for
    /// <see cref="GpuFailure.NoDevice"/>, which concerns all codecs.</summary>
    public string? Scheme { get; init; }

    /// <summary>The failure as it was met.</summary>
    public GpuException? Exception { get; init; }
}

/// <summary>Tells why searches under <see cref="Device.Auto"/> do not use the GPU.</summary>
public static class GpuDiagnostics
{
    /// <summary>
    /// Raised when the CPU answers because the GPU failed: once per failure and scheme, <see cref="GpuFailure.NoDevice"/> once, until
    /// <see cref="Gpu.Reset"/>. Results are the same either way.
    /// </summary>
    /// <remarks>Handlers run inside the search that met the failure, on its thread; they must not use the set that is searched. What
    /// they throw is dropped.</remarks>
#pragma warning disable MA0046 // There is no sender.
    public static event Action<GpuDiagnostic>? Reported;
#pragma warning restore MA0046

    internal static void Raise(GpuDiagnostic diagnostic)
    {
        foreach (Action<GpuDiagnostic> handler in Delegate.EnumerateInvocationList(Reported))
        {
            try
            {
                handler(diagnostic);
            }
#pragma warning disable CA1031 // A handler that fails must not fail the search, nor keep the news from other handlers.
            catch (Exception)
#pragma warning restore CA1031
            {
                // Dropped, as documented.
            }
        }
    }
}
