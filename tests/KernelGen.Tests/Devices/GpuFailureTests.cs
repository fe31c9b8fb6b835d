using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>Whatever fails, the results are right or, under <see cref="Device.Gpu"/>, there is an exception; and nothing is left over.</summary>
public sealed class GpuFailureTests : GpuTests
{
    private const int Rows = 500;
    private static readonly float[] s_query = Queries(1)[0];
    private static readonly float[] s_queries = [.. Queries(7).SelectMany(q => q)];
    private static readonly IdFilter s_filter = IdFilter.Where(id => id % 2 == 0);

    private static readonly (string Name, Action<VectorSet<TestCodec>, SetModel<TestCodec>> Check)[] s_searches =
    [
        ("Search", (set, model) => Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10))),
        ("Filter", (set, model) => Assert.Equal(model.Search(s_query, 10, s_filter), set.Search(s_query, 10, s_filter))),
        ("Batch", (set, model) =>
            Assert.Equal(s_queries.Chunk(5).Select(query => model.Search(query, 300)), set.SearchBatch(s_queries, 300))),
        ("Scores", (set, model) =>
        {
            var ids = new long[Rows];
            var scores = new float[Rows];
            set.Scores(s_query, ids, scores);
            Assert.Equal(model.Scores(s_query), ids.Zip(scores, (id, score) => new Hit(id, score)));
        }),
    ];

    public static TheoryData<string, long> Cases
    {
        get
        {
            var cases = new TheoryData<string, long>();
            foreach ((string name, _) in s_searches)
            {
                cases.Add(name, 0);
                cases.Add(name, 9 * BlockBytes);
                cases.Add(name, 1 << 30);
            }

            return cases;
        }
    }

    private static void Check(string search, VectorSet<TestCodec> set, SetModel<TestCodec> model) =>
        s_searches.Single(item => item.Name == search).Check(set, model);

    [Theory]
    [MemberData(nameof(Cases))]
    public void ALostDeviceCostsOneSearchAtMost(string search, long memory)
    {
        int operations = Operations(search, memory);
        for (int n = 1; n <= operations; n++)
        {
            foreach (Device device in new[] { Device.Auto, Device.Gpu })
            {
                int at = n;
                var gpu = new FakeGpu { FailOperation = number => number == at ? GpuFailure.DeviceLost : null };
                (VectorSet<TestCodec> set, SetModel<TestCodec> model) =
                    CreateSet(gpu, Rows, device, SmallSizes with { MemoryBytes = memory });
                using (set)
                {
                    List<GpuDiagnostic> reports = Reports(() =>
                    {
                        if (device == Device.Gpu)
                        {
                            Assert.Equal(GpuFailure.DeviceLost, Assert.Throws<GpuException>(() => Check(search, set, model)).Failure);
                        }
                        else
                        {
                            Check(search, set, model);
                        }

                        Check(search, set, model);
                    });
                    if (device == Device.Auto)
                    {
                        GpuDiagnostic report = Assert.Single(reports);
                        Assert.Equal((GpuFailure.DeviceLost, "Test"), (report.Failure, report.Scheme));
                        Assert.Contains(gpu.Name, report.Message, StringComparison.Ordinal);
                    }
                    else
                    {
                        Assert.Empty(reports);
                    }

                    Assert.Equal((2, 1), (gpu.Opened, gpu.OpenNow));
                }

                AssertNothingIsLeft(gpu);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WithoutMemoryTheCpuAnswers(string search, long memory)
    {
        var counter = new FakeGpu { FailAllocation = _ => false };
        (VectorSet<TestCodec> counted, SetModel<TestCodec> countedModel) =
            CreateSet(counter, Rows, options: SmallSizes with { MemoryBytes = memory });
        using (counted)
        {
            Check(search, counted, countedModel);
        }

        for (int n = 1; n <= counter.Allocations; n++)
        {
            foreach (bool forGood in new[] { false, true })
            {
                int at = n;
                var gpu = new FakeGpu { FailAllocation = number => number == at || (forGood && number > at) };
                (VectorSet<TestCodec> set, SetModel<TestCodec> model) =
                    CreateSet(gpu, Rows, Device.Auto, SmallSizes with { MemoryBytes = memory });
                using (set)
                {
                    List<GpuDiagnostic> reports = Reports(() =>
                    {
                        for (int i = 0; i < 4; i++)
                        {
                            Check(search, set, model);
                        }
                    });
                    if (reports.Count > 0 || forGood)
                    {
                        Assert.Equal(GpuFailure.OutOfMemory, Assert.Single(reports).Failure);
                    }

                    // The device is still good.
                    gpu.FailAllocation = null;
                    set.Device = Device.Gpu;
                    Check(search, set, model);
                    Assert.Equal(1, gpu.Opened);
                }

                AssertNothingIsLeft(gpu);
            }
        }
    }

    [Fact]
    public void WhatFitsStaysWhereMemoryIsShort()
    {
        // The device promises more than it has: the mirror gives way to the buffers that a search needs.
        foreach (int room in new[] { 24, 30, 40, 50 })
        {
            var gpu = new FakeGpu { Room = room << 10 };
            (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, 200 * TestCodec.BlockRows);
            using (set)
            {
                for (int i = 0; i < 8; i++)
                {
                    Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
                }

                gpu.UploadedBytes = 0;
                set.Search(s_query, 10);
                Assert.InRange(gpu.UploadedBytes, BlockBytes, 199 * BlockBytes);
            }

            AssertNothingIsLeft(gpu);
        }
    }

    [Fact]
    public void AfterThreeLossesTheGpuStaysOff()
    {
        var gpu = new FakeGpu { FailOperation = number => number % 10 == 0 ? GpuFailure.DeviceLost : null };
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, Device.Auto);
        using (set)
        {
            Assert.Single(Reports(() =>
            {
                for (int i = 0; i < 10; i++)
                {
                    Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
                }
            }));
            Assert.Equal((3, 0), (gpu.Opened, gpu.OpenNow));
            set.Device = Device.Gpu;
            GpuException exception = Assert.Throws<GpuException>(() => set.Search(s_query, 10));
            Assert.Equal(GpuFailure.DeviceLost, exception.Failure);
            Assert.Contains("Gpu.Reset()", exception.Message, StringComparison.Ordinal);
            Assert.Equal(3, gpu.Opened);

            gpu.FailOperation = null;
            Gpu.Reset();
            Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
            Assert.Equal((4, 1), (gpu.Opened, gpu.OpenNow));
        }

        AssertNothingIsLeft(gpu);
    }

    [Theory]
    [InlineData(GpuFailure.DeviceLost)]
    [InlineData(GpuFailure.CompileFailed)]
    [InlineData(GpuFailure.OutOfMemory)]
    public void ADeviceThatDoesNotOpenIsTriedThreeTimes(GpuFailure failure)
    {
        var gpu = new FakeGpu { FailOperation = _ => failure };
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, Device.Auto);
        using (set)
        {
            GpuDiagnostic report = Assert.Single(Reports(() =>
            {
                for (int i = 0; i < 10; i++)
                {
                    Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
                }
            }));
            Assert.Equal(failure, report.Failure);
        }

        Assert.Equal((3, 0), (gpu.Opened, gpu.OpenNow));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARejectedKernelIsTriedOnceInAContextThatIsDropped(bool isKnown)
    {
        var gpu = new FakeGpu();
        gpu.LoadFailure = isKnown ? gpu.Failure(GpuFailure.CompileFailed) : new InvalidOperationException(gpu.Name);
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, Device.Auto);
        using (set)
        {
            GpuDiagnostic report = Assert.Single(Reports(() =>
            {
                for (int i = 0; i < 5; i++)
                {
                    Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
                }
            }));
            Assert.Equal(GpuFailure.CompileFailed, report.Failure);
            Assert.Equal(gpu.Devices[0], report.Device);
            set.Device = Device.Gpu;
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(GpuFailure.CompileFailed, Assert.Throws<GpuException>(() => set.Search(s_query, 10)).Failure);
            }

            Assert.Equal((1, 0, 1), (gpu.Opened, gpu.OpenNow, gpu.Loads));
        }

        AssertNothingIsLeft(gpu);
    }

    [Fact]
    public void WithoutADeviceTheCpuAnswers()
    {
        var gpu = new FakeGpu();
        gpu.Devices.Clear();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, Device.Auto);
        (VectorSet<TestCodec> other, _) = CreateSet(gpu, Rows, Device.Auto);
        using (set)
        using (other)
        {
            GpuDiagnostic report = Assert.Single(Reports(() =>
            {
                Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
                Assert.Equal(model.Search(s_query, 10), other.Search(s_query, 10));
                Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10));
            }));
            Assert.Equal((GpuFailure.NoDevice, null, null), (report.Failure, report.Scheme, report.Device));
            set.Device = Device.Gpu;
            Assert.Equal(GpuFailure.NoDevice, Assert.Throws<GpuException>(() => set.Search(s_query, 10)).Failure);
            Assert.Empty(Gpu.FindDevices(set.Codec));
        }

        Assert.Equal(0, gpu.Opened);
    }

    [Fact]
    public void WithoutKernelsTheCpuAnswersAndNothingIsReported()
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(100, 1);
        using (set)
        {
            Assert.Empty(Reports(() => Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10))));
            set.Device = Device.Gpu;
            Assert.Equal(GpuFailure.NoKernels, Assert.Throws<GpuException>(() => set.Search(s_query, 10)).Failure);
            Assert.Equal(GpuFailure.NoKernels, Assert.Throws<GpuException>(() => set.Scores(s_query, new long[100], new float[100])).Failure);
            Assert.Equal(GpuFailure.NoKernels, Assert.Throws<GpuException>(() => Gpu.FindDevices(set.Codec)).Failure);
        }
    }

    [Fact]
    public void ALibraryThatDoesNotLoadIsReportedOnce()
    {
        var codec = new TestCodec { GpuError = new FileNotFoundException("No such library.") };
        GpuDiagnostic report = Assert.Single(Reports(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                using var set = new VectorSet<TestCodec>(codec);
                set.Add(1, s_query);
                Assert.Single(set.Search(s_query, 1));
                set.Device = Device.Gpu;
                GpuException exception = Assert.Throws<GpuException>(() => set.Search(s_query, 1));
                Assert.Equal((GpuFailure.NoKernels, codec.GpuError), (exception.Failure, exception.InnerException));
            }
        }));
        Assert.Equal((GpuFailure.NoKernels, "Test"), (report.Failure, report.Scheme));
        Assert.Contains("No such library.", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HandlersThatThrowAreIgnored()
    {
        static void Throw(GpuDiagnostic report) => throw new InvalidOperationException();
        var gpu = new FakeGpu();
        gpu.Devices.Clear();
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, Device.Auto);
        GpuDiagnostics.Reported += Throw;
        try
        {
            using (set)
            {
                Assert.Single(Reports(() => Assert.Equal(model.Search(s_query, 10), set.Search(s_query, 10))));
            }
        }
        finally
        {
            GpuDiagnostics.Reported -= Throw;
        }
    }

    [Fact]
    public void DisposalAfterALossIsQuiet()
    {
        var gpu = new FakeGpu();
        (VectorSet<TestCodec> set, _) = CreateSet(gpu, Rows);
        set.Search(s_query, 10);
        gpu.FailOperation = _ => GpuFailure.DeviceLost;
        set.Dispose();
        Assert.Equal(0, gpu.OpenNow);
        AssertNothingIsLeft(gpu);
    }

    private static int Operations(string search, long memory)
    {
        var gpu = new FakeGpu { FailOperation = _ => null };
        (VectorSet<TestCodec> set, SetModel<TestCodec> model) = CreateSet(gpu, Rows, options: SmallSizes with { MemoryBytes = memory });
        using (set)
        {
            Check(search, set, model);
            return gpu.Operations;
        }
    }

    private static void AssertNothingIsLeft(FakeGpu gpu)
    {
        Gpu.Reset();
        Assert.Equal(0, gpu.LiveBytes);
        Assert.Equal(0, gpu.OpenNow);
        Assert.Empty(gpu.Violations);
    }
}
