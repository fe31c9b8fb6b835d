using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace KernelGen.Tests.Codecs;

public class CodecParametersTests
{
    private static readonly float[] s_parameters = [1.5f, 2e-3f, 1.17549435E-38f, -7, 0, 3];

    private static CodecLayout Layout(int count = 6, int minima = 3, string scheme = "Test(4)") => new()
    {
        Dimensions = 3,
        Metric = Metric.InnerProduct,
        Scheme = scheme,
        CodeBytes = 7,
        BlockRows = 4,
        BlockBytes = 128,
        QueryBytes = 64,
        ParameterCount = count,
        MinimumCount = minima,
    };

    private static byte[] Save(CodecLayout layout, float[] parameters)
    {
        using var stream = new MemoryStream();
        CodecParameters.Save(stream, layout, parameters);
        return stream.ToArray();
    }

    private static string Rejects(byte[] bytes, CodecLayout? layout = null) =>
        Assert.Throws<InvalidDataException>(() => CodecParameters.Load(new MemoryStream(bytes), layout ?? Layout())).Message;

    /// <summary>The bytes with another checksum: what a wrong writer, not a damaged disk, would leave.</summary>
    private static byte[] Sign(byte[] bytes) => [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan(..^32))];

    [Fact]
    public void RoundTripReadsExactlyItsBytes()
    {
        using var stream = new MemoryStream();
        stream.WriteByte(1);
        CodecParameters.Save(stream, Layout(), s_parameters);
        CodecParameters.Save(stream, Layout(0, 0), []);
        stream.WriteByte(2);
        stream.Position = 1;
        Assert.Equal(s_parameters, CodecParameters.Load(stream, Layout()));
        Assert.Empty(CodecParameters.Load(stream, Layout(0, 0)));
        Assert.Equal(2, stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void TheFormatIsAsDocumented()
    {
        byte[] bytes = Save(Layout(), s_parameters);
        byte[] expected =
        [
            .. "KGPARAMS"u8, 1, 0, 0, 0, 7, 0, 0, 0, .. "Test(4)"u8, 6, 0, 0, 0,
            .. s_parameters.SelectMany(BitConverter.GetBytes),
        ];
        Assert.Equal([.. expected, .. SHA256.HashData(expected)], bytes);
    }

    [Fact]
    public void StreamsThatGiveFewBytesAtATimeAreRead()
    {
        byte[] bytes = Save(Layout(), s_parameters);
        using var stream = new TrickleStream(bytes);
        Assert.Equal(s_parameters, CodecParameters.Load(stream, Layout()));
    }

    [Fact]
    public void EveryTruncationIsRejected()
    {
        byte[] bytes = Save(Layout(), s_parameters);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Contains("truncated", Rejects(bytes[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryFlippedBitIsRejected()
    {
        byte[] bytes = Save(Layout(), s_parameters);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Rejects(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(s_parameters, CodecParameters.Load(new MemoryStream(bytes), Layout()));
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        byte[] bytes = Save(Layout(), s_parameters);
        Assert.Equal("Expected a codec of the scheme 'Other', but got 'Test(4)'.", Rejects(bytes, Layout(scheme: "Other")));
        Assert.Contains("expected 5 parameters, but got 6", Rejects(bytes, Layout(count: 5)), StringComparison.Ordinal);
        Assert.Contains("no codec", Rejects(Encoding.UTF8.GetBytes("%PDF-1.7 and so on")), StringComparison.Ordinal);

        byte[] version = [.. bytes];
        version[8] = 2;
        Assert.Equal("Expected a codec of format version 1, but got version 2.", Rejects(version));
        bytes[^1] ^= 1;
        Assert.Contains("corrupt: expected the SHA-256", Rejects(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12)] // length of the scheme
    [InlineData(23)] // number of parameters
    public void AbsurdLengthsAreRejectedBeforeAnythingIsAllocated(int offset)
    {
        byte[] bytes = Save(Layout(), s_parameters);
        foreach (int length in new[] { int.MaxValue, int.MinValue, -1, 1 << 30 })
        {
            BitConverter.GetBytes(length).CopyTo(bytes, offset);
            byte[] signed = Sign(bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains(length.ToString(), Rejects(signed), StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Theory]
    [InlineData(0, float.NaN, "finite")]
    [InlineData(5, float.PositiveInfinity, "finite")]
    [InlineData(1, 0f, "2^-126")]
    [InlineData(2, 1.1754942E-38f, "2^-126")]
    [InlineData(0, -1f, "2^-126")]
    public void ValuesThatNoTrainingGivesAreRejected(int index, float value, string message)
    {
        float[] parameters = [.. s_parameters];
        parameters[index] = value;
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Save(Layout(), parameters));
        Assert.Equal("parameters", exception.ParamName);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);

        byte[] bytes = Save(Layout(), s_parameters);
        BitConverter.GetBytes(value).CopyTo(bytes, 27 + (index * 4));
        Assert.Contains(message, Rejects(Sign(bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void CodebooksMayHoldWhatScalesMayNot()
    {
        // Two subspaces, of two dimensions and one, with two centroids each.
        CodecLayout layout = Layout(count: 6, minima: 0) with { Codebooks = new CodebookShape(3, 2, 1) };
        float[] codebooks = [-1, 0, -0f, 1e-40f, 1.8446743e19f, -7];
        Assert.Equal(codebooks, CodecParameters.Load(new MemoryStream(Save(layout, codebooks)), layout));
    }

    [Theory]
    [InlineData(0, float.NaN, "number 0")]
    [InlineData(5, float.NegativeInfinity, "number 5")]
    [InlineData(2, 1.8446744e19f, "number 1 of subspace 0")] // 2^64
    [InlineData(3, -1.8446744e19f, "number 1 of subspace 0")]
    [InlineData(4, 1e20f, "number 0 of subspace 1")]
    public void CentroidsOfInfiniteLengthAreRejected(int index, float value, string message)
    {
        CodecLayout layout = Layout(count: 6, minima: 0) with { Codebooks = new CodebookShape(3, 2, 1) };
        var codebooks = new float[6];
        byte[] bytes = Save(layout, codebooks);
        codebooks[index] = value;
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Save(layout, codebooks)).Message, StringComparison.Ordinal);
        BitConverter.GetBytes(value).CopyTo(bytes, 27 + (index * 4));
        Assert.Contains(message, Rejects(Sign(bytes), layout), StringComparison.Ordinal);
    }

    [Fact]
    public void WrongArgumentsThrow()
    {
        Assert.Equal("parameters", Assert.Throws<ArgumentException>(() => Save(Layout(), [1])).ParamName);
        Assert.Equal("stream", Assert.Throws<ArgumentNullException>(() => CodecParameters.Save(null!, Layout(), s_parameters)).ParamName);
        Assert.Equal("stream", Assert.Throws<ArgumentNullException>(() => CodecParameters.Load(null!, Layout())).ParamName);
        Assert.Equal("layout", Assert.Throws<ArgumentNullException>(() => CodecParameters.Save(Stream.Null, null!, s_parameters)).ParamName);
        Assert.Equal("layout", Assert.Throws<ArgumentNullException>(() => CodecParameters.Load(Stream.Null, null!)).ParamName);
    }
}
