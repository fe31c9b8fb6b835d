using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The quantizers of signs whose codecs are compiled and compared with the oracle.</summary>
internal static class SampledSignSchemes
{
    private static readonly Metric[] s_metrics = [Metric.Hamming, Metric.InnerProduct, Metric.Cosine];

    /// <summary>What is common; groups of few vectors and of many on every tier, with turns of loops, a rest and half a vector or without; and where bytes no longer hold counts.</summary>
    private static readonly int[] s_large = [100, 127, 128, 129, 192, 200, 256, 300, 384, 513, 768, 1000, 1024, 1536, 3850, 4096, 7700, 16_384];

    /// <summary>Those that meet every check: each metric with several dimensions, bit orders and meanings of zero in turn.</summary>
    public static IReadOnlyList<ReferenceSignScheme> All { get; } = [.. s_large.SelectMany((d, i) => s_metrics.Select((metric, j) => Scheme(d, metric, i + j)))];

    /// <summary>Every small dimension.</summary>
    public static IReadOnlyList<ReferenceSignScheme> Small { get; } = [.. Enumerable.Range(1, 70).Select(d => Scheme(d, s_metrics[d % 3], d / 3))];

    /// <summary>Few, for processes of their own.</summary>
    public static IReadOnlyList<ReferenceSignScheme> Compact { get; } = [.. All.Where(scheme => scheme.Dimensions is 129 or 384 or 1000 or 3850)];

    private static ReferenceSignScheme Scheme(int dimensions, Metric metric, int number) => new(
        dimensions, metric, (BitOrder)(number % 2), (SignBit)(number / 2 % 2));
}
