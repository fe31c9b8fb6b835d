using KernelGen.Generators.Schemes;
using KernelGen.Kernels;

namespace KernelGen.Generators.Plans;

/// <summary>Some bits of every code, stored together.</summary>
/// <param name="Width">Bits of the plane: 8, 4, 2 or 1.</param>
/// <param name="Offset">Which bit of the code the plane's lowest bit is.</param>
/// <param name="FirstStripe">Number of the plane's first stripe.</param>
internal sealed record Plane(int Width, int Offset, int FirstStripe)
{
    /// <summary>Codes that share a byte.</summary>
    public int PerByte => 8 / Width;

    /// <summary>The plane's bits where they belong in the code.</summary>
    public int Mask => ((1 << Width) - 1) << Offset;

    /// <summary>The stripe that holds the plane's bits of a segment.</summary>
    public int Stripe(int segment) => FirstStripe + (segment / PerByte);

    /// <summary>How far those bits must be shifted right (negative: left) to stand where they belong in the code.</summary>
    public int ShiftRight(int segment) => (Width * (segment % PerByte)) - Offset;
}

/// <summary>Layout and arithmetic of an integer grid.</summary>
internal sealed class IntegerPlan
{
    /// <summary>The plan of a scheme, or of a prefix of the dimensions of another one.</summary>
    /// <param name="scheme">The scheme; for a prefix, with the dimensions of the prefix.</param>
    /// <param name="grid">Its grid.</param>
    /// <param name="whole">Of a prefix, the plan of all dimensions, whose codes it reads; else null.</param>
    public IntegerPlan(Scheme scheme, IntegerGrid grid, IntegerPlan? whole = null)
    {
        Grid = grid;
        Levels = grid is RotatedGrid { Levels: not GridLevels.Uniform } ? LookedUp(NormalLevels.Of(grid.Bits)) : [];
        Dimensions = scheme.Dimensions;
        Form = ChooseForm(scheme, grid);
        SummedDimensions = scheme.Scale is { Granularity: Granularity.Block } block
            ? Math.Min(scheme.Dimensions, block.BlockSize)
            : scheme.Dimensions;

        int narrowest = NarrowestPlane(grid.Bits);
        Segments = 8 / narrowest;
        Lanes = (scheme.Dimensions + Segments - 1) / Segments;
        if (Form == QueryForm.Int16)
        {
            // Even and odd lanes are multiplied apart, so a right-aligned last vector must start at an even lane.
            Lanes = PlanMath.RoundUp(Lanes, 2);
        }

        if (scheme.Scale?.Granularity == Granularity.Block)
        {
            // A block's lanes start at a multiple of 16; sums are centred four lanes at a time.
            Lanes = PlanMath.RoundUp(Lanes, Segments > 1 ? 16 : 4);
        }

        IsInterleaved = whole?.IsInterleaved ?? (scheme.Prefixes.Count > 0 && Segments > 1);
        StripeBytes = whole?.StripeBytes ?? Lanes;
        var planes = new List<Plane>();
        int offset = 0;
        int stripe = 0;
        foreach (int width in new[] { 8, 4, 2, 1 })
        {
            if ((grid.Bits & width) != 0)
            {
                planes.Add(new Plane(width, offset, stripe));
                offset += width;
                stripe += Segments * width / 8;
            }
        }

        Planes = planes;
        Stripes = stripe;
        QueryMaximum = grid is RecurrentGrid ? MaximumCode
            : Form == QueryForm.Int8 ? 127
            : (int)Math.Min(short.MaxValue, int.MaxValue / ((long)SummedDimensions * Center));
        Prove();
    }

    public IntegerGrid Grid { get; }

    public QueryForm Form { get; }

    /// <summary>The most dimensions whose products are summed as integers: all, or those of a scale block.</summary>
    public int SummedDimensions { get; }

    public int Bits => Grid.Bits;

    public IReadOnlyList<Plane> Planes { get; }

    /// <summary>The dimensions are cut into this many segments; a byte of a stripe serves one lane of several segments.</summary>
    public int Segments { get; }

    /// <summary>Dimensions per segment, bytes of a stripe that are read.</summary>
    public int Lanes { get; }

    /// <summary>Bytes from one stripe to the next: more than <see cref="Lanes"/> only in the plan of a prefix.</summary>
    public int StripeBytes { get; }

    /// <summary>
    /// Whether neighbouring dimensions lie in different segments, so that a prefix of the dimensions is a prefix of every stripe; otherwise a segment
    /// is a run of dimensions.
    /// </summary>
    public bool IsInterleaved { get; }

