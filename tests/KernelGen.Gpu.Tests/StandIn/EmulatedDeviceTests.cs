using ILGPU.StandIn;
using KernelGen.Devices;
using KernelGen.Generated;
using KernelGen.GpuTests.Conformance;
using KernelGen.GpuTests.Infrastructure;
using KernelGen.GpuTests.Sets;
using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.GpuTests.StandIn;

/// <summary>Emulated CUDA and OpenCL devices, and threads that run in other orders.</summary>
public sealed class EmulatedDeviceTests : StandInTests
{
    /// <summary>Rows of few and of many units, with learned, stored and block scales, floats, and product codes of both layouts.</summary>
    private static readonly IReferenceScheme[] s_schemes =
    [
        .. from bits in (int[])[8, 5, 4, 1]
           select SampledSchemes.Compact.First(scheme => scheme.Grid is IntegerGrid grid && grid.Bits == bits),
        .. from format in (FloatFormat[])[FloatFormat.E4M3, FloatFormat.Half]
           select SampledSchemes.Compact.First(scheme => scheme.Grid is FloatGrid grid && grid.Format == format),
        .. from bits in (int[])[4, 3]
           select ProductSchemes.Compact.First(scheme => scheme.Bits == bits && scheme.Subspaces > 8),
    ];

    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(s_schemes, references: [IlgpuUnderTest.Assembly]));

    public static TheoryData<string> Schemes => [.. s_schemes.Select(scheme => scheme.Text)];

    public static TheoryData<string, ThreadOrder> Orders
    {
        get
        {
            var orders = new TheoryData<string, ThreadOrder>();
            foreach (string kind in SelectTopChecks.Kinds)
            {
                orders.Add(kind, ThreadOrder.Descending);
                orders.Add(kind, ThreadOrder.Shuffled);
            }

            return orders;
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Kernels_conform_on_both_kinds_of_device(string scheme)
    {
        Options.OpenCLDevices = 1;
        IReferenceScheme reference = s_schemes.Single(item => item.Text == scheme);
        DeviceUnderTest.Check(s_codecs.Value[reference], reference, devices: [0, 1]);
        Assert.Equal(0, Counters.SlowLaunches);
    }

    [Fact]
    public void Devices_are_listed_best_first()
    {
        Options.OpenCLDevices = 1;
        Options.CudaDevices = 2;
        IReadOnlyList<GpuDeviceInfo> devices = Gpu.FindDevices(Int8Cosine.Train(TestSet<Int8Cosine>.Queries(1)));
        Assert.Equal([GpuKind.Cuda, GpuKind.Cuda, GpuKind.OpenCL, GpuKind.Emulator], devices.Select(device => device.Kind));
        Assert.Equal([0, 1, 2, 3], devices.Select(device => device.Index));
        Assert.All(devices.Take(3), device => Assert.Equal(Options.DeviceMemory, device.MemoryBytes));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void SelectTop_does_not_depend_on_the_order_of_threads(string kind, ThreadOrder order)
    {
        Options.ThreadOrder = order;
        using GpuAccelerator gpu = IlgpuLibrary.Instance.Open(IlgpuLibrary.Instance.FindDevices()[0]);
        new SelectTopChecks(gpu).Check(kind, int.MaxValue);
    }

    [Theory]
    [InlineData(ThreadOrder.Descending)]
    [InlineData(ThreadOrder.Shuffled)]
    public void Searches_do_not_depend_on_the_order_of_threads(ThreadOrder order)
    {
        Options.ThreadOrder = order;
        using TestSet<Int8Cosine> integers = CreateSet<Int8Cosine>();
        SearchInEveryWay(integers, Device.Gpu);
        using TestSet<Int6BlockCosine> blocks = CreateSet<Int6BlockCosine>();
        SearchInEveryWay(blocks, Device.Gpu);
        using TestSet<E4M3BlockDot> floats = CreateSet<E4M3BlockDot>();
        SearchInEveryWay(floats, Device.Gpu);
        using TestSet<Product4Cosine> groups = CreateSet<Product4Cosine>();
        SearchInEveryWay(groups, Device.Gpu);
        using TestSet<Product6L2> strings = CreateSet<Product6L2>();
        SearchInEveryWay(strings, Device.Gpu);
    }
}
