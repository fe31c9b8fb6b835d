using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Plans;

/// <summary>How a query is held while codes are scanned.</summary>
internal enum QueryForm
{
    /// <summary>Integers of at most 127 in magnitude; products are added in pairs to int16.</summary>
    Int8,

    /// <summary>Integers of 9 to 16 bits; products are added in pairs to int32.</summary>
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
        : this(scheme, whole: null, number: 0)
    {
    }

    /// <summary>A plan, or that of a prefix: what prepares and scans so many dimensions, in the rows and blocks of all.</summary>
    private KernelPlan(Scheme scheme, KernelPlan? whole, int number)
    {
        Scheme = scheme;
        Whole = whole ?? this;
        Integer = scheme.Grid is IntegerGrid integer ? new IntegerPlan(scheme, integer, whole?.Integer) : null;
        Float = scheme.Grid is FloatGrid single ? new FloatPlan(scheme, single) : null;
        RotatedParts = scheme.Grid is RotatedGrid rotated ? new RotatedParts(scheme, rotated) : null;
        Block = whole switch
        {
            null => new BlockPlan(this),
            { HasPrefixNorms: true } => whole.Block.WithNorms(whole.Block.PrefixNormsOffset(number)),
            _ => whole.Block,
        };
        Query = new QueryPlan(this);
        Prefixes = [.. scheme.Prefixes.Select((prefix, i) => new KernelPlan(scheme with { Dimensions = prefix, Prefixes = default }, this, i))];
    }

    public Scheme Scheme { get; }

    /// <summary>The plan of all dimensions: this one, except for a prefix.</summary>
    public KernelPlan Whole { get; }

    public bool IsPrefix => Whole != this;

    /// <summary>The plans of the prefixes.</summary>
    public IReadOnlyList<KernelPlan> Prefixes { get; }

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

    /// <summary>What rows of rotated codes store beside codes; null for other grids.</summary>
    public RotatedParts? RotatedParts { get; }

    /// <summary>What a rotated code is; null for other grids.</summary>
    public RotatedGrid? Rotated => RotatedParts?.Grid;

    /// <summary>Several planes of signs, whose queries are codes like rows; null for other grids.</summary>
    public RecurrentGrid? Recurrent => Scheme.Grid as RecurrentGrid;

    /// <summary>Whether several planes stand for a vector of norm 1. With a mean taken away or fewer dimensions, vectors under Cosine have other norms.</summary>
    public bool IsUnit => (Scheme.Transforms?.Metric ?? Scheme.Metric) == Metric.Cosine && Scheme.Transforms is not { Centers: true };

    /// <summary>Whether GPUs encode vectors; else the CPU does, also where they do all else.</summary>
    public bool EncodesOnGpu => Rotated is null && Recurrent is null;

    /// <summary>Whether rows store the inner product of the vector with the mean, which is added to scores.</summary>
    public bool HasOffset => RotatedParts is { HasOffset: true };

    /// <summary>Whether rows store a number that is added to what the scan sums: the squared norm, or <see cref="HasOffset"/>.</summary>
    public bool HasTerm => HasNorm || HasOffset;

    /// <summary>Whether the codec bounds the errors of its scores.</summary>
    public bool HasBounds => RotatedParts is { HasBounds: true };

    /// <summary>What the stored scale is multiplied by before vectors are decoded; null for nothing.</summary>
    public float? DecodeFactor => RotatedParts?.DecodeFactor;

    public bool IsAffine => Integer?.Grid.Zero == ZeroMode.Affine;

    public bool HasRowMinima => IsAffine && HasRowScales;

    /// <summary>The squared distance is taken from stored norms; float formats subtract directly instead, which loses nothing.</summary>
    public bool HasNorm => IsL2 && (Integer is not null || IsPerChannel);

    /// <summary>Whether the encoder takes that norm from the decoded vector.</summary>
    public bool HasDecodedNorm => HasNorm && Rotated is null;

    /// <summary>Whether rows store a norm for each prefix: squared ones, or under Cosine reciprocal ones.</summary>
    public bool HasPrefixNorms => Scheme.Prefixes.Count > 0 && (HasNorm || IsCosine);

    /// <summary>Whether encoding ends with norms of what codes stand for.</summary>
    public bool StoresNorms => HasDecodedNorm || HasPrefixNorms;

    /// <summary>Whether scores are divided by the norms of rows: under Cosine a whole vector has norm 1 before it is encoded, its prefixes have not.</summary>
    public bool DividesByNorm => IsPrefix && IsCosine;

    /// <summary>Squared differences are summed directly: squared distances without stored norms.</summary>
    public bool SumsDistances => IsL2 && !HasNorm;

    public int ScaleBlock => Scheme.Scale?.BlockSize ?? 0;

    public ScaleFormat ScaleFormat => Scheme.Scale?.Format ?? ScaleFormat.Single;

    public int ScaleElementBytes => ScaleFormat == ScaleFormat.Single ? 4 : 2;

    public int ScalesPerRow => IsPerVector ? 1 : IsPerBlock ? (Dimensions + ScaleBlock - 1) / ScaleBlock : 0;

    /// <summary>Bytes of a row's scales; a row's minima take as many.</summary>
    public int RowScaleBytes => ScalesPerRow * ScaleElementBytes;

    /// <summary>Bytes of a row's values, of all dimensions.</summary>
    public int ValueBytes => Whole.Integer?.ValueBytes ?? Whole.Float!.ValueBytes;

    /// <summary>Where a row code holds its norm, or what stands in its place (<see cref="HasTerm"/>).</summary>
    public int NormOffset => ValueBytes + (RowScaleBytes * (HasRowMinima ? 2 : 1));

    /// <summary>Where a row code holds the norm of a prefix: behind all else.</summary>
    public int PrefixNormOffset(int number) => NormOffset + (HasTerm ? 4 : 0) + (Rotated is null ? 0 : 4) + (4 * number);

    public int CodeBytes => PrefixNormOffset(HasPrefixNorms ? Scheme.Prefixes.Count : 0);

    /// <summary>What the greatest magnitude is divided by to give the scale (docs/formats.md, section 1).</summary>
    public float AbsMaxDivisor => Integer switch
    {
        { Grid.Zero: ZeroMode.Symmetric } => Integer.Center - 1,
        { Grid.Zero: ZeroMode.MidRise } => Integer.Center,
        { } => Integer.MaximumCode,
        _ => Float!.Maximum,
    };

    public int LearnedScaleCount => IsPerChannel ? Whole.Dimensions : IsPerTensor ? 1 : 0;

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
