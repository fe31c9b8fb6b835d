using KernelGen.GpuTests.Infrastructure;
using KernelGen.Tests.Devices;

namespace KernelGen.GpuTests.Package;

/// <summary>What only a real driver can show: threads that share the device, the decision of Auto.</summary>
public sealed class GpuTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(3);

    [RealGpuFact]
    public void Threads_share_a_gpu()
    {
        using TestSet<Int8Cosine> first = Create<Int8Cosine>(TestSet<Int8Cosine>.SmallSizes, 700);
        using TestSet<HalfL2> second = Create<HalfL2>(TestSet<HalfL2>.SmallSizes, 700);
        using TestSet<Product4Cosine> third = Create<Product4Cosine>(TestSet<Product4Cosine>.SmallSizes, 700);
        using GpuCodec<Int8Cosine> codec = GpuCodec<Int8Cosine>.Open(first.Set.Codec);
        float[] vectors = TestSet<Int8Cosine>.Queries(999);
        var codes = new byte[999 * Int8Cosine.Layout.CodeBytes];
        first.Set.Codec.Encode(vectors, codes);
        ManyThreads.Run(
            s_duration,
            [
                () => first.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 20),
                () => second.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 300),
                () => third.AssertSearchesLikeTheCpu(Device.Gpu, queries: 5, k: 20),
                () =>
                {
                    var encoded = new byte[codes.Length];
                    codec.Encode(vectors, encoded);
                    Assert.Equal(codes, encoded);
                },
            ]);
    }

    [RealGpuFact]
    public void Adds_are_seen_by_searches_beside_them()
    {
        using TestSet<Int8Cosine> set = Create<Int8Cosine>(TestSet<Int8Cosine>.SmallSizes, 700);
        set.Set.Device = Device.Gpu;
        (float[] query, Hit[] before)[] searches =
            [.. Enumerable.Range(0, 4).Select(seed => TestSet<Int8Cosine>.Queries(1, seed)).Select(query => (query, set.Set.Search(query, 20)))];
        ManyThreads.Run(
            s_duration,
            [
                () =>
                {
                    if (set.Set.Count < 20_000)
                    {
                        set.Add(37);
                    }
                },
                .. searches.Select(search => (Action)(() =>
                {
                    Hit[] hits = set.Set.Search(search.query, 20);
                    Assert.All(hits, hit => Assert.Equal(set.Set.Score(hit.Id, search.query), hit.Score));
                    Assert.All(hits.Zip(search.before), pair => Assert.True(pair.First.Score >= pair.Second.Score));
                })),
            ]);
        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 3, k: 50);
    }

    [RealGpuFact]
    public void Resets_during_searches_harm_nobody()
    {
        using TestSet<Int8Cosine> set = Create<Int8Cosine>(TestSet<Int8Cosine>.SmallSizes, 700);
        ManyThreads.Run(
            s_duration,
            [
                () => set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 20),
                () => set.AssertSearchesLikeTheCpu(Device.Auto, queries: 1, k: 257),
                () =>
                {
                    Gpu.Reset();
                    Thread.Sleep(300);
                },
            ]);
    }

    [RealGpuFact]
    public void Large_sets_go_to_the_gpu_by_themselves()
    {
        // 10 MB: after some searches the upload and the start are paid for, whatever the CPU.
        using TestSet<Int8Cosine> set = Create<Int8Cosine>(new GpuOptions(), 1);
        for (int i = 0; i < 49; i++)
        {
            set.Add(2000);
        }

        var model = new Counting();
        set.Set.GpuOptions = new GpuOptions { CostModel = model, DeviceIndex = RealGpuFactAttribute.FindGpus()[0].Index };
        set.Set.Device = Device.Auto;
        for (int i = 0; i < 20_000 && model.Sent == 0; i++)
        {
            set.Set.Search(TestSet<Int8Cosine>.Queries(1, i), 10);
        }

        Assert.True(model.Sent > 0);
        set.AssertSearchesLikeTheCpu(Device.Auto, queries: 3, k: 10);
    }

    private static TestSet<TCodec> Create<TCodec>(GpuOptions options, int rows)
        where TCodec : class, IVectorCodec<TCodec> =>
        new(rows, options with { DeviceIndex = RealGpuFactAttribute.FindGpus()[0].Index });

    private sealed class Counting : GpuCostModel
    {
        public int Sent { get; private set; }

        public override bool PrefersGpu(in GpuWorkload workload)
        {
            bool prefers = base.PrefersGpu(workload);
            Sent += prefers ? 1 : 0;
            return prefers;
        }
    }
}
