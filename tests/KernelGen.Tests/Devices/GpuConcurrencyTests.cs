using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>Many threads, one device.</summary>
public sealed class GpuConcurrencyTests : GpuTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly float[] s_query = [1, 0, 0, 0, 0];

    private static float[] Vector(long id) => [id % 1000, id, 0, 0, 0];

    /// <summary>Runs steps beside each other until the time is over.</summary>
    private static void Run(params Action[] steps) => ManyThreads.Run(s_duration, steps);

    private static VectorSet<TestCodec> CreateSet(FakeGpu gpu, long memory, Device device = Device.Gpu) => new(new TestCodec { Gpu = gpu })
    {
        Device = device,
        GpuOptions = SmallSizes with { MemoryBytes = memory },
    };

    [Theory]
    [InlineData(Device.Gpu, 0)]
    [InlineData(Device.Gpu, 20 * BlockBytes)]
    [InlineData(Device.Gpu, 1 << 30)]
    [InlineData(Device.Auto, 20 * BlockBytes)]
    public void SearchesSeeWholeRangesWhileAWriterAdds(Device device, long memory)
    {
        const int range = 37;
        var gpu = new FakeGpu();
        using VectorSet<TestCodec> set = CreateSet(gpu, memory, device);
        using VectorSet<TestCodec> other = CreateSet(gpu, memory, device);
        other.AddRange([1, 2, 3], [.. Vector(1), .. Vector(2), .. Vector(3)]);
        int published = 0;
        void Search(IdFilter? filter)
        {
            int before = Volatile.Read(ref published);
            Hit[] hits = set.Search(s_query, 20, filter);
            Assert.All(hits, hit => Assert.Equal(hit.Id % 1000, hit.Score));
            Assert.True(hits.Length >= Math.Min(20, before));
            if (before >= 1000)
            {
                Assert.Equal(new Hit(999, 999), hits[0]);
            }
        }

        Run(
            () =>
            {
                // The fake scores row by row: sets stay small.
                if (published < 5000)
                {
                    long[] ids = [.. Enumerable.Range(0, range).Select(i => (long)published + i)];
                    set.AddRange(ids, ids.SelectMany(Vector).ToArray());
                    Volatile.Write(ref published, published + range);
                }
            },
            () => Search(filter: null),
            () => Search(IdFilter.Where(_ => true)),
            () =>
            {
                var ids = new long[set.Count + 10_000];
                var scores = new float[ids.Length];
                int count = set.Scores(s_query, ids, scores);
                Assert.Equal(0, count % range);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal((i, i % 1000), (ids[i], scores[i]));
                }
            },
            () => Assert.Equal([new Hit(3, 3), new Hit(2, 2)], other.Search(s_query, 2)));
        Assert.Empty(gpu.Violations);
        Assert.Equal(1, gpu.Opened);
    }

    [Fact]
    public void SearchesSeeEachChangeEntirely()
    {
        var gpu = new FakeGpu();
        using VectorSet<TestCodec> set = CreateSet(gpu, 1 << 30);
        long[] all = [.. Enumerable.Range(0, 500).Select(i => (long)i)];
        set.AddRange(all, all.SelectMany(Vector).ToArray());
        var random = new Random(1);
        int changes = 0;
        void Search()
        {
            Hit[] hits = set.Search(s_query, 200 + (changes % 100));
            Assert.All(hits, hit => Assert.Equal(hit.Id, hit.Score));
            Assert.Equal(hits.Length, hits.Select(hit => hit.Id).Distinct().Count());
        }

        Run(
            () =>
            {
                long id = random.Next(100, 500);
                if (!set.Remove(id))
                {
                    set.Add(id, Vector(id));
                }

                set.Replace(id % 100, [id % 100, changes, changes, changes, changes]);
                changes++;
            },
            Search,
            Search);
        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void FailuresAndResetsHarmNobody()
    {
        var gpu = new FakeGpu { FailOperation = number => number % 400 == 0 ? GpuFailure.DeviceLost : null };
        gpu.FailAllocation = number => number % 60 == 0;
        using VectorSet<TestCodec> set = CreateSet(gpu, 20 * BlockBytes, Device.Auto);
        long[] all = [.. Enumerable.Range(0, 700).Select(i => (long)i)];
        set.AddRange(all, all.SelectMany(Vector).ToArray());
        void Search(IdFilter? filter) =>
            Assert.Equal(all.Reverse().Take(20).Select(id => new Hit(id, id)), set.Search(s_query, 20, filter));
        Run(
            () => Search(filter: null),
            () => Search(IdFilter.Where(_ => true)),
            () =>
            {
                Gpu.Reset();
                using var pause = new ManualResetEventSlim();
                pause.Wait(3);
            });
        set.Dispose();
        Gpu.Reset();
        Assert.Equal((0, 0L), (gpu.OpenNow, gpu.LiveBytes));
        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void DisposeWaitsForSearchesWhichThenThrow()
    {
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var gpu = new FakeGpu();
        VectorSet<TestCodec> set = CreateSet(gpu, 0);
        VectorSet<TestCodec> waiting = CreateSet(gpu, 0);
        set.AddRange([1, 2], [.. Vector(1), .. Vector(2)]);
        waiting.AddRange([1, 2], [.. Vector(1), .. Vector(2)]);
        set.Search(s_query, 1);
        gpu.OnWait = () =>
        {
            inside.Set();
            goOn.Wait();
        };
        Hit[] hits = [];
        Hit[] waitingHits = [];
        var reader = new Thread(() => hits = set.Search(s_query, 1));
        reader.Start();
        inside.Wait();
        var queued = new Thread(() => waitingHits = waiting.Search(s_query, 1));
        queued.Start();
        var disposer = new Thread(set.Dispose);
        disposer.Start();
        Assert.False(disposer.Join(50));
        goOn.Set();
        Assert.True(reader.Join(s_patience) && disposer.Join(s_patience) && queued.Join(s_patience));
        Assert.Equal([new Hit(2, 2)], hits);
        Assert.Equal([new Hit(2, 2)], waitingHits);
        Assert.Throws<ObjectDisposedException>(() => set.Search(s_query, 1));
        waiting.Dispose();
        Assert.Empty(gpu.Violations);
    }
}
