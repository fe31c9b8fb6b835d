using KernelGen.Reference;
using Xunit.Sdk;

namespace KernelGen.Tests.Numerics;

/// <summary>Tests of the tests of residual and additive codecs: they accept the oracle and refuse codecs with a small fault.</summary>
public sealed class AdditiveHarnessTests
{
    private static readonly ReferenceAdditiveScheme s_residual = ReferenceAdditiveScheme.Residual(5, Metric.SquaredL2, 3, 3, 2, beam: 3);

    private static readonly ReferenceAdditiveScheme s_additive = ReferenceAdditiveScheme.Additive(7, Metric.InnerProduct, 2, 4, 3, beam: 4, norm: Norm.Byte);

    [Fact]
    public void The_oracle_conforms() => Run(typeof(OracleProductCodec<>), s_residual, s_additive);

    [Theory]
    [InlineData(typeof(GreedyCodes<>), "encoded byte")]
    [InlineData(typeof(NormLost<>), "score of query")]
    [InlineData(typeof(NextNormZeroed<>), "packed byte")]
    [InlineData(typeof(ScoreOff<>), "score of query")]
    [InlineData(typeof(ZeroSignLost<>), "bits of decoded value")]
    [InlineData(typeof(PairOff<>), "score of rows")]
    [InlineData(typeof(AccumulatedTwice<>), "accumulated value")]
    [InlineData(typeof(EqualScoresLost<>), "hits, expected")]
    [InlineData(typeof(LimitUnchecked<>), "query at the limit: no ArgumentException")]
    [InlineData(typeof(SavedOff<>), "Assert.Equal")]
    [InlineData(typeof(TrainedByNothing<>), "Train without its package")]
    [InlineData(typeof(CodebooksUnchecked<>), "no ArgumentException from () => FromCodebooks")]
    public void A_faulty_codec_does_not(Type codec, string expected)
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Run(codec, s_residual));
        Assert.True(failure.Message.Contains(expected, StringComparison.Ordinal), failure.Message);
    }

    private static void Run(Type codec, params ReferenceAdditiveScheme[] schemes)
    {
        CodecAssembly assembly = HarnessTests.Compile(codec, schemes);
        foreach (ReferenceAdditiveScheme scheme in schemes)
        {
            var conformance = ICodecConformance.Of(assembly[scheme], scheme);
            conformance.Run(CpuTier.Scalar, Placement.AgainstEnd, Placement.Unaligned);
            conformance.RunWithoutTier();
        }
    }
}

/// <summary>Encodes with a beam of one.</summary>
public class GreedyCodes<TSelf> : OracleProductCodec<TSelf>
    where TSelf : GreedyCodes<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        CpuTier ran = base.Encode(vectors, codes, tier);
        var oracle = (ReferenceAdditiveCodec)Oracle;
        var greedy = new ReferenceAdditiveCodec(oracle.Scheme with { Beam = 1 }, [.. oracle.Codebooks]);
        for (int i = 0; i < vectors.Length / Layout.Dimensions; i++)
        {
            greedy.Encode(
                vectors.Slice(i * Layout.Dimensions, Layout.Dimensions), codes.Slice(i * Layout.CodeBytes, Layout.CodeBytes));
        }

        return ran;
    }
}

/// <summary>Scores squared distances as if all rows had the norm of the first.</summary>
public class NormLost<TSelf> : OracleProductCodec<TSelf>
    where TSelf : NormLost<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        byte[] changed = block.ToArray();
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            block.Slice(firstRow * sizeof(float), sizeof(float)).CopyTo(changed.AsSpan(row * sizeof(float)));
        }

        return base.Scan(prepared, changed.AsSpan(0, block.Length), firstRow, rows, scores, tier);
    }
}

/// <summary>Zeroes the norm of the row behind those that it packs.</summary>
public class NextNormZeroed<TSelf> : OracleProductCodec<TSelf>
    where TSelf : NextNormZeroed<TSelf>, IVectorCodec<TSelf>, new()
{
    public override void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        base.Pack(codes, block, firstRow);
        int next = firstRow + (codes.Length / Layout.CodeBytes);
        if (next < Layout.BlockRows)
        {
            block.Slice(next * sizeof(float), sizeof(float)).Clear();
        }
    }
}
