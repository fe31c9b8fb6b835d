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
/// greatest entry of a byte table. Formats: docs/formats.md, sections 6 (a code per subspace) and 7 (codes whose centroids are added).
/// </summary>
internal sealed class CodebookPlan
{
    /// <summary>Rows of a group of interleaved codes.</summary>
    public const int GroupRows = 32;

    /// <summary>Sums of a query that the runtime keeps (FastScan.StripRows).</summary>
    public const int StripRows = 8192;

    /// <summary>Step, bias and slack of the byte tables (FastScan.TablesOffset).</summary>
    public const int HeaderBytes = 64;

    /// <summary>Where a query holds its squared norm, if rows store theirs.</summary>
    public const int QueryNormOffset = 0;

    /// <summary>Where a query holds what is added to scores, if something is and no table has taken it up.</summary>
    public const int BiasOffset = 4;

    /// <summary>The floats of the widest vector: tables and columns are filled up to so many places.</summary>
    private const int LeastStride = 16;

    /// <summary>Rows of row codes that are read at once: as many as the widest vector has bytes.</summary>
    private const int ByteRows = 64;

    /// <summary>Fewer 8-bit codes are summed exactly in the time that byte sums take.</summary>
    private const int LeastByteSubspaces = 4;

    /// <summary>A block that fits the second-level cache, with the tables of a query.</summary>
    private const int TargetBytes = 256 * 1024;

    /// <summary>Sums of entries are unsigned 16-bit integers.</summary>
    private const int GreatestSum = ushort.MaxValue;

    public CodebookPlan(Scheme scheme, CodebookGrid grid)
        : this(scheme, grid.Subspaces, grid.Bits, additive: null)
    {
    }

    public CodebookPlan(Scheme scheme, AdditiveGrid grid)
        : this(scheme, grid.Subspaces, grid.Bits, grid)
    {
    }

    private CodebookPlan(Scheme scheme, int subspaces, int bits, AdditiveGrid? additive)
    {
        Scheme = scheme;
        Whole = this;
        Additive = additive;
        Subspaces = subspaces;
        Bits = bits;
        int dimensions = additive is { IsShared: true } ? additive.GroupSize : scheme.Dimensions / Subspaces;
        int more = scheme.Dimensions - (dimensions * Subspaces);
        Runs = more switch
        {
            0 => [new(0, Subspaces, dimensions, 0)],

            // The last of groups that share codebooks is shorter; of others, the first ones are longer.
            < 0 => [new(0, Subspaces - 1, dimensions, 0), new(Subspaces - 1, 1, dimensions + more, (Subspaces - 1) * dimensions)],
            _ => [new(0, more, dimensions + 1, 0), new(more, Subspaces - more, dimensions, more * (dimensions + 1))],
        };

        Rows = 8192;
        while (Rows > GroupRows && Rows * (RowBytes + NormBytes + SquaredNormBytes) > TargetBytes)
        {
            Rows /= 2;
        }

        // Kernels of 64 bytes read half a vector behind the last pair of subspaces.
        BlockBytes = PlanMath.RoundUp(ValuesOffset + (Rows * RowBytes) + 32);
        ByteTablesOffset = HeaderBytes + (Codes * Stride * 4);
        QueryBytes = ByteTablesOffset + PlanMath.RoundUp(IsFastScan ? PairedSubspaces * Centroids : ByteTables);
        Prefixes = [.. scheme.Prefixes.Select(prefix => new CodebookPlan(this, prefix))];
    }

    /// <summary>The plan of a prefix, which ends with a subspace: the tables of so many dimensions, for the codes of all.</summary>
    private CodebookPlan(CodebookPlan whole, int prefix)
    {
        Scheme = whole.Scheme with { Dimensions = prefix, Prefixes = default };
        Whole = whole;
        Bits = whole.Bits;
        Runs =
        [
            .. whole.Runs.Where(run => run.Start < prefix)
                .Select(run => run with { Count = Math.Min(run.Count, (prefix - run.Start) / run.Dimensions) }),
        ];
        Subspaces = Runs.Sum(static run => run.Count);
        Rows = whole.Rows;
        BlockBytes = whole.BlockBytes;
        ByteTablesOffset = HeaderBytes + (Codes * Stride * 4);
        QueryBytes = ByteTablesOffset + PlanMath.RoundUp(IsFastScan ? PairedSubspaces * Centroids : ByteTables);
        Prefixes = [];
    }

    public Scheme Scheme { get; }

    /// <summary>The plan of all dimensions: this one, except for a prefix.</summary>
    public CodebookPlan Whole { get; }

    /// <summary>The plans of the prefixes.</summary>
    public IReadOnlyList<CodebookPlan> Prefixes { get; }

    public int Dimensions => Scheme.Dimensions;

    /// <summary>What the user declared of codes whose centroids are added; null for product codes.</summary>
    public AdditiveGrid? Additive { get; }

