namespace KernelGen.Tests.Sets;

/// <summary>Disposal of a set while somebody searches it.</summary>
internal static class Disposal
{
    /// <summary>Asserts that a search which has begun is finished before the set is gone, and that the next one throws.</summary>
    /// <param name="search">Searches with a filter and returns the hits.</param>
    /// <param name="dispose">Disposes of the set.</param>
    /// <param name="expected">What the search finds.</param>
    public static void WaitsForSearch(Func<IdFilter, IReadOnlyList<Hit>> search, Action dispose, Hit expected)
    {
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        IReadOnlyList<Hit> hits = [];
        var reader = new Thread(() => hits = search(IdFilter.Where(_ =>
        {
            inside.Set();
            goOn.Wait();
            return true;
        })));
        reader.Start();
        inside.Wait();
        var disposer = new Thread(() => dispose());
        disposer.Start();
        Assert.False(disposer.Join(50));
        goOn.Set();
        reader.Join();
        disposer.Join();
        Assert.Equal([expected], hits);
        Assert.Throws<ObjectDisposedException>(() => search(IdFilter.Where(static _ => true)));
    }
}
