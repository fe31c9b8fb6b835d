using KernelGen.GpuTests.Infrastructure;
using KernelGen.Tests.Devices;

namespace KernelGen.GpuTests.StandIn;

/// <summary>Many threads, one device. An emulated OpenCL device fails where two launches meet.</summary>
public sealed class ConcurrencyTests : StandInTests
{
    private const int K = 20;
    private const int Readers = 8;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(GpuKind.Cuda)]
    [InlineData(GpuKind.OpenCL)]
    public void Searches_of_eight_threads_see_adds_entirely(GpuKind kind)
    {
        UseDevice(kind);
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        set.Set.Device = Device.Gpu;
        (float[] query, Hit[] before)[] searches =
            [.. Enumerable.Range(0, Readers).Select(seed => TestSet<Int8Cosine>.Queries(1, seed)).Select(query => (query, set.Set.Search(query, K)))];
        IdFilter all = IdFilter.Where(_ => true);
        Run(
            [
                () =>
                {
                    // The stand-in is no fast device.
                    if (set.Set.Count < 6 * Int8Cosine.Layout.BlockRows)
                    {
                        set.Add(37);
                    }
                },
                .. searches.Select((search, reader) => (Action)(() =>
                {
                    Hit[] hits = set.Set.Search(search.query, K, reader % 4 == 0 ? all : null);

                    // Vectors that were added may be better, and push others out.
                    Assert.Equal(K, hits.Length);
                    Assert.All(hits, hit => Assert.Equal(set.Set.Score(hit.Id, search.query), hit.Score));
                    Assert.All(hits.Zip(search.before), pair => Assert.True(pair.First.Score >= pair.Second.Score));
                })),
            ]);
        SearchInEveryWay(set, Device.Gpu);
    }

    [Fact]
    public void Codecs_share_a_device()
    {
        UseDevice(GpuKind.OpenCL);
        using TestSet<Int8Cosine> first = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> second = CreateSet<HalfL2>();
        using GpuCodec<Int8Cosine> codec = GpuCodec<Int8Cosine>.Open(first.Set.Codec);
        float[] vectors = TestSet<Int8Cosine>.Queries(9);
        var codes = new byte[9 * Int8Cosine.Layout.CodeBytes];
        first.Set.Codec.Encode(vectors, codes);
        Run(
            [
                () => first.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: K),
                () => second.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: K),
                () =>
                {
                    var encoded = new byte[codes.Length];
                    codec.Encode(vectors, encoded);
                    Assert.Equal(codes, encoded);
                },
            ]);
        Assert.Equal(1, Counters.LiveContexts);
    }

    [Fact]
    public void Resets_during_searches_harm_nobody()
    {
        UseDevice(GpuKind.OpenCL);
        using TestSet<Int8Cosine> first = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> second = CreateSet<HalfL2>();
        Assert.Empty(Reports(() => Run(
            [
                () => SearchInEveryWay(first, Device.Gpu),
                () => SearchInEveryWay(second, Device.Auto),
                () =>
                {
                    Gpu.Reset();
                    Thread.Sleep(5);
                },
            ])));
    }

    [Fact]
    public void Losses_and_resets_during_searches_harm_nobody()
    {
        Options.LoseDeviceAfterLaunches = 60;
        using TestSet<Int8Cosine> first = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> second = CreateSet<HalfL2>();
        List<GpuDiagnostic> reports = Reports(() => Run(
            [
                () => SearchInEveryWay(first, Device.Auto),
                () => SearchInEveryWay(second, Device.Auto),
                () =>
                {
                    Gpu.Reset();
                    Thread.Sleep(40);
                },
            ]));
        Assert.All(reports, report => Assert.Equal(GpuFailure.DeviceLost, report.Failure));
    }

    [Fact]
    public void A_set_is_disposed_after_the_search_that_runs()
    {
        TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        using TestSet<Int8Cosine> other = CreateSet<Int8Cosine>();
        SearchInEveryWay(other, Device.Gpu);
        int buffers = Counters.LiveBuffers;
        Hit[] expected = set.Set.Search(TestSet<Int8Cosine>.Queries(1), K);

        // The search goes on while somebody waits to dispose the set.
        Thread? disposer = null;
        Options.LaunchDelay = TimeSpan.FromMilliseconds(2);
        Options.BeforeLaunch = () =>
        {
            if (disposer is null)
            {
                disposer = new Thread(set.Dispose);
                disposer.Start();
            }
        };
        set.Set.Device = Device.Gpu;
        Assert.Equal(expected, set.Set.Search(TestSet<Int8Cosine>.Queries(1), K));
        Assert.True(disposer!.Join(Patience));
        Assert.Throws<ObjectDisposedException>(() => set.Set.Search(TestSet<Int8Cosine>.Queries(1), K));
        Assert.Equal(buffers, Counters.LiveBuffers);
        SearchInEveryWay(other, Device.Gpu);
    }

    [Fact]
    public void Sets_are_disposed_while_others_search()
    {
        UseDevice(GpuKind.OpenCL);
        using TestSet<HalfL2> other = CreateSet<HalfL2>();
        Run(
            [
                () => SearchInEveryWay(other, Device.Gpu),
                () =>
                {
                    TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
                    var disposer = new Thread(set.Dispose);
                    set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: K);
                    disposer.Start();
                    try
                    {
                        for (int i = 0; i < 100; i++)
                        {
                            set.Set.Search(TestSet<Int8Cosine>.Queries(1), K);
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // As it must, once the other thread has come through.
                    }

                    Assert.True(disposer.Join(Patience));
                },
            ]);
    }

    /// <summary>Runs steps beside each other until the time is over.</summary>
    private static void Run(IEnumerable<Action> steps) => ManyThreads.Run(s_duration, steps);
}
