namespace KernelGen.Reference;

/// <content>Several planes: section 9 of docs/formats.md. Signs are found one after another, as the papers have it.</content>
public sealed partial class ReferenceCodec
{
    private ReferenceRow QuantizeRecurrently(RecurrentGrid grid, float[] x)
    {
        double norm2 = StripedSum.OfSquares(x);
        bool isZero = norm2 < Math.ScaleB(1, -252);
        double inverse = isZero ? 0 : grid.GreatestCode / (2 * ReferenceRotatedCodec.Ranges[grid.Bits - 1]) * Math.Sqrt(x.Length / norm2);
        uint[] codes = Array.ConvertAll(x, value => CodeOfSigns(SignsOf(value * inverse, grid)));
        double[] levels = Array.ConvertAll(codes, code => Centred(grid, code) + 0.5);
        double squares = levels.Sum(level => level * level);
        bool isUnit = Scheme.Metric == Metric.Cosine || grid.IsUnitTransformed;
        float scale = isUnit ? (float)(1 / Math.Sqrt(squares)) : (float)(StripedSum.Of(x.Length, i => x[i] * levels[i]) / squares);
        return new ReferenceRow(codes, [isZero || scale < LeastScale ? 0 : Math.Min(scale, float.MaxValue)], [], Norm2: 0);
    }

    private ReferenceQuery PrepareRecurrently(RecurrentGrid grid, float[] query)
    {
        ReferenceRow row = QuantizeRecurrently(grid, query);
        int[] integers = Array.ConvertAll(row.Codes, code => (2 * (int)code) + 1 - (1 << grid.Bits));
        float step = row.Scales[0] / 2;
        float[] decoded = Array.ConvertAll(integers, integer => integer * step);
        return new ReferenceQuery(decoded, integers, step, (float)StripedSum.OfSquares(decoded), Constant: 0);
    }

    /// <summary>b_0 is the sign of a value, b_t that of what b_0 to b_(t-1) leave over; the weight of b_0 is half the range of the grid.</summary>
    /// <remarks>What is left over is 0 or greater exactly if the value is not less than what they stand for, and that comparison is exact.</remarks>
    private static bool[] SignsOf(double value, RecurrentGrid grid)
    {
        var signs = new bool[grid.Bits];
        double sum = 0;
        double weight = grid.Centre / 2.0;
        for (int t = 0; t < signs.Length; t++, weight /= 2)
        {
            signs[t] = value >= sum;
            sum += signs[t] ? weight : -weight;
        }

        return signs;
    }

    /// <summary>The signs as the bits of an integer, b_0 the highest.</summary>
    private static uint CodeOfSigns(bool[] signs) => signs.Aggregate(0u, (code, sign) => (2 * code) + (sign ? 1u : 0));
}
