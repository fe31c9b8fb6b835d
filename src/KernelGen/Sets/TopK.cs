namespace KernelGen;

/// <summary>
/// Collects the k best hits: greatest score first, equal scores by ascending id. Reusable, not thread-safe; one collector serves
/// one query on one thread.
/// </summary>
public sealed class TopK
{
    /// <summary>Creates a collector of at most <paramref name="k"/> hits.</summary>
    /// <param name="k">How many hits to keep, at least 1.</param>
    /// <param name="minimumScore">Hits that score less are dropped.</param>
    /// <param name="filter">Which ids may be kept; null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1.</exception>
    public TopK(int k, float minimumScore = float.NegativeInfinity, IdFilter? filter = null) => Reset(k, minimumScore, filter);

    /// <summary>Empties the collector and sets it up anew, reusing its memory.</summary>
    public void Reset(int k, float minimumScore = float.NegativeInfinity, IdFilter? filter = null) => throw new InvalidOperationException();

    /// <summary>Hits collected so far, at most k.</summary>
    public int Count { get; private set; }

    /// <summary>A score below this one cannot enter any more.</summary>
    public float Threshold { get; private set; }

    /// <summary>Offers one hit.</summary>
    public void Offer(long id, float score) => throw new InvalidOperationException();

    /// <summary>Offers a run of hits.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Offer(ReadOnlySpan<long> ids, ReadOnlySpan<float> scores) => throw new InvalidOperationException();

    /// <summary>Writes the hits, best first, and returns how many; the collector is empty afterwards.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Drain(Span<Hit> destination) => throw new InvalidOperationException();
}
