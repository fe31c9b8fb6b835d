using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>The GPU answers what the CPU would, whatever of the set is on the device.</summary>
public sealed class GpuSearchTests : GpuTests
{
    private const int Rows = 700;

    // Nothing, one block, half of the set and everything stays on the device.
    public static TheoryData<long> Memory { get; } = [0, BlockBytes, 20 * BlockBytes, 1 << 30];

    [Theory]
    [MemberData(nameof(Memory))]
    public void SearchesEqualTheModel(long memory)
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, options: SmallSizes with { MemoryBytes = memory });
        using (set)
        {
            float[][] queries = Queries(11);
            foreach (int k in new[] { 1, 7, 40, 256, 257, Rows + 5 })
            {
                Assert.Equal(model.Search(queries[0], k), set.Search(queries[0], k));
                var hits = new Hit[Math.Min(k, Rows)];
                Assert.Equal(hits.Length, set.Search(queries[1], hits));
                Assert.Equal(model.Search(queries[1], k), hits);
                Assert.Equal(queries.Select(query => model.Search(query, k)), set.SearchBatch([.. queries.SelectMany(q => q)], k));
            }

            var ids = new long[Rows];
            var scores = new float[Rows + 3];
            Assert.Equal(Rows, set.Scores(queries[2], ids, scores));
            Assert.Equal(model.Scores(queries[2]), ids.Zip(scores, (id, score) => new Hit(id, score)));
        }

        Assert.Empty(gpu.Violations);
        Assert.Equal(1, gpu.Opened);
        Assert.Equal(1, gpu.Loads);
    }

    [Theory]
    [MemberData(nameof(Memory))]
    public void FiltersAndMinimaEqualTheModel(long memory)
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, options: SmallSizes with { MemoryBytes = memory });
        using (set)
        {
            float[][] queries = Queries(11);
            Hit[] best = model.Search(queries[0], Rows);
            IdFilter[] filters = [IdFilter.Where(id => id == best[^1].Id), IdFilter.Where(id => id % 2 == 0), IdFilter.Where(_ => false)];
            foreach (IdFilter filter in filters)
            {
                Assert.Equal(model.Search(queries[0], 20, filter), set.Search(queries[0], 20, filter));
                Assert.Equal(
                    queries.Select(query => model.Search(query, 5, filter)), set.SearchBatch([.. queries.SelectMany(q => q)], 5, filter));
            }

            foreach (float minimum in new[] { best[0].Score, best[10].Score, best[^1].Score, float.PositiveInfinity })
            {
                Assert.Equal(model.Search(queries[0], 30, minimumScore: minimum), set.Search(queries[0], 30, minimumScore: minimum));
                Assert.Equal(
                    model.Search(queries[0], 30, filters[1], minimum), set.Search(queries[0], 30, filters[1], minimum));
            }
        }

        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void DefaultSizesServeAsWell()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 10_000, options: new GpuOptions());
        using (set)
        {
            float[][] queries = Queries(150);
            Assert.Equal(queries.Select(query => model.Search(query, 10)), set.SearchBatch([.. queries.SelectMany(q => q)], 10));
        }

        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void EqualScoresComeByAscendingId()
    {
        var gpu = new FakeGpu();
        using var set = new VectorSet<TestCodec>(new TestCodec { Gpu = gpu }) { Device = Device.Gpu, GpuOptions = SmallSizes };
        long[] ids = [.. Enumerable.Range(0, 500).Select(i => (i * 7919L % 500) - 250)];
        set.AddRange(ids, Enumerable.Repeat(1f, 5 * ids.Length).ToArray());
        foreach (int k in new[] { 1, 100, 300 })
        {
            Assert.Equal(Enumerable.Range(-250, k).Select(id => new Hit(id, 5)), set.Search([1, 1, 1, 1, 1], k));
        }
    }

    [Fact]
    public void EmptySetNeedsNoDevice()
    {
        var gpu = new FakeGpu();
        using var set = new VectorSet<TestCodec>(new TestCodec { Gpu = gpu }) { Device = Device.Gpu };
        Assert.Empty(set.Search([1, 1, 1, 1, 1], 3));
        Assert.Equal(0, set.Scores([1, 1, 1, 1, 1], [], []));
        Assert.Equal(0, gpu.Opened);
    }

    [Fact]
    public void BadArgumentsAreThoseOfTheCpu()
    {
        (VectorSet<TestCodec> set, _) = CreateSet(new FakeGpu(), 10);
        using (set)
        {
            Assert.Throws<ArgumentException>(() => set.Search([1, 1], 3));
            Assert.Throws<ArgumentException>("query", () => set.Search([1, 1, float.NaN, 1, 1], 3));
            Assert.Throws<ArgumentOutOfRangeException>(() => set.Search([1, 1, 1, 1, 1], 0));
            Assert.Throws<ArgumentOutOfRangeException>("value", () => set.Device = (Device)7);
            Assert.Throws<ArgumentNullException>("value", () => set.GpuOptions = null!);
        }
    }

    [Fact]
    public void CancellationEndsABatch()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, Device.Auto, SmallSizes with { MemoryBytes = 0 });
        using (set)
        using (var source = new CancellationTokenSource())
        {
            float[] queries = [.. Queries(40).SelectMany(q => q)];
            int waits = 0;
            gpu.OnWait = () =>
            {
                if (++waits == 20)
                {
                    source.Cancel();
                }
            };
            Assert.Throws<OperationCanceledException>(() => set.SearchBatch(queries, 5, cancellationToken: source.Token));
            gpu.OnWait = null;
            Assert.Equal(model.Search(queries[..5], 5), set.Search(queries.AsSpan(0, 5), 5));
        }

        Assert.Empty(gpu.Violations);
        Assert.Equal(1, gpu.Opened);
    }

    [Fact]
    public void FilterMaySearchAnotherSetOfTheDevice()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 100);
        (VectorSet<TestCodec> other, _) = CreateSet(gpu, 100);
        using (set)
        using (other)
        {
            float[] query = Queries(1)[0];
            Hit best = other.Search(query, 1)[0];
            IdFilter filter = IdFilter.Where(id => other.Search(query, 1)[0] == best && id % 2 == 0);
            Assert.Equal(model.Search(query, 9, IdFilter.Where(id => id % 2 == 0)), set.Search(query, 9, filter));
            Assert.Throws<InvalidTimeZoneException>(() => set.Search(query, 9, IdFilter.Where(_ => throw new InvalidTimeZoneException())));
        }

        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void DeviceCanBeChangedAtAnyTime()
    {
        var gpu = new FakeGpu();
        gpu.Devices.Add(gpu.Devices[0] with { Index = 1 });
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 100, Device.Cpu);
        using (set)
        {
            float[] query = Queries(1)[0];
            set.Search(query, 5);
            Assert.Equal(0, gpu.Opened);
            set.Device = Device.Gpu;
            set.Search(query, 5);
            Assert.Equal(1, gpu.Opened);
            set.GpuOptions = SmallSizes with { DeviceIndex = 1 };
            Assert.Equal(model.Search(query, 5), set.Search(query, 5));
            Assert.Equal(2, gpu.Opened);
            set.GpuOptions = SmallSizes with { DeviceIndex = 1, MemoryBytes = BlockBytes };
            Assert.Equal(model.Search(query, 5), set.Search(query, 5));
            set.GpuOptions = SmallSizes with { DeviceIndex = 2 };
            Assert.Equal(GpuFailure.NoDevice, Assert.Throws<GpuException>(() => set.Search(query, 5)).Failure);
        }

        Assert.Empty(gpu.Violations);
    }
}
