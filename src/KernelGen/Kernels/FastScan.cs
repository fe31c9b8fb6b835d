using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>
/// What scans by byte tables share (fast scan: André, Kermarrec, Le Scouarnec, Cache locality is not enough, 2015; block layout after FAISS): the
/// byte tables of a query, and the bounds by which their sums exclude rows. For generated code; formulas: docs/formats.md, section 6.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class FastScan
{
    /// <summary>Rows of a group, whose codes are interleaved.</summary>
    public const int GroupRows = 32;

    /// <summary>Rows whose sums are kept until somebody looks at them: as many as a block has at most, since the best of many raise the threshold most.</summary>
    public const int StripRows = 8192;

    /// <summary>Queries whose sums are kept at once.</summary>
    public const int BatchQueries = 4;

    /// <summary>Where a prepared query's tables begin.</summary>
    public const int TablesOffset = 64;

    /// <summary>One more than the greatest sum.</summary>
    internal const int SumEnd = 1 << 16;

    /// <summary>Entries of a table of 4-bit codes, and of the vectors that byte tables are made by.</summary>
    private const int Lanes = 16;

    // The first numbers of a prepared query.
    private const int StepOffset = 0;
    private const int BiasOffset = 4;
    private const int SlackOffset = 8;

    /// <summary>Writes a row's codes into its group.</summary>
    /// <param name="codes">The first of M codes.</param>
    /// <param name="subspaces">M.</param>
    /// <param name="block">The first byte of the block.</param>
    /// <param name="row">The row in the block.</param>
    public static void WriteRow(ref ushort codes, int subspaces, ref byte block, int row)
    {
        ref byte cells = ref Cells(ref block, subspaces, row);
        int shift = Shift(row);
        int kept = 0xF0 >> shift;
        for (int m = 0; m < subspaces; m++)
        {
            ref byte cell = ref Unsafe.Add(ref cells, m * Lanes);
            cell = (byte)((cell & kept) | (Unsafe.Add(ref codes, m) << shift));
        }

        if (subspaces % 2 != 0)
        {
            Unsafe.Add(ref cells, subspaces * Lanes) &= (byte)kept;
        }
    }

    /// <summary>Reads a row's codes from its group.</summary>
    /// <param name="block">The first byte of the block.</param>
    /// <param name="row">The row in the block.</param>
    /// <param name="subspaces">M.</param>
    /// <param name="codes">The first of M codes.</param>
    public static void ReadRow(ref byte block, int row, int subspaces, ref ushort codes)
    {
        ref byte cells = ref Cells(ref block, subspaces, row);
        int shift = Shift(row);
        for (int m = 0; m < subspaces; m++)
        {
            Unsafe.Add(ref codes, m) = (ushort)((Unsafe.Add(ref cells, m * Lanes) >> shift) & 15);
        }
    }

    /// <summary>Makes the byte tables of a query from its tables.</summary>
    /// <param name="query">The prepared query, whose tables are complete.</param>
    /// <param name="subspaces">M, the number of tables.</param>
    /// <param name="centroids">Entries of each table, a multiple of 16.</param>
    /// <param name="bytesOffset">Where the byte tables are to be.</param>
    /// <param name="greatest">E, the greatest entry.</param>
    public static void BuildTables(ref byte query, int subspaces, int centroids, int bytesOffset, int greatest)
    {
        ref float tables = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref query, TablesOffset));
        float range = 0;
        double bias = 0;
        double magnitude = 0;
        for (int m = 0; m < subspaces; m++)
        {
            (float least, float most) = Extremes(ref Unsafe.Add(ref tables, m * centroids), centroids);
            range = MathF.Max(range, most - least);
            bias += least;
            magnitude += Math.Max(Math.Abs(least), Math.Abs(most));
        }

        float step = range / greatest;
        if (step < Scales.Smallest)
        {
            step = 0;
        }

        float inverse = Scales.Inverse(step);
        for (int m = 0; m < subspaces; m++)
        {
            ref float table = ref Unsafe.Add(ref tables, m * centroids);
            var least = Vector512.Create(Extremes(ref table, centroids).Least);
            for (nuint j = 0; j < (nuint)centroids; j += Lanes)
            {
                Vector512<float> scaled = (Vector512.LoadUnsafe(ref table, j) - least) * inverse;
                Vector512<int> entries = Vector512.ConvertToInt32(Vector512.MinNative(scaled, Vector512.Create((float)greatest)) + Vector512.Create(0.5f));
                Vector256<ushort> words = Vector256.Narrow(entries.GetLower(), entries.GetUpper()).AsUInt16();
                Vector128.Narrow(words.GetLower(), words.GetUpper()).StoreUnsafe(ref query, (nuint)(bytesOffset + (m * centroids)) + j);
            }
        }

        KernelMath.Write(ref query, StepOffset, step);
        KernelMath.Write(ref query, BiasOffset, (float)bias);
        KernelMath.Write(ref query, SlackOffset, Slack(subspaces, range, step, bias, magnitude));
    }

    /// <summary>Approximate scores from sums.</summary>
    /// <param name="query">The prepared query.</param>
    /// <param name="sums">Sums of table entries.</param>
    /// <param name="scores">As many scores.</param>
    private static void Scores(ref byte query, ReadOnlySpan<ushort> sums, Span<float> scores)
    {
        float step = KernelMath.Read<float>(ref query, StepOffset);
        float bias = KernelMath.Read<float>(ref query, BiasOffset);
        ref ushort sum = ref MemoryMarshal.GetReference(sums);
        ref float score = ref MemoryMarshal.GetReference(scores[..sums.Length]);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= sums.Length - 32; i += 32)
            {
                (Vector512<uint> lower, Vector512<uint> upper) = Vector512.Widen(Vector512.LoadUnsafe(ref sum, (nuint)i));
                ((Vector512.ConvertToSingle(lower.AsInt32()) * step) + Vector512.Create(bias)).StoreUnsafe(ref score, (nuint)i);
                ((Vector512.ConvertToSingle(upper.AsInt32()) * step) + Vector512.Create(bias)).StoreUnsafe(ref score, (nuint)i + 16);
            }
        }

        if (Avx2.IsSupported)
        {
            // Widened as they are loaded: no instruction to cut a vector in two.
            for (; i <= sums.Length - 8; i += 8)
            {
                Vector256<int> wide = Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref sum, (nuint)i));
                ((Vector256.ConvertToSingle(wide) * step) + Vector256.Create(bias)).StoreUnsafe(ref score, (nuint)i);
            }
        }

        for (; i <= sums.Length - 8; i += 8)
        {
            (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.LoadUnsafe(ref sum, (nuint)i));
            ((Vector128.ConvertToSingle(lower.AsInt32()) * step) + Vector128.Create(bias)).StoreUnsafe(ref score, (nuint)i);
            ((Vector128.ConvertToSingle(upper.AsInt32()) * step) + Vector128.Create(bias)).StoreUnsafe(ref score, (nuint)i + 4);
        }

        for (; i < sums.Length; i++)
        {
            Unsafe.Add(ref score, i) = (step * Unsafe.Add(ref sum, i)) + bias;
        }
    }

    /// <summary>The least sum of a row that can score so much: rows below it provably score less. <see cref="SumEnd"/> if none can.</summary>
    /// <param name="query">The prepared query.</param>
    /// <param name="score">The score that counts.</param>
    internal static int MinimumSum(ref byte query, float score)
    {
        double step = KernelMath.Read<float>(ref query, StepOffset);
        double missing = (double)score - KernelMath.Read<float>(ref query, BiasOffset) - KernelMath.Read<double>(ref query, SlackOffset);
        if (missing <= 0)
        {
            return 0;
        }

        return step == 0 ? SumEnd : (int)Math.Clamp(Math.Floor(missing / step) - 1, 0, SumEnd);
    }

    /// <summary>The least and the greatest entry of a table.</summary>
    private static (float Least, float Most) Extremes(ref float table, int centroids)
    {
        Vector512<float> least = Vector512.LoadUnsafe(ref table);
        Vector512<float> most = least;
        for (nuint j = Lanes; j < (nuint)centroids; j += Lanes)
        {
            Vector512<float> entries = Vector512.LoadUnsafe(ref table, j);
            least = Vector512.MinNative(least, entries);
            most = Vector512.MaxNative(most, entries);
        }

        return (KernelMath.MinLane(least), KernelMath.MaxLane(most));
    }

    /// <summary>The byte of a row's first code; that of the next one is 16 further.</summary>
    internal static ref byte Cells(ref byte block, int subspaces, int row) =>
        ref Unsafe.Add(ref block, ((row / GroupRows) * ((subspaces + 1) & ~1) * Lanes) + (row & 15));

    /// <summary>Rows of the second half of a group are in the upper four bits.</summary>
    internal static int Shift(int row) => (row & 16) >> 2;

    /// <summary>
    /// By how much a score can exceed step * sum + bias: half a step per entry and a little for what rounding adds to the entries, to the bias
    /// and to the score itself, whose partial sums are at most the sum of the greatest magnitudes.
    /// </summary>
    private static double Slack(int subspaces, float range, float step, double bias, double magnitude)
    {
        double entries = step == 0 ? (double)subspaces * range : subspaces * (double)step * 0.501;
        return entries + (Math.Abs(bias) * 1e-7) + (magnitude * (subspaces + 16) * 6e-8) + 1e-37;
    }
}
