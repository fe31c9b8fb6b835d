using System.Security.Cryptography;
using KernelGen.Tests.Codecs;
using Xunit;

namespace KernelGen.Tests.Sets;

public class VectorSetFileTests
{
    /// <summary>Where the number of vectors stands: after magic, version, and the codec with its scheme "Test".</summary>
    private const int CountOffset = 12 + (8 + 4 + 4 + 4 + 4 + 4 + 32);

    private static (byte[] Bytes, SetModel Model) Save(int count)
    {
        (VectorSet<TestCodec> set, SetModel model) = SetModel.Create(count, seed: count);
        using (set)
        {
            using var stream = new MemoryStream();
            set.Save(stream);
            return (stream.ToArray(), model);
        }
    }

    private static string Rejects(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => VectorSet<TestCodec>.Load(new MemoryStream(bytes))).Message;

    private static byte[] Sign(byte[] bytes) => [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan(..^32))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(20_000)]
    public void RoundTripReadsExactlyItsBytes(int count)
    {
        (byte[] bytes, SetModel model) = Save(count);
        using var stream = new MemoryStream([9, .. bytes, 8]);
        stream.Position = 1;
        var progress = new ProgressList();
        using VectorSet<TestCodec> set = VectorSet<TestCodec>.Load(stream, progress);
        Assert.Equal(8, stream.ReadByte());
        Assert.Equal(count, progress.Values.LastOrDefault());
        model.AssertEqual(set);
        set.Add(1_000_001, new float[5]);
        Assert.True(set.Remove(1_000_001));
        using var again = new MemoryStream();
        set.Save(again);
        Assert.Equal(bytes, again.ToArray());
    }

    [Fact]
    public void TheCodecIsKept()
    {
        using var set = new VectorSet<TestCodec>(new TestCodec(0.25f));
        using var stream = new MemoryStream();
        set.Save(stream);
        stream.Position = 0;
        using VectorSet<TestCodec> loaded = VectorSet<TestCodec>.Load(stream);
        Assert.Equal(0.25f, loaded.Codec.Parameter);
    }

    [Fact]
    public void StreamsThatGiveFewBytesAtATimeAreRead()
    {
        (byte[] bytes, SetModel model) = Save(150);
        using var stream = new TrickleStream(bytes);
        using VectorSet<TestCodec> set = VectorSet<TestCodec>.Load(stream);
        model.AssertEqual(set);
    }

    [Fact]
    public void EveryTruncationIsRejected()
    {
        byte[] bytes = Save(20).Bytes;
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Contains("truncated", Rejects(bytes[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryFlippedBitIsRejected()
    {
        byte[] bytes = Save(20).Bytes;
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Rejects(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        byte[] bytes = Save(2).Bytes;
        Assert.Contains("no vector set", Rejects([.. "KGPARAMS"u8, .. bytes[8..]]), StringComparison.Ordinal);
        Assert.Contains("format version 1, but got version 7", Rejects([.. bytes[..8], 7, .. bytes[9..]]), StringComparison.Ordinal);

        byte[] codeBytes = [.. bytes];
        codeBytes[CountOffset + 4] = 21;
        Assert.Contains("row codes of 20 bytes, but they have 21", Rejects(Sign(codeBytes)), StringComparison.Ordinal);

        byte[] twice = [.. bytes];
        twice.AsSpan(CountOffset + 8, 8).CopyTo(twice.AsSpan(CountOffset + 16));
        Assert.Contains("twice, as number 0 and as number 1", Rejects(Sign(twice)), StringComparison.Ordinal);
    }

    [Fact]
    public void AbsurdCountsTakeNoMemory()
    {
        byte[] bytes = Save(2).Bytes;
        foreach (int count in new[] { int.MaxValue, -1, 805_306_368 })
        {
            BitConverter.GetBytes(count).CopyTo(bytes, CountOffset);
            byte[] signed = Sign(bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Rejects(signed);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Fact]
    public void SavingAndLoadingCanBeCancelled()
    {
        (VectorSet<TestCodec> set, _) = SetModel.Create(20_000, seed: 1);
        using (set)
        {
            using var source = new CancellationTokenSource();
            var progress = new ProgressList { OnReport = _ => source.Cancel() };
            Assert.Throws<OperationCanceledException>(() => set.Save(Stream.Null, progress, source.Token));
            Assert.Equal([8192L], progress.Values);
            Assert.Throws<OperationCanceledException>(() => VectorSet<TestCodec>.Load(new MemoryStream(Save(2).Bytes), null, source.Token));
            Assert.Equal("stream", Assert.Throws<ArgumentNullException>(() => set.Save(null!)).ParamName);
            Assert.Equal("stream", Assert.Throws<ArgumentNullException>(() => VectorSet<TestCodec>.Load(null!)).ParamName);
        }

        Assert.Throws<ObjectDisposedException>(() => set.Save(Stream.Null));
    }
}
