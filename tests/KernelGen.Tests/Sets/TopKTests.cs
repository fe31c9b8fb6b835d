using Xunit;

namespace KernelGen.Tests.Sets;

public class TopKTests
{
    private static Hit[] Expected(IEnumerable<Hit> hits, int k, float minimumScore = float.NegativeInfinity) =>
        [.. hits.Where(hit => hit.Score >= minimumScore).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Take(k)];

    private static Hit[] Drain(TopK top)
    {
        var hits = new Hit[top.Count];
        Assert.Equal(hits.Length, top.Drain(hits));
        return hits;
    }

    private static Hit[] RandomHits(Random random, int count, int distinctScores)
    {
        long[] ids = [.. Enumerable.Range(0, count).Select(i => (long)i - (count / 3))];
        random.Shuffle(ids);
        return [.. ids.Select(id => new Hit(id, random.Next(distinctScores) - (distinctScores / 2)))];
    }

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(7, 1_000_000)]
    [InlineData(7, 3)]
    [InlineData(64, 2)]
    [InlineData(1000, 5)]
    [InlineData(int.MaxValue, 50)]
    public void RunsOfEveryLengthGiveTheSortedBest(int k, int distinctScores)
    {
        var random = new Random(k ^ distinctScores);
        var top = new TopK(k);
        for (int count = 0; count < 300; count++)
        {
            Hit[] hits = RandomHits(random, count, distinctScores);
            int cut = random.Next(count + 1);
            foreach (Hit[] part in new[] { hits[..cut], hits[cut..] })
            {
                top.Offer(part.Select(hit => hit.Id).ToArray(), part.Select(hit => hit.Score).ToArray());
            }

            Assert.Equal(Expected(hits, k), Drain(top));
        }
    }

    [Fact]
    public void OneByOneGivesTheSortedBest()
    {
        Hit[] hits = RandomHits(new Random(1), 500, 20);
        var top = new TopK(33, minimumScore: 2);
        foreach (Hit hit in hits)
        {
            top.Offer(hit.Id, hit.Score);
        }

        Assert.Equal(Expected(hits, 33, 2), Drain(top));
    }

    [Fact]
    public void ATieAtTheThresholdEntersWithASmallerIdOnly()
    {
        var top = new TopK(2);
        top.Offer([10, 20], [1f, 1f]);
        Assert.Equal(1f, top.Threshold);
        top.Offer(Enumerable.Repeat(30L, 100).ToArray(), Enumerable.Repeat(1f, 100).ToArray());
        top.Offer(15, 1f);
        Assert.Equal([new Hit(10, 1f), new Hit(15, 1f)], Drain(top));
    }

    [Fact]
    public void InfiniteScoresAreOrderedAndNaNIsDropped()
    {
        var top = new TopK(4);
        float[] scores = new float[64];
        Array.Fill(scores, float.NaN);
        scores[3] = float.NegativeInfinity;
        scores[20] = float.PositiveInfinity;
        scores[40] = 5;
        top.Offer(Enumerable.Range(0, 64).Select(i => (long)i).ToArray(), scores);
        Assert.Equal([new Hit(20, float.PositiveInfinity), new Hit(40, 5), new Hit(3, float.NegativeInfinity)], Drain(top));

        // A lane that is NaN must not hide what passes in the same lane of a neighbouring vector.
        for (int i = 0; i < 64; i++)
        {
            Array.Fill(scores, float.NaN);
            scores[i] = 1;
            top.Offer(Enumerable.Range(0, 64).Select(j => (long)j).ToArray(), scores);
            Assert.Equal([new Hit(i, 1)], Drain(top));
        }
    }

    [Fact]
    public void TheFilterIsAskedOnlyAboutHitsThatWouldEnter()
    {
        var asked = new List<long>();
        var top = new TopK(1, minimumScore: 0, IdFilter.Where(id =>
        {
            asked.Add(id);
            return id != 2;
        }));
        top.Offer([1, 2, 3, 4, 5], [-1f, 9f, 5f, 4f, 5f]);
        Assert.Equal([2L, 3L], asked);
        Assert.Equal([new Hit(3, 5f)], Drain(top));
    }

    [Fact]
    public void AFilterThatThrowsLeavesTheCollectorUsable()
    {
        var top = new TopK(2, filter: IdFilter.Where(id => id == 3 ? throw new TimeoutException() : true));
        Assert.Throws<TimeoutException>(() => top.Offer([1, 2, 3], [1f, 2f, 3f]));
        Assert.Equal([new Hit(2, 2f), new Hit(1, 1f)], Drain(top));
    }

    [Fact]
    public void ResetAndDrainStartAnew()
    {
        var top = new TopK(2);
        top.Offer([1, 2, 3], [1f, 2f, 3f]);
        top.Reset(3, minimumScore: 1.5f);
        Assert.Equal((0, 1.5f), (top.Count, top.Threshold));
        top.Offer([1, 2, 3], [1f, 2f, 3f]);
        Assert.Equal([new Hit(3, 3f), new Hit(2, 2f)], Drain(top));
        Assert.Equal((0, 1.5f), (top.Count, top.Threshold));
        Assert.Equal(0, top.Drain([]));
    }

    [Fact]
    public void SteadyStateAllocatesNothing()
    {
        var top = new TopK(50);
        long[] ids = [.. Enumerable.Range(0, 1000).Select(i => (long)i)];
        float[] scores = [.. ids.Select(id => (float)((id * 37) % 1000))];
        var hits = new Hit[50];
        Assert.Equal(0, Allocations.LeastOf20(() =>
        {
            top.Reset(50);
            top.Offer(ids, scores);
            top.Drain(hits);
        }));
    }

    [Fact]
    public void WrongArgumentsThrow()
    {
        Assert.Equal("k", Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(0)).ParamName);
        Assert.Equal("minimumScore", Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(1, float.NaN)).ParamName);
        var top = new TopK(2);
        Assert.Equal("scores", Assert.Throws<ArgumentException>(() => top.Offer([1, 2], [1f])).ParamName);
        top.Offer([1, 2], [1f, 2f]);
        Assert.Equal("destination", Assert.Throws<ArgumentException>(() => top.Drain(new Hit[1])).ParamName);
        Assert.Equal(2, top.Count);
    }
}
