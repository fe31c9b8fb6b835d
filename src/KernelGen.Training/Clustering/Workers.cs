namespace KernelGen.Training.Clustering;

/// <summary>How many threads work, and when they stop. What is computed must not depend on the number.</summary>
/// <param name="threads">Threads at most; 0 means one per core.</param>
/// <param name="cancellationToken">Stops the work between two steps.</param>
internal sealed class Workers(int threads, CancellationToken cancellationToken)
{
    internal int Threads { get; } = threads == 0 ? Environment.ProcessorCount : threads;

    internal CancellationToken CancellationToken => cancellationToken;

    /// <summary>The workers of each of <paramref name="count"/> jobs that run side by side.</summary>
    internal Workers Share(int count) => new(Math.Max(1, Threads / Math.Min(Threads, count)), cancellationToken);

    /// <summary>Calls the body with 0 to count - 1, in any order.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal void For(int count, Action<int> body)
    {
        if (Threads > 1 && count > 1)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellationToken };
            Parallel.For(0, count, options, body);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            body(i);
        }
    }
}
