using System.Buffers;
using System.Buffers.Binary;

namespace KernelGen;

/// <content>Files of sets.</content>
public sealed partial class VectorSet<TCodec>
{
    private const int FileVersion = 1;

    /// <summary>Vectors of a run: ids, then codes. Neither side needs memory for all ids at once.</summary>
    internal const int FileRunVectors = 128;

    private const int FileProgressVectors = 64 * FileRunVectors;

    private static ReadOnlySpan<byte> FileMagic => "KGVECSET"u8;

    /// <summary>
    /// Writes codec and vectors at the stream's position and leaves the stream open. Vectors can be added meanwhile (they are not
    /// written); replacing and removing wait, and what starts while one of them waits (searches and adds too) waits with it: save to
    /// memory first if the stream is slow.
    /// </summary>
    /// <remarks>The stream holds, little endian: the eight bytes <c>KGVECSET</c>; the format version (int32); what
    /// <see cref="IVectorCodec{TSelf}.Save"/> of the codec writes; the number of vectors and the bytes of a row code (int32
    /// each); then, for every 128 vectors and for the rest, their ids (int64 each) and their row codes; and the SHA-256 of
    /// everything before it. Row codes, not blocks, are stored: they do not depend on how a version lays out blocks.</remarks>
    /// <param name="stream">A writable stream.</param>
    /// <param name="progress">Receives the number of vectors that are written.</param>
    /// <param name="cancellationToken">Ends the call, with a part of the data written.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Save(Stream stream, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using SetGate.ReadScope scope = _gate.Read();
        SaveRows(stream, Rows(), progress, cancellationToken);
    }

    /// <summary>Writes the rows of a view. The caller holds a scope, or is a set that owns this one and holds its own.</summary>
    internal void SaveRows(Stream stream, RowView rows, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var file = new ChecksumStream(stream, "vector set");
        file.Write(FileMagic);
        file.WriteInt32(FileVersion);
        Codec.Save(file);
        int codeBytes = TCodec.Layout.CodeBytes;
        file.WriteInt32(rows.Count);
        file.WriteInt32(codeBytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileRunVectors * (sizeof(long) + codeBytes));
        try
        {
            for (int first = 0; first < rows.Count; first += FileRunVectors)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(FileRunVectors, rows.Count - first);
                Span<byte> ids = buffer.AsSpan(0, count * sizeof(long));
                Span<byte> codes = buffer.AsSpan(ids.Length, count * codeBytes);
                for (int i = 0; i < count; i++)
                {
                    int row = first + i;
                    BinaryPrimitives.WriteInt64LittleEndian(ids[(i * sizeof(long))..], rows.Id(row));
                    Codec.Unpack(rows.Block(rows.BlockOf(row)), rows.RowInBlock(row), codes.Slice(i * codeBytes, codeBytes));
                }

                file.Write(buffer.AsSpan(0, ids.Length + codes.Length));
                ReportFile(progress, first + count, rows.Count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        file.WriteChecksum();
    }

    /// <summary>Reads a set that <see cref="Save"/> wrote, with its codec. Reads exactly the bytes of the set and leaves the stream
    /// open. Memory is taken as data arrives, not as the header promises.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <param name="progress">Receives the number of vectors that are read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of another scheme or format version.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static VectorSet<TCodec> Load(Stream stream, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var file = new ChecksumStream(stream, "vector set");
        (TCodec codec, int count) = ReadHeader(file);
        var set = new VectorSet<TCodec>(codec);
        try
        {
            set.ReadRows(file, count, progress, cancellationToken);
            file.VerifyChecksum();
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Reads what stands in front of the vectors: the codec, and how many vectors there are.</summary>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of another scheme or format version.</exception>
    internal static (TCodec Codec, int Count) ReadHeader(ChecksumStream file)
    {
        file.ReadHeader(FileMagic, FileVersion);
        TCodec codec = TCodec.Load(file);
        int count = file.ReadInt32("number of vectors");
        if (count is < 0 or > RowIndex.MaximumCount)
        {
            throw new InvalidDataException(
                $"The vector set is corrupt: expected 0 to {RowIndex.MaximumCount} vectors, but it claims to have {count}.");
        }

        int codeBytes = file.ReadInt32("bytes of a row code");
        return codeBytes == TCodec.Layout.CodeBytes
            ? (codec, count)
            : throw new InvalidDataException(
                $"The vector set is corrupt: expected row codes of {TCodec.Layout.CodeBytes} bytes, but they have {codeBytes}.");
    }

    /// <summary>Fills a set that nobody else knows yet.</summary>
    private void ReadRows(ChecksumStream file, int count, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        int codeBytes = TCodec.Layout.CodeBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileRunVectors * (sizeof(long) + codeBytes));
        try
        {
            while (_count < count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int runCount = Math.Min(FileRunVectors, count - _count);
                Span<byte> ids = buffer.AsSpan(0, runCount * sizeof(long));
                Span<byte> codes = buffer.AsSpan(ids.Length, runCount * codeBytes);
                file.ReadPart(buffer.AsSpan(0, ids.Length + codes.Length), "vectors");
                Reserve(_count + runCount);
                for (int i = 0; i < runCount; i++)
                {
                    ReadRow(BinaryPrimitives.ReadInt64LittleEndian(ids[(i * sizeof(long))..]), codes.Slice(i * codeBytes, codeBytes));
                }

                ReportFile(progress, _count, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ReadRow(long id, ReadOnlySpan<byte> code)
    {
        RowView rows = Rows();
        int existing = _index.TryAdd(id, rows);
        if (existing >= 0)
        {
            throw new InvalidDataException(
                $"The vector set is corrupt: the id {id} is there twice, as number {existing} and as number {rows.Count}.");
        }

        rows.Id(rows.Count) = id;
        int block = rows.BlockOf(rows.Count);
        Codec.Pack(code, rows.Block(block), rows.RowInBlock(rows.Count));
        _stamps.Mark(block, block + 1);
        _count++;
    }

    private static void ReportFile(IProgress<long>? progress, int done, int count)
    {
        if (done % FileProgressVectors == 0 || done == count)
        {
            progress?.Report(done);
        }
    }
}
