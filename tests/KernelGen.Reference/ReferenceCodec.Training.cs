namespace KernelGen.Reference;

/// <content>Section 5 of docs/formats.md: learned scales and minima.</content>
public sealed partial class ReferenceCodec
{
    /// <summary>Learns the parameters of a scheme; those with nothing to learn only check the sample.</summary>
    public static ReferenceCodec Train(ReferenceScheme scheme, ReadOnlySpan<float> sample, double quantile = 1)
    {
        int count = sample.Length / scheme.Dimensions;
        var normalised = new float[count][];
        for (int row = 0; row < count; row++)
        {
            normalised[row] = Normalise(scheme, sample.Slice(row * scheme.Dimensions, scheme.Dimensions));
        }

        var parameters = new float[scheme.ParameterCount];
        for (int group = 0; scheme.IsLearned && group < scheme.GroupCount; group++)
        {
            // The values of one channel, or of the whole tensor, in the order of the sample.
            float[] values = normalised.SelectMany(x => x.Skip(group * scheme.GroupSize).Take(scheme.GroupSize)).ToArray();
            (parameters[group], float minimum) = FitRange(scheme.Grid, values, quantile);
            if (scheme.HasMinimum)
            {
                parameters[scheme.GroupCount + group] = minimum;
            }
        }

        return new ReferenceCodec(scheme, parameters);
    }

    private static (float Scale, float Minimum) FitRange(ReferenceGrid grid, float[] values, double quantile)
    {
        float minimum = 0;
        float scale;
        switch (grid)
        {
            case IntegerGrid { Zero: ZeroMode.Affine }:
                Array.Sort(values);
                minimum = PositiveZero(Quantile(values, (1 - quantile) / 2));
                scale = ScaleOfRange(grid, minimum, Quantile(values, (1 + quantile) / 2), greatestMagnitude: 0);
                break;
            case IntegerGrid { Bits: 1 }:
                scale = ScaleOfSum(values.Sum(x => (double)Math.Abs(x)), values.Length);
                break;
            default:
                float[] magnitudes = Array.ConvertAll(values, Math.Abs);
                Array.Sort(magnitudes);
                scale = ScaleOfRange(grid, minimum: 0, maximum: 0, Quantile(magnitudes, quantile));
                break;
        }

        return (Math.Clamp(scale, LeastScale, float.MaxValue), minimum);
    }

    private static float Quantile(float[] sorted, double p)
    {
        double k = p * (sorted.Length - 1);
        double below = sorted[(int)Math.Floor(k)];
        double above = sorted[(int)Math.Ceiling(k)];
        return (float)(below + ((k - Math.Floor(k)) * (above - below)));
    }
}
