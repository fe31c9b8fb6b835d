using System.Runtime.InteropServices;
using KernelGen.Devices;
using KernelGen.Kernels;
using KernelGen.Tests.Devices;

namespace KernelGen.Tests.Sets;

/// <summary>
/// A codec that keeps vectors as they are: sets are tested with it, because every score can be computed beside it. Row-major
/// blocks, inner product, one learned parameter that changes nothing.
/// </summary>
internal sealed class TestCodec(float parameter = 1) : IVectorCodec<TestCodec>
{
    public const int Dimensions = 5;
    public const int BlockRows = 16;

    public static CodecLayout Layout { get; } = new()
    {
        Dimensions = Dimensions,
        Metric = Metric.InnerProduct,
        Scheme = "Test",
        CodeBytes = Dimensions * sizeof(float),
        BlockRows = BlockRows,
        BlockBytes = BlockRows * Dimensions * sizeof(float),
        QueryBytes = 64,
        ParameterCount = 1,
    };

    public float Parameter { get; } = parameter;

    /// <summary>Called with every block that is searched.</summary>
    public Action? OnSearch { get; init; }

    /// <summary>What programs a GPU for this codec.</summary>
    public FakeGpu? Gpu { get; init; }

    /// <summary>Called before vectors are encoded.</summary>
    public Action? OnEncode { get; init; }

    public static float Score(ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        float sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            sum += query[i] * vector[i];
        }

        return sum;
    }

    public static TestCodec Train(ReadOnlySpan<float> sample, TrainingOptions? options = null) => new();

    /// <summary>What programs a GPU for codecs that this thread loads.</summary>
    public static ThreadLocal<FakeGpu?> LoadedGpu { get; } = new();

    public static TestCodec Load(Stream stream) => new(CodecParameters.Load(stream, Layout)[0]) { Gpu = LoadedGpu.Value };

    /// <summary>What keeps the GPU library from loading.</summary>
    public Exception? GpuError { get; init; }

    public GpuProgram? CreateGpuProgram() => GpuError is null ? Gpu?.CreateProgram(this) : throw GpuError;

    public void Save(Stream stream) => CodecParameters.Save(stream, Layout, [Parameter]);

    public CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        CodecGuard.EncodeCount(Layout, vectors.Length, codes.Length);
        CodecGuard.CheckFinite(vectors, Dimensions, nameof(vectors));
        OnEncode?.Invoke();
        MemoryMarshal.AsBytes(vectors).CopyTo(codes);
        return CpuTier.Scalar;
    }

    public CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        CodecGuard.DecodeCount(Layout, codes.Length, vectors.Length);
        codes.CopyTo(MemoryMarshal.AsBytes(vectors));
        return CpuTier.Scalar;
    }

    public void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);
        codes.CopyTo(block[(firstRow * Layout.CodeBytes)..]);
    }

    public void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)
    {
        CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);
        block.Slice(firstRow * Layout.CodeBytes, codes.Length).CopyTo(codes);
    }

    public CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.PrepareCount(Layout, queries.Length, prepared.Length);
        CodecGuard.CheckFinite(queries, Dimensions, nameof(queries));
        for (int q = 0; q < count; q++)
        {
            MemoryMarshal.AsBytes(queries.Slice(q * Dimensions, Dimensions)).CopyTo(prepared[(q * Layout.QueryBytes)..]);
        }

        return CpuTier.Scalar;
    }

    public CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.Scan(Layout, prepared.Length, block.Length, firstRow, rows, scores.Length);
        ReadOnlySpan<float> vectors = MemoryMarshal.Cast<byte, float>(block);
        for (int q = 0; q < count; q++)
        {
            ReadOnlySpan<float> query = MemoryMarshal.Cast<byte, float>(prepared[(q * Layout.QueryBytes)..])[..Dimensions];
            for (int r = 0; r < rows; r++)
            {
                scores[(q * rows) + r] = Score(query, vectors.Slice((firstRow + r) * Dimensions, Dimensions));
            }
        }

        return CpuTier.Scalar;
    }

    public CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.Search(Layout, prepared.Length, block.Length, ids.Length, tops.Length);
        OnSearch?.Invoke();
        Span<float> scores = stackalloc float[ids.Length];
        for (int q = 0; q < count; q++)
        {
            Scan(prepared.Slice(q * Layout.QueryBytes, Layout.QueryBytes), block, 0, ids.Length, scores, tier);
            tops[q].Offer(ids, scores);
        }

        return CpuTier.Scalar;
    }

    public float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto)
    {
        CodecGuard.ScorePair(Layout, first.Length, second.Length);
        return Score(MemoryMarshal.Cast<byte, float>(first), MemoryMarshal.Cast<byte, float>(second));
    }

    public CpuTier Accumulate(
        ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto)
    {
        CodecGuard.Accumulate(Layout, block.Length, rows, weights.Length, destination.Length);
        ReadOnlySpan<float> vectors = MemoryMarshal.Cast<byte, float>(block);
        for (int i = 0; i < rows.Length; i++)
        {
            for (int d = 0; d < Dimensions; d++)
            {
                destination[d] += weights[i] * vectors[(rows[i] * Dimensions) + d];
            }
        }

        return CpuTier.Scalar;
    }
}
