using KernelGen.Reference;
using Xunit.Sdk;

namespace KernelGen.Tests.Numerics;

/// <summary>Tests of the tests of product codecs: they accept the oracle and refuse codecs with a small fault.</summary>
public sealed class ProductHarnessTests
{
    /// <summary>One dimension and one byte per code, and as many subspaces as have a fifth partial sum.</summary>
    private static readonly ReferenceProductScheme s_bytes = new(5, Metric.SquaredL2, 5, 8);

    /// <summary>An odd number of uneven subspaces with half a byte each.</summary>
    private static readonly ReferenceProductScheme s_nibbles = new(17, Metric.InnerProduct, 7, 4);

    private static readonly ReferenceProductScheme[] s_schemes =
    [
        s_bytes,
        s_nibbles,
        new(12, Metric.Cosine, 6, 4),
        new(270, Metric.SquaredL2, 270, 4),
        new(10, Metric.InnerProduct, 3, 1),
        new(11, Metric.Cosine, 4, 5),
        new(3, Metric.SquaredL2, 1, 11),
    ];

    [Fact]
    public void The_oracle_conforms() => Run(typeof(OracleProductCodec<>), s_schemes);

    [Theory]
    [InlineData(typeof(LastOfTies<>), "encoded byte")]
    [InlineData(typeof(ZeroSignLost<>), "bits of decoded value")]
    [InlineData(typeof(ScoreOff<>), "score of query")]
    [InlineData(typeof(PairOff<>), "score of rows")]
    [InlineData(typeof(AccumulatedTwice<>), "accumulated value")]
    [InlineData(typeof(EqualScoresLost<>), "hits, expected")]
    [InlineData(typeof(LastGroupLost<>), "hits, expected")]
    [InlineData(typeof(LimitUnchecked<>), "query at the limit: no ArgumentException")]
    [InlineData(typeof(WrittenTooEarly<>), "codes were changed")]
    [InlineData(typeof(ThresholdOfFirstQuery<>), "hits, expected")]
    [InlineData(typeof(SavedOff<>), "Assert.Equal")]
    [InlineData(typeof(AnySchemeLoaded<>), "no InvalidDataException from Load")]
    [InlineData(typeof(TrainedByNothing<>), "Train without its package")]
    [InlineData(typeof(CodebooksUnchecked<>), "no ArgumentException from () => FromCodebooks")]
    public void A_faulty_codec_does_not(Type codec, string expected) => Refuses(codec, s_bytes, expected);

    [Theory]
    [InlineData(typeof(NextRowZeroed<>), "packed byte")]
    [InlineData(typeof(PaddingLeft<>), "packed byte")]
    [InlineData(typeof(UnpackedOnTop<>), "unpacked byte")]
    [InlineData(typeof(SubnormalScoresLost<>), "codebooks Tiny")]
    [InlineData(typeof(ScoresApproximated<>), "score of query")]
    [InlineData(typeof(ApproximateExact<>), "approximate score of query")]
    [InlineData(typeof(ExcludedByApproximation<>), "hits, expected")]
    public void A_codec_with_a_fault_of_half_bytes_does_not(Type codec, string expected) => Refuses(codec, s_nibbles, expected);

    private static void Refuses(Type codec, ReferenceProductScheme scheme, string expected)
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Run(codec, [scheme]));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static void Run(Type codec, ReferenceProductScheme[] schemes)
    {
        CodecAssembly assembly = HarnessTests.Compile(codec, schemes);
        foreach (ReferenceProductScheme scheme in schemes)
        {
            foreach (bool isThorough in new[] { false, true })
            {
                var conformance = ICodecConformance.Of(assembly[scheme], scheme, isThorough);
                conformance.Run(CpuTier.Scalar, Placement.AgainstEnd, Placement.Unaligned);
                conformance.RunWithoutTier();
            }
        }
    }
}
