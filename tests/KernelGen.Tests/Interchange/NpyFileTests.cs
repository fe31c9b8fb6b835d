using System.Buffers.Binary;
using System.Text;
using KernelGen.Interchange;
using KernelGen.Tests.Codecs;

namespace KernelGen.Tests.Interchange;

public class NpyFileTests
{
    private static readonly float[] s_values = [.. Enumerable.Range(0, 24).Select(i => (i / 4f) - 3)];

    private static Tensor Read(string name) => NpyFile.Read(TestFiles.PathOf("npy", name + ".npy"));

    private static string Rejects(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => NpyFile.Read(new MemoryStream(bytes))).Message;

    private static byte[] WithHeader(string header, byte major = 1, byte minor = 0)
    {
        var length = new byte[major == 1 ? 2 : 4];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, major, minor, .. length, .. Encoding.Latin1.GetBytes(header)];
    }

    [Theory]
    [InlineData("f2-little")]
    [InlineData("f2-little-fortran")]
    [InlineData("f2-big")]
    [InlineData("f2-big-fortran")]
    [InlineData("f4-little")]
    [InlineData("f4-little-fortran")]
    [InlineData("f4-big")]
    [InlineData("f4-big-fortran")]
    [InlineData("f8-little")]
    [InlineData("f8-little-fortran")]
    [InlineData("f8-big")]
    [InlineData("f8-big-fortran")]
    [InlineData("version2")]
    [InlineData("version3")]
    public void EveryTypeOrderAndVersionIsRead(string name)
    {
        Tensor tensor = Read(name);
        Assert.Equal([2, 3, 4], tensor.Shape);
        Assert.Equal(s_values, tensor.Values.ToArray());
    }

    [Theory]
    [InlineData("scalar", new int[0], new[] { 2.5f })]
    [InlineData("empty", new[] { 0, 4 }, new float[0])]
    [InlineData("vector", new[] { 3 }, new[] { 0f, 1, 2 })]
    [InlineData("matrix-fortran", new[] { 2, 3 }, new[] { 0f, 1, 2, 3, 4, 5 })]
    public void EveryNumberOfDimensionsIsRead(string name, int[] shape, float[] values)
    {
        Tensor tensor = Read(name);
        Assert.Equal(shape, tensor.Shape);
        Assert.Equal(values, tensor.Values.ToArray());
    }

    [Fact]
    public void ValuesThatAreNotFiniteStay()
    {
        float[] halves = Read("f2-special").Values.ToArray();
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, float.NaN, 65504, 5.9604645E-08f, -0f], halves);
        Assert.True(float.IsNegative(halves[5]));
        Assert.Equal(
            [float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.PositiveInfinity, 0, 0.1f],
            Read("f8-special").Values.ToArray());
    }

    [Theory]
    [InlineData("rejected-i8", "<i8")]
    [InlineData("rejected-bool", "|b1")]
    [InlineData("rejected-complex", "<c16")]
    [InlineData("rejected-text", "<U1")]
    [InlineData("rejected-structured", "a structure ([('x', '<f4'), ('y', '<f4')]")]
    public void OtherTypesAreRejectedByName(string name, string type)
    {
        string message = Rejects(TestFiles.Bytes("npy", name + ".npy"));
        Assert.Contains("Expected a NumPy array of the type f2, f4 or f8", message, StringComparison.Ordinal);
        Assert.Contains($"its type is {type}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExactlyItsBytesAreReadFromAnyStream()
    {
        byte[] first = TestFiles.Bytes("npy", "f8-big-fortran.npy");
        byte[] bytes = [.. first, .. TestFiles.Bytes("npy", "vector.npy"), 7];
        foreach (Stream stream in (Stream[])[new MemoryStream(bytes), new TrickleStream(bytes)])
        {
            Assert.Equal(s_values, NpyFile.Read(stream).Values.ToArray());
            Assert.Equal([0, 1, 2], NpyFile.Read(stream).Values.ToArray());
            Assert.Equal(7, stream.ReadByte());
        }
    }

    [Theory]
    [InlineData("f4-little")]
    [InlineData("f2-big-fortran")]
    [InlineData("version2")]
    [InlineData("scalar")]
    public void EveryTruncationIsRejected(string name) =>
        TestFiles.RejectsEveryTruncation(TestFiles.Bytes("npy", name + ".npy"), stream => NpyFile.Read(stream));

    [Theory]
    [InlineData("f4-little")]
    [InlineData("f8-big-fortran")]
    [InlineData("version3")]
    public void EveryChangedByteIsSurvived(string name) =>
        TestFiles.SurvivesEveryChange(TestFiles.Bytes("npy", name + ".npy"), stream => NpyFile.Read(stream));

    [Fact]
    public void OtherFilesAndVersionsAreRejected()
    {
        Assert.Equal(
            "This is no NumPy array: expected the first bytes 934E554D5059, but got 504B03040000.",
            Rejects([.. "PK"u8, 3, 4, 0, 0, 0, 0]));
        Assert.Contains("but got version 4.0", Rejects(WithHeader("", major: 4)), StringComparison.Ordinal);
        Assert.Contains("but got version 1.1", Rejects(WithHeader("", minor: 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "expected '{' in its header, but got its end")]
    [InlineData("{", "expected a string in its header, but got its end")]
    [InlineData("{'descr", "expected ' in its header, which ends in a string")]
    [InlineData("{'descr' '<f4'}", "expected ':' in its header, but got '''")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "expected True or False in its header, but got '0'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': [1]}", "expected '(' in its header, but got '['")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "expected a number in its header, but got '-'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}", "expected ')' in its header, but got '2'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "expected '}' in its header, but got its end")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "expected nothing more in its header, but got 'x'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "expected the keys descr, fortran_order and shape, but got {'descr'")]
    [InlineData("{'descr': '<f4', 'descr': '<f4'}", "once each, but got 'descr'")]
    [InlineData("{'order': 'C'}", "once each, but got 'order'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999,)}", "at most 2147483647, but one is 9999999999")]
    public void CorruptHeadersAreRejected(string header, string expected) =>
        Assert.Contains(expected, Rejects([.. WithHeader(header), 0, 0, 0, 0]), StringComparison.Ordinal);

    [Fact]
    public void OtherSpellingsOfAHeaderAreRead()
    {
        byte[] bytes = [.. WithHeader("{\"shape\":(1L,1),\t'fortran_order':True,'descr':'<f4'}\n"), 0, 0, 128, 63];
        Assert.Equal([1f], NpyFile.Read(new MemoryStream(bytes)).Values.ToArray());
    }

    [Theory]
    [InlineData("(2147483591,)", "truncated: expected 8589934364 bytes of its values")]
    [InlineData("(2147483647, 2147483647, 2147483647)", "too large: expected at most 2147483591 values of its values")]
    [InlineData("(2147483647, 2147483647, 2147483647, 0)", null)]
    public void MemoryIsTakenForDataThatIsThere(string shape, string? expected)
    {
        byte[] bytes = WithHeader($"{{'descr': '<f4', 'fortran_order': True, 'shape': {shape}, }}");
        foreach (Stream stream in (Stream[])[new MemoryStream(bytes), new TrickleStream(bytes)])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string? message = Record.Exception(() => NpyFile.Read(stream))?.Message;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            Assert.Contains(expected ?? "", message ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LongHeadersAreRejectedUnread()
    {
        byte[] bytes = [0x93, .. "NUMPY"u8, 2, 0, 1, 0, 1, 0];
        Assert.Contains("at most 65536 bytes, but its length is 65537", Rejects(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void ArraysOfManyChunksAreReadFromStreamsOfUnknownLength()
    {
        float[] values = [.. Enumerable.Range(0, 100_000)];
        byte[] bytes =
        [
            .. WithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (100000,)}"),
            .. values.SelectMany(BitConverter.GetBytes),
        ];
        Assert.Equal(values, NpyFile.Read(new TrickleStream(bytes)).Values.ToArray());
    }
}
