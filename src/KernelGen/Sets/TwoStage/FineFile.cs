using System.Buffers;
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using KernelGen.Kernels;

namespace KernelGen;

/// <summary>Fine codes in a file that is mapped to memory, as <see cref="VectorSet{TCodec}.Save"/> wrote them: runs of ids and row codes. The system reads what
/// is asked for and keeps what it has room for.</summary>
internal sealed unsafe class FineFile<TFine> : FineStore<TFine>
    where TFine : class, IVectorCodec<TFine>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _firstByte;
    private readonly long _firstRun;
    private readonly int _count;

    /// <param name="codec">The codec.</param>
    /// <param name="stream">The file, which this object closes.</param>
    /// <param name="firstByte">Where what the fine set saved begins.</param>
    /// <param name="firstRun">Where its first run begins.</param>
    /// <param name="count">Number of rows.</param>
    public FineFile(TFine codec, FileStream stream, long firstByte, long firstRun, int count)
        : base(codec)
    {
        (_firstByte, _firstRun, _count) = (firstByte, firstRun, count);
        _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public override long MemoryBytes => 0;

    /// <summary>Bytes of the ids and codes of so many rows.</summary>
    public static long RunBytes(int count) => (long)count * (sizeof(long) + TFine.Layout.CodeBytes);

    public override void ReadCodes(ReadOnlySpan<int> rows, Span<byte> codes)
    {
        int bytes = TFine.Layout.CodeBytes;
        foreach (int row in rows)
        {
            // One after another, rows would wait for memory each on its own.
            KernelMath.PrefetchRow(ref *CodeOf(row), bytes);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            new ReadOnlySpan<byte>(CodeOf(rows[i]), bytes).CopyTo(codes.Slice(i * bytes, bytes));
        }
    }

    public override void Score(ReadOnlySpan<byte> prepared, ReadOnlySpan<int> rows, Span<float> scores, CpuTier tier)
    {
        CodecLayout layout = TFine.Layout;
        int most = Math.Min(layout.BlockRows, rows.Length);
        byte[] codes = ArrayPool<byte>.Shared.Rent(most * layout.CodeBytes);
        byte[] block = ArrayPool<byte>.Shared.Rent(layout.BlockBytes);
        for (int first = 0; first < rows.Length; first += most)
        {
            int count = Math.Min(most, rows.Length - first);
            Span<byte> run = codes.AsSpan(0, count * layout.CodeBytes);
            ReadCodes(rows.Slice(first, count), run);
            Codec.Pack(run, block.AsSpan(0, layout.BlockBytes), 0);
            Codec.Scan(prepared, block.AsSpan(0, layout.BlockBytes), 0, count, scores.Slice(first, count), tier);
        }

        ArrayPool<byte>.Shared.Return(block);
        ArrayPool<byte>.Shared.Return(codes);
    }

    public override void Save(Stream stream, int count, CancellationToken cancellationToken)
    {
        const int most = 1 << 20;
        long end = _firstRun + RunBytes(_count) + ChecksumStream.ChecksumBytes;
        for (long at = _firstByte; at < end; at += most)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(new ReadOnlySpan<byte>(_start + at, (int)Math.Min(most, end - at)));
        }
    }

    public override void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed)
        {
            return;
        }

        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private byte* CodeOf(int row)
    {
        const int run = VectorSet<TFine>.FileRunVectors;
        int first = row / run * run;
        long ids = (long)Math.Min(run, _count - first) * sizeof(long);
        return _start + _firstRun + RunBytes(first) + ids + ((long)(row - first) * TFine.Layout.CodeBytes);
    }

    /// <summary>Reads all runs, and throws if their ids are not those of the rows of a view.</summary>
    /// <exception cref="InvalidDataException">Truncated, or other ids.</exception>
    public static void CheckIds(ChecksumStream file, RowView rows, CancellationToken cancellationToken)
    {
        const int run = VectorSet<TFine>.FileRunVectors;
        byte[] buffer = new byte[RunBytes(run)];
        for (int first = 0; first < rows.Count; first += run)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(run, rows.Count - first);
            file.ReadPart(buffer.AsSpan(0, (int)RunBytes(count)), "vectors");
            for (int i = 0; i < count; i++)
            {
                TwoStageFile.CheckId(rows.Id(first + i), BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(i * sizeof(long))), first + i);
            }
        }
    }
}
