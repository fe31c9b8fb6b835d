namespace KernelGen;

/// <summary>A growable set of non-negative ids, one bit per id from 0 to the greatest id in it.</summary>
/// <remarks>
/// Dense on purpose: asking is one load and one shift, and ids of vectors are most often row numbers or keys of a table, which lie
/// close together. The memory is the greatest id / 8 bytes, whatever the number of ids; for ids scattered over the 64-bit range
/// (hashes, snowflakes) use <see cref="IdFilter.Where"/> with a <see cref="HashSet{T}"/>. Any number of threads may ask while none
/// changes the bitmap.
/// </remarks>
public sealed class IdBitmap
{
    /// <summary>The greatest id that a bitmap holds, about 137 * 10^9 (16 GiB of bits).</summary>
    public const long MaximumId = (0x7FFF_FFC7L * 64) - 1;

    private ulong[] _bits = [];

    /// <summary>Creates an empty bitmap.</summary>
    public IdBitmap()
    {
    }

    /// <summary>Creates a bitmap of the given ids.</summary>
    /// <param name="ids">Ids from 0 to <see cref="MaximumId"/>; repetitions count once.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative or greater than <see cref="MaximumId"/>.</exception>
    public IdBitmap(IEnumerable<long> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (long id in ids)
        {
            Add(id);
        }
    }

    /// <summary>How many ids are in the bitmap.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an id.</summary>
    /// <param name="id">An id from 0 to <see cref="MaximumId"/>.</param>
    /// <returns>Whether it was not in the bitmap before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative or greater than <see cref="MaximumId"/>.</exception>
    public bool Add(long id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, MaximumId);
        int word = (int)(id / 64);
        if (word >= _bits.Length)
        {
            Array.Resize(ref _bits, (int)Math.Min(Array.MaxLength, Math.Max(word + 1L, 2L * _bits.Length)));
        }

        ulong before = _bits[word];
        _bits[word] = before | (1UL << (int)(id % 64));
        bool added = _bits[word] != before;
        Count += added ? 1 : 0;
        return added;
    }

    /// <summary>Removes an id.</summary>
    /// <param name="id">Any id.</param>
    /// <returns>Whether it was in the bitmap.</returns>
    public bool Remove(long id)
    {
        if (!Contains(id))
        {
            return false;
        }

        _bits[(int)(id / 64)] &= ~(1UL << (int)(id % 64));
        Count--;
        return true;
    }

    /// <summary>Whether the id is in the bitmap.</summary>
    /// <param name="id">Any id; one outside 0 to <see cref="MaximumId"/> is in no bitmap.</param>
    public bool Contains(long id)
    {
        ulong word = (ulong)id / 64; // a negative id becomes a word beyond any array
        ulong[] bits = _bits;
        return word < (ulong)bits.Length && (bits[word] & (1UL << (int)((ulong)id % 64))) != 0;
    }
}
