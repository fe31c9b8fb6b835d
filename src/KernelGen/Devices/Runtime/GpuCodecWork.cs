using System.Runtime.InteropServices;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>Opens the device and compiles the kernels: what every work begins with.</summary>
internal readonly struct GpuNoWork : IGpuWork
{
    public void Run(GpuContext gpu, GpuKernels kernels)
    {
        // It is done.
    }
}

/// <summary>What the work of <see cref="GpuCodec{TCodec}"/> has in common.</summary>
internal static class GpuPieces
{
    /// <summary>Rows of a piece that makes about 4 MiB.</summary>
    public static int Rows(int count, long bytesPerRow) => (int)Math.Clamp(GpuContext.PieceBytes / bytesPerRow, 1, count);

    /// <summary>Values of a vector as kernels see it.</summary>
    public static int Dimensions(CodecLayout layout) => layout.Transforms?.OutputDimensions ?? layout.Dimensions;

    /// <summary>Learned parameters on the device.</summary>
    public static GpuBuffer Upload(GpuContext gpu, ReadOnlyMemory<float> parameters)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(parameters.Span);
        GpuBuffer buffer = gpu.Scratch(GpuScratch.Parameters, Math.Max(1, bytes.Length));
        var upload = new GpuUpload(gpu, bytes.Length);
        upload.Write(bytes, buffer, 0);
        upload.Finish();
        gpu.Wait(0);
        return buffer;
    }
}

/// <summary>Rows that go through a stream together.</summary>
internal readonly record struct GpuPiece(int Stream, int First, int Count);

/// <summary>Turns rows of one form into rows of another, piece by piece: two are under way, each with a stream and buffers of its
/// own.</summary>
/// <param name="gpu">The device.</param>
/// <param name="rows">How many rows there are.</param>
/// <param name="inputBytes">Bytes of a row that go to the device.</param>
/// <param name="outputBytes">Bytes of a row that come back.</param>
/// <param name="scratchBytes">Bytes that a row takes on the device meanwhile.</param>
internal ref struct GpuPipeline(GpuContext gpu, int rows, int inputBytes, int outputBytes, long scratchBytes = 0)
{
    /// <summary>How much more scratch a piece may take than what crosses the bus: 64 MiB.</summary>
    private const int ScratchShare = 16;

    private readonly int _step = GpuPieces.Rows(rows, Math.Max(Math.Max(inputBytes, outputBytes), scratchBytes / ScratchShare));
    private int _queued;
    private int _taken;

    /// <summary>Whether all pieces are taken.</summary>
    public readonly bool IsDone => _taken == rows;

    /// <summary>Whether another piece is to be queued before the oldest one is taken.</summary>
    public readonly bool CanQueue => _queued < rows && _queued - _taken < 2 * _step;

    /// <summary>The piece that is queued next.</summary>
    public readonly GpuPiece Next => Piece(_queued);

    /// <summary>Queues the copy of the next piece to the device.</summary>
    /// <returns>Where it goes, and where its result is to be put by work on its stream.</returns>
    public readonly (GpuBuffer Input, GpuBuffer Output) QueueInput(ReadOnlySpan<byte> source)
    {
        int stream = Next.Stream;
        GpuBuffer input = gpu.Scratch(GpuScratch.Input0 + stream, (long)_step * inputBytes);
        GpuBuffer output = gpu.Scratch(GpuScratch.Output0 + stream, (long)_step * outputBytes);
        GpuStaging staging = Staging(stream);
        source.CopyTo(staging.Span);
        gpu.CopyToDevice(stream, staging, 0, input, 0, source.Length);
        return (input, output);
    }

    /// <summary>Queues the copy of the next piece's result to the host.</summary>
    public void QueueOutput(GpuBuffer output)
    {
        GpuPiece piece = Next;
        gpu.CopyToHost(piece.Stream, output, 0, Staging(piece.Stream), _step * inputBytes, piece.Count * outputBytes);
        _queued += piece.Count;
    }

    /// <summary>Waits for the oldest piece.</summary>
    /// <returns>Its result, valid until another piece is queued.</returns>
    public ReadOnlySpan<byte> Take(out GpuPiece piece)
    {
        piece = Piece(_taken);
        gpu.Wait(piece.Stream);
        _taken += piece.Count;
        return Staging(piece.Stream).Span.Slice(_step * inputBytes, piece.Count * outputBytes);
    }

    private readonly GpuPiece Piece(int first) => new((first / _step) & 1, first, Math.Min(_step, rows - first));

    private readonly GpuStaging Staging(int stream) => gpu.Staging((GpuStagingSlot)stream, _step * (inputBytes + outputBytes));
}

