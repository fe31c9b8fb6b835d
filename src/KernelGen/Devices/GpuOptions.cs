namespace KernelGen;

/// <summary>How a set, or a <see cref="GpuCodec{TCodec}"/>, uses a GPU.</summary>
public sealed record GpuOptions
{
    /// <summary>A selection of more rows at once gains nothing, and their scores would fill memory.</summary>
    internal const int MaximumSliceRows = 1 << 20;

    /// <summary>The device: its place among <see cref="Gpu.FindDevices{TCodec}"/>. Null, the default, for the best one that is no
    /// <see cref="GpuKind.Emulator"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int? DeviceIndex
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(DeviceIndex));
            field = value;
        }
    }

    /// <summary>
    /// Bytes of device memory that the copy of a set may fill; null for 80 % of the device's. What does not fit crosses the bus at
    /// every search.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long? MemoryBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(MemoryBytes));
            field = value;
        }
    }

    /// <summary>Bytes of the largest piece that device memory is taken in: 1 MiB to 1 GiB, 256 MiB by default. Small sets take small
    /// pieces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 MiB or more than 1 GiB.</exception>
    public int ChunkBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1 << 20, nameof(ChunkBytes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30, nameof(ChunkBytes));
            field = value;
        }
    } = 256 << 20;

    /// <summary>Decides under <see cref="Device.Auto"/>.</summary>
    public GpuCostModel CostModel { get; init; } = GpuCostModel.Measured;

    /// <summary>The sizes below are constants for everybody but tests.</summary>
    internal GpuSizes Sizes { get; init; } = GpuSizes.Default;

    /// <summary>Device memory for the copy of a set.</summary>
    internal long MirrorBytes(GpuDeviceInfo? device) =>
        MemoryBytes ?? (device is null ? long.MaxValue : (long)(device.MemoryBytes * 0.8));

    /// <summary>Blocks of the largest chunk of a mirror.</summary>
    internal int ChunkBlocks(CodecLayout layout) =>
        Math.Max(1, Math.Min((Sizes.ChunkBytes ?? ChunkBytes) / layout.BlockBytes, MaximumSliceRows / layout.BlockRows));

    /// <summary>Blocks that cross the bus together.</summary>
    internal int StreamBlocks(CodecLayout layout) =>
        Math.Max(1, Math.Min(Sizes.StreamBytes / (layout.BlockBytes + (layout.BlockRows * sizeof(long))), MaximumSliceRows / layout.BlockRows));
}

/// <summary>Sizes of buffers.</summary>
internal sealed record GpuSizes
{
    public static GpuSizes Default { get; } = new();

    /// <summary>Overrides <see cref="GpuOptions.ChunkBytes"/>, without its limits.</summary>
    public int? ChunkBytes { get; init; }

    /// <summary>Bytes that cross the bus together where a set is larger than the memory: blocks and ids.</summary>
    public int StreamBytes { get; init; } = 8 << 20;

    /// <summary>Bytes of the scores of a group of queries.</summary>
    public long ScoreBytes { get; init; } = 64L << 20;

    /// <summary>Queries that go over the blocks together.</summary>
    public int GroupQueries { get; init; } = 64;

    /// <summary>Candidates per query that wait for the final selection.</summary>
    public int Candidates { get; init; } = 32_768;

    /// <summary>Rows of a part of a selection: a group of threads looks through so many.</summary>
    public int PartRows { get; init; } = 2048;

    /// <summary>Searches that leave a mirror as it is after the device was full.</summary>
    public int GrowthPause { get; init; } = 100;
}
