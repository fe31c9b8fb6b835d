using KernelGen.Devices;
using KernelGen.Generated;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.StandIn;

/// <summary>A device that is lost costs one search at most.</summary>
public sealed class LostDeviceTests : StandInTests
{
    private const int Losses = 11;

    public static TheoryData<GpuKind, int> Cases
    {
        get
        {
            var cases = new TheoryData<GpuKind, int>();
            foreach (GpuKind kind in (GpuKind[])[GpuKind.Cuda, GpuKind.OpenCL])
            {
                for (int launches = 0; launches < Losses; launches++)
                {
                    cases.Add(kind, launches);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_cpu_answers_and_says_so_once(GpuKind kind, int launches)
    {
        UseDevice(kind);
        Options.LoseDeviceAfterLaunches = launches;
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        GpuDiagnostic report = Assert.Single(Reports(() =>
        {
            // The batch makes more launches than any case allows.
            set.AssertSearchesLikeTheCpu(Device.Auto, queries: 7, k: 20);
            Options.LoseDeviceAfterLaunches = null;
            SearchInEveryWay(set, Device.Auto);
        }));
        Assert.Equal((GpuFailure.DeviceLost, Int8Cosine.Layout.Scheme), (report.Failure, report.Scheme));
        Assert.Equal(kind, report.Device?.Kind);

        // The searches after the loss were the device's again, in a new context.
        Assert.Equal((1, 1), (Counters.LiveContexts, Counters.LiveAccelerators));
        Assert.Empty(Reports(() => SearchInEveryWay(set, Device.Gpu)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gpu_throws_and_works_again(GpuKind kind, int launches)
    {
        UseDevice(kind);
        Options.LoseDeviceAfterLaunches = launches;
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        AssertFails(GpuFailure.DeviceLost, () => set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 7, k: 20));
        Options.LoseDeviceAfterLaunches = null;
        SearchInEveryWay(set, Device.Gpu);
    }

    [Theory]
    [InlineData(GpuKind.Cuda)]
    [InlineData(GpuKind.OpenCL)]
    public void Whatever_brings_scores_to_the_host_survives_too(GpuKind kind)
    {
        UseDevice(kind);
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        IdFilter filter = IdFilter.Where(id => id % 2 == 0);
        Action<Device>[] searches =
        [
            device => set.AssertSearchesLikeTheCpu(device, queries: 2, k: 10, filter),
            device => set.AssertSearchesLikeTheCpu(device, queries: 1, k: 300),
            device => set.AssertScoresLikeTheCpu(device),
        ];
        foreach (Action<Device> search in searches)
        {
            // One launch for each of three pieces: the chunks and two slices are scored apart.
            for (int launches = 0; launches < 3; launches++)
            {
                Gpu.Reset();
                Options.LoseDeviceAfterLaunches = launches;
                Assert.Equal(GpuFailure.DeviceLost, Assert.Single(Reports(() => search(Device.Auto))).Failure);
                AssertFails(GpuFailure.DeviceLost, () => search(Device.Gpu));
                Options.LoseDeviceAfterLaunches = null;
                search(Device.Gpu);
            }
        }
    }

    [Theory]
    [InlineData(GpuKind.Cuda)]
    [InlineData(GpuKind.OpenCL)]
    public void After_three_losses_the_gpu_stays_off(GpuKind kind)
    {
        UseDevice(kind);
        Options.LoseDeviceAfterLaunches = 0;
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        Assert.Single(Reports(() =>
        {
            SearchInEveryWay(set, Device.Auto);
            SearchInEveryWay(set, Device.Auto);
        }));
        Options.LoseDeviceAfterLaunches = null;
        AssertFails(GpuFailure.DeviceLost, () => SearchInEveryWay(set, Device.Gpu));
        Assert.Equal(0, Counters.LiveContexts);
        Gpu.Reset();
        SearchInEveryWay(set, Device.Gpu);
    }

    [Theory]
    [InlineData(GpuKind.Cuda)]
    [InlineData(GpuKind.OpenCL)]
    public void A_lost_device_passes_neither_for_a_full_one_nor_for_a_bad_kernel(GpuKind kind)
    {
        UseDevice(kind);
        GpuAccelerator gpu = IlgpuLibrary.Instance.Open(IlgpuLibrary.Instance.FindDevices()[0]);
        GpuBuffer buffer = gpu.Allocate(1024);
        ((IlgpuAccelerator)gpu).AddPartials(0, buffer, buffer, dimensions: 1, runs: 1);
        Options.LoseDeviceAfterLaunches = 0;
        AssertFails(GpuFailure.DeviceLost, () => gpu.Wait(0));

        // A kernel that was not needed before is loaded now.
        AssertFails(GpuFailure.DeviceLost, () => gpu.SelectTop(0, new GpuSelection
        {
            Scores = buffer,
            ScoreStride = 1,
            Ids = buffer,
            IdStride = 0,
            Queries = 1,
            Count = 1,
            Parts = 1,
            K = 1,
            MinimumScore = 0,
            TopScores = buffer,
            TopIds = buffer,
            TopStride = 1,
            TopOffset = 0,
        }));

        // A driver may complain about what cannot be freed any more; it goes with the context.
        Record.Exception(gpu.Dispose);
    }
}
