using KernelGen.Kernels;

namespace KernelGen;

/// <summary>
/// Vectors in groups, each with a codec of its own: codebooks, scales or transforms per attention head (MILLION: Wang et al., 2025), per group of neurons of a weight
/// matrix, per language or product category, where one for all would fit none. A map gives the group of each vector when it is added; what is searched or
/// scored are all of them, or one group.
/// </summary>
/// <remarks>
/// <para>Each group has blocks of its own, so a scan meets one codebook at a time and costs what it costs without groups, but for a query, which is prepared once per
/// group. Ids are unique over all groups.</para>
/// <para><b>Threads.</b> As <see cref="VectorSet{TCodec}"/> within each group; a range that is added becomes visible group by group.</para>
/// </remarks>
/// <typeparam name="TCodec">The codec's class, the same for all groups.</typeparam>
public sealed partial class GroupedVectorSet<TCodec> : IDisposable
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly Lock _writer = new();
    private readonly VectorSet<TCodec>[] _sets;

    /// <summary>Creates an empty set.</summary>
    /// <param name="codecs">The codec of each group, at least one; trained, where the scheme learns. A codec may serve several groups.</param>
    /// <exception cref="ArgumentNullException">Null, or one of the codecs is.</exception>
    /// <exception cref="ArgumentException">No codec.</exception>
    public GroupedVectorSet(IReadOnlyList<TCodec> codecs)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        if (codecs.Count == 0)
        {
            throw new ArgumentException("Expected a codec per group, but got none.", nameof(codecs));
        }

        _sets = [.. codecs.Select(static codec => new VectorSet<TCodec>(codec))];
    }

    private GroupedVectorSet(VectorSet<TCodec>[] sets) => _sets = sets;

    /// <summary>Number of groups.</summary>
    public int Groups => _sets.Length;

    /// <summary>Number of vectors of all groups.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public long Count => _sets.Sum(static set => (long)set.Count);

    /// <summary>Trains a codec per group, each on its own vectors of a sample.</summary>
    /// <param name="sample">Vectors one after another.</param>
    /// <param name="map">The group of each vector, 0 to <paramref name="groups"/> - 1.</param>
    /// <param name="groups">Number of groups, at least 1.</param>
    /// <param name="options">How to train; null for the defaults. Progress is that of all groups.</param>
    /// <returns>An empty set with these codecs.</returns>
    /// <exception cref="ArgumentException">Wrong length, a group out of range, a value that is not finite, or a group whose vectors do not suffice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Less than one group.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static GroupedVectorSet<TCodec> Train(
        ReadOnlySpan<float> sample, ReadOnlySpan<int> map, int groups, TrainingOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        int dimensions = TCodec.Layout.Dimensions;
        CodecGuard.CheckLength(sample.Length, map.Length, dimensions, nameof(sample), "values");
        CheckMap(map, groups);
        CodecGuard.CheckFinite(sample, dimensions, nameof(sample));
        var codecs = new TCodec[groups];
        var rows = new RowsByGroup(map, groups);
        for (int group = 0; group < groups; group++)
        {
            if (rows[group].IsEmpty)
            {
                throw new ArgumentException($"Expected vectors of every group in the sample, but group {group} has none.", nameof(map));
            }

            float[] vectors = rows.Select(sample, dimensions, group);
            try
            {
                codecs[group] = TCodec.Train(vectors, options is null ? null : options with { Progress = ShareOf(options.Progress, group, groups) });
            }
            catch (ArgumentException exception) when (exception is not ArgumentOutOfRangeException)
            {
                throw new ArgumentException($"Group {group} with {vectors.Length / dimensions} vectors of the sample cannot be trained: {exception.Message}", nameof(sample), exception);
            }
        }

        return new GroupedVectorSet<TCodec>(codecs);
    }

    /// <summary>The codec of a group.</summary>
    /// <param name="group">0 to <see cref="Groups"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such group.</exception>
    public TCodec Codec(int group) => Set(group).Codec;

    /// <summary>Adds a vector.</summary>
    /// <param name="id">Its id; any number that is in no group.</param>
    /// <param name="vector">Its values, as many as the codec has dimensions.</param>
    /// <param name="group">Its group.</param>
    /// <exception cref="ArgumentException">The id is in the set, the length is wrong, or a value is not finite; the set is as before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such group.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Add(long id, ReadOnlySpan<float> vector, int group)
    {
        VectorSet<TCodec> set = Set(group);
        lock (_writer)
        {
            CheckNew(new ReadOnlySpan<long>(in id), nameof(id));
            set.Add(id, vector);
        }
    }

    /// <summary>Adds many vectors: all of them or, if anything fails, none.</summary>
    /// <param name="ids">Their ids, none of them twice or in the set.</param>
    /// <param name="vectors">Their values, one vector after another.</param>
    /// <param name="map">The group of each vector.</param>
    /// <param name="parallelism">Number of threads that encode; -1 for all cores.</param>
    /// <param name="cancellationToken">Ends the call with the set as before.</param>
    /// <exception cref="ArgumentException">An id is there twice or in the set, a length is wrong, a group out of range, or a value is not finite; the set is
    /// as before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Wrong parallelism.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the set is as before.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void AddRange(
        ReadOnlySpan<long> ids,
        ReadOnlySpan<float> vectors,
        ReadOnlySpan<int> map,
        int parallelism = 1,
        CancellationToken cancellationToken = default)
    {
        int dimensions = TCodec.Layout.Dimensions;
        CodecGuard.CheckLength(vectors.Length, ids.Length, dimensions, nameof(vectors), "values");
        CodecGuard.CheckLength(map.Length, ids.Length, 1, nameof(map), "groups");
        CheckMap(map, Groups);
        CodecGuard.CheckFinite(vectors, dimensions, nameof(vectors));
        lock (_writer)
        {
            CheckNew(ids, nameof(ids));
            var rows = new RowsByGroup(map, Groups);
            int added = 0;
            try
            {
                for (; added < Groups; added++)
                {
                    if (!rows[added].IsEmpty)
                    {
                        _sets[added].AddRange(
                            rows.Select(ids, 1, added), rows.Select(vectors, dimensions, added), parallelism, progress: null, cancellationToken);
                    }
                }
            }
            catch
            {
                for (int i = 0; i < ids.Length; i++)
                {
                    if (map[i] < added)
                    {
                        _sets[map[i]].Remove(ids[i]);
                    }
                }

                throw;
            }
        }
    }

    /// <summary>Removes a vector.</summary>
    /// <param name="id">Any id.</param>
    /// <returns>Whether it was in the set.</returns>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public bool Remove(long id)
    {
        lock (_writer)
        {
            return Array.Exists(_sets, set => set.Remove(id));
        }
    }

    /// <summary>The group of a vector; -1 if no group has it.</summary>
    /// <param name="id">Any id.</param>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public int GroupOf(long id) => Array.FindIndex(_sets, set => set.Contains(id));

    /// <summary>The vector of an id, decoded by the codec of its group.</summary>
    /// <param name="id">An id in the set.</param>
    /// <param name="vector">Receives the values; as long as the codec has dimensions.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void GetVector(long id, Span<float> vector)
    {
        int group = GroupOf(id);
        if (group < 0)
        {
            throw new KeyNotFoundException($"The set has no vector with the id {id}.");
        }

        _sets[group].GetVector(id, vector);
    }

    /// <summary>Frees the memory; every later call throws.</summary>
    public void Dispose()
    {
        foreach (VectorSet<TCodec> set in _sets)
        {
            set.Dispose();
        }
    }

    private static void CheckMap(ReadOnlySpan<int> map, int groups)
    {
        for (int i = 0; i < map.Length; i++)
        {
            if ((uint)map[i] >= (uint)groups)
            {
                throw new ArgumentException($"Expected groups of 0 to {groups - 1}, but that of vector {i} is {map[i]}.", nameof(map));
            }
        }
    }

    private static Share? ShareOf(IProgress<double>? progress, int group, int groups) => progress is null ? null : new Share(progress, group, groups);

    private VectorSet<TCodec> Set(int group) => (uint)group < (uint)_sets.Length
        ? _sets[group]
        : throw new ArgumentOutOfRangeException(nameof(group), group, $"Expected a group of 0 to {_sets.Length - 1}.");

    /// <summary>What a group cannot see: ids of other groups, and such as are to be added to two of them.</summary>
    private void CheckNew(ReadOnlySpan<long> ids, string parameter)
    {
        var seen = new HashSet<long>(ids.Length);
        bool isEmpty = Count == 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if (!seen.Add(ids[i]))
            {
                throw new ArgumentException($"The id {ids[i]} is to be added twice, the second time as number {i}.", parameter);
            }

            int group = isEmpty ? -1 : GroupOf(ids[i]);
            if (group >= 0)
            {
                throw new ArgumentException($"The id {ids[i]} (number {i} of those to add) is in group {group} already.", parameter);
            }
        }
    }

    private sealed class Share(IProgress<double> progress, int group, int groups) : IProgress<double>
    {
        public void Report(double value) => progress.Report((group + value) / groups);
    }
}
