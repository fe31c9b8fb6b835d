using System.Runtime.InteropServices;
using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>The kernels of a codec on data of the host.</summary>
public sealed class GpuCodecTests : GpuTests
{
    private static readonly CodecLayout s_layout = TestCodec.Layout;

    // Less than a piece, several pieces, and many: pieces are about 4 MiB.
    public static TheoryData<int> Counts { get; } = [1, 17, 500_000, 1_300_003];

    private static float[] Vectors(int count) => [.. Enumerable.Range(0, count * TestCodec.Dimensions).Select(i => (i % 1009) - 500f)];

    private static byte[] Blocks(float[] vectors)
    {
        int rows = vectors.Length / TestCodec.Dimensions;
        var blocks = new byte[(rows + TestCodec.BlockRows - 1) / TestCodec.BlockRows * s_layout.BlockBytes];
        MemoryMarshal.AsBytes(vectors.AsSpan()).CopyTo(blocks); // rows of the codec's blocks lie one after another
        return blocks;
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void EncodesAndDecodes(int count)
    {
        var gpu = new FakeGpu();
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec(3) { Gpu = gpu });
        float[] vectors = Vectors(count);
        var codes = new byte[count * s_layout.CodeBytes];
        codec.Encode(vectors, codes);
        Assert.True(MemoryMarshal.AsBytes(vectors.AsSpan()).SequenceEqual(codes));
        var decoded = new float[vectors.Length];
        codec.Decode(codes, decoded);
        Assert.True(vectors.AsSpan().SequenceEqual(decoded));
        Assert.InRange(gpu.LiveBytes, 0, 64 << 20);
        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void PiecesOfRowsThatTakeMuchScratchAreSmaller()
    {
        var gpu = new FakeGpu { EncodeScratchOfRow = 40_000 };
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec(3) { Gpu = gpu });
        float[] vectors = Vectors(10_000);
        var codes = new byte[10_000 * s_layout.CodeBytes];
        codec.Encode(vectors, codes);
        Assert.True(MemoryMarshal.AsBytes(vectors.AsSpan()).SequenceEqual(codes));
        Assert.InRange(gpu.LiveBytes, 100 << 20, 140 << 20); // 64 MiB for each of two streams
        Assert.Empty(gpu.Violations);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 3)]
    [InlineData(16, 70)]
    [InlineData(300_001, 2)]
    public void Scans(int count, int queries)
    {
        var gpu = new FakeGpu();
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec { Gpu = gpu });
        float[] vectors = Vectors(count);
        float[] queryVectors = Vectors(queries);
        var prepared = new byte[queries * s_layout.QueryBytes];
        codec.Codec.Prepare(queryVectors, prepared);
        var scores = new float[count * queries];
        codec.Scan(prepared, Blocks(vectors), count, scores);
        for (int q = 0; q < queries; q++)
        {
            for (int row = 0; row < count; row += 1 + (count / 1000))
            {
                float expected = TestCodec.Score(queryVectors.AsSpan(q * 5, 5), vectors.AsSpan(row * 5, 5));
                Assert.Equal(expected, scores[(q * count) + row]);
            }
        }

        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void Accumulates()
    {
        var gpu = new FakeGpu();
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec { Gpu = gpu });
        const int count = 400_000;
        float[] vectors = Vectors(count);
        var random = new Random(3);
        int[] rows = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(count)), count - 1, 0, 0];
        float[] weights = [.. rows.Select(row => (row % 5) - 2f)];
        float[] destination = [1, 2, 3, 4, 5];
        float[] expected = [.. destination];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int d = 0; d < 5; d++)
            {
                expected[d] += weights[i] * vectors[(rows[i] * 5) + d];
            }
        }

        codec.Accumulate(Blocks(vectors), rows, weights, destination);
        Assert.Equal(expected, destination); // small integers: exact in any order
        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void NothingIsDoneForNothing()
    {
        var gpu = new FakeGpu();
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec { Gpu = gpu });
        int before = gpu.Operations;
        codec.Encode([], []);
        codec.Decode([], []);
        codec.Scan([], new byte[s_layout.BlockBytes], 3, []);
        codec.Scan(new byte[s_layout.QueryBytes], [], 0, []);
        codec.Accumulate([], [], [], new float[5]);
        Assert.Equal(before, gpu.Operations);
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        var gpu = new FakeGpu();
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec { Gpu = gpu });
        byte[] block = new byte[s_layout.BlockBytes];
        byte[] prepared = new byte[s_layout.QueryBytes];
        Assert.Throws<ArgumentException>("vectors", () => codec.Encode(new float[4], new byte[20]));
        Assert.Throws<ArgumentException>("codes", () => codec.Encode(new float[5], new byte[21]));
        Assert.Throws<ArgumentException>("vectors", () => codec.Encode([1, 2, float.NaN, 4, 5], new byte[20]));
        Assert.Throws<ArgumentException>("codes", () => codec.Decode(new byte[21], new float[5]));
        Assert.Throws<ArgumentException>("vectors", () => codec.Decode(new byte[20], new float[4]));
        Assert.Throws<ArgumentException>("prepared", () => codec.Scan(new byte[3], block, 1, new float[1]));
        Assert.Throws<ArgumentException>("blocks", () => codec.Scan(prepared, new byte[3], 1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => codec.Scan(prepared, block, 17, new float[17]));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => codec.Scan(prepared, block, -1, []));
        Assert.Throws<ArgumentException>("scores", () => codec.Scan(prepared, block, 3, new float[4]));
        Assert.Throws<ArgumentException>("blocks", () => codec.Accumulate(new byte[3], [0], [1], new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => codec.Accumulate(block, [16], [1], new float[5]));
        Assert.Throws<ArgumentException>("weights", () => codec.Accumulate(block, [1], [1, 2], new float[5]));
        Assert.Throws<ArgumentException>("weights", () => codec.Accumulate(block, [1], [float.NaN], new float[5]));
        Assert.Throws<ArgumentException>("destination", () => codec.Accumulate(block, [1], [1], new float[4]));
        Assert.Throws<ArgumentException>("destination", () => codec.Accumulate(block, [1], [1], [1, 2, 3, 4, float.PositiveInfinity]));
        Assert.Throws<ArgumentNullException>("codec", () => GpuCodec<TestCodec>.Open(null!));
        codec.Dispose();
        Assert.Throws<ObjectDisposedException>(() => codec.Decode(new byte[20], new float[5]));
    }

    [Fact]
    public void FailuresAreExceptionsAndTheNextCallOpensTheDeviceAnew()
    {
        Assert.Equal(GpuFailure.NoKernels, Assert.Throws<GpuException>(() => GpuCodec<TestCodec>.Open(new TestCodec())).Failure);
        var gpu = new FakeGpu();
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec { Gpu = gpu });
        Assert.Equal(gpu.Devices[0], codec.Device);
        float[] vectors = Vectors(30);
        var codes = new byte[30 * s_layout.CodeBytes];
        gpu.FailOperation = _ => GpuFailure.DeviceLost;
        Assert.Equal(GpuFailure.DeviceLost, Assert.Throws<GpuException>(() => codec.Encode(vectors, codes)).Failure);
        gpu.FailOperation = null;
        codec.Encode(vectors, codes);
        Assert.True(MemoryMarshal.AsBytes(vectors.AsSpan()).SequenceEqual(codes));

        gpu.FailAllocation = _ => true;
        float[] many = Vectors(30_000);
        var manyCodes = new byte[30_000 * s_layout.CodeBytes];
        Assert.Equal(GpuFailure.OutOfMemory, Assert.Throws<GpuException>(() => codec.Encode(many, manyCodes)).Failure);
        gpu.FailAllocation = null;
        codec.Encode(many, manyCodes);
        Assert.Equal(2, gpu.Opened);
        Gpu.Reset();
        Assert.Equal(0, gpu.LiveBytes);
        Assert.Empty(gpu.Violations);
    }

    [Fact]
    public void EncodingSaysWhenTheDeviceLacksDoublePrecision()
    {
        var gpu = new FakeGpu();
        gpu.Devices[0] = gpu.Devices[0] with { HasDouble = false };
        using var codec = GpuCodec<TestCodec>.Open(new TestCodec { Gpu = gpu });
        Assert.Equal(GpuFailure.NotSupported, Assert.Throws<GpuException>(() => codec.Encode(Vectors(1), new byte[20])).Failure);
        codec.Decode(new byte[20], new float[5]);
        Assert.Equal(1, gpu.Opened);
    }
}
