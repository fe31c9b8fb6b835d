using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.GpuTests.Conformance;

/// <summary>
/// Product quantizers for the comparison with the oracle: every width of a code, even and uneven subspaces, tables of one to four queries in
/// shared memory and of none, every metric.
/// </summary>
internal static class ProductSchemes
{
    /// <summary>Bits, dimensions and subspaces.</summary>
    private static readonly (int Bits, int Dimensions, int Subspaces)[] s_shapes =
    [
        // Turns of 16 and 8 subspaces, and what is left over; 257 and 130 fit shared memory by one and two, 600 do not.
        (4, 5, 1), (4, 16, 2), (4, 23, 7), (4, 64, 16), (4, 128, 32), (4, 100, 33), (4, 128, 64), (4, 300, 257), (4, 200, 130), (4, 700, 600), (4, 90, 12),
        (8, 12, 1), (8, 64, 8), (8, 40, 16), (8, 96, 48), (8, 50, 17), (8, 33, 31),
        (1, 200, 100), (1, 7, 7), (2, 33, 17), (3, 50, 21), (3, 70, 64), (5, 64, 13), (6, 30, 9), (6, 48, 48), (7, 20, 20), (9, 24, 5), (10, 16, 6), (11, 22, 11),
        (12, 8, 3),

        // Subspaces that a thread does not keep.
        (4, 64, 1), (5, 100, 3),
    ];

    public static IReadOnlyList<ReferenceProductScheme> All { get; } = [.. s_shapes.Select((shape, i) => new ReferenceProductScheme(
        shape.Dimensions, TestVectors.Metrics[i % TestVectors.Metrics.Length], shape.Subspaces, shape.Bits))];

    /// <summary>Those of all metrics whose codebooks are small.</summary>
    public static IReadOnlyList<ReferenceProductScheme> Compact { get; } = [.. All.Where(scheme => scheme.ParameterCount < 1500)];
}
