using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using KernelGen.Kernels;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Processor;

/// <summary>Sums of byte table entries against a loop, with as many rows and queries as a search has at most.</summary>
public sealed class ByteSumsTests
{
    [FeatureFact(nameof(Avx512Vbmi))]
    public void Sums_of_entries_equal_those_of_a_loop() => CheckAll(CpuTier.Avx512);

    [FeatureFact(nameof(Avx2))]
    public void Sums_of_bounds_equal_those_of_a_loop() => CheckAll(CpuTier.Avx2);

    private static void CheckAll(CpuTier tier)
    {
        Check<byte>(FastScan.BatchQueries, 256, tier);
        Check<Codes16>(3, 32, tier);
        Check<Codes17>(FastScan.BatchQueries, 100, tier);
        Check<Codes31>(1, FastScan.StripRows, tier);
        Check<Codes257>(2, 1025, tier);
    }

    private static void Check<TCodes>(int queries, int rows, CpuTier tier)
        where TCodes : struct
    {
        // Codes that share their upper six bits count as the greatest of them, where sums are bounds.
        int merged = ByteSums.AreBounds(tier) ? 4 : 1;
        int subspaces = Unsafe.SizeOf<TCodes>();
        int queryBytes = Kernels<TCodes>.QueryBytes;
        var random = new Random(SampledSchemes.Seed + subspaces);
        int groups = (rows + FastScan.GroupRows - 1) / FastScan.GroupRows;

        // Rows that are read, rounded up to a vector, and the 15 bytes behind them lie against the end of the memory.
        int read = (groups + 1) / 2 * 2 * FastScan.GroupRows * subspaces;
        using var codes = new GuardedMemory<byte>(read + 15, Placement.AgainstEnd);
        random.NextBytes(codes.Span);
        codes.Span[..(FastScan.GroupRows * subspaces)].Fill(255);
        var tables = new byte[queries * queryBytes];
        random.NextBytes(tables);
        tables.AsSpan(0, subspaces * 256).Fill(255);
        for (int q = 0; q < queries; q++)
        {
            ByteSums.BuildBounds(ref tables[q * queryBytes], subspaces);
        }

        var sums = new ushort[FastScan.StripRows * FastScan.BatchQueries];
        Kernels<TCodes>.Sum(ref tables[0], queries, ref codes.Span[0], groups, ref sums[0], tier);
        for (int q = 0; q < queries; q++)
        {
            for (int row = 0; row < rows; row++)
            {
                int expected = 0;
                for (int m = 0; m < subspaces; m++)
                {
                    int first = (q * queryBytes) + (m * 256) + (codes.Span[(row * subspaces) + m] / merged * merged);
                    expected += tables.AsSpan(first, merged).ToArray().Max();
                }

                Assert.True(expected == sums[(q * FastScan.StripRows) + row], $"{subspaces} subspaces, query {q}, row {row}");
            }
        }
    }

    /// <summary>The kernels of rows of as many codes as a type has bytes.</summary>
    private readonly struct Kernels<TCodes> : IFastScanKernels
        where TCodes : struct
    {
        public static int QueryBytes => Unsafe.SizeOf<TCodes>() * (256 + 128);

        public static int GroupBytes => Unsafe.SizeOf<TCodes>() * FastScan.GroupRows;

        public static bool AreSumsLoose(CpuTier tier) => ByteSums.AreBounds(tier);

        public static void Sum(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier) =>
            ByteSums.Sum<Kernels<TCodes>>(ref query, queries, ref groups, count, ref sums, tier);

        public static (float First, float Second) ScoreTwoRows(ref float tables, ref byte groups, int first, int second) => throw new NotSupportedException();

        public static void Score(ref float tables, ref byte groups, int first, int rows, ref float scores, CpuTier tier) => throw new NotSupportedException();
    }

    [InlineArray(16)]
    private struct Codes16
    {
        private byte _first;
    }

    [InlineArray(17)]
    private struct Codes17
    {
        private byte _first;
    }

    [InlineArray(31)]
    private struct Codes31
    {
        private byte _first;
    }

    [InlineArray(257)]
    private struct Codes257
    {
        private byte _first;
    }
}
