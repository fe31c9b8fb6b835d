namespace KernelGen.Reference;

/// <summary>The values that a code can stand for.</summary>
public abstract record ReferenceGrid;

/// <summary>A uniform grid of 2^Bits codes.</summary>
public record IntegerGrid(int Bits, ZeroMode Zero) : ReferenceGrid
{
    /// <summary>2^(Bits-1): what is subtracted from an unsigned code to centre it.</summary>
    public int Centre => 1 << (Bits - 1);

    /// <summary>The greatest unsigned code, 2^Bits - 1.</summary>
    public int GreatestCode => (1 << Bits) - 1;

    /// <summary>h of docs/formats.md: a centred code c stands for (c + h) steps above zero (or above the minimum).</summary>
    public float Offset => Zero switch
    {
        ZeroMode.Symmetric => 0f,
        ZeroMode.MidRise => 0.5f,
        _ => Centre,
    };

    /// <summary>The widths of the planes that a code is split into, lowest bits first.</summary>
    public IReadOnlyList<int> PlaneWidths => Bits switch
    {
        7 => [4, 2, 1],
        6 => [4, 2],
        5 => [4, 1],
        3 => [2, 1],
        _ => [Bits],
    };
}

/// <summary>Several planes of signs, with weights 2^-t.</summary>
/// <param name="Bits">How many.</param>
/// <param name="IsUnitTransformed">Whether transforms give vectors norm 1, as <see cref="Metric.Cosine"/> does without transforms.</param>
public sealed record RecurrentGrid(int Bits, bool IsUnitTransformed = false) : IntegerGrid(Bits, ZeroMode.MidRise);

/// <summary>A floating-point format.</summary>
public sealed record FloatGrid(FloatFormat Format) : ReferenceGrid
{
    /// <summary>How the format is written.</summary>
    public BinaryFormat Binary => BinaryFormat.Of(Format);
}

/// <summary>Which values share a scale. BlockSize counts for blocks only.</summary>
public sealed record ReferenceScale(Granularity Granularity, ScaleFormat Format = ScaleFormat.Single, int BlockSize = 0);

/// <summary>A quantization scheme as run-time data: what the attributes of a codec declare, defaults filled in.</summary>
/// <param name="Scale">Null for a float format without a scale.</param>
public sealed record ReferenceScheme(int Dimensions, Metric Metric, ReferenceGrid Grid, ReferenceScale? Scale) : IReferenceScheme
{
    /// <summary>An integer grid; without <paramref name="scale"/> it has one single-precision scale per vector.</summary>
    public static ReferenceScheme Integer(
        int dimensions, Metric metric, int bits, ZeroMode? zero = null, ReferenceScale? scale = null)
    {
        ZeroMode defaultZero = bits == 8 ? ZeroMode.Symmetric : ZeroMode.MidRise;
        return new(dimensions, metric, new IntegerGrid(bits, zero ?? defaultZero), scale ?? new ReferenceScale(Granularity.Vector));
    }

    /// <summary>Several planes of signs.</summary>
    public static ReferenceScheme Recurrent(int dimensions, Metric metric, int planes, bool isUnitTransformed = false) =>
        new(dimensions, metric, new RecurrentGrid(planes, isUnitTransformed), new ReferenceScale(Granularity.Vector));

    /// <summary>A float format, by default without a scale.</summary>
    public static ReferenceScheme Float(int dimensions, Metric metric, FloatFormat format, ReferenceScale? scale = null) =>
        new(dimensions, metric, new FloatGrid(format), scale);

    /// <summary>Numbers of first dimensions that are scored by themselves, ascending.</summary>
    public IReadOnlyList<int> Prefixes { get; init; } = [];

    /// <summary>The text of <see cref="CodecLayout.Scheme"/>.</summary>
    public string Text
    {
        get
        {
            string grid = Grid switch
            {
                RecurrentGrid recurrent => $"BinaryQuantizer(Planes {recurrent.Bits})",
                IntegerGrid integer => $"ScalarQuantizer({integer.Bits}, {integer.Zero})",
                _ => $"FloatQuantizer({((FloatGrid)Grid).Format})",
            };
            string scale = Scale switch
            {
                null => "",
                _ when Grid is RecurrentGrid => "",
                { Granularity: Granularity.Block } => $" Scale(Block {Scale.BlockSize}, {Scale.Format})",
                { Granularity: Granularity.Vector } => $" Scale(Vector, {Scale.Format})",
                _ => $" Scale({Scale.Granularity})",
            };
            return $"{grid}{scale} Metric({Metric}) Dimensions({Dimensions}){TextOf(Prefixes)}";
        }
    }

    internal static string TextOf(IReadOnlyList<int> prefixes) => prefixes.Count == 0 ? "" : $" Prefixes({string.Join(", ", prefixes)})";

    /// <summary>Whether scales are learned and kept in the codec.</summary>
    public bool IsLearned => Scale?.Granularity is Granularity.Channel or Granularity.Tensor;

    /// <summary>Whether a group has a minimum besides its scale.</summary>
    public bool HasMinimum => Grid is IntegerGrid { Zero: ZeroMode.Affine };

    /// <summary>Consecutive dimensions that share a scale.</summary>
    public int GroupSize => Scale?.Granularity switch
    {
        Granularity.Block => Scale.BlockSize,
        Granularity.Channel => 1,
        _ => Dimensions,
    };

    /// <summary>Groups of a vector; the last one may be short.</summary>
    public int GroupCount => (Dimensions + GroupSize - 1) / GroupSize;

    /// <summary>Scales (and as many minima, if any) that are stored with a row.</summary>
    public int StoredScales => Scale is null || IsLearned ? 0 : GroupCount;

    /// <summary>Learned numbers of the codec: scales, then minima.</summary>
    public int ParameterCount => IsLearned ? GroupCount * (HasMinimum ? 2 : 1) : 0;

    /// <summary>Whether a row stores the squared norm of its decoded vector.</summary>
    public bool StoresNorm2 =>
        Metric == Metric.SquaredL2 && (Grid is IntegerGrid || Scale?.Granularity == Granularity.Channel);

    /// <summary>Norms of prefixes that a row stores: squared ones, or under Cosine reciprocal ones.</summary>
    public int StoredPrefixNorms => StoresNorm2 || Metric == Metric.Cosine ? Prefixes.Count : 0;

    /// <summary>Whether scores are bit-equal everywhere; otherwise the order of their float sums is free.</summary>
    public bool HasExactScores => Grid is IntegerGrid && Scale!.Granularity != Granularity.Block;

    /// <summary>Whether the query's integers are int8, not int16. Only for integer grids.</summary>
    public bool HasByteQuery
    {
        get
        {
            var grid = (IntegerGrid)Grid;
            if (grid is RecurrentGrid)
            {
                return grid.GreatestCode <= sbyte.MaxValue;
            }

            bool isAffine = grid.Zero == ZeroMode.Affine;
            int most = Scale!.Granularity switch
            {
                Granularity.Block => isAffine ? 3 : 4,
                Granularity.Channel => 4,
                _ => isAffine ? 4 : 5,
            };
            return grid.Bits <= most;
        }
    }

    /// <summary>Q: the greatest absolute query integer. Only for integer grids.</summary>
    public int GreatestQueryInteger =>
        HasByteQuery ? 127 : Math.Min(short.MaxValue, int.MaxValue / (SummedDimensions * ((IntegerGrid)Grid).Centre));

    /// <summary>The most dimensions whose products are summed as integers.</summary>
    public int SummedDimensions => Scale?.Granularity == Granularity.Block ? Math.Min(Dimensions, Scale.BlockSize) : Dimensions;
}
