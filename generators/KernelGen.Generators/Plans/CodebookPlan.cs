using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Plans;

/// <summary>Neighbouring subspaces of equally many dimensions.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Dimensions">Dimensions of each.</param>
/// <param name="Start">First dimension of the first.</param>
internal readonly record struct SubspaceRun(int First, int Count, int Dimensions, int Start);

/// <summary>
/// Everything that follows from the constants of a scheme with codebooks: layout of a row code, a block and a prepared query, and the
/// greatest entry of a byte table. Formats: docs/formats.md, section 6.
/// </summary>
internal sealed class CodebookPlan
{
    /// <summary>Rows of a group of interleaved codes.</summary>
    public const int GroupRows = 32;

    /// <summary>Sums of a query that the runtime keeps (FastScan.StripRows).</summary>
    public const int StripRows = 8192;

    /// <summary>Step, bias and slack of the byte tables (FastScan.TablesOffset).</summary>
    public const int HeaderBytes = 64;

    /// <summary>The floats of the widest vector: tables and columns are filled up to so many places.</summary>
    private const int LeastStride = 16;

    /// <summary>A block that fits the second-level cache, with the tables of a query.</summary>
    private const int TargetBytes = 256 * 1024;

    /// <summary>Sums of entries are unsigned 16-bit integers.</summary>
    private const int GreatestSum = ushort.MaxValue;

    public CodebookPlan(Scheme scheme, CodebookGrid grid)
    {
        Scheme = scheme;
        Subspaces = grid.Subspaces;
        Bits = grid.Bits;
        (int dimensions, int more) = (scheme.Dimensions / Subspaces, scheme.Dimensions % Subspaces);
        Runs = more == 0
            ? [new(0, Subspaces, dimensions, 0)]
            : [new(0, more, dimensions + 1, 0), new(more, Subspaces - more, dimensions, more * (dimensions + 1))];

        Rows = 8192;
        while (Rows > GroupRows && Rows * RowBytes > TargetBytes)
        {
            Rows /= 2;
        }

        // Kernels of 64 bytes read half a vector behind the last pair of subspaces.
        BlockBytes = PlanMath.RoundUp((Rows * RowBytes) + 32);
        ByteTablesOffset = HeaderBytes + (Subspaces * Stride * 4);
        QueryBytes = ByteTablesOffset + (IsFastScan ? PlanMath.RoundUp(PairedSubspaces * Centroids) : 0);
    }

    public Scheme Scheme { get; }

    public int Dimensions => Scheme.Dimensions;

    public int Subspaces { get; }

    public int Bits { get; }

    public int Centroids => 1 << Bits;

    /// <summary>Places of a subspace in columns, half norms and tables.</summary>
    public int Stride => Math.Max(LeastStride, Centroids);

    public bool IsCosine => Scheme.Metric == Metric.Cosine;

    public bool IsL2 => Scheme.Metric == Metric.SquaredL2;

    /// <summary>Whether codes are interleaved and scanned by byte tables in registers.</summary>
    public bool IsFastScan => Bits == 4;

    /// <summary>The subspaces, in runs of equally many dimensions: one run, or two where they do not divide the dimensions.</summary>
    public IReadOnlyList<SubspaceRun> Runs { get; }

    public int CodeBytes => ((Subspaces * Bits) + 7) / 8;

    /// <summary>Subspaces, rounded up to an even number: those that share 32 bytes of a group.</summary>
    public int PairedSubspaces => (Subspaces + 1) & ~1;

    public int GroupBytes => PairedSubspaces * 16;

    /// <summary>Bytes that a row takes in a block.</summary>
    public int RowBytes => IsFastScan ? PairedSubspaces / 2 : CodeBytes;

    public int Rows { get; }

    public int BlockBytes { get; }

    public int QueryBytes { get; }

    /// <summary>Where a query's byte tables begin; its tables are behind the header.</summary>
    public int ByteTablesOffset { get; }

    /// <summary>The greatest entry of a byte table: no sum overflows.</summary>
    public int GreatestEntry => Math.Min(255, GreatestSum / Subspaces);
}
