using KernelGen.Training.Tests.Quality;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Rotated;

// 4 bits by levels that suit normal values, one codec per set; the bytes behind them are those of RotatedStagesTests.
[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(4, Levels = GridLevels.LloydMax)]
internal sealed partial class UseLloydMax4;

[VectorCodec(100, Metric = Metric.InnerProduct), RotatedQuantizer(4, Levels = GridLevels.LloydMax)]
internal sealed partial class GloveLloydMax4;

[VectorCodec(784, Metric = Metric.SquaredL2), RotatedQuantizer(4, Levels = GridLevels.LloydMax)]
internal sealed partial class FashionLloydMax4;

[VectorCodec(384, Metric = Metric.Cosine), RotatedQuantizer(4, Levels = GridLevels.LloydMax)]
internal sealed partial class MiniLmLloydMax4;

[VectorCodec(128, Metric = Metric.SquaredL2), RotatedQuantizer(4, Levels = GridLevels.LloydMax)]
internal sealed partial class SiftLloydMax4;

/// <summary>Rotated codes of 4 bits with Lloyd-Max levels in front of bytes, on real vectors.</summary>
public sealed class NormalLevelsTests(ITestOutputHelper output)
{
    /// <summary>The least recall of the 10 best: alone, and with four rows rescored per hit. Measured were 0.006 to 0.008 more.</summary>
    public static TheoryData<string, double, double> Shipped => new()
    {
        { "use512wn", 0.950, 0.991 },
        { "glove100", 0.901, 0.986 },
        { "fmnist784", 0.974, 0.989 },
    };

    /// <summary>The same of whole sets.</summary>
    private static (string Set, double Coarse, double Rescored)[] Full =>
    [
        ("use512wn", 0.950, 0.990),
        ("glove100", 0.901, 0.986),
        ("fmnist784", 0.963, 0.991),
        ("minilm384sap", 0.970, 0.989),
        ("sift128", 0.921, 0.984),
    ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Guarantees_and_recall(string set, double coarse, double rescored) => Check(set, coarse, rescored, VectorPair.Own(set));

    [FullSetsFact]
    public void Guarantees_and_recall_of_whole_sets() =>
        Assert.All(Full, floors => Check(floors.Set, floors.Coarse, floors.Rescored, VectorPair.In(FullSetsFactAttribute.Directory!, floors.Set)));

    private void Check(string set, double coarse, double rescored, VectorPair vectors)
    {
        RotatedStages stages = set switch
        {
            "use512wn" => Measure<UseLloydMax4, UseCosine8>(vectors),
            "glove100" => Measure<GloveLloydMax4, GloveProduct8>(vectors),
            "fmnist784" => Measure<FashionLloydMax4, FashionDistance8>(vectors),
            "minilm384sap" => Measure<MiniLmLloydMax4, MiniLmCosine8>(vectors),
            "sift128" => Measure<SiftLloydMax4, SiftDistance8>(vectors),
            _ => throw new ArgumentOutOfRangeException(nameof(set), set, "No codecs."),
        };
        string text = $"{set} 4 bits, Lloyd-Max: recall {stages.CoarseRecall:F4}, rescored {stages.Recall:F4}; "
            + $"rows rescored: probable {stages.ProbableRows:F1} ({stages.Improbable} wrong), always {stages.AlwaysRows:F1} of {stages.Rows}";
        output.WriteLine(text);
        Assert.True(stages.Improbable <= 0.001 * stages.Queries && stages.CoarseRecall >= coarse && stages.Recall >= rescored, text);
        Assert.True(stages.ProbableRows < stages.AlwaysRows && stages.AlwaysRows < stages.Rows, text);
    }

    private static RotatedStages Measure<TCoarse, TFine>(VectorPair vectors)
        where TCoarse : class, IBoundedCodec<TCoarse>
        where TFine : class, IVectorCodec<TFine> =>
        RotatedStages.Measure<TCoarse, TFine>(vectors, new ExactScores(vectors, TFine.Layout.Dimensions, TFine.Layout.Metric));
}
