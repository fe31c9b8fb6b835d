using System.Runtime.CompilerServices;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.StandIn;

/// <summary>Devices that have less memory than a set, or than a search.</summary>
public sealed class MemoryTests : StandInTests
{
    private const int Blocks = 8;

    /// <summary>Limits in eighths of what the set takes; what a search needs besides is about two.</summary>
    public static TheoryData<GpuKind, int> Limits
    {
        get
        {
            var limits = new TheoryData<GpuKind, int>();
            foreach (GpuKind kind in (GpuKind[])[GpuKind.Cuda, GpuKind.OpenCL])
            {
                foreach (int limit in (int[])[0, 1, 2, 3, 4, 6, 8, 12, 20])
                {
                    limits.Add(kind, limit);
                }
            }

            return limits;
        }
    }

    private static long BlockBytes => TestSet<Int8Cosine>.BlockBytes;

    [Theory]
    [MemberData(nameof(Limits))]
    public void Without_memory_the_cpu_answers_and_says_so_once(GpuKind kind, int limit)
    {
        UseDevice(kind);
        Options.MemoryLimit = limit * BlockBytes;
        using TestSet<Int8Cosine> set = CreateLargeSet();
        List<GpuDiagnostic> reports = Reports(() =>
        {
            SearchInEveryWay(set, Device.Auto);
            SearchInEveryWay(set, Device.Auto);
        });
        if (limit < 4)
        {
            GpuDiagnostic report = Assert.Single(reports);
            Assert.Equal((GpuFailure.OutOfMemory, Int8Cosine.Layout.Scheme), (report.Failure, report.Scheme));
        }

        if (limit >= 6)
        {
            Assert.Empty(reports);
        }

        Assert.InRange(Counters.PeakBytes, 0, limit * BlockBytes);
        Assert.Equal(1, Counters.LiveContexts);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Without_memory_the_gpu_throws_and_works_when_there_is_some(GpuKind kind, int limit)
    {
        UseDevice(kind);
        Options.MemoryLimit = limit * BlockBytes;
        using TestSet<Int8Cosine> set = CreateLargeSet();
        if (limit < 4)
        {
            AssertFails(GpuFailure.OutOfMemory, () => SearchInEveryWay(set, Device.Gpu));
            AssertFails(GpuFailure.OutOfMemory, () => SearchInEveryWay(set, Device.Gpu));
            Options.MemoryLimit = null;
        }

        if (limit is < 4 or >= 6)
        {
            SearchInEveryWay(set, Device.Gpu);
        }
    }

    [Theory]
    [InlineData(GpuKind.Cuda)]
    [InlineData(GpuKind.OpenCL)]
    public void A_set_larger_than_the_device_is_streamed(GpuKind kind)
    {
        UseDevice(kind);
        Options.DeviceMemory = 7 * BlockBytes;
        using var set = new TestSet<Int8Cosine>((3 * Blocks * Int8Cosine.Layout.BlockRows) - 77, TestSet<Int8Cosine>.SmallSizes);
        Assert.Empty(Reports(() =>
        {
            SearchInEveryWay(set, Device.Gpu);
            long before = Counters.BytesUp;
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
            Assert.InRange(Counters.BytesUp - before, (3 * Blocks - 7) * BlockBytes, 3 * Blocks * BlockBytes);
        }));
        Assert.InRange(Counters.PeakBytes, 3 * BlockBytes, 7 * BlockBytes);
    }

    [Fact]
    public void What_was_copied_stays_and_only_changes_follow()
    {
        using var set = new TestSet<Int8Cosine>(Blocks * Int8Cosine.Layout.BlockRows - 77, TestSet<Int8Cosine>.SmallSizes);
        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
        long before = Counters.BytesUp;
        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
        Assert.InRange(Counters.BytesUp - before, 0, Int8Cosine.Layout.QueryBytes);
        set.Add(10);
        before = Counters.BytesUp;
        set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
        Assert.InRange(Counters.BytesUp - before, BlockBytes, BlockBytes + Int8Cosine.Layout.QueryBytes);
    }

    [Fact]
    public void Sets_free_what_they_have_on_the_device()
    {
        using TestSet<Int8Cosine> other = CreateLargeSet();
        other.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
        long before = Counters.LiveBytes;
        using (TestSet<Int8Cosine> set = CreateLargeSet())
        {
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
            Assert.Equal(before + (Blocks * BlockBytes), Counters.LiveBytes);
            set.Remove(set.Set.Count - 5);
            set.Set.TrimExcess();
            Assert.InRange(Counters.LiveBytes, before, before + (2 * BlockBytes));
        }

        Assert.Equal(before, Counters.LiveBytes);
        Forget();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Counters.LiveBytes == before;
            },
            Patience));
        other.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
    }

    private static TestSet<Int8Cosine> CreateLargeSet() =>
        new((Blocks * Int8Cosine.Layout.BlockRows) - 77, TestSet<Int8Cosine>.SmallSizes);

    /// <summary>Uses a set and drops it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => CreateLargeSet().AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
}
