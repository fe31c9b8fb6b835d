namespace KernelGen.Tests.Sets;

internal static class Allocations
{
    /// <summary>The fewest bytes that a run of the action allocates on this thread. The first runs may fill pools, and a collection
    /// that another test starts may empty shared ones; a run that allocates by itself never gives 0.</summary>
    public static long LeastOf20(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