/// <summary>Encodes vectors, which are finite.</summary>
internal readonly ref struct GpuEncodeWork(CodecLayout layout, GpuProgram program, ReadOnlySpan<float> vectors, Span<byte> codes) : IGpuWork
{
    /// <summary>As many rows as scratch is rounded up to, so that the quotient is what a row takes.</summary>
    private const int ScratchRows = 16;

    private readonly ReadOnlySpan<float> _vectors = vectors;
    private readonly Span<byte> _codes = codes;

    public void Run(GpuContext gpu, GpuKernels kernels)
    {
        if (program.NeedsDouble && !gpu.Device.HasDouble)
        {
            throw new GpuException(
                GpuFailure.NotSupported, $"{gpu.Device.Name} has no double precision, which encoding with {layout.Scheme} needs.");
        }

        GpuBuffer parameters = GpuPieces.Upload(gpu, program.Parameters);
        int dimensions = GpuPieces.Dimensions(layout);
        long rowScratch = kernels.EncodeScratchBytes(ScratchRows) / ScratchRows;
        var pipeline = new GpuPipeline(gpu, _codes.Length / layout.CodeBytes, dimensions * sizeof(float), layout.CodeBytes, rowScratch);
        float[] transformed = [];
        while (!pipeline.IsDone)
        {
            while (pipeline.CanQueue)
            {
                GpuPiece piece = pipeline.Next;
                ReadOnlySpan<float> source;
                if (program.Transforms is { } transforms)
                {
                    transformed = transformed.Length == 0 ? new float[piece.Count * dimensions] : transformed;
                    Span<float> values = transformed.AsSpan(0, piece.Count * dimensions);
                    transforms.ApplyForEncode(_vectors, piece.First, values, CpuTier.Auto);
                    source = values;
                }
                else
                {
                    source = _vectors.Slice(piece.First * dimensions, piece.Count * dimensions);
                }

                (GpuBuffer input, GpuBuffer output) = pipeline.QueueInput(MemoryMarshal.AsBytes(source));
                GpuBuffer scratch = gpu.Scratch(GpuScratch.Kernel0 + piece.Stream, kernels.EncodeScratchBytes(piece.Count));
                kernels.Encode(gpu.Use(piece.Stream), input, parameters, scratch, output, piece.Count);
                pipeline.QueueOutput(output);
            }

            ReadOnlySpan<byte> result = pipeline.Take(out GpuPiece taken);
            result.CopyTo(_codes[(taken.First * layout.CodeBytes)..]);
        }
    }
}

