using Xunit;

namespace KernelGen.Tests.Sets;

public class BlockStorageTests
{
    [Fact]
    public unsafe void BlocksAreAlignedZeroAndStayInPlace()
    {
        // Blocks of 1 MiB: more than one chunk of 64 MiB, and large ones that begin at a huge page.
        CodecLayout layout = TestCodec.Layout with { BlockBytes = 1 << 20 };
        using var storage = new BlockStorage(layout);
        Assert.Equal(0, storage.Capacity);
        var addresses = new List<nint>();
        for (int block = 0; block < 140; block++)
        {
            storage.Reserve(block + 1);
            RowView rows = storage.View((block + 1) * layout.BlockRows);
            Span<byte> bytes = rows.Block(block);
            Assert.Equal(layout.BlockBytes, bytes.Length);
            Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
            Assert.Equal(-1, rows.Ids(block).IndexOfAnyExcept(0));
            fixed (byte* address = bytes)
            {
                Assert.Equal(0, (nint)address % 64);
                addresses.Add((nint)address);
            }

            bytes.Fill((byte)block);
            rows.Ids(block).Fill(block);
        }

        RowView all = storage.View(140 * layout.BlockRows);
        for (int block = 0; block < 140; block++)
        {
            fixed (byte* address = all.Block(block))
            {
                Assert.Equal(addresses[block], (nint)address);
            }

            Assert.Equal(-1, all.Block(block).IndexOfAnyExcept((byte)block));
            Assert.Equal(-1, all.Ids(block).IndexOfAnyExcept(block));
        }

        Assert.Contains(addresses, address => address % (2 << 20) == 0);
    }

    [Fact]
    public void GrowsGeometricallyAndReleasesWholeChunks()
    {
        using var storage = new BlockStorage(TestCodec.Layout);
        storage.Reserve(1);
        Assert.Equal(1, storage.Capacity);
        storage.Reserve(2);
        storage.Reserve(3);
        Assert.Equal(4, storage.Capacity);
        long memory = storage.MemoryBytes;
        storage.Reserve(100);
        Assert.Equal(100, storage.Capacity);
        Assert.True(storage.MemoryBytes > memory);
        storage.Release(5);
        Assert.Equal(100, storage.Capacity);
        storage.Release(4);
        Assert.Equal((4, memory), (storage.Capacity, storage.MemoryBytes));
        storage.Dispose();
        Assert.Equal((0, 0), (storage.Capacity, storage.MemoryBytes));
    }

    [Fact]
    public void ViewsKnowTheirRows()
    {
        using var storage = new BlockStorage(TestCodec.Layout);
        storage.Reserve(3);
        RowView rows = storage.View((2 * TestCodec.BlockRows) + 3);
        Assert.Equal(3, rows.BlockCount);
        Assert.Equal([16, 16, 3], new[] { 0, 1, 2 }.Select(block => storage.View(35).Ids(block).Length));
        rows.Id(34) = 7;
        Assert.Equal(7, rows.Ids(2)[2]);
        Assert.Equal((2, 2, 32), (rows.BlockOf(34), rows.RowInBlock(34), rows.FirstRow(2)));
        Assert.Equal(0, storage.View(0).BlockCount);
    }
}
