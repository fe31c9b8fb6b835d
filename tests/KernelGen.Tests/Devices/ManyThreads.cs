using System.Collections.Concurrent;
using System.Diagnostics;

namespace KernelGen.Tests.Devices;

/// <summary>Steps that run beside each other.</summary>
internal static class ManyThreads
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Repeats each step on a thread of its own until the time is over; fails with the first error, or if a thread hangs.</summary>
    public static void Run(TimeSpan duration, IEnumerable<Action> steps)
    {
        var errors = new ConcurrentQueue<Exception>();
        var time = Stopwatch.StartNew();
        Thread[] threads = [.. steps.Select(step => new Thread(() =>
        {
            try
            {
                do
                {
                    step();
                }
                while (time.Elapsed < duration && errors.IsEmpty);
            }
            catch (Exception exception)
            {
                errors.Enqueue(exception);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(s_patience), "A thread hangs."));
        Assert.Empty(errors);
    }
}
