namespace KernelGen.Reference;

/// <summary>Levels of <see cref="GridLevels.LloydMax"/>: the table of section 10 of docs/formats.md.</summary>
/// <param name="Steps">A level is a step and a half, or its negative.</param>
/// <param name="Unit">What a step is worth for values of variance 1.</param>
/// <param name="Error">The mean squared error of such values.</param>
public sealed record ReferenceNormalLevels(int[] Steps, double Unit, double Error)
{
    /// <summary>The levels of 2 to 4 bits.</summary>
    public static ReferenceNormalLevels Of(int bits) => bits switch
    {
        2 => new([2, 8], 0.177867286, 0.117521),
        3 => new([2, 7, 13, 21], 0.099990112, 0.034576),
        _ => new([1, 4, 7, 10, 13, 17, 22, 29], 0.092055017, 0.009586),
    };

    /// <summary>The numbers of levels of magnitudes: how many thresholds each exceeds.</summary>
    public int[] Quantize(float[] r)
    {
        double width = Unit * Math.Sqrt(StripedSum.OfSquares(r) / r.Length);
        float[] thresholds = [.. Steps.Zip(Steps.Skip(1), (below, above) => (float)(width * ((below + above + 1) / 2.0)))];
        return Array.ConvertAll(r, value => thresholds.Count(threshold => Math.Abs(value) > threshold));
    }
}
