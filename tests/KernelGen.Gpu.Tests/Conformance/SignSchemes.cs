using KernelGen.Reference;

namespace KernelGen.GpuTests.Conformance;

/// <summary>
/// Signs for the comparison with the oracle: dimensions around those of bytes and of turns of the loop over nibbles, tables of four, two and one query in
/// shared memory (2048, 4096, 8192) and of none, every metric, order of bits and meaning of zero.
/// </summary>
internal static class SignSchemes
{
    private static readonly int[] s_dimensions = [1, 7, 8, 9, 31, 33, 63, 64, 65, 100, 129, 768, 2049, 4097, 8193];

    private static readonly Metric[] s_metrics = [Metric.InnerProduct, Metric.Cosine];

    public static IReadOnlyList<ReferenceSignScheme> All { get; } = [.. s_dimensions.Select(static (d, i) => new ReferenceSignScheme(
        d, s_metrics[i % s_metrics.Length], (BitOrder)(i / 2 % 2), (SignBit)(i / 3 % 2)))];

    /// <summary>A few.</summary>
    public static IReadOnlyList<ReferenceSignScheme> Compact { get; } = [.. All.Where(static scheme => scheme.Dimensions is 33 or 100)];
}
