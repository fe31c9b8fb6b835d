using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>Decisions under <see cref="Device.Auto"/>.</summary>
public sealed class GpuCostModelTests : GpuTests
{
    private static readonly GpuCostModel s_declared = new()
    {
        CpuBytesPerSecond = 10e9,
        DeviceBytesPerSecond = 1000e9,
        TransferBytesPerSecond = 20e9,
        LaunchSeconds = 10e-6,
        StartSeconds = 0.5,
    };

    /// <summary>1 GB, all of it on a device that is ready.</summary>
    private static readonly GpuWorkload s_workload = new()
    {
        Rows = 1_000_000,
        ScanBytes = 1_000_000_000,
        UploadBytes = 0,
        StreamedBytes = 0,
        Queries = 1,
        DownloadsScores = false,
        Threads = 1,
        Launches = 10,
        IsReady = true,
        Device = null,
        SavedSeconds = 0,
        Measured = GpuFigures.Start,
    };

    [Fact]
    public void FormulasAreThoseOfTheDocumentation()
    {
        Assert.Equal(0.1, s_declared.CpuSeconds(s_workload), 9);
        Assert.Equal(0.025, s_declared.CpuSeconds(s_workload with { Threads = 4 }), 9);
        Assert.Equal(0.1 * 4.5, s_declared.CpuSeconds(s_workload with { Queries = 11 }), 9);
        Assert.Equal(0.0011, s_declared.GpuSeconds(s_workload), 9);
        Assert.Equal(0.0001 + 0.0045, s_declared.GpuSeconds(s_workload with { Queries = 11 }), 9);
        Assert.Equal(0.0011 + 0.0002, s_declared.GpuSeconds(s_workload with { DownloadsScores = true }), 9);
        Assert.Equal(0.0011 + 0.05, s_declared.GpuSeconds(s_workload with { StreamedBytes = 1_000_000_000 }), 9);
        Assert.Equal(0, s_declared.UploadSeconds(s_workload));
        Assert.Equal(0.55, s_declared.UploadSeconds(s_workload with { UploadBytes = 1_000_000_000, IsReady = false }), 9);

        // What is not declared is measured.
        Assert.Equal(0.1 + 1e-4, new GpuCostModel { TransferBytesPerSecond = 1 }.GpuSeconds(
            s_workload with { Measured = GpuFigures.Start with { DeviceBytesPerSecond = 10e9 } }), 9);
    }

    [Fact]
    public void TheFasterOneIsPreferredOnceItsUploadIsPaidFor()
    {
        Assert.True(s_declared.PrefersGpu(s_workload));
        Assert.False(s_declared.PrefersGpu(s_workload with { ScanBytes = 1_000_000 }));
        Assert.False(s_declared.PrefersGpu(s_workload with { StreamedBytes = 1_000_000_000, Threads = 8 }));

        GpuWorkload fresh = s_workload with { UploadBytes = 1_000_000_000, IsReady = false }; // 0.55 s, each search saves 0.0989 s
        Assert.False(s_declared.PrefersGpu(fresh));
        Assert.False(s_declared.PrefersGpu(fresh with { SavedSeconds = 0.45 }));
        Assert.True(s_declared.PrefersGpu(fresh with { SavedSeconds = 0.452 }));
        Assert.True(s_declared.PrefersGpu(s_workload with { UploadBytes = 1_000_000 }));

        GpuDeviceInfo emulator = new() { Index = 0, Name = "Threads", Kind = GpuKind.Emulator, MemoryBytes = 1, HasDouble = true };
        Assert.False(s_declared.PrefersGpu(s_workload with { Device = emulator }));
    }

    [Fact]
    public void ASetMovesToTheDeviceWhenThatHasPaidOff()
    {
        // 40 blocks: the CPU needs 12.8 ms a search and the GPU next to nothing; the way there costs 100 ms.
        GpuCostModel model = new()
        {
            CpuBytesPerSecond = 1e6,
            DeviceBytesPerSecond = 1e12,
            TransferBytesPerSecond = 1e12,
            LaunchSeconds = 1e-9,
            StartSeconds = 0.1,
        };
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> expected) =
            CreateSet(gpu, 40 * TestCodec.BlockRows, Device.Auto, SmallSizes with { CostModel = model });
        using (set)
        {
            float[] query = Queries(1)[0];
            int searches = 0;
            while (gpu.Opened == 0)
            {
                Assert.Equal(expected.Search(query, 5), set.Search(query, 5));
                searches++;
            }

            Assert.Equal(8, searches);

            // One more block is paid for at once.
            set.Add(1L << 40, query);
            gpu.UploadedBytes = 0;
            set.Search(query, 5);
            Assert.Equal(BlockBytes + TestCodec.Layout.QueryBytes, gpu.UploadedBytes);
        }

        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void ByDefaultASmallSetStaysOnTheCpuAndAllocatesNothing()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, _) = CreateSet(gpu, 500, Device.Auto, new GpuOptions());
        (VectorSet<TestCodec> without, _) = SetModel.Create(500, 1);
        using (set)
        using (without)
        {
            float[] query = Queries(1)[0];
            var hits = new Hit[10];
            Assert.Equal(0, Allocations.LeastOf20(() => set.Search(query, hits)));
            Assert.Equal(0, Allocations.LeastOf20(() => without.Search(query, hits)));
        }

        Assert.Equal(0, gpu.Opened);
    }

    [Fact]
    public void SpeedsFollowMeasurements()
    {
        var ledger = new GpuLedger();
        for (int i = 0; i < 60; i++)
        {
            ledger.ObserveCpu(1e9, threads: 2, seconds: 0.1);
            ledger.ObserveDevice(1e3, launches: 10, seconds: 1e-3);
            ledger.ObserveTransfer(1 << 30, seconds: 0.5);
        }

        for (int i = 0; i < 60; i++)
        {
            ledger.ObserveDevice(1e9, launches: 10, seconds: 3e-3);
        }

        Assert.Equal(1e9 / 2e-3, ledger.Read().Figures.DeviceBytesPerSecond, 1e8);
        for (int i = 0; i < 60; i++)
        {
            ledger.ObserveDevice(1e9, launches: 10, seconds: 1e-3); // as long as the launches alone
        }

        ledger.ObserveTransfer(100, seconds: 1);
        GpuFigures figures = ledger.Read().Figures;
        Assert.Equal(5e9, figures.CpuBytesPerSecond, 1e3);
        Assert.Equal(1e-4, figures.LaunchSeconds, 1e-9);
        Assert.Equal((1 << 30) / 0.5, figures.TransferBytesPerSecond, 1e3);
        Assert.Equal(1e9 / 0.5e-3, figures.DeviceBytesPerSecond, 1e8);

        ledger.AddSaving(2);
        ledger.AddSaving(-3);
        Assert.Equal(0, ledger.Read().SavedSeconds);
    }

    [Fact]
    public void NonsenseIsRejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>("CpuBytesPerSecond", () => new GpuCostModel { CpuBytesPerSecond = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("LaunchSeconds", () => new GpuCostModel { LaunchSeconds = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>("DeviceIndex", () => new GpuOptions { DeviceIndex = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("MemoryBytes", () => new GpuOptions { MemoryBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("ChunkBytes", () => new GpuOptions { ChunkBytes = 7 });
        Assert.Equal(0, new GpuOptions { MemoryBytes = 0 }.MemoryBytes);
    }
}
