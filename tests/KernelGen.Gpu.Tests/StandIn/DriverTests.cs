using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ILGPU.StandIn;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.StandIn;

/// <summary>Machines without a GPU, or with a driver that does not work.</summary>
public sealed class DriverTests : StandInTests
{
    public static TheoryData<string> Machines { get; } = ["no driver", "driver without devices", "emulator only"];

    public static TheoryData<string> Errors { get; } = ["library missing", "CUDA", "OpenCL"];

    [Theory]
    [MemberData(nameof(Machines))]
    public void Without_a_device_the_cpu_answers_and_says_so_once(string machine)
    {
        Without(machine);
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> other = CreateSet<HalfL2>();
        GpuDiagnostic report = Assert.Single(Reports(() =>
        {
            SearchInEveryWay(set, Device.Auto);
            SearchInEveryWay(other, Device.Auto);
        }));
        Assert.Equal((GpuFailure.NoDevice, null), (report.Failure, report.Scheme));
        Assert.Contains("ILGPU", report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Without_a_device_the_gpu_throws_until_there_is_one(string machine)
    {
        Without(machine);
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        Assert.Empty(Reports(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                AssertFails(GpuFailure.NoDevice, () => SearchInEveryWay(set, Device.Gpu));
                AssertFails(GpuFailure.NoDevice, () => set.AssertScoresLikeTheCpu(Device.Gpu));
                AssertFails(GpuFailure.NoDevice, () => GpuCodec<Int8Cosine>.Open(set.Set.Codec));
            }
        }));
        Assert.Equal(GpuFailure.NoDevice, Assert.Single(Reports(() => SearchInEveryWay(set, Device.Auto))).Failure);
        Options.Driver = DriverState.Working;
        UseDevice(GpuKind.Cuda);
        AssertFails(GpuFailure.NoDevice, () => SearchInEveryWay(set, Device.Gpu));
        Gpu.Reset();
        SearchInEveryWay(set, Device.Gpu);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void With_a_broken_driver_the_cpu_answers_and_says_so_once(string error)
    {
        Break(error);
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        GpuDiagnostic report = Assert.Single(Reports(() => SearchInEveryWay(set, Device.Auto)));
        Assert.Equal((GpuFailure.DeviceLost, Int8Cosine.Layout.Scheme), (report.Failure, report.Scheme));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void With_a_broken_driver_the_gpu_throws(string error)
    {
        Break(error);
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        AssertFails(GpuFailure.DeviceLost, () => Gpu.FindDevices(set.Set.Codec));
        for (int i = 0; i < 5; i++)
        {
            AssertFails(GpuFailure.DeviceLost, () => SearchInEveryWay(set, Device.Gpu));
        }

        Options.Driver = DriverState.Working;
        Gpu.Reset();
        SearchInEveryWay(set, Device.Gpu);
    }

    [Fact]
    public void A_device_without_double_precision_searches_but_does_not_encode()
    {
        UseDevice(GpuKind.OpenCL);
        Options.Float64 = false;
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        SearchInEveryWay(set, Device.Gpu);
        using GpuCodec<Int8Cosine> codec = GpuCodec<Int8Cosine>.Open(set.Set.Codec);
        var code = new byte[Int8Cosine.Layout.CodeBytes];
        AssertFails(GpuFailure.NotSupported, () => codec.Encode(TestSet<Int8Cosine>.Queries(1), code));
        SearchInEveryWay(set, Device.Gpu);
    }

    private void Without(string machine)
    {
        Options.Driver = machine switch
        {
            "no driver" => DriverState.Missing,
            "driver without devices" => DriverState.WithoutDevices,
            _ => DriverState.Working,
        };
        Options.CudaDevices = machine == "emulator only" ? 0 : 1;
    }

    private void Break(string error)
    {
        Options.Driver = DriverState.Broken;
        Options.DriverError = error switch
        {
            "CUDA" => static () => new CudaException(CudaError.CUDA_ERROR_NOT_INITIALIZED),
            "OpenCL" => static () => new CLException(CLError.CL_DEVICE_NOT_AVAILABLE),
            _ => Options.DriverError,
        };
    }
}
