namespace KernelGen.Generators.Schemes;

/// <summary>Exactly what the user declared, defaults filled in. Knows no Roslyn symbol and no instruction set.</summary>
internal sealed record Scheme(int Dimensions, Metric Metric, Grid Grid, ScaleSpec? Scale)
{
    /// <summary>The text of CodecLayout.Scheme: two schemes are the same exactly if their texts are.</summary>
    public string Text
    {
        get
        {
            string scale = Scale is null ? "" : $" {Scale.Text}";
            return $"{Grid.Text}{scale} Metric({Metric}) Dimensions({Dimensions})";
        }
    }
}

/// <summary>The values that a code can stand for.</summary>
internal abstract record Grid
{
    public abstract string Text { get; }
}

/// <summary>A uniform grid of 2^Bits codes.</summary>
internal sealed record IntegerGrid(int Bits, ZeroMode Zero) : Grid
{
    public override string Text => $"ScalarQuantizer({Bits}, {Zero})";
}

/// <summary>A floating-point format.</summary>
internal sealed record FloatGrid(FloatFormat Format) : Grid
{
    public override string Text => $"FloatQuantizer({Format})";
}

/// <summary>A codebook of 2^Bits centroids for each of the subspaces.</summary>
internal sealed record CodebookGrid(int Subspaces, int Bits) : Grid
{
    public override string Text => $"ProductQuantizer({Subspaces}, {Bits})";
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
