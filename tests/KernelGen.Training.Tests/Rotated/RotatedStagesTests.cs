using KernelGen.Training.Tests.Quality;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Rotated;

/// <summary>Rotated codes of 1, 2 and 4 bits in front of bytes, on real vectors: what is promised is kept, and what is found stays.</summary>
public sealed class RotatedStagesTests(ITestOutputHelper output)
{
    private static readonly int[] s_bits = [1, 2, 4];

    /// <summary>
    /// The least recall of the 10 best with 1, 2 and 4 bits: alone, and with four rows rescored per hit. Measured were 0.006 to 0.007 more.
    /// </summary>
    public static TheoryData<string, Metric, double[], double[]> Shipped => new()
    {
        { "use512wn", Metric.InnerProduct, [0.750, 0.871, 0.948], [0.984, 0.991, 0.991] },
        { "use512wn", Metric.Cosine, [0.750, 0.871, 0.948], [0.985, 0.991, 0.991] },
        { "use512wn", Metric.SquaredL2, [0.750, 0.871, 0.948], [0.985, 0.991, 0.991] },
        { "glove100", Metric.InnerProduct, [0.479, 0.710, 0.900], [0.807, 0.967, 0.986] },
        { "glove100", Metric.Cosine, [0.472, 0.712, 0.906], [0.809, 0.971, 0.985] },
        { "fmnist784", Metric.SquaredL2, [0.857, 0.915, 0.968], [0.989, 0.989, 0.989] },
    };

    /// <summary>The same of whole sets.</summary>
    private static (string Set, Metric Metric, double[] Coarse, double[] Rescored)[] Full =>
    [
        ("use512wn", Metric.Cosine, [0.750, 0.871, 0.948], [0.985, 0.990, 0.990]),
        ("use512wn", Metric.SquaredL2, [0.750, 0.871, 0.948], [0.986, 0.992, 0.992]),
        ("glove100", Metric.InnerProduct, [0.439, 0.695, 0.906], [0.762, 0.961, 0.986]),
        ("glove100", Metric.Cosine, [0.440, 0.690, 0.900], [0.744, 0.960, 0.986]),
        ("fmnist784", Metric.SquaredL2, [0.832, 0.903, 0.967], [0.990, 0.991, 0.991]),
        ("minilm384sap", Metric.Cosine, [0.807, 0.891, 0.965], [0.988, 0.989, 0.989]),
        ("sift128", Metric.SquaredL2, [0.540, 0.750, 0.921], [0.895, 0.979, 0.984]),
    ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Guarantees_and_recall(string set, Metric metric, double[] coarse, double[] rescored) =>
        Check(set, metric, coarse, rescored, VectorPair.Own(set));

    [FullSetsFact]
    public void Guarantees_and_recall_of_whole_sets() => Assert.All(
        Full,
        floors => Check(floors.Set, floors.Metric, floors.Coarse, floors.Rescored, VectorPair.In(FullSetsFactAttribute.Directory!, floors.Set)));

    private void Check(string set, Metric metric, double[] coarse, double[] rescored, VectorPair vectors)
    {
        RotatedStages[] stages = (set, metric) switch
        {
            ("use512wn", Metric.InnerProduct) => Measure<UseProduct1, UseProduct2, UseProduct4, UseProduct8>(vectors),
            ("use512wn", Metric.Cosine) => Measure<UseCosine1, UseCosine2, UseCosine4, UseCosine8>(vectors),
            ("use512wn", Metric.SquaredL2) => Measure<UseDistance1, UseDistance2, UseDistance4, UseDistance8>(vectors),
            ("glove100", Metric.InnerProduct) => Measure<GloveProduct1, GloveProduct2, GloveProduct4, GloveProduct8>(vectors),
            ("glove100", Metric.Cosine) => Measure<GloveCosine1, GloveCosine2, GloveCosine4, GloveCosine8>(vectors),
            ("fmnist784", Metric.SquaredL2) => Measure<FashionDistance1, FashionDistance2, FashionDistance4, FashionDistance8>(vectors),
            ("minilm384sap", Metric.Cosine) => Measure<MiniLmCosine1, MiniLmCosine2, MiniLmCosine4, MiniLmCosine8>(vectors),
            ("sift128", Metric.SquaredL2) => Measure<SiftDistance1, SiftDistance2, SiftDistance4, SiftDistance8>(vectors),
            _ => throw new ArgumentOutOfRangeException(nameof(set), set, "No codecs."),
        };
        string text = string.Join('\n', s_bits.Zip(stages, (bits, stage) =>
            $"{set} {metric} {bits} bits: recall {stage.CoarseRecall:F4}, rescored {stage.Recall:F4}; "
            + $"rows rescored: probable {stage.ProbableRows:F1} ({stage.Improbable} wrong), always {stage.AlwaysRows:F1} of {stage.Rows}"));
        output.WriteLine(text);
        Assert.True(stages.Sum(static stage => stage.Improbable) <= 0.001 * stages.Sum(static stage => stage.Queries), text);
        for (int i = 0; i < stages.Length; i++)
        {
            Assert.True(stages[i].CoarseRecall >= coarse[i] && stages[i].Recall >= rescored[i], text);

            // Else nothing would have been promised by bounds.
            Assert.True(stages[i].ProbableRows < stages[i].AlwaysRows && stages[i].AlwaysRows < stages[i].Rows, text);
        }
    }

    private static RotatedStages[] Measure<T1, T2, T4, TFine>(VectorPair vectors)
        where T1 : class, IBoundedCodec<T1>
        where T2 : class, IBoundedCodec<T2>
        where T4 : class, IBoundedCodec<T4>
        where TFine : class, IVectorCodec<TFine>
    {
        var exact = new ExactScores(vectors, TFine.Layout.Dimensions, TFine.Layout.Metric);
        return
        [
            RotatedStages.Measure<T1, TFine>(vectors, exact),
            RotatedStages.Measure<T2, TFine>(vectors, exact),
            RotatedStages.Measure<T4, TFine>(vectors, exact),
        ];
    }
}