/// <summary>Decodes row codes.</summary>
internal readonly ref struct GpuDecodeWork(CodecLayout layout, GpuProgram program, ReadOnlySpan<byte> codes, Span<float> vectors) : IGpuWork
{
    private readonly ReadOnlySpan<byte> _codes = codes;
    private readonly Span<float> _vectors = vectors;

    public void Run(GpuContext gpu, GpuKernels kernels)
    {
        GpuBuffer parameters = GpuPieces.Upload(gpu, program.Parameters);
        var pipeline = new GpuPipeline(gpu, _codes.Length / layout.CodeBytes, layout.CodeBytes, GpuPieces.Dimensions(layout) * sizeof(float));
        while (!pipeline.IsDone)
        {
            while (pipeline.CanQueue)
            {
                GpuPiece piece = pipeline.Next;
                (GpuBuffer input, GpuBuffer output) =
                    pipeline.QueueInput(_codes.Slice(piece.First * layout.CodeBytes, piece.Count * layout.CodeBytes));
                kernels.Decode(gpu.Use(piece.Stream), input, parameters, output, piece.Count);
                pipeline.QueueOutput(output);
            }

            ReadOnlySpan<float> result = MemoryMarshal.Cast<byte, float>(pipeline.Take(out GpuPiece taken));
            Span<float> destination = _vectors.Slice(taken.First * layout.Dimensions, taken.Count * layout.Dimensions);
            if (program.Transforms is { } transforms)
            {
                transforms.ApplyInverse(result, destination);
            }
            else
            {
                result.CopyTo(destination);
            }
        }
    }
}

/// <summary>Scores rows of blocks of the host.</summary>
internal readonly ref struct GpuScanWork(
    CodecLayout layout, ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> blocks, int rows, Span<float> scores) : IGpuWork
{
    private const int GroupQueries = 64;

    private readonly ReadOnlySpan<byte> _prepared = prepared;
    private readonly ReadOnlySpan<byte> _blocks = blocks;
    private readonly Span<float> _scores = scores;

    public void Run(GpuContext gpu, GpuKernels kernels)
    {
        int queries = _prepared.Length / layout.QueryBytes;
        int blockCount = (int)(((long)rows + layout.BlockRows - 1) / layout.BlockRows);
        int stepBlocks = GpuPieces.Rows(blockCount, Math.Max(layout.BlockBytes, (long)layout.BlockRows * sizeof(float)));
        int stepRows = (int)Math.Min(rows, (long)stepBlocks * layout.BlockRows);
        for (int block = 0; block < blockCount; block += stepBlocks)
        {
            int count = Math.Min(stepBlocks, blockCount - block);
            GpuBuffer buffer = gpu.Scratch(GpuScratch.Input0, (long)stepBlocks * layout.BlockBytes);
            var upload = new GpuUpload(gpu, (long)count * layout.BlockBytes);
            upload.Write(_blocks.Slice(block * layout.BlockBytes, count * layout.BlockBytes), buffer, 0);
            upload.Finish();
            int first = block * layout.BlockRows;
            for (int query = 0; query < queries; query += GroupQueries)
            {
                Score(gpu, kernels, buffer, stepRows, first, Math.Min(stepRows, rows - first), query, Math.Min(GroupQueries, queries - query));
            }
        }
    }

    private void Score(
        GpuContext gpu, GpuKernels kernels, GpuBuffer blockBuffer, int stride, int firstRow, int count, int firstQuery, int queries)
    {
        GpuBuffer queryBuffer = gpu.Scratch(GpuScratch.Prepared, (long)queries * layout.QueryBytes);
        var upload = new GpuUpload(gpu, (long)queries * layout.QueryBytes);
        upload.Write(_prepared.Slice(firstQuery * layout.QueryBytes, queries * layout.QueryBytes), queryBuffer, 0);
        upload.Finish();
        GpuBuffer scoreBuffer = gpu.Scratch(GpuScratch.Scores0, (long)sizeof(float) * queries * stride);
        kernels.Scan(gpu.Use(0), queryBuffer, queries, blockBuffer, count, scoreBuffer, stride);
        for (int q = 0; q < queries; q++)
        {
            Span<float> destination = _scores.Slice((int)(((long)(firstQuery + q) * rows) + firstRow), count);
            gpu.Download(scoreBuffer, (long)sizeof(float) * q * stride, MemoryMarshal.AsBytes(destination));
        }
    }
}

