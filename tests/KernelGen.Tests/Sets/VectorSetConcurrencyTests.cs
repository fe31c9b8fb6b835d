using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace KernelGen.Tests.Sets;

/// <summary>Readers check their results while one writer works; each test runs for about a second.</summary>
public class VectorSetConcurrencyTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromMilliseconds(700);
    private static readonly float[] s_query = [1, 0, 0, 0, 0];

    private static float[] Vector(long id) => [id % 1000, id, 0, 0, 0];

    /// <summary>
    /// Runs a step of a writer, again and again, beside readers until the time is over, but so many steps at least: the machine may
    /// be busy. Then reports what any of them threw.
    /// </summary>
    internal static void Run(int leastSteps, Action writerStep, params Action[] readers)
    {
        using var done = new CancellationTokenSource();
        var errors = new ConcurrentQueue<Exception>();
        Thread[] reading = [.. readers.Select(reader => Start(() =>
        {
            do
            {
                reader();
            }
            while (!done.IsCancellationRequested);
        }))];
        Thread writing = Start(() =>
        {
            var time = Stopwatch.StartNew();
            for (int step = 0; step < leastSteps || time.Elapsed < s_duration; step++)
            {
                writerStep();
            }
        });
        Assert.True(writing.Join(TimeSpan.FromSeconds(60)), "The writer hangs or starves.");
        done.Cancel();
        Assert.All(reading, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "A reader hangs."));
        Assert.Empty(errors);

        Thread Start(Action action)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    errors.Enqueue(exception);
                }
            });
            thread.Start();
            return thread;
        }
    }

    [Fact]
    public void ReadersSeeWholeRangesWhileAWriterAdds()
    {
        const int range = 37;

        // Yielding in the middle of every add gives readers the chance to see what is not published yet.
        using var set = new VectorSet<TestCodec>(new TestCodec { OnEncode = () => Thread.Yield() });
        int published = 0;
        Run(
            leastSteps: 50,
            () =>
            {
                long first = published;
                long[] ids = [.. Enumerable.Range(0, range).Select(i => first + i)];
                set.AddRange(ids, ids.SelectMany(Vector).ToArray());
                Volatile.Write(ref published, (int)first + range);
                if (first % 5 == 0)
                {
                    // A failed add passes rows through the same memory.
                    Assert.Throws<ArgumentException>(() => set.AddRange([first + 100, first], new float[10]));
                }
            },
            () =>
            {
                int before = Volatile.Read(ref published);
                Hit[] hits = set.Search(s_query, 20);
                int after = set.Count;
                Assert.Equal(0, after % range);

                // Ids below the count that was published before must be found; every hit's score is that of its id.
                Assert.All(hits, hit => Assert.Equal(hit.Id % 1000, hit.Score));
                Assert.True(hits.Length >= Math.Min(20, before));
                if (before >= 1000)
                {
                    Assert.Equal(new Hit(999, 999), hits[0]);
                }
            },
            () =>
            {
                int before = Volatile.Read(ref published);
                var ids = new long[set.Count + 100_000];
                var scores = new float[ids.Length];
                int count = set.Scores(s_query, ids, scores);
                Assert.True(count >= before && count % range == 0);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(i, ids[i]);
                    Assert.Equal(i % 1000, scores[i]);
                }
            },
            () =>
            {
                int before = Volatile.Read(ref published);
                for (int i = 0; i < before; i += 1 + (before / 100))
                {
                    Assert.True(set.Contains(i));
                    Assert.Equal(Vector(i), set.GetVector(i));
                }

                Assert.False(set.Contains(-1));
            });
    }

    [Fact]
    public void ReadersSeeEachReplacementAndRemovalEntirelyOrNotAtAll()
    {
        using var set = new VectorSet<TestCodec>(new TestCodec());
        long[] all = [.. Enumerable.Range(0, 500).Select(i => (long)i)];
        set.AddRange(all, all.SelectMany(Vector).ToArray());
        var random = new Random(1);
        int changes = 0;
        Run(
            leastSteps: 50,
            () =>
            {
                // Ids 100.. come and go; 0 to 99 stay, with vectors that are replaced by others of the same score.
                long id = random.Next(100, 500);
                if (!set.Remove(id))
                {
                    set.Add(id, Vector(id));
                }

                long fixedId = random.Next(100);
                set.Replace(fixedId, [fixedId, changes, changes, changes, changes]);
                changes++;
            },
            () =>
            {
                Hit[] hits = set.Search(s_query, 600);
                Assert.All(hits, hit => Assert.Equal(hit.Id, hit.Score));
                Assert.Equal(hits.Length, hits.Select(hit => hit.Id).Distinct().Count());
                Assert.Equal(100, hits.Count(hit => hit.Id < 100));
            },
            () =>
            {
                float[] vector = set.GetVector(50);
                Assert.Equal(50, vector[0]);
                Assert.True(vector[2..].All(value => value == vector[2]));
                Assert.True(set.Contains(99));
            });
    }

    [Fact]
    public void DisposeWaitsForReadersWhichThenThrow()
    {
        using var set = new VectorSet<TestCodec>(new TestCodec());
        set.Add(1, Vector(1));
        Disposal.WaitsForSearch(filter => set.Search(s_query, 1, filter), set.Dispose, new Hit(1, 1));
    }
}
