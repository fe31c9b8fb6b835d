using System.Runtime.InteropServices;
using KernelGen.Devices;

namespace KernelGen;

/// <summary>Collects the best rows of slices on the device, and brings the best of all to the host.</summary>
internal ref struct GpuCandidates
{
    private readonly GpuContext _gpu;
    private readonly GpuSizes _sizes;
    private readonly int _queries;
    private readonly int _k;
    private readonly float _minimumScore;
    private readonly bool _streams;
    private readonly int _total;
    private readonly int _capacity;
    private int _side;
    private int _used;

    /// <summary>Begins.</summary>
    /// <param name="gpu">The device.</param>
    /// <param name="sizes">Sizes.</param>
    /// <param name="queries">Number of queries.</param>
    /// <param name="k">How many rows to find for each.</param>
    /// <param name="minimumScore">Rows that score less are not found.</param>
    /// <param name="total">The sum of <see cref="PlacesOf"/> of all slices.</param>
    /// <param name="streams">Whether stream 1 is used too.</param>
    public GpuCandidates(GpuContext gpu, GpuSizes sizes, int queries, int k, float minimumScore, int total, bool streams)
    {
        _gpu = gpu;
        _sizes = sizes;
        _queries = queries;
        _k = k;
        _minimumScore = minimumScore;
        _streams = streams;
        _total = total;

        // When it is full there must be room for what is kept and for the next slice.
        _capacity = Math.Min(total, Math.Max(sizes.Candidates, 2 * k));
    }

    /// <summary>Places that the candidates of a slice take.</summary>
    public static int PlacesOf(int rows, int k, GpuSizes sizes) => Parts(rows, k, sizes) * k;

    /// <summary>Queues the choice among the rows of a slice, on the stream that has scored them.</summary>
    public void Add(int stream, GpuBuffer scores, int scoreStride, GpuBuffer ids, int rows)
    {
        int parts = Parts(rows, _k, _sizes);
        if (_used + (parts * _k) > _capacity)
        {
            Compact();
        }

        Select(stream, scores, scoreStride, ids, 0, rows, parts, _side, _capacity, _used);
        _used += parts * _k;
    }

    /// <summary>Waits for the best of all and offers them.</summary>
    public void Collect(ReadOnlySpan<TopK> tops)
    {
        if (_streams)
        {
            _gpu.Wait(1);
        }

        int side = _side;
        if (_total > _k)
        {
            side ^= 1;
            SelectAmongCandidates(stride: _k);
        }

        int count = _queries * _k;
        int scoreBytes = (count * sizeof(float) + 7) & ~7;
        GpuStaging staging = _gpu.Staging(GpuStagingSlot.Results, scoreBytes + (count * sizeof(long)));
        _gpu.CopyToHost(0, TopScores(side, _k), 0, staging, 0, count * sizeof(float));
        _gpu.CopyToHost(0, TopIds(side, _k), 0, staging, scoreBytes, count * sizeof(long));
        _gpu.Wait(0);
        ReadOnlySpan<float> scores = MemoryMarshal.Cast<byte, float>(staging.Span[..(count * sizeof(float))]);
        ReadOnlySpan<long> ids = MemoryMarshal.Cast<byte, long>(staging.Span.Slice(scoreBytes, count * sizeof(long)));
        for (int q = 0; q < tops.Length; q++)
        {
            // Places that stayed free have the score NaN, which is never collected.
            tops[q].Offer(ids.Slice(q * _k, _k), scores.Slice(q * _k, _k));
        }
    }

    /// <summary>Enough groups of threads to fill a device, as long as they leave few candidates.</summary>
    private static int Parts(int rows, int k, GpuSizes sizes) =>
        Math.Clamp(rows / sizes.PartRows, 1, Math.Clamp(sizes.Candidates / 4 / k, 1, 512));

    /// <summary>Keeps the best of the candidates so far.</summary>
    private void Compact()
    {
        if (_streams)
        {
            _gpu.WaitAll();
        }

        SelectAmongCandidates(_capacity);
        _side ^= 1;
        _used = _k;
    }

    private readonly void SelectAmongCandidates(int stride) => Select(
        0, TopScores(_side, _capacity), _capacity, TopIds(_side, _capacity), _capacity, _used, 1, _side ^ 1, stride, 0);

    private readonly void Select(
        int stream, GpuBuffer scores, int scoreStride, GpuBuffer ids, int idStride, int count, int parts, int side, int stride, int offset) =>
        _gpu.SelectTop(stream, new GpuSelection
        {
            Scores = scores,
            ScoreStride = scoreStride,
            Ids = ids,
            IdStride = idStride,
            Queries = _queries,
            Count = count,
            Parts = parts,
            K = _k,
            MinimumScore = _minimumScore,
            TopScores = TopScores(side, stride),
            TopIds = TopIds(side, stride),
            TopStride = stride,
            TopOffset = offset,
        });

    private readonly GpuBuffer TopScores(int side, int stride) =>
        _gpu.Scratch(GpuScratch.TopScores0 + side, (long)_queries * stride * sizeof(float));

    private readonly GpuBuffer TopIds(int side, int stride) =>
        _gpu.Scratch(GpuScratch.TopIds0 + side, (long)_queries * stride * sizeof(long));
}
