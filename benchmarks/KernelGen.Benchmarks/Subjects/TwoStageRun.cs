using System.Numerics.Tensors;

namespace KernelGen.Benchmarks;

/// <summary>A two-stage set of a million vectors beside a set of its fine codes alone.</summary>
internal abstract class TwoStageRun : IDisposable
{
    public const int Rows = 1_000_000;
    public const int Queries = 100;

    /// <summary>Queries of a timed run: others for each.</summary>
    public const int TimedQueries = 5;

    /// <summary>What calibration found on queries that are not those of the recall.</summary>
    public abstract TwoStageCalibration Calibration { get; }

    /// <summary>The share of the exact ten best that two stages find.</summary>
    public abstract double Recall { get; }

    /// <summary>The same where rows that may be right hits are rescored.</summary>
    public abstract double ProbableRecall { get; }

    /// <summary>How many those are, the mean of all queries.</summary>
    public abstract double ProbableRows { get; }

    /// <summary>The share of the exact ten best that fine codes alone find.</summary>
    public abstract double FineRecall { get; }

    public abstract void Search(CpuTier tier);

    public abstract void SearchProbably(CpuTier tier);

    public abstract void SearchFine(CpuTier tier);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed class TwoStageRun<TCoarse, TFine> : TwoStageRun
    where TCoarse : class, IVectorCodec<TCoarse>
    where TFine : class, IVectorCodec<TFine>
{
    private static readonly TwoStageOptions s_probable = new() { Guarantee = Guarantee.Probable };

    private const int ChunkRows = 10_000;
    private const int SampleRows = 2_000;
    private const double RecallTarget = 0.999;

    private readonly TwoStageSet<TCoarse, TFine> _set;
    private readonly VectorSet<TFine> _fine;
    private readonly float[] _queries = new float[Queries * ClusteredVectors.Dimensions];
    private int _next;

    public TwoStageRun()
    {
        var source = new ClusteredVectors();
        var sample = new float[SampleRows * ClusteredVectors.Dimensions];
        source.Fill(Rows, _queries);
        source.Fill(Rows + Queries, sample);
        _set = new TwoStageSet<TCoarse, TFine>(TCoarse.Train(sample), TFine.Train(sample));
        _fine = new VectorSet<TFine>(_set.FineCodec);
        TopK[] exact = [.. Enumerable.Range(0, Queries).Select(_ => new TopK(Workload.Hits))];
        var chunk = new float[ChunkRows * ClusteredVectors.Dimensions];
        for (int first = 0; first < Rows; first += ChunkRows)
        {
            source.Fill(first, chunk);
            long[] ids = [.. Enumerable.Range(first, ChunkRows).Select(static i => (long)i)];
            _set.AddRange(ids, chunk, parallelism: -1);
            _fine.AddRange(ids, chunk, parallelism: -1);
            Parallel.For(0, Queries, q => Score(chunk, ids, Query(q), exact[q]));
        }

        Calibration = _set.Calibrate(sample.AsSpan(0, Queries * ClusteredVectors.Dimensions), Workload.Hits, RecallTarget, parallelism: -1);
        HashSet<long>[] right = [.. exact.Select(static top => top.Drain().Select(static hit => hit.Id).ToHashSet())];
        Recall = Share(_set.SearchBatch(_queries, Workload.Hits).Select(static result => result.Hits));
        TwoStageResult[] probable = _set.SearchBatch(_queries, Workload.Hits, s_probable);
        ProbableRecall = Share(probable.Select(static result => result.Hits));
        ProbableRows = probable.Average(static result => (double)result.RescoredRows);
        FineRecall = Share(_fine.SearchBatch(_queries, Workload.Hits));

        double Share(IEnumerable<IReadOnlyList<Hit>> found) =>
            found.Zip(right, static (hits, ids) => hits.Count(hit => ids.Contains(hit.Id))).Sum() / (double)(Queries * Workload.Hits);
    }

    public override TwoStageCalibration Calibration { get; }

    public override double Recall { get; }

    public override double ProbableRecall { get; }

    public override double ProbableRows { get; }

    public override double FineRecall { get; }

    public override void Search(CpuTier tier)
    {
        for (int i = 0; i < TimedQueries; i++)
        {
            _set.Search(NextQuery(), Workload.Hits, tier: tier);
        }
    }

    public override void SearchProbably(CpuTier tier)
    {
        for (int i = 0; i < TimedQueries; i++)
        {
            _set.Search(NextQuery(), Workload.Hits, s_probable, tier: tier);
        }
    }

    public override void SearchFine(CpuTier tier)
    {
        for (int i = 0; i < TimedQueries; i++)
        {
            _fine.Search(NextQuery(), Workload.Hits, tier: tier);
        }
    }

    public override void Dispose()
    {
        _set.Dispose();
        _fine.Dispose();
    }

    private static void Score(float[] vectors, long[] ids, ReadOnlySpan<float> query, TopK top)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            top.Offer(ids[i], TensorPrimitives.Dot(vectors.AsSpan(i * ClusteredVectors.Dimensions, ClusteredVectors.Dimensions), query));
        }
    }

    private ReadOnlySpan<float> NextQuery() => Query(_next = (_next + 1) % Queries);

    private ReadOnlySpan<float> Query(int number) => _queries.AsSpan(number * ClusteredVectors.Dimensions, ClusteredVectors.Dimensions);
}
