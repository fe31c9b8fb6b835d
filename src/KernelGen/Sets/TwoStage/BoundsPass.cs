using System.Numerics;

namespace KernelGen;

/// <summary>
/// A pass over coarse codes that keeps, for each query, the best rows by their scores and, for every row, the greatest score that its vector can have.
/// </summary>
internal sealed class BoundsPass<TCodec>(TCodec codec, BoundedScan scan) : RowSearchPass<TCodec>(codec)
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>Rows whose bounds are kept at once, over all queries: 4 MiB.</summary>
    private const int Room = 1 << 20;

    private float[] _bounds = [];
    private float[][] _strips = [];
    private int _stride;
    private int _firstRow;
    private float _factor;

    /// <summary>How many blocks a run can take.</summary>
    public static int MaximumBlocks(int queries) => Math.Max(1, Room / queries / TCodec.Layout.BlockRows);

    /// <summary>Scans blocks with the prepared queries.</summary>
    public ReadOnlySpan<TopK> Run(RowView rows, int firstBlock, int blocks, int queries, float factor, in SearchRequest request)
    {
        _stride = blocks * TCodec.Layout.BlockRows;
        _firstRow = rows.FirstRow(firstBlock);
        _factor = factor;
        if (_bounds.Length < queries * _stride)
        {
            _bounds = GC.AllocateUninitializedArray<float>(queries * _stride);
        }

        return Run(rows, firstBlock, blocks, request);
    }

    /// <summary>The bounds of the rows of the last run for a query; no bound is NaN or minus infinity.</summary>
    public Span<float> Bounds(int query, int rows) => _bounds.AsSpan(query * _stride, rows);

    protected override void Begin(int workers)
    {
        base.Begin(workers);
        if (_strips.Length < workers)
        {
            int before = _strips.Length;
            Array.Resize(ref _strips, workers);
            foreach (ref float[] strip in _strips.AsSpan(before))
            {
                strip = new float[2 * StripRows * StripQueries];
            }
        }
    }

    protected override void SearchBlock(int worker, int block, ReadOnlySpan<TopK> tops)
    {
        ReadOnlySpan<long> numbers = Numbers(worker, block);
        Span<byte> codes = Rows.Block(block);
        int first = Rows.FirstRow(block) - _firstRow;
        for (int row = 0; row < numbers.Length; row += StripRows)
        {
            int rows = Math.Min(StripRows, numbers.Length - row);
            for (int q = 0; q < tops.Length; q += StripQueries)
            {
                int queries = Math.Min(StripQueries, tops.Length - q);
                Span<float> scores = _strips[worker].AsSpan(0, queries * rows);
                Span<float> errors = _strips[worker].AsSpan(StripRows * StripQueries, queries * rows);
                scan(Queries(q, queries), codes, row, rows, scores, errors, _factor, Tier);
                for (int i = 0; i < queries; i++)
                {
                    ReadOnlySpan<float> strip = scores.Slice(i * rows, rows);
                    Add(strip, errors.Slice(i * rows, rows), _bounds.AsSpan(((q + i) * _stride) + first + row, rows));
                    tops[q + i].Offer(numbers.Slice(row, rows), strip);
                }
            }
        }
    }

    /// <summary>Adds errors to scores. What is not a number, or minus infinity, says nothing, so it becomes plus infinity.</summary>
    private static void Add(ReadOnlySpan<float> scores, ReadOnlySpan<float> errors, Span<float> bounds)
    {
        int i = 0;
        for (; i <= scores.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> bound = new Vector<float>(scores[i..]) + new Vector<float>(errors[i..]);
            Vector.ConditionalSelect(
                Vector.GreaterThan(bound, new Vector<float>(float.NegativeInfinity)), bound, new Vector<float>(float.PositiveInfinity)).CopyTo(bounds[i..]);
        }

        for (; i < scores.Length; i++)
        {
            float bound = scores[i] + errors[i];
            bounds[i] = bound > float.NegativeInfinity ? bound : float.PositiveInfinity;
        }
    }
}
