namespace KernelGen;

/// <content>Searching, scoring, files.</content>
public sealed partial class GroupedVectorSet<TCodec>
{
    private const int FileVersion = 1;
    private const int MostGroups = 1 << 20;

    private static ReadOnlySpan<byte> FileMagic => "KGGROUPS"u8;

    /// <summary>Finds the k best vectors for a query.</summary>
    /// <param name="query">As many values as the codec has dimensions.</param>
    /// <param name="k">How many vectors to find, at least 1.</param>
    /// <param name="group">The group to search; null for all.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="minimumScore">Vectors that score less are not found.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <param name="parallelism">Number of threads that scan a group; -1 for all cores.</param>
    /// <returns>Up to k hits, the greatest score first, equal scores by ascending id.</returns>
    /// <exception cref="ArgumentException">Wrong length of the query, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such group, k less than 1, a minimum score of NaN, or wrong parallelism.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public Hit[] Search(
        ReadOnlySpan<float> query,
        int k,
        int? group = null,
        IdFilter? filter = null,
        float minimumScore = float.NegativeInfinity,
        CpuTier tier = CpuTier.Auto,
        int parallelism = 1)
    {
        if (group is { } one)
        {
            return Set(one).Search(query, k, filter, minimumScore, tier, parallelism);
        }

        // A group has nothing to add below the worst hit of those before it.
        var top = new TopK(k, minimumScore);
        foreach (VectorSet<TCodec> set in _sets)
        {
            foreach (Hit hit in set.Search(query, k, filter, Math.Max(minimumScore, top.Threshold), tier, parallelism))
            {
                top.Offer(hit.Id, hit.Score);
            }
        }

        return top.Drain();
    }

    /// <summary>Scores all vectors, group after group, each in the order in which <see cref="VectorSet{TCodec}.Scores"/> gives them. With row numbers as ids this is the
    /// product of a matrix, whose rows are the vectors, with a vector.</summary>
    /// <param name="query">As many values as the codec has dimensions.</param>
    /// <param name="ids">Receives the ids; room for all of them.</param>
    /// <param name="scores">Receives the scores; the same room.</param>
    /// <param name="group">The group to score; null for all.</param>
    /// <param name="tier">The instruction set to use.</param>
    /// <returns>How many ids and scores were written.</returns>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such group.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public int Scores(ReadOnlySpan<float> query, Span<long> ids, Span<float> scores, int? group = null, CpuTier tier = CpuTier.Auto)
    {
        if (group is { } one)
        {
            return Set(one).Scores(query, ids, scores, tier);
        }

        int written = 0;
        foreach (VectorSet<TCodec> set in _sets)
        {
            written += set.Scores(query, ids[written..], scores[written..], tier);
        }

        return written;
    }

    /// <summary>Writes codecs and vectors at the stream's position and leaves the stream open.</summary>
    /// <remarks>The stream holds, little endian: the eight bytes <c>KGGROUPS</c>; the format version and the number of groups (int32 each); what
    /// <see cref="VectorSet{TCodec}.Save"/> of each group writes; and the SHA-256 of everything before it.</remarks>
    /// <param name="stream">A writable stream.</param>
    /// <param name="cancellationToken">Ends the call, with a part of the data written.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Save(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_writer)
        {
            using var file = new ChecksumStream(stream, "grouped set");
            file.Write(FileMagic);
            file.WriteInt32(FileVersion);
            file.WriteInt32(Groups);
            foreach (VectorSet<TCodec> set in _sets)
            {
                set.Save(file, progress: null, cancellationToken);
            }

            file.WriteChecksum();
        }
    }

    /// <summary>Reads a set that <see cref="Save"/> wrote, with its codecs. Reads exactly the bytes of the set and leaves the stream open.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of another scheme or format version.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static GroupedVectorSet<TCodec> Load(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var file = new ChecksumStream(stream, "grouped set");
        file.ReadHeader(FileMagic, FileVersion);
        int groups = file.ReadInt32("number of groups");
        if (groups is < 1 or > MostGroups)
        {
            throw new InvalidDataException($"The grouped set is corrupt: expected 1 to {MostGroups} groups, but it claims to have {groups}.");
        }

        var sets = new List<VectorSet<TCodec>>();
        try
        {
            while (sets.Count < groups)
            {
                sets.Add(VectorSet<TCodec>.Load(file, progress: null, cancellationToken));
            }

            file.VerifyChecksum();
            return new GroupedVectorSet<TCodec>([.. sets]);
        }
        catch
        {
            sets.ForEach(static set => set.Dispose());
            throw;
        }
    }
}
