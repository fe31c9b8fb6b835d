namespace KernelGen.Generators.Plans;

/// <summary>
/// Where the parts of a block lie: scales of all rows, minima, norms (or offsets), deviations, norms of prefixes, values (docs/formats.md, sections 4, 10
/// and 11).
/// </summary>
internal sealed class BlockPlan
{
    /// <summary>A block that fits the second-level cache, with the scores and queries that meet it.</summary>
    private const int TargetBytes = 256 * 1024;

    private readonly int _prefixNormsOffset;
    private readonly int _normsBytes;

    public BlockPlan(KernelPlan plan)
    {
        Rows = 1024;
        while (Rows > 16 && Rows * plan.CodeBytes > TargetBytes)
        {
            Rows /= 2;
        }

        int end = 0;
        ScalesOffset = 0;
        end = PlanMath.RoundUp(end + (Rows * plan.RowScaleBytes));
        MinimaOffset = end;
        end = PlanMath.RoundUp(end + (plan.HasRowMinima ? Rows * plan.RowScaleBytes : 0));
        NormsOffset = end;
        end = PlanMath.RoundUp(end + (plan.HasTerm ? Rows * 4 : 0));
        DeviationsOffset = end;
        end = PlanMath.RoundUp(end + (plan.Rotated is null ? 0 : Rows * 4));

        _prefixNormsOffset = end;
        _normsBytes = PlanMath.RoundUp(Rows * 4);
        end += plan.HasPrefixNorms ? plan.Scheme.Prefixes.Count * _normsBytes : 0;

        // Kernels may read 63 bytes in front of a row's values, so the block never starts with them.
        ValuesOffset = Math.Max(end, 64);
        Bytes = PlanMath.RoundUp(ValuesOffset + (Rows * plan.ValueBytes));

        // A strip of rows stays in the first-level cache while several queries pass over it.
        StripRows = 64;
        while (StripRows > 16 && StripRows * plan.ValueBytes > 24 * 1024)
        {
            StripRows /= 2;
        }
    }

    public int Rows { get; }

    public int Bytes { get; }

    public int ScalesOffset { get; }

    public int MinimaOffset { get; }

    /// <summary>Where the norms begin that scans read: those of whole vectors, or of a prefix.</summary>
    public int NormsOffset { get; private set; }

    public int DeviationsOffset { get; }

    public int ValuesOffset { get; }

    /// <summary>Where the norms of a prefix begin.</summary>
    public int PrefixNormsOffset(int number) => _prefixNormsOffset + (number * _normsBytes);

    /// <summary>The same block, of which other norms are read.</summary>
    public BlockPlan WithNorms(int offset)
    {
        var block = (BlockPlan)MemberwiseClone();
        block.NormsOffset = offset;
        return block;
    }

    /// <summary>Rows that Search scores before it looks at the scores.</summary>
    public int StripRows { get; }
}
