using System.Runtime.InteropServices;
using KernelGen.Kernels;

namespace KernelGen.Tests.Sets.TwoStage;

/// <summary>
/// A generated codec that stores with each row the norm of what its code leaves over, and so bounds its scores: what rotated codes do, in the plainest way. Row
/// code and block: those of the other codec, then the norms.
/// </summary>
/// <param name="inner">The codec, one with a finite <see cref="IVectorCodec{TSelf}.ScoreError"/>.</param>
/// <param name="share">What bounds are multiplied by: less than 1 makes them wrong.</param>
internal sealed class BoundedCodec<TInner>(TInner inner, float share = 1) : IBoundedCodec<BoundedCodec<TInner>>
    where TInner : class, IVectorCodec<TInner>
{
    private const int QueryTail = 64;

    public static CodecLayout Layout { get; } = TInner.Layout with
    {
        Scheme = $"Bounded {TInner.Layout.Scheme}",
        CodeBytes = TInner.Layout.CodeBytes + sizeof(float),
        BlockBytes = TInner.Layout.BlockBytes + ((TInner.Layout.BlockRows * sizeof(float)) + 63) / 64 * 64,
        QueryBytes = TInner.Layout.QueryBytes + QueryTail,
    };

    private static CodecLayout Inner => TInner.Layout;

    public static BoundedCodec<TInner> Train(ReadOnlySpan<float> sample, TrainingOptions? options = null) => new(TInner.Train(sample, options));

    public static BoundedCodec<TInner> Load(Stream stream) => new(TInner.Load(stream));

    public void Save(Stream stream) => inner.Save(stream);

    public CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.EncodeCount(Layout, vectors.Length, codes.Length);
        var decoded = new float[Inner.Dimensions];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> vector = vectors.Slice(i * Inner.Dimensions, Inner.Dimensions);
            Span<byte> code = codes.Slice(i * Layout.CodeBytes, Layout.CodeBytes);
            tier = inner.Encode(vector, code[..Inner.CodeBytes], tier);
            inner.Decode(code[..Inner.CodeBytes], decoded, tier);
            double scale = Inner.Metric == Metric.Cosine ? Inverse(Norm(vector)) : 1;
            double squares = 0;
            for (int d = 0; d < decoded.Length; d++)
            {
                squares += Math.Pow((vector[d] * scale) - decoded[d], 2);
            }

            KernelMath.Write(ref MemoryMarshal.GetReference(code), Inner.CodeBytes, MathF.BitIncrement((float)Math.Sqrt(squares)));
        }

        return tier;
    }

    public CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.DecodeCount(Layout, codes.Length, vectors.Length);
        for (int i = 0; i < count; i++)
        {
            inner.Decode(codes.Slice(i * Layout.CodeBytes, Inner.CodeBytes), vectors.Slice(i * Inner.Dimensions, Inner.Dimensions), tier);
        }

        return tier;
    }

    public void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        int count = CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> code = codes.Slice(i * Layout.CodeBytes, Layout.CodeBytes);
            inner.Pack(code[..Inner.CodeBytes], block[..Inner.BlockBytes], firstRow + i);
            code[Inner.CodeBytes..].CopyTo(block[(Inner.BlockBytes + ((firstRow + i) * sizeof(float)))..]);
        }
    }

    public void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)
    {
        int count = CodecGuard.Pack(Layout, codes.Length, block.Length, firstRow);
        for (int i = 0; i < count; i++)
        {
            Span<byte> code = codes.Slice(i * Layout.CodeBytes, Layout.CodeBytes);
            inner.Unpack(block[..Inner.BlockBytes], firstRow + i, code[..Inner.CodeBytes]);
            block.Slice(Inner.BlockBytes + ((firstRow + i) * sizeof(float)), sizeof(float)).CopyTo(code[Inner.CodeBytes..]);
        }
    }

    public CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.PrepareCount(Layout, queries.Length, prepared.Length);
        for (int q = 0; q < count; q++)
        {
            ReadOnlySpan<float> query = queries.Slice(q * Inner.Dimensions, Inner.Dimensions);
            Span<byte> destination = prepared.Slice(q * Layout.QueryBytes, Layout.QueryBytes);
            tier = inner.Prepare(query, destination[..Inner.QueryBytes], tier);
            KernelMath.Write(ref destination[Inner.QueryBytes], 0, Norm(query));
        }

        return tier;
    }

    public CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.Scan(Layout, prepared.Length, block.Length, firstRow, rows, scores.Length);
        for (int q = 0; q < count; q++)
        {
            tier = inner.Scan(
                prepared.Slice(q * Layout.QueryBytes, Inner.QueryBytes), block[..Inner.BlockBytes], firstRow, rows, scores.Slice(q * rows, rows), tier);
        }

        return tier;
    }

    public CpuTier ScanBounds(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, Span<float> errors, float factor, CpuTier tier = CpuTier.Auto)
    {
        tier = Scan(prepared, block, firstRow, rows, scores, tier);
        for (int i = 0; i < scores.Length; i++)
        {
            ReadOnlySpan<byte> query = prepared.Slice(i / rows * Layout.QueryBytes, Layout.QueryBytes);
            bool isCosine = Inner.Metric == Metric.Cosine;
            double norm = MemoryMarshal.Read<double>(query[Inner.QueryBytes..]);
            norm = isCosine ? norm == 0 ? 0 : 1 : norm;
            double rest = MemoryMarshal.Read<float>(block[(Inner.BlockBytes + ((firstRow + (i % rows)) * sizeof(float)))..]);

            // The norm of a decoded row is not known; no test has vectors beyond this.
            double rounding = inner.ScoreError(query[..Inner.QueryBytes], norm, isCosine ? 2 : GreatestNorm);
            double error = Inner.Metric == Metric.SquaredL2
                ? (2 * Math.Sqrt(rounding - scores[i]) * rest) + (rest * rest)
                : norm * rest;
            errors[i] = share * MathF.BitIncrement((float)((factor * error) + rounding));
        }

        return tier;
    }

    /// <summary>The greatest norm of vectors that the bounds hold for.</summary>
    public double GreatestNorm { get; init; } = 100;

    public CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        int count = CodecGuard.Search(Layout, prepared.Length, block.Length, ids.Length, tops.Length);
        for (int q = 0; q < count; q++)
        {
            tier = inner.Search(prepared.Slice(q * Layout.QueryBytes, Inner.QueryBytes), block[..Inner.BlockBytes], ids, tops.Slice(q, 1), tier);
        }

        return tier;
    }

    public float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto) =>
        inner.ScorePair(first[..Inner.CodeBytes], second[..Inner.CodeBytes], tier);

    public CpuTier Accumulate(
        ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto) =>
        inner.Accumulate(block[..Inner.BlockBytes], rows, weights, destination, tier);

    private static double Norm(ReadOnlySpan<float> values) => Math.Sqrt(StripedSums.Squares(values));

    /// <summary>As codecs normalise: vectors that are next to nothing become zero.</summary>
    private static double Inverse(double norm) => norm * norm >= Math.ScaleB(1, -252) ? 1 / norm : 0;
}
