using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>What tests of the GPU's side share. One after another, because <see cref="Gpu.Reset"/> closes the devices of all.</summary>
[Collection("Gpu")]
public abstract class GpuTests
{
    /// <summary>Bytes of a block of <see cref="TestCodec"/> with its ids.</summary>
    protected const int BlockBytes = TestCodec.BlockRows * ((TestCodec.Dimensions * sizeof(float)) + sizeof(long));

    /// <summary>Sizes at which small sets meet every limit: chunks of 8 blocks, slices of 3, groups of a few queries, candidates that
    /// are compacted.</summary>
    internal static GpuOptions SmallSizes { get; } = new()
    {
        CostModel = new AlwaysGpu(),
        Sizes = new GpuSizes
        {
            ChunkBytes = 8 * TestCodec.Layout.BlockBytes,
            StreamBytes = 3 * BlockBytes,
            ScoreBytes = 8 * TestCodec.BlockRows * sizeof(float) * 3,
            Candidates = 64,
            PartRows = 16,
            GrowthPause = 2,
        },
    };

    /// <summary>A set on a fake GPU, and its model.</summary>
    internal static (VectorSet<TestCodec> Set, SetModel<TestCodec> Model) CreateSet(
        FakeGpu gpu, int count, Device device = Device.Gpu, GpuOptions? options = null)
    {
        var model = new SetModel<TestCodec>(new TestCodec { Gpu = gpu });
        VectorSet<TestCodec> set = model.CreateSet(count, seed: 4711);
        set.Device = device;
        set.GpuOptions = options ?? SmallSizes;
        return (set, model);
    }

    internal static float[][] Queries(int count) =>
        [.. SetModel<TestCodec>.RandomVectors(new Random(1), count).Chunk(TestCodec.Dimensions)];

    /// <summary>What is reported while an action runs.</summary>
    internal static List<GpuDiagnostic> Reports(Action action) => GpuReports.Of(action);

    /// <summary>Prefers the GPU always.</summary>
    internal sealed class AlwaysGpu : GpuCostModel
    {
        public override bool PrefersGpu(in GpuWorkload workload) => true;
    }
}
