using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Plans;

/// <summary>How a query is held while codes are scanned.</summary>
internal enum QueryForm
{
    /// <summary>Integers of at most 127 in magnitude; products are added in pairs to int16.</summary>
    Int8,

    /// <summary>Integers of 11 to 16 bits; products are added in pairs to int32.</summary>
    Int16,

    /// <summary>Single precision.</summary>
    Float,
}

/// <summary>
/// Everything that follows from a scheme's constants and that emitters need: layout of a row code, a block and a prepared query, and
/// how many products an accumulator holds. Formats: docs/formats.md.
/// </summary>
internal sealed class KernelPlan
{
    public KernelPlan(Scheme scheme)
    {
        Scheme = scheme;
        Integer = scheme.Grid is IntegerGrid integer ? new IntegerPlan(scheme, integer) : null;
        Float = scheme.Grid is FloatGrid single ? new FloatPlan(scheme, single) : null;
        Block = new BlockPlan(this);
        Query = new QueryPlan(this);
    }

    public Scheme Scheme { get; }

    /// <summary>Facts of an integer grid; null for a float format.</summary>
    public IntegerPlan? Integer { get; }

    /// <summary>Facts of a float format; null for an integer grid.</summary>
    public FloatPlan? Float { get; }

    public BlockPlan Block { get; }

    public QueryPlan Query { get; }

    public int Dimensions => Scheme.Dimensions;

    public bool IsCosine => Scheme.Metric == Metric.Cosine;

    public bool IsL2 => Scheme.Metric == Metric.SquaredL2;

    public Granularity? Granularity => Scheme.Scale?.Granularity;

    public bool IsPerVector => Granularity == KernelGen.Granularity.Vector;

    public bool IsPerChannel => Granularity == KernelGen.Granularity.Channel;

    public bool IsPerTensor => Granularity == KernelGen.Granularity.Tensor;

    public bool IsPerBlock => Granularity == KernelGen.Granularity.Block;

    /// <summary>Whether scales are stored with each row.</summary>
    public bool HasRowScales => IsPerVector || IsPerBlock;

    public bool IsAffine => Integer?.Grid.Zero == ZeroMode.Affine;

    public bool HasRowMinima => IsAffine && HasRowScales;

    /// <summary>The squared distance is taken from stored norms; float formats subtract directly instead, which loses nothing.</summary>
    public bool HasNorm => IsL2 && (Integer is not null || IsPerChannel);

    /// <summary>Squared differences are summed directly: squared distances without stored norms.</summary>
    public bool SumsDistances => IsL2 && !HasNorm;

    public int ScaleBlock => Scheme.Scale?.BlockSize ?? 0;

    public ScaleFormat ScaleFormat => Scheme.Scale?.Format ?? ScaleFormat.Single;

    public int ScaleElementBytes => ScaleFormat == ScaleFormat.Single ? 4 : 2;

    public int ScalesPerRow => IsPerVector ? 1 : IsPerBlock ? (Dimensions + ScaleBlock - 1) / ScaleBlock : 0;

    /// <summary>Bytes of a row's scales; a row's minima take as many.</summary>
    public int RowScaleBytes => ScalesPerRow * ScaleElementBytes;

    public int ValueBytes => Integer?.ValueBytes ?? Float!.ValueBytes;

    public int CodeBytes => ValueBytes + (RowScaleBytes * (HasRowMinima ? 2 : 1)) + (HasNorm ? 4 : 0);

    /// <summary>What the greatest magnitude is divided by to give the scale (docs/formats.md, section 1).</summary>
    public float AbsMaxDivisor => Integer switch
    {
        { Grid.Zero: ZeroMode.Symmetric } => Integer.Center - 1,
        { Grid.Zero: ZeroMode.MidRise } => Integer.Center,
        { } => Integer.MaximumCode,
        _ => Float!.Maximum,
    };

    public int LearnedScaleCount => IsPerChannel ? Dimensions : IsPerTensor ? 1 : 0;

    /// <summary>Number of learned parameters: scales, then for Affine minima.</summary>
    public int ParameterCount => LearnedScaleCount * (IsAffine ? 2 : 1);

    /// <summary>
    /// Greatest vector width in bytes for a target of the given width: a vector of codes must lie within one scale block, and with
    /// several segments a block's lanes must start at a multiple of the vector.
    /// </summary>
    public int VectorBytes(int targetBytes)
    {
        int bytes = targetBytes;
        if (IsPerBlock)
        {
            bytes = Math.Min(bytes, ScaleBlock);
            while (Integer is { Segments: > 1 } && Integer.Lanes % bytes != 0)
            {
                bytes /= 2;
            }
        }

        return bytes;
    }
}
