using System.Buffers.Binary;
using System.Text;
using KernelGen.Interchange;
using KernelGen.Tests.Codecs;

namespace KernelGen.Tests.Interchange;

public class SafetensorsFileTests
{
    private static readonly string s_path = TestFiles.PathOf("safetensors", "all-types.safetensors");

    private static byte[] WithHeader(string header, int dataBytes = 0)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }

    private static string Rejects(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(new MemoryStream(bytes))).Message;

    private static void ReadAll(Stream stream)
    {
        using var file = SafetensorsFile.Open(stream);
        foreach (string name in file.Names)
        {
            file.Read(name);
        }
    }

    [Fact]
    public void EveryTypeIsRead()
    {
        using var file = SafetensorsFile.Open(s_path);
        Assert.Equal(["embedding.weight", "half", "brain", "double", "scalar", "empty", "ids", "größe"], file.Names);
        foreach (string name in (string[])["double", "brain", "half", "embedding.weight"])
        {
            Assert.Equal([2, 3, 4], file.Read(name).Shape);
            Assert.Equal(Enumerable.Range(0, 24).Select(i => (i / 4f) - 3), file.Read(name).Values.ToArray());
        }

        Assert.Empty(file.Read("scalar").Shape);
        Assert.Equal([2.5f], file.Read("scalar").Values.ToArray());
        Assert.Equal([0, 4], file.Read("empty").Shape);
        Assert.Equal([0, 1, 2], file.Read("größe").Values.ToArray());
    }

    [Fact]
    public void OtherTypesAreRejectedByName()
    {
        using var file = SafetensorsFile.Open(s_path);
        Assert.Equal(
            "Expected a tensor of the type F16, BF16, F32 or F64, but 'ids' is of the type I64.",
            Assert.Throws<InvalidDataException>(() => file.Read("ids")).Message);
    }

    [Fact]
    public void UnknownNamesAreAnsweredWithKnownOnes()
    {
        using var file = SafetensorsFile.Open(s_path);
        Assert.Equal(
            "Expected the name of a tensor of the file ('embedding.weight', 'half', 'brain', 'double', 'scalar' and 3 more), but got "
                + "'weight'.",
            Assert.Throws<KeyNotFoundException>(() => file.Read("weight")).Message);
        using var empty = SafetensorsFile.Open(new MemoryStream(WithHeader("{}")));
        Assert.Equal(
            "Expected the name of a tensor of the file (it has none), but got 'x'.",
            Assert.Throws<KeyNotFoundException>(() => empty.Read("x")).Message);
    }

    [Fact]
    public void EveryTruncationIsRejected() =>
        TestFiles.RejectsEveryTruncation(File.ReadAllBytes(s_path), stream => SafetensorsFile.Open(stream), seekableOnly: true);

    [Fact]
    public void EveryChangedByteIsSurvived() => TestFiles.SurvivesEveryChange(File.ReadAllBytes(s_path), ReadAll);

    [Theory]
    [InlineData("", "expected a header that is a JSON object in UTF-8")]
    [InlineData(" {}", "expected a header that is a JSON object in UTF-8")]
    [InlineData("[]", "expected a header that is a JSON object in UTF-8")]
    [InlineData("{", "expected JSON in its header")]
    [InlineData("{} x", "expected JSON in its header")]
    [InlineData("{\"a\":1,\"a\":1}", "expected JSON in its header")]
    [InlineData("{\"\\ud800\":1}", "half a surrogate pair")]
    [InlineData("{\"a\":1}", "expected dtype (a string), shape (numbers) and data_offsets (two numbers) of 'a'")]
    [InlineData("{\"a\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]}}", "expected dtype (a string)")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "expected dtype (a string)")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "expected dtype (a string)")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", "expected dtype (a string)")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "expected dtype (a string)")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}", "expected dtype (a string)")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3000000000],\"data_offsets\":[0,4]}}", "too large")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "expected 8 bytes of 'a' (the type F32 and the shape [2]), but it has 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "expected 'a' to begin at 0")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[1,0]}}", "expected 'a' to begin at 0")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}", "expected 'a' to begin at 0")]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[3,7]}}", "expected 'b' to begin at 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "truncated: expected 8 bytes of tensors, but the stream ended after 7")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "expected 4 bytes of its tensors and nothing more, but got 7")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", "bytes of 'a'")]
    public void CorruptHeadersAreRejected(string header, string expected) =>
        Assert.Contains(expected, Rejects(WithHeader(header, dataBytes: 7)), StringComparison.Ordinal);

    [Fact]
    public void LongHeadersAreRejectedUnread()
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 100_000_001);
        Assert.Contains("at most 100000000 bytes, but its length is 100000001", Rejects(bytes), StringComparison.Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 100_000_000);
        Assert.Contains("truncated", Rejects(bytes), StringComparison.Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, -1);
        Assert.Contains("its length is 18446744073709551615", Rejects(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsMayLieInAnotherOrderThanTheirNames()
    {
        const string Entry = "\"dtype\":\"F32\",\"shape\":[1]";
        byte[] bytes = WithHeader($"{{\"b\":{{{Entry},\"data_offsets\":[4,8]}},\"a\":{{{Entry},\"data_offsets\":[0,4]}}}}   ", 8);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(^4), 7);
        using var file = SafetensorsFile.Open(new MemoryStream(bytes));
        Assert.Equal(["b", "a"], file.Names);
        Assert.Equal([7f], file.Read("b").Values.ToArray());
        Assert.Equal([0f], file.Read("a").Values.ToArray());
    }

    [Fact]
    public void TheStreamIsReadFromItsPositionAndClosedUnlessItShouldStayOpen()
    {
        byte[] bytes = File.ReadAllBytes(s_path);
        using var stream = new MemoryStream([1, 2, 3, .. bytes]);
        stream.Position = 3;
        using (var file = SafetensorsFile.Open(stream, leaveOpen: true))
        {
            Assert.Equal([2.5f], file.Read("scalar").Values.ToArray());
        }

        stream.Position = 3;
        var second = SafetensorsFile.Open(stream);
        second.Dispose();
        second.Dispose();
        Assert.False(stream.CanRead);
        Assert.Throws<ObjectDisposedException>(() => second.Read("scalar"));

        var broken = new MemoryStream(bytes[..^1]);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(broken, leaveOpen: true));
        Assert.True(broken.CanRead);
        broken.Position = 0;
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(broken));
        Assert.False(broken.CanRead);
    }

    [Fact]
    public void StreamsMustBeSeekable() =>
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Open(new TrickleStream(File.ReadAllBytes(s_path))));
}
