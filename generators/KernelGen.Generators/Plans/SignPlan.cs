using System.Globalization;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Plans;

/// <summary>
/// Everything that follows from the constants of a scheme of one bit per dimension: layout of a row code, a block and a prepared query. Rotated codes of one
/// bit are signs whose rows store numbers beside. Formats: docs/formats.md, sections 9 and 10.
/// </summary>
internal sealed class SignPlan
{
    /// <summary>Step, magnitude, bias, squared norm and what bounds need of a query (SignScan).</summary>
    public const int HeaderBytes = 64;

    /// <summary>Where a query holds what sums are multiplied by (SignScan).</summary>
    public const int StepOffset = 0;

    /// <summary>Where a query holds what is added to scores (SignScan).</summary>
    public const int BiasOffset = 8;

    /// <summary>Where it holds its squared norm, for rows that store theirs (RotatedSigns).</summary>
    public const int NormOffset = 12;

    /// <summary>Where it holds what is taken from twice a sum, an integer (SignScan).</summary>
    public const int MagnitudeOffset = 4;

    /// <summary>Where it holds what bounds of errors need: four floats (RotatedBounds).</summary>
    public const int BoundsOffset = 16;

    /// <summary>A block that fits the second-level cache, with a query.</summary>
    private const int TargetBytes = 256 * 1024;

    public SignPlan(Scheme scheme, SignGrid grid)
        : this(scheme, grid, parts: null)
    {
    }

    public SignPlan(Scheme scheme, RotatedGrid grid)
        : this(scheme, new SignGrid(BitOrder.LsbFirst, SignBit.NonNegative), new RotatedParts(scheme, grid))
    {
    }

    private SignPlan(Scheme scheme, SignGrid grid, RotatedParts? parts)
    {
        Scheme = scheme;
        Grid = grid;
        Parts = parts;
        BitBytes = (scheme.Dimensions + 7) / 8;
        IsHamming = scheme.Metric == Metric.Hamming;
        Rows = 8192;
        while (Rows > CodebookPlan.GroupRows && Rows * CodeBytes > TargetBytes)
        {
            Rows /= 2;
        }

        // Kernels read up to half a vector behind the last pair of nibbles.
        BlockBytes = PlanMath.RoundUp((Rows * CodeBytes) + 32);
        QueryBytes = HeaderBytes + PlanMath.RoundUp(GroupBytes);
    }

    public Scheme Scheme { get; }

    public SignGrid Grid { get; }

    /// <summary>What rows of rotated codes store beside bits; null for plain signs.</summary>
    public RotatedParts? Parts { get; }

    public int Dimensions => Scheme.Dimensions;

    /// <summary>Whether queries are bits too.</summary>
    public bool IsHamming { get; }

    /// <summary>Whether vectors as users see them are compared by direction, so that decoded ones have norm 1.</summary>
    public bool IsUnit => (Scheme.Transforms?.Metric ?? Scheme.Metric) == Metric.Cosine;

    /// <summary>Whether queries are scaled to norm 1 here, not by transforms.</summary>
    public bool Normalizes => Scheme.Metric == Metric.Cosine;

    /// <summary>Bytes of a row's bits.</summary>
    public int BitBytes { get; }

    public int CodeBytes => BitBytes + (Parts?.Bytes ?? 0);

    /// <summary>Where a block holds the terms of its rows; their scales are at its start.</summary>
    public int TermsOffset => Parts is null ? 0 : Rows * 4;

    /// <summary>Where a block holds the deviations of its rows.</summary>
    public int DeviationsOffset => BitsOffset - (Parts is null ? 0 : Rows * 4);

    /// <summary>Where a block holds the bits of its rows: a multiple of 64, as rows are at least 32.</summary>
    public int BitsOffset => Rows * (CodeBytes - BitBytes);

    public int Rows { get; }

    public int BlockBytes { get; }

    public int QueryBytes { get; }

    /// <summary>Nibbles of a row code: the subspaces of the fast scan, an even number.</summary>
    public int Nibbles => 2 * BitBytes;

    /// <summary>Bytes of 32 rows whose nibbles are interleaved, and of what a query has for them: byte tables, or bits that are as often there.</summary>
    public int GroupBytes => CodebookPlan.GroupRows * BitBytes;

    /// <summary>What a set bit stands for, in rotated codes per unit of the row's scale; a clear one stands for its negative.</summary>
    public float Value => Parts is not null ? 0.5f : IsUnit ? (float)(1 / Math.Sqrt(Dimensions)) : 1f;

    /// <summary>The same as a C# literal.</summary>
    public string ValueLiteral => $"{Value.ToString("G9", CultureInfo.InvariantCulture)}f";

    public string IsMsbFirst => Grid.Order == BitOrder.MsbFirst ? "true" : "false";

    public string IsNonNegative => Grid.Ones == SignBit.NonNegative ? "true" : "false";
}
