using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using KernelGen.Kernels;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Processor;

/// <summary>Sums of byte table entries against a loop, with as many rows and queries as a search has at most.</summary>
public sealed class ByteSumsTests
{
    [FeatureFact(nameof(Avx512Vbmi))]
    public void Sums_equal_those_of_a_loop()
    {
        Check<byte>(FastScan.BatchQueries, 256);
        Check<Codes16>(3, 32);
        Check<Codes17>(FastScan.BatchQueries, 100);
        Check<Codes31>(1, FastScan.StripRows);
        Check<Codes257>(2, 1025);
    }

    private static void Check<TCodes>(int queries, int rows)
        where TCodes : struct
    {
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
        var sums = new ushort[FastScan.StripRows * FastScan.BatchQueries];
        Kernels<TCodes>.Sum(ref tables[0], queries, ref codes.Span[0], groups, ref sums[0], CpuTier.Avx512);
        for (int q = 0; q < queries; q++)
        {
            for (int row = 0; row < rows; row++)
            {
                int expected = 0;
                for (int m = 0; m < subspaces; m++)
                {
                    expected += tables[(q * queryBytes) + (m * 256) + codes.Span[(row * subspaces) + m]];
                }

                Assert.True(expected == sums[(q * FastScan.StripRows) + row], $"{subspaces} subspaces, query {q}, row {row}");
            }
        }
    }

    /// <summary>The kernels of rows of as many codes as a type has bytes.</summary>
    private readonly struct Kernels<TCodes> : IFastScanKernels
        where TCodes : struct
    {
        public static int QueryBytes => (Unsafe.SizeOf<TCodes>() * 256) + 64;

        public static int GroupBytes => Unsafe.SizeOf<TCodes>() * FastScan.GroupRows;

        public static void Sum(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier) =>
            ByteSums.Sum<Kernels<TCodes>>(ref query, queries, ref groups, count, ref sums);

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