    public int Stripes { get; }

    public int ValueBytes => Stripes * StripeBytes;

    /// <summary>Codes of the padded vector: dimensions, then unused lanes.</summary>
    public int PaddedDimensions => Segments * Lanes;

    /// <summary>Bytes that a vector's codes take while they are brought into planes or out of them: one per byte in the order of dimensions, then, if
    /// that is another, in the order of segments.</summary>
    public int UnpackedBytes => PaddedDimensions * (IsInterleaved ? 2 : 1);

    private int Dimensions { get; }

    /// <summary>Lanes of a segment that hold dimensions, the first ones.</summary>
    public int LanesOf(int segment) => IsInterleaved
        ? Math.Max(0, (Dimensions - segment + Segments - 1) / Segments)
        : Math.Max(0, Math.Min(Lanes, Dimensions - (segment * Lanes)));

    /// <summary>Whether a row code holds every code in a byte of its own, in the order of dimensions.</summary>
    public bool IsBytePerCode => Bits == 8;

    /// <summary>What each code stands for in the place of u, where that is not u itself.</summary>
    public IReadOnlyList<int> Levels { get; }

    /// <summary>2^(b-1), or where levels are looked up what lies as high among them: sums are kept over u - Center.</summary>
    public int Center => Levels.Count == 0 ? 1 << (Bits - 1) : (Levels[Levels.Count - 1] + 1) / 2;

    /// <summary>The greatest number that queries are multiplied with.</summary>
    public int MaximumCode => (2 * Center) - 1;

    /// <summary>Greatest query integer: 127, or what keeps the whole sum within int32; where queries are codes too, what those go up to.</summary>
    public int QueryMaximum { get; }

    /// <summary>What a centred code lacks to its value in steps: h of docs/formats.md.</summary>
    public double HalfStep => Grid.Zero switch
    {
        ZeroMode.Symmetric => 0,
        ZeroMode.MidRise => 0.5,
        _ => Center,
    };

    /// <summary><see cref="HalfStep"/> as a C# literal.</summary>
    public string HalfStepLiteral => Grid.Zero switch
    {
        ZeroMode.Symmetric => "0f",
        ZeroMode.MidRise => "0.5f",
        _ => $"{Center}f",
    };

    /// <summary>
    /// Pair sums that an int16 lane holds for certain: every pair is at most 2 * MaximumCode * QueryMaximum in magnitude.
    /// </summary>
    public int PairsPerInt16 => short.MaxValue / (2 * MaximumCode * QueryMaximum);

    /// <summary>
    /// The bounds that kernels rely on. They hold for every scheme that the parser accepts; a new grid or a greater dimension that broke
    /// one must become a diagnostic, not a kernel.
    /// </summary>
    private void Prove()
    {
        bool sumFits = (long)SummedDimensions * Center * QueryMaximum <= int.MaxValue;
        bool pairFits = Form == QueryForm.Int16 || PairsPerInt16 >= 1;
        if (!sumFits || !pairFits)
        {
            throw new InvalidOperationException($"{Grid.Text} with {SummedDimensions} summed dimensions: products do not fit their accumulators.");
        }
    }

    private static QueryForm ChooseForm(Scheme scheme, IntegerGrid grid)
    {
        if (grid is RecurrentGrid)
        {
            // Odd integers below 2^Bits.
            return grid.Bits <= 7 ? QueryForm.Int8 : QueryForm.Int16;
        }

        // The rounding of the query must cost less than 1/50 of the codes' own squared error (docs/formats.md, section 3).
        bool affine = grid.Zero == ZeroMode.Affine;
        int int8Bits = scheme.Scale?.Granularity switch
        {
            Granularity.Block => affine ? 3 : 4,
            Granularity.Channel => 4,
            _ => affine ? 4 : 5,
        };
        return grid.Bits <= int8Bits ? QueryForm.Int8 : QueryForm.Int16;
    }

    /// <summary>Level -1/2 - k and level 1/2 + k become c - 1 - k and c + k, with the c that makes the lowest one 0.</summary>
    private static int[] LookedUp(NormalLevels levels)
    {
        int center = levels.Steps[levels.Steps.Length - 1] + 1;
        return [.. Enumerable.Reverse(levels.Steps).Select(step => center - 1 - step), .. levels.Steps.Select(step => center + step)];
    }

    private static int NarrowestPlane(int bits) => bits & -bits;
}
