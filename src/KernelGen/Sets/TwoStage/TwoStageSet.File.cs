namespace KernelGen;

/// <content>Files of sets.</content>
public sealed partial class TwoStageSet<TCoarse, TFine>
{
    /// <summary>Writes codecs and vectors at the stream's position and leaves the stream open. Vectors can be added meanwhile (they are not written); replacing and
    /// removing wait, and what starts while one of them waits (searches and adds too) waits with it.</summary>
    /// <remarks>Layout: docs/formats.md, section 12. What is written to a file of its own can be opened by <see cref="Open"/>.</remarks>
    /// <param name="stream">A writable stream.</param>
    /// <param name="cancellationToken">Ends the call, with a part of the data written.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Save(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = _coarse.Rows();
        using var file = new ChecksumStream(stream, TwoStageFile.Content);
        TwoStageFile.WriteHeader(file, _fine.Norms, Oversample);
        _coarse.SaveRows(file, rows, progress: null, cancellationToken);
        _fine.Save(file, rows.Count, cancellationToken);
        file.WriteChecksum();
    }

    /// <summary>Reads a set that <see cref="Save"/> wrote, with its codecs, to memory. Reads exactly the bytes of the set and leaves the stream open.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of other schemes or another format version.</exception>
    /// <exception cref="InvalidOperationException">The codecs differ in dimensions or metric.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TwoStageSet<TCoarse, TFine> Load(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CheckPair();
        using var file = new ChecksumStream(stream, TwoStageFile.Content);
        (double norm, double deviation, double oversample) = TwoStageFile.ReadHeader(file);
        VectorSet<TCoarse> coarse = VectorSet<TCoarse>.Load(file, progress: null, cancellationToken);
        FineMemory<TFine>? fine = null;
        try
        {
            fine = new FineMemory<TFine>(VectorSet<TFine>.Load(file, progress: null, cancellationToken));
            (RowView coarseRows, RowView fineRows) = (coarse.Rows(), fine.Set.Rows());
            TwoStageFile.CheckCount(coarseRows.Count, fineRows.Count);
            for (int row = 0; row < coarseRows.Count; row++)
            {
                TwoStageFile.CheckId(coarseRows.Id(row), fineRows.Id(row), row);
            }

            file.VerifyChecksum();
            return Create(coarse, fine, norm, deviation, oversample);
        }
        catch
        {
            coarse.Dispose();
            fine?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that <see cref="Save"/> wrote and that holds nothing else: coarse codes are read to memory, fine codes stay in the file, which is mapped, and
    /// are read where rows are rescored. The set is read-only.</summary>
    /// <remarks>Whoever shortens or overwrites the file while it is open gets wrong results, or ends the process: the system gives no other sign. Files may be greater than
    /// 2 GiB and than memory.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="verify">Whether to read the whole file once, to compare checksums and ids. Otherwise only its length, the coarse codes and the codecs are checked: what else is
    /// corrupt then gives wrong results.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of other schemes or another format version, or followed by other data.</exception>
    /// <exception cref="InvalidOperationException">The codecs differ in dimensions or metric.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TwoStageSet<TCoarse, TFine> Open(string path, bool verify = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckPair();
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        VectorSet<TCoarse>? coarse = null;
        try
        {
            using var file = new ChecksumStream(stream, TwoStageFile.Content);
            (double norm, double deviation, double oversample) = TwoStageFile.ReadHeader(file);
            coarse = VectorSet<TCoarse>.Load(file, progress: null, cancellationToken);
            long firstByte = stream.Position;
            using var fineFile = new ChecksumStream(file, "vector set");
            (TFine codec, int count) = VectorSet<TFine>.ReadHeader(fineFile);
            TwoStageFile.CheckCount(coarse.Count, count);
            long firstRun = stream.Position;
            long expected = firstRun + FineFile<TFine>.RunBytes(count) + (2 * ChecksumStream.ChecksumBytes);
            if (stream.Length != expected)
            {
                throw new InvalidDataException(
                    $"The {TwoStageFile.Content} is {(stream.Length < expected ? "truncated" : "followed by other data")}: expected {expected} bytes, but the file has {stream.Length}.");
            }

            if (verify)
            {
                FineFile<TFine>.CheckIds(fineFile, coarse.Rows(), cancellationToken);
                fineFile.VerifyChecksum();
                file.VerifyChecksum();
            }

            return Create(coarse, new FineFile<TFine>(codec, stream, firstByte, firstRun, count), norm, deviation, oversample);
        }
        catch
        {
            coarse?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    private static TwoStageSet<TCoarse, TFine> Create(VectorSet<TCoarse> coarse, FineStore<TFine> fine, double norm, double deviation, double oversample)
    {
        fine.Norms.Include(norm, deviation);
        return new TwoStageSet<TCoarse, TFine>(coarse, fine) { Oversample = oversample };
    }
}
