using DefinitionSearch;
using Shared;

namespace KernelGen.Tests.Samples;

/// <summary>What the schemes of the sample find of what exact search finds, on its real embeddings.</summary>
public sealed class RecallTests
{
    private static readonly Lazy<Dataset> s_data = new(Dataset.Load);

    private static readonly Lazy<GroundTruth> s_truth = new(() => new(s_data.Value, _ => { }));

    /// <summary>Scheme, and the least recall of the 10 and of the 100 best; measured were 0.005 to 0.01 more.</summary>
    public static TheoryData<string, double, double> Floors => new()
    {
        { "float32", 0.9999, 0.9999 },
        { "float16", 0.9945, 0.9945 },
        { "bfloat16", 0.991, 0.992 },
        { "float8", 0.970, 0.983 },
        { "int8", 0.991, 0.992 },
        { "int8-channel", 0.991, 0.992 },
        { "int6", 0.978, 0.987 },
        { "int5", 0.965, 0.979 },
        { "int4", 0.935, 0.960 },
        { "int4-block32", 0.945, 0.966 },
        { "int3", 0.865, 0.915 },
        { "int2", 0.725, 0.817 },
        { "int1", 0.705, 0.780 },
        { "rotated4", 0.946, 0.967 },
        { "rotated2", 0.869, 0.904 },
        { "rotated1", 0.749, 0.814 },
        { "lloyd4", 0.949, 0.969 },
        { "lloyd2", 0.863, 0.905 },
        { "signs", 0.649, 0.740 },
        { "hamming", 0.641, 0.705 },
        { "planes4", 0.927, 0.950 },
        { "planes2", 0.832, 0.879 },
        { "int8-pca256", 0.942, 0.967 },
        { "opq128x4", 0.809, 0.879 },
        { "pq256x4", 0.787, 0.860 },
        { "pq128x4", 0.744, 0.819 },
        { "pq128x8", 0.822, 0.884 },
        { "pq64x8", 0.775, 0.841 },
        { "pq32x8", 0.670, 0.760 },
        { "prq16x2x8", 0.658, 0.764 },
        { "rotated1+int8", 0.984, 0.991 },
        { "rotated2+int8", 0.991, 0.992 },
    };

    [Theory]
    [MemberData(nameof(Floors))]
    public void Recall_stays(string scheme, double floor10, double floor100)
    {
        DefinitionSearch.Index index = Scheme.Find(scheme).Build(s_data.Value.Glosses, _ => { });
        (double at10, double at100) = (s_truth.Value.Recall(index, 10), s_truth.Value.Recall(index, 100));
        Assert.True(
            at10 >= floor10 && at100 >= floor100,
            $"recall@10 {at10:F4}, floor {floor10}; recall@100 {at100:F4}, floor {floor100}");
    }

    [Fact]
    public void Every_scheme_has_a_floor() =>
        Assert.Equal(Scheme.All.Select(scheme => scheme.Name), Floors.Select(row => (string)row[0]));

    /// <summary>Equal hits have equal recall.</summary>
    [Fact]
    public void Scalar_and_best_kernels_of_integers_find_the_same()
    {
        (TextVectors glosses, TextVectors queries) = s_data.Value;
        using var set = new VectorSet<Int4>(Int4.Train(glosses.Values));
        set.AddRange([.. Enumerable.Range(0, glosses.Count).Select(row => (long)row)], glosses.Values);
        Assert.Equal(
            set.SearchBatch(queries.Values, 100, tier: CpuTiers.Best),
            set.SearchBatch(queries.Values, 100, tier: CpuTier.Scalar));
    }
}
