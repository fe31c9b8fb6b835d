namespace KernelGen.Reference;

/// <summary>A rotated quantizer, of vectors that are transformed already.</summary>
/// <param name="Dimensions">Values of a transformed vector.</param>
/// <param name="Metric">How those are compared.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Centers">Whether a mean was taken from vectors, and is from queries.</param>
/// <param name="Search">How the encoder looks for scales.</param>
/// <param name="Levels">Where levels lie.</param>
public sealed record ReferenceRotatedScheme(
    int Dimensions, Metric Metric, int Bits, bool Centers, ScaleSearch Search = ScaleSearch.Exact, GridLevels Levels = GridLevels.Uniform) : IReferenceScheme
{
    public string Text => $"RotatedQuantizer({Bits}{(HasNormalLevels ? ", LloydMax" : "")}) Metric({Metric}) Dimensions({Dimensions})";

    /// <summary>Whether levels are those of normal values: of one bit, both are the same.</summary>
    public bool HasNormalLevels => Levels == GridLevels.LloydMax && Bits > 1;

    public int ParameterCount => 0;

    /// <summary>Whether a row stores a number that is added: the squared norm, or the inner product with the mean.</summary>
    public bool StoresTerm => Metric == Metric.SquaredL2 || Centers;
}
