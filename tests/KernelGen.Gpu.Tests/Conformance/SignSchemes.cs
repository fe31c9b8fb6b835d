using KernelGen.Reference;

namespace KernelGen.GpuTests.Conformance;

/// <summary>
/// Signs for the comparison with the oracle: dimensions around those of bytes and of turns of the loop over nibbles, tables of four, two and one query in
/// shared memory (2048, 4096, 8192) and of none, bits of four and of two queries (8192), every metric, order of bits and meaning of zero.
/// </summary>
internal static class SignSchemes
{
    private static readonly int[] s_dimensions = [1, 7, 8, 9, 31, 33, 63, 64, 65, 100, 129, 768, 2049, 4097, 8193];

    private static readonly int[] s_compared = [1, 7, 9, 33, 63, 64, 100, 768, 1000, 8193];

    private static readonly Metric[] s_metrics = [Metric.InnerProduct, Metric.Cosine];

    public static IReadOnlyList<ReferenceSignScheme> All { get; } =
    [
        .. s_dimensions.Select(static (d, i) => Of(d, s_metrics[i % s_metrics.Length], i)),
        .. s_compared.Select(static (d, i) => Of(d, Metric.Hamming, i)),
    ];

    /// <summary>A few.</summary>
    public static IReadOnlyList<ReferenceSignScheme> Compact { get; } = [.. All.Where(static scheme => scheme.Dimensions is 33 or 100)];

    private static ReferenceSignScheme Of(int dimensions, Metric metric, int number) => new(
        dimensions, metric, (BitOrder)(number / 2 % 2), (SignBit)(number / 3 % 2));
}
