using System.Diagnostics;
using System.Runtime.InteropServices;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>
/// One pass of a group of queries over the blocks of a set: over chunks of the mirror on stream 0, and over slices that cross the bus on
/// both streams in turns, so that one is filled and copied while the other is scanned.
/// </summary>
internal readonly ref struct GpuScan
{
    private readonly GpuContext _gpu;
    private readonly GpuKernels _kernels;
    private readonly CodecLayout _layout;
    private readonly GpuOptions _options;
    private readonly GpuMirror _mirror;
    private readonly GpuLedger _ledger;
    private readonly RowView _rows;

    /// <summary>Brings the mirror up to date.</summary>
    public GpuScan(
        GpuContext gpu, GpuKernels kernels, CodecLayout layout, GpuOptions options, GpuMirror mirror, GpuLedger ledger, RowView rows)
    {
        _gpu = gpu;
        _kernels = kernels;
        _layout = layout;
        _options = options;
        _mirror = mirror;
        _ledger = ledger;
        _rows = rows;

        long start = Stopwatch.GetTimestamp();
        long bytes = mirror.Synchronize(gpu, rows, options);
        if (bytes >= GpuContext.PieceBytes)
        {
            gpu.Wait(0);
            ledger.ObserveTransfer(bytes, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        for (int block = 0; block < rows.BlockCount;)
        {
            int end = SliceEnd(block);
            LargestSliceRows = Math.Max(LargestSliceRows, RowsOf(block, end));
            block = end;
        }
    }

    /// <summary>Rows of the largest run that is scanned at once.</summary>
    public int LargestSliceRows { get; }

    /// <summary>Finds the best rows of all, of which there are at most <see cref="GpuAccelerator.MaximumK"/> per query.</summary>
    /// <param name="prepared">The prepared queries.</param>
    /// <param name="tops">Receive the hits, once nothing can fail any more.</param>
    /// <param name="request">What is searched.</param>
    public void Search(ReadOnlySpan<byte> prepared, ReadOnlySpan<TopK> tops, in SearchRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        int queries = tops.Length;
        int total = 0;
        for (int block = 0; block < _rows.BlockCount;)
        {
            int end = SliceEnd(block);
            total += GpuCandidates.PlacesOf(RowsOf(block, end), request.K, _options.Sizes);
            block = end;
        }

        bool streams = _rows.BlockCount > _mirror.Capacity;
        GpuBuffer queryBuffer = Upload(prepared);
        var candidates = new GpuCandidates(_gpu, _options.Sizes, queries, request.K, request.MinimumScore, total, streams);
        if (streams)
        {
            // Stream 1 is about to read what stream 0 has copied.
            _gpu.Wait(0);
        }

        int launches = 1;
        int streamed = 0;
        for (int block = 0; block < _rows.BlockCount;)
        {
            request.CancellationToken.ThrowIfCancellationRequested();
            int end = SliceEnd(block);
            GpuChunk? chunk = _mirror.Find(block);
            int stream = chunk is null ? streamed++ & 1 : 0;
            (GpuBuffer blocks, GpuBuffer ids) = chunk is null ? Stream(stream, block, end) : (chunk.Blocks, chunk.Ids);
            GpuBuffer scores = ScoreBuffer(stream, queries, LargestSliceRows);
            int rows = RowsOf(block, end);
            _kernels.Scan(_gpu.Use(stream), queryBuffer, queries, blocks, rows, scores, LargestSliceRows);
            candidates.Add(stream, scores, LargestSliceRows, ids, rows);
            launches += 2;
            block = end;
        }

        candidates.Collect(tops);
        if (!streams && _gpu.IsWarm)
        {
            double bytes = (double)_rows.BlockCount * _layout.BlockBytes * GpuCostModel.Passes(queries);
            _ledger.ObserveDevice(bytes, launches, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        // The first search waits for the driver's lazy loading; its time says nothing.
        _gpu.IsWarm = true;
    }

    /// <summary>Scores rows from a block on, as many as lie together and as there is room for.</summary>
    /// <param name="prepared">The prepared queries.</param>
    /// <param name="block">The first block.</param>
    /// <param name="scores">Receives the scores of the rows, those of the first query first. Room for a block, or for all
    /// rows.</param>
    /// <returns>One after the last block, and the number of rows.</returns>
    public (int EndBlock, int Rows) Score(ReadOnlySpan<byte> prepared, int block, Span<float> scores)
    {
        int queries = prepared.Length / _layout.QueryBytes;
        int room = scores.Length / queries;
        int end = SliceEnd(block);
        if (RowsOf(block, end) > room)
        {
            end = block + (room / _layout.BlockRows);
        }

        GpuChunk? chunk = _mirror.Find(block);
        int first = chunk?.FirstBlock ?? block;
        (GpuBuffer blocks, _) = chunk is null ? Stream(0, block, end) : (chunk.Blocks, chunk.Ids);
        GpuBuffer queryBuffer = Upload(prepared);
        int scanned = RowsOf(first, end);
        int skipped = scanned - RowsOf(block, end);
        int rows = scanned - skipped;
        GpuBuffer buffer = ScoreBuffer(0, queries, scanned);
        _kernels.Scan(_gpu.Use(0), queryBuffer, queries, blocks, scanned, buffer, scanned);
        if (skipped == 0)
        {
            _gpu.Download(buffer, 0, MemoryMarshal.AsBytes(scores[..(queries * rows)]));
            return (end, rows);
        }

        for (int q = 0; q < queries; q++)
        {
            long offset = (((long)q * scanned) + skipped) * sizeof(float);
            _gpu.Download(buffer, offset, MemoryMarshal.AsBytes(scores.Slice(q * rows, rows)));
        }

        return (end, rows);
    }

    private int RowsOf(int block, int end) =>
        (int)Math.Min((long)(end - block) * _layout.BlockRows, _rows.Count - ((long)block * _layout.BlockRows));

    /// <summary>One after the last block that is scanned together with a block.</summary>
    private int SliceEnd(int block)
    {
        long end = _mirror.Find(block)?.EndBlock ?? (block + (long)_options.StreamBlocks(_layout));
        return (int)Math.Min(_rows.BlockCount, end);
    }

    private GpuBuffer Upload(ReadOnlySpan<byte> prepared)
    {
        GpuBuffer buffer = _gpu.Scratch(GpuScratch.Prepared, prepared.Length);
        var upload = new GpuUpload(_gpu, prepared.Length);
        upload.Write(prepared, buffer, 0);
        upload.Finish();
        return buffer;
    }

    private GpuBuffer ScoreBuffer(int stream, int queries, int stride) =>
        _gpu.Scratch(GpuScratch.Scores0 + stream, (long)sizeof(float) * queries * stride);

    /// <summary>Copies blocks and their ids to buffers that the stream has for such blocks.</summary>
    private (GpuBuffer Blocks, GpuBuffer Ids) Stream(int stream, int block, int end)
    {
        int most = _options.StreamBlocks(_layout);
        int idBytes = _layout.BlockRows * sizeof(long);
        GpuBuffer blocks = _gpu.Scratch(GpuScratch.Blocks0 + stream, (long)most * _layout.BlockBytes);
        GpuBuffer ids = _gpu.Scratch(GpuScratch.Ids0 + stream, (long)most * idBytes);
        GpuStaging staging = _gpu.Staging((GpuStagingSlot)stream, most * (_layout.BlockBytes + idBytes));

        // Until here the stream has worked on the slice before the last.
        _gpu.Wait(stream);
        int count = end - block;
        int idStart = count * _layout.BlockBytes;
        Span<byte> memory = staging.Span;
        for (int b = 0; b < count; b++)
        {
            _rows.Block(block + b).CopyTo(memory[(b * _layout.BlockBytes)..]);
            _rows.IdBytes(block + b).CopyTo(memory[(idStart + (b * idBytes))..]);
        }

        _gpu.CopyToDevice(stream, staging, 0, blocks, 0, idStart);
        _gpu.CopyToDevice(stream, staging, idStart, ids, 0, count * idBytes);
        return (blocks, ids);
    }
}
