using Xunit;

namespace KernelGen.Tests.Sets;

public class IdFilterTests
{
    [Fact]
    public void BitmapBehavesAsASet()
    {
        var random = new Random(5);
        var bitmap = new IdBitmap();
        var expected = new HashSet<long>();
        for (int i = 0; i < 5000; i++)
        {
            long id = random.Next(3000);
            if (random.Next(3) == 0)
            {
                Assert.Equal(expected.Remove(id), bitmap.Remove(id));
            }
            else
            {
                Assert.Equal(expected.Add(id), bitmap.Add(id));
            }

            Assert.Equal(expected.Count, bitmap.Count);
        }

        for (long id = -70; id < 4000; id++)
        {
            Assert.Equal(expected.Contains(id), bitmap.Contains(id));
        }
    }

    [Fact]
    public void BitmapRejectsIdsThatItCannotHold()
    {
        var bitmap = new IdBitmap([0, 63, 64]);
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Add(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Add(IdBitmap.MaximumId + 1));
        Assert.Equal(IdBitmap.MaximumId, (Array.MaxLength * 64L) - 1);
        Assert.False(bitmap.Contains(-1));
        Assert.False(bitmap.Contains(long.MinValue));
        Assert.False(bitmap.Contains(long.MaxValue));
        Assert.False(bitmap.Remove(-1));
        Assert.Equal(3, bitmap.Count);
        Assert.Throws<ArgumentNullException>(() => new IdBitmap(null!));
    }

    [Fact]
    public void FiltersAcceptWhatTheySay()
    {
        var bitmap = new IdBitmap([3]);
        Assert.Equal([false, true], new long[] { 2, 3 }.Select(IdFilter.In(bitmap).Accepts));
        Assert.Equal([true, false, true], new long[] { 2, 3, -3 }.Select(IdFilter.NotIn(bitmap).Accepts));
        Assert.Equal([true, false], new long[] { 2, 3 }.Select(IdFilter.Where(id => id % 2 == 0).Accepts));
        Assert.Throws<ArgumentNullException>(() => IdFilter.In(null!));
        Assert.Throws<ArgumentNullException>(() => IdFilter.NotIn(null!));
        Assert.Throws<ArgumentNullException>(() => IdFilter.Where(null!));
    }
}
