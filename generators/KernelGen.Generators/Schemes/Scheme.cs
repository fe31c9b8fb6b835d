namespace KernelGen.Generators.Schemes;

/// <summary>Exactly what the user declared, defaults filled in. Knows no Roslyn symbol and no instruction set.</summary>
/// <param name="Dimensions">Values that are quantized: of a vector, or of a transformed one.</param>
/// <param name="Metric">How those are compared.</param>
/// <param name="Grid">What a code can stand for.</param>
/// <param name="Scale">Which values share a scale, if any do.</param>
/// <param name="Transforms">What is done to vectors before; null for nothing.</param>
/// <param name="Groups">Groups of rows that have codebooks of their own. It changes no code, and so is no part of <see cref="Text"/>.</param>
/// <param name="Prefixes">Numbers of first dimensions that are scored by themselves, ascending.</param>
internal sealed record Scheme(
    int Dimensions,
    Metric Metric,
    Grid Grid,
    ScaleSpec? Scale,
    TransformSpec? Transforms = null,
    int Groups = Scheme.DefaultGroups,
    EquatableArray<int> Prefixes = default)
{
    /// <summary>One codec for all rows.</summary>
    public const int DefaultGroups = 1;

    /// <summary>The text of CodecLayout.Scheme: two schemes are the same exactly if their texts are.</summary>
    public string Text
    {
        get
        {
            string scale = Scale is null || Grid is RotatedGrid or RecurrentGrid ? "" : $" {Scale.Text}";
            string transforms = Transforms is null ? "" : $"{Transforms.Text} ";
            string prefixes = Prefixes.Count == 0 ? "" : $" Prefixes({string.Join(", ", Prefixes)})";
            return $"{transforms}{Grid.Text}{scale} Metric({Transforms?.Metric ?? Metric}) Dimensions({Transforms?.Dimensions ?? Dimensions}){prefixes}";
        }
    }

    /// <summary>Whether a number per query is added to scores, so that they are those of vectors, not of transformed ones.</summary>
    public bool HasBias => Transforms is { } transforms && Metric switch
    {
        Metric.SquaredL2 => transforms.OutputDimensions < transforms.Dimensions,
        Metric.Hamming => false,
        _ => transforms.Centers,
    };
}

/// <summary>The values that a code can stand for.</summary>
internal abstract record Grid
{
    public abstract string Text { get; }
}

/// <summary>A uniform grid of 2^Bits codes.</summary>
internal record IntegerGrid(int Bits, ZeroMode Zero) : Grid
{
    public override string Text => $"ScalarQuantizer({Bits}, {Zero})";
}

/// <summary>
/// The mid-rise grid with a scale per vector, whose encoder looks for the code nearest in direction, and whose rows carry what an unbiased estimate and its
/// bound need. With other levels codes are numbers of values of a wider grid.
/// </summary>
internal sealed record RotatedGrid(int Bits, ScaleSearch Search, GridLevels Levels = GridLevels.Uniform) : IntegerGrid(Bits, ZeroMode.MidRise)
{
    /// <summary>The most bits whose levels one shuffle looks up.</summary>
    public const int MaxLookedUpBits = 4;

    // How the encoder looks for a scale does not change what a code means.
    public override string Text => Levels == GridLevels.Uniform ? $"RotatedQuantizer({Bits})" : $"RotatedQuantizer({Bits}, {Levels})";
}

/// <summary>
/// Several signs per value: those of the value and of what the ones before leave over, with weights 2^-t. Their sums are the mid-rise grid with a scale per vector;
/// queries are such codes too.
/// </summary>
internal sealed record RecurrentGrid(int Bits) : IntegerGrid(Bits, ZeroMode.MidRise)
{
    public override string Text => $"BinaryQuantizer(Planes {Bits})";
}

/// <summary>A floating-point format.</summary>
internal sealed record FloatGrid(FloatFormat Format) : Grid
{
    public override string Text => $"FloatQuantizer({Format})";
}

/// <summary>The sign of each value, a bit.</summary>
internal sealed record SignGrid(BitOrder Order, SignBit Ones) : Grid
{
    public override string Text => $"BinaryQuantizer({Order}, {Ones})";
}

/// <summary>A codebook of 2^Bits centroids for each of the subspaces.</summary>
internal sealed record CodebookGrid(int Subspaces, int Bits) : Grid
{
    public override string Text => $"ProductQuantizer({Subspaces}, {Bits})";
}

/// <summary>
/// Several codes per group of dimensions, whose centroids are added. With a GroupSize the groups have so many dimensions and share the codebooks; with
/// 0 they are subspaces with codebooks of their own.
/// </summary>
internal sealed record AdditiveGrid(int Stages, int Bits, int Subspaces, int GroupSize, int Beam, Norm Norm) : Grid
{
    public bool IsShared => GroupSize > 0;

    // How many partial codes the encoder keeps does not change what a code means.
    public override string Text
    {
        get
        {
            string norm = Norm == Norm.None ? "" : $", {Norm}";
            return IsShared ? $"AdditiveQuantizer({Stages}, {Bits}, {GroupSize}{norm})" : $"ResidualQuantizer({Stages}, {Bits}, {Subspaces}{norm})";
        }
    }
}

/// <summary>Which values share a scale. BlockSize is 0 unless Granularity is Block.</summary>
internal sealed record ScaleSpec(Granularity Granularity, int BlockSize, ScaleFormat Format)
{
    /// <summary>Whether the scale is learned and kept in the codec, not stored with each vector.</summary>
    public bool IsLearned => Granularity is Granularity.Channel or Granularity.Tensor;

    public string Text => Granularity switch
    {
        Granularity.Block => $"Scale(Block {BlockSize}, {Format})",
        Granularity.Vector => $"Scale(Vector, {Format})",
        _ => $"Scale({Granularity})",
    };
}
