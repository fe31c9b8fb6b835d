using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>
/// Collects the k best hits: greatest score first, equal scores by ascending id. Reusable, not thread-safe; one collector serves
/// one query on one thread.
/// </summary>
/// <remarks>Infinite scores are ordered like others; a NaN score is never collected. Ids are expected to differ: a hit that is
/// offered twice may be collected twice.</remarks>
public sealed class TopK
{
    private const int InitialCapacity = 16;

    // A binary heap with the worst hit at the root: the one that the next better hit replaces.
    private Hit[] _heap = [];
    private IdFilter? _filter;
    private int _k;

    /// <summary>Creates a collector of at most <paramref name="k"/> hits.</summary>
    /// <param name="k">How many hits to keep, at least 1.</param>
    /// <param name="minimumScore">Hits that score less are dropped.</param>
    /// <param name="filter">Which ids may be kept; null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1, or <paramref name="minimumScore"/> is
    /// NaN.</exception>
    public TopK(int k, float minimumScore = float.NegativeInfinity, IdFilter? filter = null) => Reset(k, minimumScore, filter);

    /// <summary>Empties the collector and sets it up anew, reusing its memory.</summary>
    /// <param name="k">How many hits to keep, at least 1.</param>
    /// <param name="minimumScore">Hits that score less are dropped.</param>
    /// <param name="filter">Which ids may be kept; null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1, or <paramref name="minimumScore"/> is
    /// NaN.</exception>
    public void Reset(int k, float minimumScore = float.NegativeInfinity, IdFilter? filter = null)
    {
        CheckSearch(k, minimumScore);
        _k = k;
        _filter = filter;
        MinimumScore = minimumScore;
        Clear();
    }

    /// <summary>Hits collected so far, at most k.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// A score below this one cannot enter any more. A score equal to it enters only with a smaller id than the worst hit, once k
    /// hits are collected.
    /// </summary>
    public float Threshold { get; private set; }

    /// <summary>How many hits are kept.</summary>
    internal int K => _k;

    /// <summary>How many hits are missing to k.</summary>
    internal int Missing => _k - Count;

    /// <summary>Hits that score less are dropped.</summary>
    internal float MinimumScore { get; private set; }

    /// <summary>Offers one hit.</summary>
    /// <param name="id">The id of the vector.</param>
    /// <param name="score">Its score.</param>
    public void Offer(long id, float score)
    {
        if (score >= Threshold)
        {
            OfferPassing(new Hit(id, score), _filter);
        }
    }

    /// <summary>Offers a run of hits.</summary>
    /// <param name="ids">The ids of the vectors.</param>
    /// <param name="scores">Their scores.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Offer(ReadOnlySpan<long> ids, ReadOnlySpan<float> scores)
    {
        if (ids.Length != scores.Length)
        {
            throw new ArgumentException($"Expected as many scores as ids, {ids.Length}, but got {scores.Length}.", nameof(scores));
        }

        // Almost always no score of a run passes: four vectors of the hardware's width are compared per branch, then one at a time,
        // and only a group with a score that passes is looked at one by one.
        ref float start = ref MemoryMarshal.GetReference(scores);
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= scores.Length - (4 * width); i += 4 * width)
        {
            Vector<int> passing = Passing(ref start, i) | Passing(ref start, i + width)
                | Passing(ref start, i + (2 * width)) | Passing(ref start, i + (3 * width));
            if (passing != Vector<int>.Zero)
            {
                OfferEach(ids.Slice(i, 4 * width), scores.Slice(i, 4 * width));
            }
        }

        for (; i <= scores.Length - width; i += width)
        {
            if (Passing(ref start, i) != Vector<int>.Zero)
            {
                OfferEach(ids.Slice(i, width), scores.Slice(i, width));
            }
        }

        OfferEach(ids[i..], scores[i..]);
    }

    /// <summary>Writes the hits, best first, and returns how many; the collector is empty afterwards.</summary>
    /// <param name="destination">At least <see cref="Count"/> hits long.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Drain(Span<Hit> destination)
    {
        if (destination.Length < Count)
        {
            throw new ArgumentException($"Expected room for {Count} hits, but got {destination.Length}.", nameof(destination));
        }

        int count = Count;
        for (int last = count - 1; last >= 0; last--)
        {
            destination[last] = _heap[0];
            Count = last;
            SiftDown(_heap[last]);
        }

        Clear();
        return count;
    }

    /// <summary>The hits, best first; the collector is empty afterwards.</summary>
    internal Hit[] Drain()
    {
        if (Count == 0)
        {
            return [];
        }

        var hits = new Hit[Count];
        Drain(hits);
        return hits;
    }

    /// <summary>Offers all hits of another collector, which has the same filter and has asked it already.</summary>
    internal void OfferAll(TopK other)
    {
        foreach (Hit hit in other._heap.AsSpan(0, other.Count))
        {
            if (hit.Score >= Threshold)
            {
                OfferPassing(hit, filter: null);
            }
        }
    }

    /// <summary>Checks the parameters that every search has.</summary>
    internal static void CheckSearch(int k, float minimumScore)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (float.IsNaN(minimumScore))
        {
            throw new ArgumentOutOfRangeException(nameof(minimumScore), minimumScore, "Expected a number.");
        }
    }

    private static bool IsWorse(Hit left, Hit right) =>
        left.Score < right.Score || (left.Score == right.Score && left.Id > right.Id);

    private void Clear()
    {
        Count = 0;
        Threshold = MinimumScore;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<int> Passing(ref float scores, int index) =>
        Vector.GreaterThanOrEqual(Vector.LoadUnsafe(ref scores, (nuint)index), new Vector<float>(Threshold));

    private void OfferEach(ReadOnlySpan<long> ids, ReadOnlySpan<float> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= Threshold)
            {
                OfferPassing(new Hit(ids[i], scores[i]), _filter);
            }
        }
    }

    /// <summary>Takes a hit whose score reaches the threshold, unless a tie or the filter keeps it out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OfferPassing(Hit hit, IdFilter? filter)
    {
        bool full = Count == _k;
        if ((full && !IsWorse(_heap[0], hit)) || (filter is not null && !filter.Accepts(hit.Id)))
        {
            return;
        }

        if (full)
        {
            SiftDown(hit);
        }
        else
        {
            SiftUp(hit);
        }

        if (Count == _k)
        {
            Threshold = _heap[0].Score;
        }
    }

    /// <summary>Puts a hit in place of the root.</summary>
    private void SiftDown(Hit hit)
    {
        Span<Hit> heap = _heap.AsSpan(0, Count);
        int hole = 0;
        for (int child = 1; child < heap.Length; child = (2 * hole) + 1)
        {
            if (child + 1 < heap.Length && IsWorse(heap[child + 1], heap[child]))
            {
                child++;
            }

            if (!IsWorse(heap[child], hit))
            {
                break;
            }

            heap[hole] = heap[child];
            hole = child;
        }

        if (heap.Length > 0)
        {
            heap[hole] = hit;
        }
    }

    /// <summary>Adds a hit.</summary>
    private void SiftUp(Hit hit)
    {
        if (Count == _heap.Length)
        {
            // Grows as hits come, so that a k far beyond the number of vectors costs nothing.
            Array.Resize(ref _heap, (int)Math.Min(Math.Min(_k, Array.MaxLength), Math.Max(InitialCapacity, 2L * Count)));
        }

        Hit[] heap = _heap;
        int hole = Count++;
        while (hole > 0 && IsWorse(hit, heap[(hole - 1) / 2]))
        {
            heap[hole] = heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }

        heap[hole] = hit;
    }
}
