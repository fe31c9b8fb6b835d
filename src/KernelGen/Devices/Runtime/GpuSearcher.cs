using System.Buffers;
using System.Diagnostics;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>Searches a set where its device says: decides, goes to the GPU, and has the CPU answer if the GPU cannot.</summary>
/// <remarks>Methods are called by readers of the set; <see cref="Configure"/>, <see cref="Trim"/> and <see cref="Dispose"/> while there
/// are none.</remarks>
internal sealed class GpuSearcher<TCodec> : IDisposable
    where TCodec : class, IVectorCodec<TCodec>
{
    private static bool s_hasReported;

    private readonly GpuProgram _program;
    private readonly BlockStamps _stamps;
    private readonly GpuLedger _ledger = new();
    private GpuOptions _options;
    private GpuMirror _mirror;

    private GpuSearcher(GpuProgram program, BlockStamps stamps, GpuOptions options)
    {
        _program = program;
        _stamps = stamps;
        _options = options;
        _mirror = CreateMirror(options);
    }

    /// <summary>A searcher, or null for a codec without kernels for GPUs.</summary>
    public static GpuSearcher<TCodec>? TryCreate(TCodec codec, BlockStamps stamps, GpuOptions options)
    {
        try
        {
            return codec.CreateGpuProgram() is { } program ? new GpuSearcher<TCodec>(program, stamps, options) : null;
        }
#pragma warning disable CA1031 // A GPU library that does not load must not keep sets from working.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            if (!Interlocked.Exchange(ref s_hasReported, true))
            {
                GpuException failure = GpuHost.DoesNotLoad<TCodec>(exception);
                GpuDiagnostics.Raise(new GpuDiagnostic
                {
                    Failure = failure.Failure,
                    Message = failure.Message,
                    Scheme = TCodec.Layout.Scheme,
                    Exception = failure,
                });
            }

            return null;
        }
    }

    public void Configure(GpuOptions options)
    {
        _options = options;
        if (options.DeviceIndex != _mirror.Session.DeviceIndex)
        {
            _mirror.Dispose();
            _mirror = CreateMirror(options);
        }
    }

    public void Trim(int blocks) => _mirror.Trim(blocks);

    public void Dispose() => _mirror.Dispose();

    /// <summary>Searches all rows with the queries that the pass has prepared.</summary>
    /// <returns>A collector per query.</returns>
    public ReadOnlySpan<TopK> Search(SearchPass<TCodec> pass, RowView rows, in SearchRequest request, Device device)
    {
        bool scoresOnHost = request.Filter is not null || request.K > GpuAccelerator.MaximumK;
        int queries = pass.Prepared.Length / TCodec.Layout.QueryBytes;
        if (Chooses(device, rows, queries, scoresOnHost, request.Threads))
        {
            try
            {
                ReadOnlySpan<TopK> tops = pass.BeginCollecting(request);
                if (scoresOnHost)
                {
                    SearchOnHost(rows, pass.Prepared, tops, request.CancellationToken);
                }
                else
                {
                    var work = new SearchWork(this, rows, pass.Prepared, tops, request);
                    _mirror.Session.Run(typeof(TCodec), _program, ref work);
                }

                return tops;
            }
            catch (GpuException exception) when (device == Device.Auto)
            {
                Report(exception);
            }
        }

        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<TopK> collectors = pass.Run(rows, request);
        if (device == Device.Auto)
        {
            _ledger.ObserveCpu(ScanBytes(rows) * GpuCostModel.Passes(queries), request.Threads, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return collectors;
    }

    /// <summary>Scores all rows, unless the CPU is to do it.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="prepared">A prepared query.</param>
    /// <param name="scores">A score per row.</param>
    /// <param name="device">Where.</param>
    /// <returns>Whether it is done.</returns>
    public bool TryScore(RowView rows, ReadOnlySpan<byte> prepared, Span<float> scores, Device device)
    {
        if (!Chooses(device, rows, queries: 1, scoresOnHost: true, threads: 1))
        {
            return false;
        }

        try
        {
            for (int block = 0; block < rows.BlockCount;)
            {
                var work = new ScoreWork(this, rows, prepared, block, scores[rows.FirstRow(block)..]);
                _mirror.Session.Run(typeof(TCodec), _program, ref work);
                block = work.EndBlock;
            }

            return true;
        }
        catch (GpuException exception) when (device == Device.Auto)
        {
            Report(exception);
            return false;
        }
    }

    private static long ScanBytes(RowView rows) => (long)rows.BlockCount * TCodec.Layout.BlockBytes;

    private GpuMirror CreateMirror(GpuOptions options) =>
        new(GpuHost.Of(_program.Library).Session(options.DeviceIndex), TCodec.Layout, _stamps);

    private void Report(GpuException exception) =>
        _mirror.Session.Host.Report(exception, _mirror.Session.Device, TCodec.Layout.Scheme);

    /// <summary>Whether the GPU is to answer.</summary>
    private bool Chooses(Device device, RowView rows, int queries, bool scoresOnHost, int threads)
    {
        if (device != Device.Auto || rows.Count == 0)
        {
            return device == Device.Gpu && rows.Count > 0;
        }

        GpuSession session = _mirror.Session;
        if (session.WhyOff(typeof(TCodec)) is { } failure)
        {
            // It may have been met elsewhere, and not be known to those who listen.
            Report(failure);
            return false;
        }

        GpuWorkload workload = Workload(rows, queries, scoresOnHost, threads);
        GpuCostModel model = _options.CostModel;
        if (model.PrefersGpu(workload))
        {
            _ledger.AddSaving(-model.UploadSeconds(workload));
            return true;
        }

        _ledger.AddSaving(Math.Max(0, model.CpuSeconds(workload) - model.GpuSeconds(workload)));
        return false;
    }

    private GpuWorkload Workload(RowView rows, int queries, bool scoresOnHost, int threads)
    {
        CodecLayout layout = TCodec.Layout;
        (long upload, long streamed) = _mirror.Estimate(rows.BlockCount, _options);
        (GpuFigures figures, double saved) = _ledger.Read();
        int chunkBlocks = Math.Min(rows.BlockCount, _options.ChunkBlocks(layout));
        int groups = (queries - 1) / GroupQueries(Math.Min(rows.Count, chunkBlocks * layout.BlockRows), queries) + 1;
        long slices = ((rows.BlockCount - 1) / chunkBlocks) + 1 + (streamed / _options.Sizes.StreamBytes);
        return new GpuWorkload
        {
            Rows = rows.Count,
            ScanBytes = ScanBytes(rows),
            UploadBytes = upload,
            StreamedBytes = streamed * groups,
            Queries = queries,
            DownloadsScores = scoresOnHost,
            Threads = Math.Min(threads, Environment.ProcessorCount),
            Launches = (int)Math.Min(int.MaxValue, groups * ((2 * slices) + 1)),
            IsReady = _mirror.Session.IsReady(typeof(TCodec)),
            Device = _mirror.Session.Device,
            SavedSeconds = saved,
            Measured = figures,
        };
    }

    /// <summary>How many queries go over the blocks together, so that the scores of a slice fit their buffer.</summary>
    private int GroupQueries(int sliceRows, int queries) =>
        (int)Math.Clamp(_options.Sizes.ScoreBytes / ((long)sizeof(float) * sliceRows), 1, Math.Min(_options.Sizes.GroupQueries, queries));

    /// <summary>Collects on the host: for filters, and for more hits than the device selects. The device is free for others while a
    /// filter is asked.</summary>
    private void SearchOnHost(RowView rows, ReadOnlySpan<byte> prepared, ReadOnlySpan<TopK> tops, CancellationToken cancellationToken)
    {
        CodecLayout layout = TCodec.Layout;
        int sliceBlocks = Math.Max(_options.ChunkBlocks(layout), _options.StreamBlocks(layout));
        int sliceRows = (int)Math.Min(rows.Count, (long)sliceBlocks * layout.BlockRows);
        int group = GroupQueries(sliceRows, tops.Length);
        float[] scores = ArrayPool<float>.Shared.Rent(group * sliceRows);
        try
        {
            for (int first = 0; first < tops.Length; first += group)
            {
                int queries = Math.Min(group, tops.Length - first);
                ReadOnlySpan<byte> groupPrepared = prepared.Slice(first * layout.QueryBytes, queries * layout.QueryBytes);
                for (int block = 0; block < rows.BlockCount;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var work = new ScoreWork(this, rows, groupPrepared, block, scores);
                    _mirror.Session.Run(typeof(TCodec), _program, ref work);
                    Offer(rows, block, work.EndBlock, scores.AsSpan(0, queries * work.Rows), tops.Slice(first, queries));
                    block = work.EndBlock;
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    /// <summary>Leaves less of the set on the device, so that there may be room for the rest.</summary>
    private bool TryMakeRoom(GpuContext gpu)
    {
        gpu.WaitAll();
        return _mirror.ReleaseLast(gpu, _options);
    }

    private static void Offer(RowView rows, int block, int endBlock, ReadOnlySpan<float> scores, ReadOnlySpan<TopK> tops)
    {
        int stride = scores.Length / tops.Length;
        for (int q = 0; q < tops.Length; q++)
        {
            ReadOnlySpan<float> rest = scores.Slice(q * stride, stride);
            for (int b = block; b < endBlock; b++)
            {
                ReadOnlySpan<long> ids = rows.Ids(b);
                tops[q].Offer(ids, rest[..ids.Length]);
                rest = rest[ids.Length..];
            }
        }
    }

    /// <summary>Searches on the device, group by group.</summary>
    private readonly ref struct SearchWork(
        GpuSearcher<TCodec> searcher, RowView rows, ReadOnlySpan<byte> prepared, ReadOnlySpan<TopK> tops, SearchRequest request) : IGpuWork
    {
        private readonly RowView _rows = rows;
        private readonly ReadOnlySpan<byte> _prepared = prepared;
        private readonly ReadOnlySpan<TopK> _tops = tops;

        public void Run(GpuContext gpu, GpuKernels kernels)
        {
            int queryBytes = TCodec.Layout.QueryBytes;
            for (int first = 0; first < _tops.Length;)
            {
                request.CancellationToken.ThrowIfCancellationRequested();
                try
                {
                    var scan = new GpuScan(gpu, kernels, TCodec.Layout, searcher._options, searcher._mirror, searcher._ledger, _rows);
                    int count = searcher.GroupQueries(scan.LargestSliceRows, _tops.Length - first);
                    scan.Search(_prepared.Slice(first * queryBytes, count * queryBytes), _tops.Slice(first, count), request);
                    first += count;
                }
                catch (GpuException exception) when (exception.Failure == GpuFailure.OutOfMemory)
                {
                    // Nothing was offered yet.
                    if (!searcher.TryMakeRoom(gpu))
                    {
                        throw;
                    }
                }
            }
        }
    }

    /// <summary>Scores the rows from a block on, as far as they lie together on the device.</summary>
    private ref struct ScoreWork(
        GpuSearcher<TCodec> searcher, RowView rows, ReadOnlySpan<byte> prepared, int block, Span<float> scores) : IGpuWork
    {
        private readonly RowView _rows = rows;
        private readonly ReadOnlySpan<byte> _prepared = prepared;
        private readonly Span<float> _scores = scores;

        /// <summary>One after the last block that was scored.</summary>
        public int EndBlock { get; private set; }

        /// <summary>How many rows were scored, which is the stride from one query's scores to the next one's.</summary>
        public int Rows { get; private set; }

        public void Run(GpuContext gpu, GpuKernels kernels)
        {
            while (EndBlock == 0)
            {
                try
                {
                    var scan = new GpuScan(gpu, kernels, TCodec.Layout, searcher._options, searcher._mirror, searcher._ledger, _rows);
                    (EndBlock, Rows) = scan.Score(_prepared, block, _scores);
                }
                catch (GpuException exception) when (exception.Failure == GpuFailure.OutOfMemory)
                {
                    if (!searcher.TryMakeRoom(gpu))
                    {
                        throw;
                    }
                }
            }
        }
    }
}
