using System.Runtime.InteropServices;
using KernelGen.Reference;
using Xunit.Sdk;

namespace KernelGen.Tests.Numerics;

/// <summary>Tests of the tests: the comparison with the oracle accepts the oracle and refuses codecs with a small fault.</summary>
public sealed class HarnessTests
{
    private static readonly ReferenceScheme[] s_schemes =
    [
        ReferenceScheme.Integer(33, Metric.Cosine, 8),
        ReferenceScheme.Integer(100, Metric.SquaredL2, 5, ZeroMode.Affine, new(Granularity.Block, ScaleFormat.Half, 32)),
        ReferenceScheme.Integer(7, Metric.InnerProduct, 3, ZeroMode.Symmetric, new(Granularity.Channel)),
        ReferenceScheme.Float(65, Metric.SquaredL2, FloatFormat.E4M3, new(Granularity.Channel)),
        ReferenceScheme.Float(17, Metric.SquaredL2, FloatFormat.Half),
    ];

    [Fact]
    public void The_oracle_conforms() => Run(typeof(OracleCodec<>), s_schemes);

    [Theory]
    [InlineData(typeof(LastCodeOff<>), "encoded byte")]
    [InlineData(typeof(ScoreOff<>), "score of query")]
    [InlineData(typeof(OtherTier<>), "Vector128")]
    [InlineData(typeof(LastValueUnchecked<>), "no ArgumentException")]
    [InlineData(typeof(TiesReversed<>), "Hit {")]
    [InlineData(typeof(NeighbourTouched<>), "packed byte")]
    public void A_faulty_codec_does_not(Type codec, string expected)
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Run(codec, s_schemes[..1]));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public void Guarded_memory_faults_at_its_ends(Placement placement)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var memory = new GuardedMemory<byte>(5000, placement);
        Assert.True(IsWritable(memory, 0) && IsWritable(memory, memory.Length - 1));
        Assert.Equal(placement != Placement.AgainstEnd, IsWritable(memory, memory.Length));
        Assert.Equal(placement != Placement.AgainstStart, IsWritable(memory, -1));
    }

    public static TheoryData<Placement> Placements => [.. Enum.GetValues<Placement>()];

    /// <summary>Compiles classes that derive from a codec.</summary>
    internal static CodecAssembly Compile(Type codec, IReadOnlyList<IReferenceScheme> schemes) => CodecAssembly.Compile(
        schemes,
        new OracleGenerator(codec, schemes.Count),
        isChecked: false,
        typeof(HarnessTests).Assembly.Location);

    private static void Run(Type codec, ReferenceScheme[] schemes)
    {
        CodecAssembly assembly = Compile(codec, schemes);
        foreach (ReferenceScheme scheme in schemes)
        {
            var conformance = ICodecConformance.Of(assembly[scheme], scheme);
            conformance.Run(CpuTier.Scalar);
            conformance.RunWithoutTier();
        }
    }

    /// <summary>Whether the kernel can write there; unlike a write of our own its answer is an error code, not a signal.</summary>
    private static unsafe bool IsWritable(GuardedMemory<byte> memory, int offset)
    {
        fixed (byte* start = memory.Span)
        {
            return LinuxMemory.GetRandom((nint)start + offset, 1, 0) == 1;
        }
    }
}

/// <summary>Changes the code of the last dimension.</summary>
public class LastCodeOff<TSelf> : OracleCodec<TSelf>
    where TSelf : LastCodeOff<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        CpuTier ran = base.Encode(vectors, codes, tier);
        codes[Layout.Dimensions - 1] ^= 1;
        return ran;
    }
}

/// <summary>Returns one score that is wrong in its last bit.</summary>
public class ScoreOff<TSelf> : OracleCodec<TSelf>
    where TSelf : ScoreOff<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        CpuTier ran = base.Scan(prepared, block, firstRow, rows, scores, tier);
        scores[^1] = rows % 4 == 3 ? MathF.BitIncrement(scores[^1]) : scores[^1];
        return ran;
    }
}

/// <summary>Runs another tier than was asked for.</summary>
public class OtherTier<TSelf> : OracleCodec<TSelf>
    where TSelf : OtherTier<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        base.Encode(vectors, codes, tier);
        return CpuTier.Vector128;
    }
}

/// <summary>Takes NaN for zero in the last place.</summary>
public class LastValueUnchecked<TSelf> : OracleCodec<TSelf>
    where TSelf : LastValueUnchecked<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        float[] copy = vectors.ToArray();
        copy[^1] = float.IsNaN(copy[^1]) ? 0 : copy[^1];
        return base.Encode(copy, codes, tier);
    }
}

/// <summary>Orders equal scores by descending id.</summary>
public class TiesReversed<TSelf> : OracleCodec<TSelf>
    where TSelf : TiesReversed<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        long[] reversed = [.. ids];
        Array.Reverse(reversed);
        return base.Search(prepared, block, reversed, tops, tier);
    }
}

/// <summary>Packing one row zeroes a byte of the next.</summary>
public class NeighbourTouched<TSelf> : OracleCodec<TSelf>
    where TSelf : NeighbourTouched<TSelf>, IVectorCodec<TSelf>, new()
{
    public override void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        base.Pack(codes, block, firstRow);
        block[0] = 1;
    }
}
