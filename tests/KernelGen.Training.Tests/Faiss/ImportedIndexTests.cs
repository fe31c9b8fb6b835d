using System.Runtime.InteropServices;
using KernelGen.Interchange;

namespace KernelGen.Training.Tests.Faiss;

/// <summary>
/// Indexes that FAISS wrote do the same as generated codecs. The files are those of the tests of readers; these tests stand here
/// because this project compiles generated codecs, as a user's does.
/// </summary>
public class ImportedIndexTests
{
    private static readonly CpuTier[] s_tiers = [.. Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported)];

    /// <summary>Files of IndexPQ and of IndexPQFastScan.</summary>
    private static readonly string[] s_plain =
        ["pq8-l2", "pq4-ip", "pq6-l2", "pq5-ip", "pq10-l2", "pq1-l2", "fs-m8-l2", "fs-m8-ip", "fs-m5-l2"];

    /// <summary>Files of either behind transforms, which give the codec another input.</summary>
    private static readonly string[] s_transformed = ["pt-opq", "pt-pcaw", "pt-norm-opq-fs", "pt-pca-rr-fs"];

    /// <summary>Counts about the 32 rows of a group, blocks of several groups, no rows.</summary>
    private static readonly string[] s_counts =
        ["fs-m5-n0", "fs-m5-n1", "fs-m5-n31", "fs-m5-n32", "fs-m5-n33", "fs-m8-n33", "fs-bbs64", "fs-bbs96"];

    public static TheoryData<string> Indexes => [.. s_plain, .. s_transformed, .. s_counts];

    public static TheoryData<string> Encoded => [.. s_plain];

    public static TheoryData<string> Searched => [.. s_plain, .. s_transformed];

    private static Tensor Expected(string name, string what) => NpyFile.Read(ImportedIndex.PathOf($"{name}.{what}.npy"));

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Codes_decode_to_what_faiss_reconstructs(string name)
    {
        ImportedIndex index = ImportedIndex.Open(name);
        Assert.Equal(index.Codes, index.Unpacked());
        Tensor expected = Expected(name, "reconstructed");
        foreach (CpuTier tier in s_tiers)
        {
            Assert.Equal(MemoryMarshal.AsBytes(expected.Values.Span), MemoryMarshal.AsBytes(index.Decode(tier).AsSpan()));
        }
    }

    [Theory]
    [MemberData(nameof(Encoded))]
    public void Vectors_get_the_codes_of_faiss(string name)
    {
        ImportedIndex index = ImportedIndex.Open(name);
        Tensor vectors = Expected(name, "vectors");
        foreach (CpuTier tier in s_tiers)
        {
            Assert.Equal(index.Codes, index.Encode(vectors.Values.Span, tier));
        }
    }

    [Theory]
    [MemberData(nameof(Searched))]
    public void Searching_finds_what_faiss_finds(string name)
    {
        ImportedIndex index = ImportedIndex.Open(name);
        bool transforms = name.StartsWith("pt-", StringComparison.Ordinal);
        Tensor queries = Expected(name, transforms ? "transformed" : "queries");
        Tensor ids = Expected(name, "ids");
        Tensor distances = Expected(name, "distances");
        int k = ids.Shape[1];
        foreach (CpuTier tier in s_tiers)
        {
            for (int i = 0; i < queries.Shape[0]; i++)
            {
                Hit[] hits = index.Search(queries.Values.Span.Slice(i * queries.Shape[1], queries.Shape[1]), k, tier);
                Assert.Equal(ids.Values.Slice(i * k, k).ToArray(), hits.Select(hit => (float)hit.Id));
                for (int j = 0; j < k; j++)
                {
                    float expected = distances.Values.Span[(i * k) + j];
                    float actual = name.Contains("ip", StringComparison.Ordinal) ? hits[j].Score : -hits[j].Score;
                    Assert.InRange(actual, expected - (1e-5f * Math.Abs(expected)), expected + (1e-5f * Math.Abs(expected)));
                }
            }
        }
    }
}
