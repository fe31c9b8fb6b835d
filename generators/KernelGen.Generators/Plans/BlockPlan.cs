namespace KernelGen.Generators.Plans;

/// <summary>Where the parts of a block lie: scales of all rows, minima, norms (or offsets), deviations, values (docs/formats.md, sections 4 and 10).</summary>
internal sealed class BlockPlan
{
    /// <summary>A block that fits the second-level cache, with the scores and queries that meet it.</summary>
    private const int TargetBytes = 256 * 1024;

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

    public int NormsOffset { get; }

    public int DeviationsOffset { get; }

    public int ValuesOffset { get; }

    /// <summary>Rows that Search scores before it looks at the scores.</summary>
    public int StripRows { get; }
}
