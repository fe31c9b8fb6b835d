using System.Buffers;
using KernelGen.Kernels;

namespace KernelGen;

/// <content>Adding, replacing and removing.</content>
public sealed partial class VectorSet<TCodec>
{
    /// <summary>Adds a vector.</summary>
    /// <param name="id">Its id; any number that is not in the set.</param>
    /// <param name="vector">Its values, as many as the codec has dimensions.</param>
    /// <exception cref="ArgumentException">The id is in the set, the length is wrong, or a value is not finite; the set is as
    /// before.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Add(long id, ReadOnlySpan<float> vector)
    {
        CheckVector(vector, nameof(vector));
        AddCore(new ReadOnlySpan<long>(in id), vector, source: null, threads: 1, progress: null, CancellationToken.None, nameof(id), nameof(vector));
    }

    /// <summary>Adds many vectors: all of them or, if anything fails, none.</summary>
    /// <param name="ids">Their ids, none of them twice or in the set.</param>
    /// <param name="vectors">Their values, one vector after another.</param>
    /// <param name="parallelism">Number of threads that encode; -1 for all cores.</param>
    /// <param name="progress">Receives the number of vectors that are encoded; with several threads from each of them, perhaps not
    /// in order.</param>
    /// <param name="cancellationToken">Ends the call with the set as before.</param>
    /// <exception cref="ArgumentException">An id is there twice or in the set, the length is wrong, or a value is not finite; the
    /// set is as before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Wrong parallelism.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the set is as before.</exception>
    /// <exception cref="InvalidOperationException">The set would have more than 805,306,368 vectors.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void AddRange(
        ReadOnlySpan<long> ids,
        ReadOnlySpan<float> vectors,
        int parallelism = 1,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        CodecGuard.CheckLength(vectors.Length, ids.Length, TCodec.Layout.Dimensions, nameof(vectors), "values");
        AddCore(ids, vectors, source: null, ParallelPass.Threads(parallelism), progress, cancellationToken, nameof(ids), nameof(vectors));
    }

    /// <summary>Adds the vectors that a source has for the rows that they become; all of them or none.</summary>
    internal void AddRangeFrom(ReadOnlySpan<long> ids, IRowVectors source, int threads, IProgress<long>? progress, CancellationToken cancellationToken) =>
        AddCore(ids, vectors: [], source, threads, progress, cancellationToken, nameof(ids), nameof(source));

    /// <summary>Gives an id another vector.</summary>
    /// <param name="id">An id in the set.</param>
    /// <param name="vector">The new values, as many as the codec has dimensions.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ArgumentException">The length is wrong, or a value is not finite; the set is as before.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Replace(long id, ReadOnlySpan<float> vector)
    {
        CheckVector(vector, nameof(vector));
        using SetGate.WriteScope scope = _gate.Write();
        RowView rows = Rows();
        int row = FindRow(id, rows);
        int codeBytes = TCodec.Layout.CodeBytes;
        byte[] code = ArrayPool<byte>.Shared.Rent(codeBytes);
        try
        {
            Codec.Encode(vector, code.AsSpan(0, codeBytes));
            using SetGate.ExclusiveScope exclusive = _gate.Exclude();
            SetCode(row, code.AsSpan(0, codeBytes));
        }
        catch (ArgumentException)
        {
            CheckFinite(vector, nameof(vector));
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(code);
        }
    }

    /// <summary>Overwrites the code of a row. The caller sees to it that nobody reads.</summary>
    internal void SetCode(int row, ReadOnlySpan<byte> code)
    {
        RowView rows = Rows();
        int block = rows.BlockOf(row);
        Codec.Pack(code, rows.Block(block), rows.RowInBlock(row));
        _stamps.Mark(block, block + 1);
    }

    /// <summary>Removes a vector. Its memory is used by the next one that is added; see <see cref="TrimExcess"/>.</summary>
    /// <param name="id">Any id.</param>
    /// <returns>Whether it was in the set.</returns>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public bool Remove(long id)
    {
        using SetGate.WriteScope scope = _gate.Write();
        RowView rows = Rows();
        int row = _index.Find(id, rows);
        if (row < 0)
        {
            return false;
        }

        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        int last = rows.Count - 1;
        _index.Remove(id, row);
        if (row != last)
        {
            // Rows stay without gaps: the last one moves into the place.
            long lastId = rows.Id(last);
            CopyRow(rows, last, row);
            rows.Id(row) = lastId;
            _stamps.Mark(rows.BlockOf(row), rows.BlockOf(row) + 1);
            _index.Move(lastId, last, row);
        }

        Volatile.Write(ref _count, last);
        return true;
    }

    /// <summary>Frees memory that is reserved for growth or was left by removed vectors, as far as whole chunks of up to 64 MiB
    /// are unused; also memory of a GPU.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void TrimExcess()
    {
        using SetGate.WriteScope scope = _gate.Write();
        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        _storage.Release(Rows().BlockCount);
        _gpu?.Trim(Rows().BlockCount);
        _idlePasses.Clear();
    }

    private void AddCore(
        ReadOnlySpan<long> ids,
        ReadOnlySpan<float> vectors,
        IRowVectors? source,
        int threads,
        IProgress<long>? progress,
        CancellationToken cancellationToken,
        string idParameter,
        string vectorParameter)
    {
        using SetGate.WriteScope scope = _gate.Write();
        int first = _count;
        if (ids.Length > RowIndex.MaximumCount - first)
        {
            throw new InvalidOperationException(
                $"A set holds at most {RowIndex.MaximumCount} vectors; it has {first} and cannot take {ids.Length} more.");
        }

        int blocksBefore = _storage.Capacity;
        int indexed = 0;
        try
        {
            Reserve(first + ids.Length);
            for (; indexed < ids.Length; indexed++)
            {
                AddId(ids, indexed, first, idParameter);
            }

            // Readers do not see these rows before the count includes them.
            RowView rows = _storage.View(first + ids.Length);
            _encoder.Run(rows, first, vectors, source, threads, progress, cancellationToken);
            _stamps.Mark(rows.BlockOf(first), rows.BlockCount);
            Volatile.Write(ref _count, rows.Count);
        }
        catch (Exception exception)
        {
            while (indexed > 0)
            {
                indexed--;
                _index.UndoAdd(ids[indexed], first + indexed);
            }

            _storage.Release(blocksBefore);
            if (exception is ArgumentException)
            {
                CheckFinite(vectors, vectorParameter);
            }

            throw;
        }
    }

    private void AddId(ReadOnlySpan<long> ids, int index, int firstRow, string parameter)
    {
        int row = firstRow + index;
        RowView before = _storage.View(row);
        int existing = _index.TryAdd(ids[index], before);
        if (existing >= 0)
        {
            throw new ArgumentException(
                existing < firstRow
                    ? $"The id {ids[index]} (number {index} of those to add) is in the set already."
                    : $"The id {ids[index]} is to be added twice, as number {existing - firstRow} and as number {index}.",
                parameter);
        }

        before.Id(row) = ids[index];
    }

    /// <summary>Makes room for so many vectors.</summary>
    private void Reserve(int count)
    {
        int blocks = _storage.View(count).BlockCount;
        _storage.Reserve(blocks);
        _stamps.Reserve(blocks);
        _index.Reserve(count);
    }

    private void CopyRow(RowView rows, int from, int to)
    {
        int codeBytes = TCodec.Layout.CodeBytes;
        byte[] code = ArrayPool<byte>.Shared.Rent(codeBytes);
        Codec.Unpack(rows.Block(rows.BlockOf(from)), rows.RowInBlock(from), code.AsSpan(0, codeBytes));
        Codec.Pack(code.AsSpan(0, codeBytes), rows.Block(rows.BlockOf(to)), rows.RowInBlock(to));
        ArrayPool<byte>.Shared.Return(code);
    }
}
