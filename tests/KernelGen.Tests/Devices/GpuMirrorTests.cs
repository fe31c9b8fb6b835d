using System.Runtime.CompilerServices;
using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>What crosses the bus, and what device memory is kept.</summary>
public sealed class GpuMirrorTests : GpuTests
{
    private static readonly float[] s_query = Queries(1)[0];

    /// <summary>Bytes that a search uploads beside its query.</summary>
    private static long Uploads(FakeGpu gpu, VectorSet<TestCodec> set, SetModel<TestCodec> model)
    {
        gpu.UploadedBytes = 0;
        Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
        return gpu.UploadedBytes - TestCodec.Layout.QueryBytes;
    }

    private static void Add(VectorSet<TestCodec> set, SetModel<TestCodec> model, long firstId, int count)
    {
        float[] vectors = SetModel<TestCodec>.RandomVectors(new Random((int)firstId), count);
        long[] ids = [.. Enumerable.Range(0, count).Select(i => firstId + i)];
        set.AddRange(ids, vectors);
        model.AddRange(ids, vectors);
    }

    [Fact]
    public void OnlyBlocksThatChangeAreCopiedAgain()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, (40 * TestCodec.BlockRows) - 3);
        using (set)
        {
            Assert.Equal(40 * BlockBytes, Uploads(gpu, set, model));
            Assert.Equal(0, Uploads(gpu, set, model));

            Add(set, model, 100_000, 1);
            Assert.Equal(BlockBytes, Uploads(gpu, set, model)); // the last block
            Add(set, model, 100_001, 3);
            Assert.Equal(2 * BlockBytes, Uploads(gpu, set, model)); // the last block and a new one
            Assert.Equal(0, Uploads(gpu, set, model));

            // What fails changes nothing.
            Assert.Throws<ArgumentException>(() => set.AddRange([1L << 40, 100_000], new float[10]));
            Assert.Equal(0, Uploads(gpu, set, model));

            foreach (long id in new[] { model.Vectors.Keys.First(), model.Vectors.Keys.ElementAt(100) })
            {
                model.Vectors[id] = [1, 2, 3, 0, 0];
                set.Replace(id, model.Vectors[id]);
            }

            Assert.Equal(2 * BlockBytes, Uploads(gpu, set, model));

            // The last row moves to the place of the one that is removed.
            long removed = model.Vectors.Keys.First();
            Assert.True(set.Remove(removed) && model.Vectors.Remove(removed));
            Assert.Equal(BlockBytes, Uploads(gpu, set, model));
            Assert.True(set.Remove(100_002) && model.Vectors.Remove(100_002));
            Assert.InRange(Uploads(gpu, set, model), 0, BlockBytes);
        }

        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void ALoadedSetIsCopied()
    {
        var gpu = new FakeGpu();
        var model = new SetModel<TestCodec>(new TestCodec { Gpu = gpu });
        using var stream = new MemoryStream();
        using (VectorSet<TestCodec> saved = model.CreateSet(200, 1))
        {
            saved.Save(stream);
        }

        // The codec of a file knows no fake device, so the rows go on to a set that does.
        stream.Position = 0;
        using VectorSet<TestCodec> loaded = VectorSet<TestCodec>.Load(stream);
        Assert.Equal(GpuFailure.NoKernels, Fails(loaded).Failure);

        TestCodec.LoadedGpu.Value = gpu;
        try
        {
            stream.Position = 0;
            using VectorSet<TestCodec> set = VectorSet<TestCodec>.Load(stream);
            set.Device = Device.Gpu;
            Assert.Equal(13 * BlockBytes, Uploads(gpu, set, model));
        }
        finally
        {
            TestCodec.LoadedGpu.Value = null;
        }

        static GpuException Fails(VectorSet<TestCodec> set)
        {
            set.Device = Device.Gpu;
            return Assert.Throws<GpuException>(() => set.Search(s_query, 1));
        }
    }

    [Fact]
    public void AddsAreSeenWhateverTheyInterrupt()
    {
        // An add that is published between any two operations of a search may or may not be seen by it, but by the next one.
        for (int operation = 1, count = int.MaxValue; operation <= count; operation++)
        {
            var gpu = new FakeGpu();
            (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, (3 * TestCodec.BlockRows) - 5);
            using (set)
            {
                int at = operation;
                gpu.FailOperation = number =>
                {
                    if (number == at)
                    {
                        var adder = new Thread(() => Add(set, model, 100_000, 1));
                        adder.Start();
                        adder.Join();
                    }

                    return null;
                };
                set.Search(s_query, 10);
                count = gpu.Operations;
                Assert.Equal(model.Search(s_query, 100), set.Search(s_query, 100));
            }

            Assert.Empty(gpu.Violations);
        }
    }

    [Fact]
    public void RandomChangesAreSeen()
    {
        foreach (long memory in new long[] { 0, 3 * BlockBytes, 1 << 30 })
        {
            var gpu = new FakeGpu();
            (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 90, options: SmallSizes with { MemoryBytes = memory });
            using (set)
            {
                var random = new Random(5);
                for (int step = 0; step < 400; step++)
                {
                    model.ChangeAtRandom(set, random);
                    Assert.Equal(model.Search(s_query, 12), set.Search(s_query, 12));
                    if (step % 50 == 49)
                    {
                        set.TrimExcess();
                    }
                }
            }

            Assert.Empty(gpu.Violations);
        }
    }

    [Fact]
    public void MemoryGoesBack()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> small, _) = CreateSet(gpu, 10);
        small.Search(s_query, 10);
        long before = gpu.LiveBytes;
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 100 * TestCodec.BlockRows);
        using (set)
        {
            set.Search(s_query, 10);
            long full = gpu.LiveBytes;
            Assert.True(full >= before + (100 * BlockBytes));

            foreach (long id in model.Vectors.Keys.Skip(10 * TestCodec.BlockRows).ToArray())
            {
                Assert.True(set.Remove(id) && model.Vectors.Remove(id));
            }

            // A search keeps at most about twice of what it needs, TrimExcess nothing.
            Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
            Assert.InRange(gpu.LiveBytes, 0, full - (70 * BlockBytes));
            set.TrimExcess();
            Assert.InRange(gpu.LiveBytes, 0, full - (80 * BlockBytes));
            Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
        }

        set.Dispose();
        small.Dispose();
        Assert.InRange(gpu.LiveBytes, 0, 100 << 10); // buffers that searches share
        Gpu.Reset();
        Assert.Equal(0, gpu.LiveBytes);
        Assert.Equal(0, gpu.OpenNow);
        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void SmallSetsTakeLittleMemory()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, _) = CreateSet(gpu, 10, options: new GpuOptions());
        using (set)
        {
            set.Search(s_query, 3);
            Assert.InRange(gpu.LiveBytes, BlockBytes, 4 << 10);
        }
    }

    [Fact]
    public void CollectedSetsFreeTheirMemory()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> other, _) = CreateSet(gpu, 10);
        using (other)
        {
            Forget(gpu);
            long before = gpu.LiveBytes;
            for (int i = 0; i < 200 && gpu.LiveBytes > before - (100 * BlockBytes); i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Yield();
                using var pause = new ManualResetEventSlim();
                pause.Wait(5);
            }

            Assert.InRange(gpu.LiveBytes, 0, before - (100 * BlockBytes));
            other.Search(s_query, 1);
        }

        Assert.Equal(1, gpu.Opened);
        Assert.Empty(gpu.Violations);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(FakeGpu gpu)
        {
            (VectorSet<TestCodec> set, _) = CreateSet(gpu, 100 * TestCodec.BlockRows);
            set.Search(s_query, 1);
        }
    }

    [Fact]
    public void TheDefaultIsFourFifthsOfTheDevice()
    {
        var gpu = new FakeGpu();
        gpu.Devices[0] = gpu.Devices[0] with { MemoryBytes = 10 * BlockBytes };
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 20 * TestCodec.BlockRows);
        using (set)
        {
            Assert.Equal(20 * BlockBytes, Uploads(gpu, set, model));
            Assert.Equal(12 * BlockBytes, Uploads(gpu, set, model)); // what did not fit comes again
        }
    }
}