    /// <summary>Subspaces, or groups of dimensions.</summary>
    public int Subspaces { get; }

    /// <summary>Codes of a subspace.</summary>
    public int Stages => Additive?.Stages ?? 1;

    /// <summary>Codes of a row.</summary>
    public int Codes => Subspaces * Stages;

    /// <summary>Values of the centroids of codebooks that all groups share; 0 if they do not.</summary>
    public int SharedLength => Additive?.GroupSize ?? 0;

    public int Bits { get; }

    public int Centroids => 1 << Bits;

    /// <summary>Places of a subspace in columns, half norms and tables.</summary>
    public int Stride => Math.Max(LeastStride, Centroids);

    public bool IsCosine => Scheme.Metric == Metric.Cosine;

    public bool IsL2 => Scheme.Metric == Metric.SquaredL2;

    /// <summary>Whether tables hold minus the squared distances of the query from centroids; otherwise they hold products.</summary>
    public bool HasDistanceTables => IsL2 && Additive is null;

    /// <summary>Whether rows store their squared norm, from which the squared distance is taken.</summary>
    public bool HasSquaredNorm => IsL2 && Additive is not null;

    /// <summary>Whether codes are interleaved and scanned by byte tables in registers.</summary>
    public bool IsFastScan => Bits == 4 && Additive is null;

    /// <summary>
    /// Whether sums of entries of byte tables exclude rows from a search: with 4 bits on every tier, with 8 bits where ByteSums has kernels, which read
    /// as many rows at once as must lie in a block, and whole rows: not for prefixes.
    /// </summary>
    public bool HasByteTables => IsFastScan || (Bits == 8 && Additive is null && Whole == this && Subspaces >= LeastByteSubspaces && Rows >= ByteRows);

    /// <summary>Whether byte tables are followed by tables of a quarter of their entries, the greatest of four, each of which stands twice.</summary>
    public bool HasBoundTables => HasByteTables && !IsFastScan;

    /// <summary>Bytes of a query's byte tables, and of those that bound them.</summary>
    public int ByteTables => HasByteTables ? Subspaces * (HasBoundTables ? Centroids + (Centroids / 2) : Centroids) : 0;

    /// <summary>The runtime's class of the codebooks.</summary>
    public string CodebooksType => Additive is null ? "Codebooks" : "AdditiveCodebooks";

    /// <summary>Number of values of all codebooks.</summary>
    public int ParameterCount => (SharedLength > 0 ? SharedLength : Dimensions) * Stages * Centroids;

    /// <summary>The subspaces, in runs of equally many dimensions: one run, or two where they do not divide the dimensions.</summary>
    public IReadOnlyList<SubspaceRun> Runs { get; }

    /// <summary>Bytes of a row's codes, of all dimensions.</summary>
    public int ValueBytes => ((Whole.Codes * Bits) + 7) / 8;

    public int SquaredNormBytes => HasSquaredNorm ? 4 : 0;

    /// <summary>Bytes of a row's norm, which is stored apart from its direction.</summary>
    public int NormBytes => Additive?.Norm switch { Norm.Single => 4, Norm.Byte => 1, _ => 0 };

    public bool HasNorm => NormBytes > 0;

    /// <summary>Whether something is added to scores apart from tables.</summary>
    public bool AddsBias => Additive is not null && Scheme.HasBias;

    /// <summary>Whether vectors are scaled to norm 1 before they are encoded.</summary>
    public bool Normalizes => IsCosine || HasNorm;

    public int CodeBytes => ValueBytes + NormBytes + SquaredNormBytes;

    /// <summary>Subspaces, rounded up to an even number: those that share 32 bytes of a group.</summary>
    public int PairedSubspaces => (Subspaces + 1) & ~1;

    /// <summary>Bytes of the codes of 32 rows, of all dimensions.</summary>
    public int GroupBytes => IsFastScan ? Whole.PairedSubspaces * 16 : GroupRows * ValueBytes;

    /// <summary>Bytes that the codes of a row take in a block.</summary>
    public int RowBytes => IsFastScan ? PairedSubspaces / 2 : ValueBytes;

    /// <summary>Where a block's squared norms begin, behind the norms of all rows.</summary>
    public int SquaredNormsOffset => PlanMath.RoundUp(Rows * NormBytes);

    /// <summary>Where a block's codes begin, behind the squared norms of all rows.</summary>
    public int ValuesOffset => SquaredNormsOffset + PlanMath.RoundUp(Rows * SquaredNormBytes);

    public int Rows { get; }

    public int BlockBytes { get; }

    public int QueryBytes { get; }

    /// <summary>Where a query's byte tables begin; its tables are behind the header.</summary>
    public int ByteTablesOffset { get; }

    /// <summary>The greatest entry of a byte table: no sum overflows.</summary>
    public int GreatestEntry => Math.Min(255, GreatestSum / Subspaces);
}
