using System.Buffers;

namespace KernelGen;

/// <summary>Encodes vectors straight into the blocks of a set.</summary>
internal sealed unsafe class EncodePass<TCodec>(TCodec codec) : ParallelPass
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>Row codes are made in runs of about this size, which stay in the cache until they are packed.</summary>
    private const int RunBytes = 64 << 10;

    /// <summary>Vectors that a thread takes at once.</summary>
    private const int StepVectors = 1024;

    private RowView _rows;
    private int _firstRow;
    private float* _vectors;
    private IRowVectors? _source;
    private IProgress<long>? _progress;
    private long _done;

    /// <summary>Encodes the vectors of the rows <paramref name="firstRow"/>.. up to the end of the view: those given or, if there is a source, those that it
    /// reads.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Run(
        RowView rows,
        int firstRow,
        ReadOnlySpan<float> vectors,
        IRowVectors? source,
        int threads,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        CodecLayout layout = TCodec.Layout;
        fixed (float* start = vectors)
        {
            _rows = rows;
            _firstRow = firstRow;
            _vectors = start;
            _source = source;
            _progress = progress;
            _done = 0;
            int blocks = rows.BlockCount - rows.BlockOf(firstRow);
            Run(blocks, Math.Max(1, StepVectors / layout.BlockRows), threads, cancellationToken);
            _progress = null;
            _vectors = null;
            _source = null;
        }
    }

    protected override void Begin(int workers)
    {
        // Every worker rents its buffer for a step: renting costs less than keeping it for the next add.
    }

    protected override void Process(int worker, int first, int end)
    {
        CodecLayout layout = TCodec.Layout;
        int firstBlock = _rows.BlockOf(_firstRow);
        int row = Math.Max(_firstRow, _rows.FirstRow(firstBlock + first));
        int endRow = (int)Math.Min(_rows.Count, (firstBlock + (long)end) * layout.BlockRows);
        int done = endRow - row;
        int runRows = Math.Clamp(RunBytes / layout.CodeBytes, 1, layout.BlockRows);
        byte[] codes = ArrayPool<byte>.Shared.Rent(Math.Min(runRows, done) * layout.CodeBytes);
        float[] read = _source is null ? [] : ArrayPool<float>.Shared.Rent(Math.Min(runRows, done) * layout.Dimensions);
        try
        {
            while (row < endRow)
            {
                int rowInBlock = _rows.RowInBlock(row);
                int count = Math.Min(Math.Min(runRows, endRow - row), layout.BlockRows - rowInBlock);
                Span<byte> run = codes.AsSpan(0, count * layout.CodeBytes);
                codec.Encode(Vectors(row, count * layout.Dimensions, read), run);
                codec.Pack(run, _rows.Block(_rows.BlockOf(row)), rowInBlock);
                row += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(codes);
            ArrayPool<float>.Shared.Return(read);
        }

        long total = Interlocked.Add(ref _done, done);
        _progress?.Report(total);
    }

    /// <summary>The values of neighbouring rows, read into the buffer if there is a source.</summary>
    private ReadOnlySpan<float> Vectors(int row, int values, float[] buffer)
    {
        if (_source is null)
        {
            return new ReadOnlySpan<float>(_vectors + ((long)(row - _firstRow) * TCodec.Layout.Dimensions), values);
        }

        _source.Read(row, buffer.AsSpan(0, values));
        return buffer.AsSpan(0, values);
    }
}
