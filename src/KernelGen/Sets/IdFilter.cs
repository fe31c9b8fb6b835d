namespace KernelGen;

/// <summary>Which ids a search may return. A filter never costs results: a search gives the k best of the ids that pass.</summary>
/// <remarks>A search asks only about hits that are good enough to be returned, so that most rows cost nothing. A search on several
/// threads asks from all of them at once.</remarks>
public sealed class IdFilter
{
    private readonly Func<long, bool>? _predicate;
    private readonly IdBitmap? _bitmap;
    private readonly bool _wanted;

    private IdFilter(Func<long, bool>? predicate, IdBitmap? bitmap, bool wanted)
    {
        _predicate = predicate;
        _bitmap = bitmap;
        _wanted = wanted;
    }

    /// <summary>Ids for which a predicate is true, e.g. <c>IdFilter.Where(hashSet.Contains)</c>.</summary>
    /// <param name="predicate">Must be thread-safe if the search uses several threads, and must not call the set that is being
    /// searched. What it throws ends the search.</param>
    public static IdFilter Where(Func<long, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new IdFilter(predicate, bitmap: null, wanted: true);
    }

    /// <summary>Ids that are in a bitmap.</summary>
    /// <param name="ids">Is not copied: must not be changed during a search.</param>
    public static IdFilter In(IdBitmap ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new IdFilter(predicate: null, ids, wanted: true);
    }

    /// <summary>Ids that are not in a bitmap; negative ids pass.</summary>
    /// <param name="ids">Is not copied: must not be changed during a search.</param>
    public static IdFilter NotIn(IdBitmap ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new IdFilter(predicate: null, ids, wanted: false);
    }

    /// <summary>Whether the id passes.</summary>
    /// <param name="id">Any id.</param>
    public bool Accepts(long id) => _bitmap is not null ? _bitmap.Contains(id) == _wanted : _predicate!(id);
}
