using KernelGen.Training.Tests.Quality;

namespace KernelGen.Training.Tests.Rotated;

/// <summary>What two-stage searches of rotated codes, rescored by bytes, find in a set.</summary>
internal sealed record RotatedStages
{
    private const int K = 10;

    /// <summary>How many rows there were.</summary>
    public required int Rows { get; init; }

    /// <summary>How many queries.</summary>
    public required int Queries { get; init; }

    /// <summary>Recall of the 10 best against exact floats: of the coarse codes alone.</summary>
    public required double CoarseRecall { get; init; }

    /// <summary>Recall with four rows rescored per hit.</summary>
    public required double Recall { get; init; }

    /// <summary>Queries whose results with <see cref="Guarantee.Probable"/> differ from those of all fine codes.</summary>
    public required int Improbable { get; init; }

    /// <summary>Rows rescored per query with <see cref="Guarantee.Probable"/>.</summary>
    public required double ProbableRows { get; init; }

    /// <summary>Rows rescored per query with <see cref="Guarantee.Always"/>.</summary>
    public required double AlwaysRows { get; init; }

    /// <summary>Searches, and asserts that what is always right equals the search of all fine codes in ids and scores for every query.</summary>
    public static RotatedStages Measure<TCoarse, TFine>(VectorPair vectors, ExactScores exact)
        where TCoarse : class, IBoundedCodec<TCoarse>
        where TFine : class, IVectorCodec<TFine>
    {
        (float[] rows, float[] queries) = vectors;
        long[] ids = [.. Enumerable.Range(0, rows.Length / TFine.Layout.Dimensions).Select(static row => (long)row)];
        using var set = new TwoStageSet<TCoarse, TFine>(TCoarse.Train(rows), TFine.Train(rows));
        set.AddRange(ids, rows);
        using var fine = new VectorSet<TFine>(set.FineCodec);
        fine.AddRange(ids, rows);
        using var coarse = new VectorSet<TCoarse>(set.CoarseCodec);
        coarse.AddRange(ids, rows);

        Hit[][] expected = fine.SearchBatch(queries, K);
        TwoStageResult[] always = set.SearchBatch(queries, K, new() { Guarantee = Guarantee.Always });
        for (int q = 0; q < expected.Length; q++)
        {
            Assert.True(expected[q].SequenceEqual(always[q].Hits), $"{TCoarse.Layout.Scheme}, query {q}");
        }

        TwoStageResult[] probable = set.SearchBatch(queries, K, new() { Guarantee = Guarantee.Probable });
        return new RotatedStages
        {
            Rows = ids.Length,
            Queries = expected.Length,
            CoarseRecall = exact.Recall(coarse.SearchBatch(queries, K), K),
            Recall = exact.Recall(set.SearchBatch(queries, K, new() { Oversample = 4 }).Select(static result => result.Hits), K),
            Improbable = expected.Zip(probable, static (hits, result) => hits.SequenceEqual(result.Hits)).Count(static same => !same),
            ProbableRows = probable.Average(static result => result.RescoredRows),
            AlwaysRows = always.Average(static result => result.RescoredRows),
        };
    }
}
