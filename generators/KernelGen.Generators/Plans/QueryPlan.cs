namespace KernelGen.Generators.Plans;

/// <summary>Where the parts of a prepared query lie. The first 128 bytes hold scalars in 32 bytes (48 with bounds), then zeros: a masked last vector may
/// read up to 63 bytes in front of the values, and what it multiplies by 0 there must be finite.</summary>
internal sealed class QueryPlan
{
    /// <summary>float: what the sum of products is multiplied by.</summary>
    public const int Scale = 0;

    /// <summary>int: Center * sum of query integers, to be taken from the sum of products.</summary>
    public const int CenterSum = 4;

    /// <summary>float: sum of query integers.</summary>
    public const int Sum = 8;

    /// <summary>float: h * sum of query integers.</summary>
    public const int HalfSum = 12;

    /// <summary>float: inner product of the query with the learned minima.</summary>
    public const int Constant = 16;

    /// <summary>float: squared norm of the query.</summary>
    public const int Norm = 20;

    /// <summary>float: the learned scale of the tensor (float formats under SquaredL2).</summary>
    public const int TensorScale = 24;

    /// <summary>float: what is added to scores (transforms that move or shorten vectors).</summary>
    public const int Bias = 28;

    /// <summary>Four floats: what bounds of errors need (<c>RotatedBounds</c>).</summary>
    public const int Bounds = 32;

    public const int HeaderBytes = 128;

    public QueryPlan(KernelPlan plan)
    {
        int end = HeaderBytes;
        if (plan.Integer is { } integer)
        {
            // Int16: even lanes of a segment, then its odd lanes; each as long as a stripe.
            SegmentBytes = PlanMath.RoundUp(integer.Lanes);
            HalvesPerSegment = integer.Form == QueryForm.Int16 ? 2 : 1;
            ValuesOffset = end;
            end += integer.Segments * HalvesPerSegment * SegmentBytes;
            if (plan.IsPerBlock)
            {
                // An int and a float per four lanes, so a vector of codes meets a vector of each at its own offset.
                CenterSumsOffset = end;
                end += integer.Segments * SegmentBytes;
                GroupSumsOffset = end;
                end += integer.Segments * SegmentBytes;
            }
        }
        else
        {
            SegmentBytes = PlanMath.RoundUp(plan.Float!.Words * 4);
            HalvesPerSegment = 1;
            ValuesOffset = end;
            end += plan.Float.PerWord * SegmentBytes;
        }

        Bytes = end;
    }

    public int Bytes { get; }

    public int ValuesOffset { get; }

    /// <summary>Bytes from one run of query values to the next.</summary>
    public int SegmentBytes { get; }

    public int HalvesPerSegment { get; }

    /// <summary>ints, one per four lanes: -Center * sum of their query integers (Block scales only).</summary>
    private int CenterSumsOffset { get; }

    /// <summary>floats, one per four lanes: half a step (MidRise) or 1 (Affine) times the sum of their query integers (Block scales only).</summary>
    private int GroupSumsOffset { get; }

    public int CenterSums(int segment) => CenterSumsOffset + (segment * SegmentBytes);

    public int GroupSums(int segment) => GroupSumsOffset + (segment * SegmentBytes);

    /// <summary>Offset of a segment's query values; half 1 holds the odd lanes of the int16 form.</summary>
    public int Values(int segment, int half = 0) => ValuesOffset + (((segment * HalvesPerSegment) + half) * SegmentBytes);
}