/// <summary>Adds the weighted sum of decoded rows of blocks of the host.</summary>
internal readonly ref struct GpuAccumulateWork(
    CodecLayout layout,
    GpuProgram program,
    ReadOnlySpan<byte> blocks,
    ReadOnlySpan<int> rows,
    ReadOnlySpan<float> weights,
    Span<float> destination) : IGpuWork
{
    private readonly ReadOnlySpan<byte> _blocks = blocks;
    private readonly ReadOnlySpan<int> _rows = rows;
    private readonly ReadOnlySpan<float> _weights = weights;
    private readonly Span<float> _destination = destination;

    public void Run(GpuContext gpu, GpuKernels kernels)
    {
        GpuBuffer parameters = GpuPieces.Upload(gpu, program.Parameters);

        // What is transformed is summed apart, and brought back in the end.
        Span<float> total = program.Transforms is null ? _destination : new float[GpuPieces.Dimensions(layout)];
        GpuBuffer sum = gpu.Scratch(GpuScratch.Output0, total.Length * sizeof(float));
        var upload = new GpuUpload(gpu, total.Length * sizeof(float));
        upload.Write(MemoryMarshal.AsBytes(total), sum, 0);
        upload.Finish();

        // Rows in the order of their pieces, so that every piece of the blocks crosses the bus at most once.
        int stepBlocks = GpuPieces.Rows(_blocks.Length / layout.BlockBytes, layout.BlockBytes);
        long stepRows = (long)stepBlocks * layout.BlockRows;
        int[] keys = new int[_rows.Length];
        int[] order = new int[_rows.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (int)(_rows[i] / stepRows);
            order[i] = i;
        }

        Array.Sort(keys, order);
        for (int first = 0; first < order.Length;)
        {
            int end = first + 1;
            while (end < order.Length && keys[end] == keys[first])
            {
                end++;
            }

            Add(gpu, kernels, parameters, sum, keys[first] * stepBlocks, stepBlocks, order.AsSpan(first, end - first));
            first = end;
        }

        gpu.Download(sum, 0, MemoryMarshal.AsBytes(total));
        program.Transforms?.AddInverse(total, _weights, _destination, CpuTiers.Resolve(CpuTier.Auto));
    }

    /// <summary>Adds rows of some of the blocks.</summary>
    private void Add(
        GpuContext gpu, GpuKernels kernels, GpuBuffer parameters, GpuBuffer sum, int block, int stepBlocks, ReadOnlySpan<int> order)
    {
        // The buffers are free when the launch before is done.
        gpu.Wait(0);
        int bytes = Math.Min(stepBlocks * layout.BlockBytes, _blocks.Length - (block * layout.BlockBytes));
        GpuBuffer blockBuffer = gpu.Scratch(GpuScratch.Input0, (long)stepBlocks * layout.BlockBytes);
        var upload = new GpuUpload(gpu, bytes);
        upload.Write(_blocks.Slice(block * layout.BlockBytes, bytes), blockBuffer, 0);
        upload.Finish();
        int step = GpuPieces.Rows(order.Length, sizeof(float));
        Span<int> stepRows = new int[step];
        Span<float> stepWeights = new float[step];
        for (int first = 0; first < order.Length; first += step)
        {
            int count = Math.Min(step, order.Length - first);
            for (int i = 0; i < count; i++)
            {
                stepRows[i] = _rows[order[first + i]] - (block * layout.BlockRows);
                stepWeights[i] = _weights[order[first + i]];
            }

            gpu.Wait(0);
            GpuBuffer rowBuffer = gpu.Scratch(GpuScratch.Ids0, (long)step * sizeof(int));
            GpuBuffer weightBuffer = gpu.Scratch(GpuScratch.Scores0, (long)step * sizeof(float));
            GpuBuffer scratch = gpu.Scratch(GpuScratch.Kernel0, kernels.AccumulateScratchBytes(count));
            var items = new GpuUpload(gpu, 2L * count * sizeof(int));
            items.Write(MemoryMarshal.AsBytes(stepRows[..count]), rowBuffer, 0);
            items.Write(MemoryMarshal.AsBytes(stepWeights[..count]), weightBuffer, 0);
            items.Finish();
            kernels.Accumulate(gpu.Use(0), blockBuffer, rowBuffer, weightBuffer, count, parameters, scratch, sum);
        }
    }
}
