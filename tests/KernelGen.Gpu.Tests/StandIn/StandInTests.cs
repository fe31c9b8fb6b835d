using ILGPU.StandIn;
using KernelGen.GpuTests.Infrastructure;
using KernelGen.Tests.Devices;

namespace KernelGen.GpuTests.StandIn;

/// <summary>Tests that choose the stand-in's devices and faults: those are the process's, so nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StandInGroup
{
    public const string Name = "Stand-in";
}

/// <summary>A test with devices and faults of its own: an emulated CUDA device, until it says otherwise. Fails if anything is left on a device.</summary>
[Collection(StandInGroup.Name)]
public abstract class StandInTests : IDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StandInScope _scope;

    protected StandInTests()
    {
        // Devices that other tests have left open belong to their scope.
        Gpu.Reset();
        _scope = StandInScope.Begin(static options => options.CudaDevices = 1);
    }

    protected StandInOptions Options => _scope.Options;

    protected Counters Counters => _scope.Counters;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Gpu.Reset();
        _scope.Dispose();
        Assert.Equal(
            (0, 0L, 0, 0), (Counters.LiveBuffers, Counters.LiveBytes, Counters.LiveAccelerators, Counters.LiveContexts));
    }

    /// <summary>The only device from now on.</summary>
    protected void UseDevice(GpuKind kind)
    {
        Options.CudaDevices = kind == GpuKind.Cuda ? 1 : 0;
        Options.OpenCLDevices = kind == GpuKind.OpenCL ? 1 : 0;
    }

    /// <summary>A set of a few blocks, half of which stay on the device: both ways of a search are taken.</summary>
    internal static TestSet<TCodec> CreateSet<TCodec>()
        where TCodec : class, IVectorCodec<TCodec> =>
        new((4 * TCodec.Layout.BlockRows) - 77, TestSet<TCodec>.SmallSizes with { MemoryBytes = 2 * TestSet<TCodec>.BlockBytes });

    /// <summary>All ways to search: batches need other kernels, and filters and many hits bring scores to the host.</summary>
    internal static void SearchInEveryWay<TCodec>(TestSet<TCodec> set, Device device)
        where TCodec : class, IVectorCodec<TCodec>
    {
        set.AssertSearchesLikeTheCpu(device, queries: 1, k: 10);
        set.AssertSearchesLikeTheCpu(device, queries: 7, k: 20);
        set.AssertSearchesLikeTheCpu(device, queries: 1, k: 10, IdFilter.Where(id => id % 2 == 0));
        set.AssertSearchesLikeTheCpu(device, queries: 1, k: 300);
        set.AssertScoresLikeTheCpu(device);
    }

    /// <summary>Asserts that an action fails for a reason, and not because the stand-in was misused.</summary>
    protected static void AssertFails(GpuFailure failure, Action action)
    {
        GpuException exception = Assert.Throws<GpuException>(action);
        AssertNoMisuse(exception);
        Assert.Equal(failure, exception.Failure);
    }

    /// <summary>What is reported while an action runs.</summary>
    protected static List<GpuDiagnostic> Reports(Action action)
    {
        List<GpuDiagnostic> reports = GpuReports.Of(action);
        Assert.All(reports, report => AssertNoMisuse(report.Exception));
        return reports;
    }

    private static void AssertNoMisuse(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            Assert.IsNotType<StandInException>(exception);
        }
    }
}
