namespace KernelGen.Reference;

/// <content>Section 3 of docs/formats.md: prepared queries and scores.</content>
public sealed partial class ReferenceCodec
{
    public ReferenceQuery Prepare(ReadOnlySpan<float> query)
    {
        if (Scheme.Grid is RecurrentGrid recurrent)
        {
            return PrepareRecurrently(recurrent, Checked(Scheme, query));
        }

        float[] q = Normalise(Scheme, query);
        var norm2 = (float)StripedSum.OfSquares(q);
        if (Scheme.Grid is not IntegerGrid)
        {
            return new ReferenceQuery(q, [], Scale: 0, norm2, Constant: 0);
        }

        float[] weights = WeightsOf(q);
        int limit = Scheme.GreatestQueryInteger;
        float scale = weights.Max(Math.Abs) / limit;
        if (scale < LeastScale)
        {
            scale = 0;
        }

        float inverse = InverseOf(scale);
        int[] integers = Array.ConvertAll(
            weights, w => (int)MathF.Round(Math.Clamp(w * inverse, -limit, limit), MidpointRounding.ToEven));
        return new ReferenceQuery(q, integers, scale, norm2, LearnedMinimaTimes(q));
    }

    /// <summary>The score of a row code.</summary>
    public ReferenceScore Score(ReferenceQuery query, ReadOnlySpan<byte> code) => Score(query, Layout.Read(code));

    /// <summary>The score of a row.</summary>
    public ReferenceScore Score(ReferenceQuery query, ReferenceRow row)
    {
        if (Scheme.HasExactScores)
        {
            float ip = ExactInnerProduct(query, row);
            bool isDistance = Scheme.Metric == Metric.SquaredL2;
            return new(isDistance ? -MathF.Max(0, (row.Norm2 + query.Norm2) - (2 * ip)) : ip, Tolerance: 0);
        }

        if (Scheme is { Metric: Metric.SquaredL2, StoresNorm2: false })
        {
            return NegativeSquaredDistance(Dequantize(row), query.Values);
        }

        (double value, double magnitude) = Scheme.Grid is IntegerGrid grid
            ? BlockInnerProduct(grid, query, row)
            : FloatInnerProduct(query, row);
        double factor = Math.Max(1, query.Scale) * Math.Max(1, GreatestScale(row));
        return ScoreOfInnerProduct(value, magnitude, row.Norm2, query.Norm2, factor);
    }

    /// <summary>The score of two row codes: both sides decoded.</summary>
    public ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        ScorePair(Layout.Read(first), Layout.Read(second));

    /// <summary>The score of two rows: both sides decoded.</summary>
    public ReferenceScore ScorePair(ReferenceRow first, ReferenceRow second)
    {
        float[] a = Dequantize(first);
        float[] b = Dequantize(second);
        if (Scheme is { Metric: Metric.SquaredL2, StoresNorm2: false })
        {
            return NegativeSquaredDistance(a, b);
        }

        double value = 0;
        double magnitude = 0;
        for (int i = 0; i < a.Length; i++)
        {
            value += (double)a[i] * b[i];
            magnitude += MagnitudeOf(first, i) * MagnitudeOf(second, i);
        }

        double factor = Math.Max(1, GreatestScale(first)) * Math.Max(1, GreatestScale(second));
        return ScoreOfInnerProduct(value, magnitude, first.Norm2, second.Norm2, factor);
    }

    /// <summary>Each value of destination + sum of weights[i] * Decode(rows[i]).</summary>
    public ReferenceScore[] Accumulate(
        IReadOnlyList<ReferenceRow> rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination)
    {
        var sums = Array.ConvertAll(destination.ToArray(), x => (Value: (double)x, Magnitude: (double)Math.Abs(x)));
        double factor = 1;
        for (int r = 0; r < rows.Count; r++)
        {
            ReferenceRow row = rows[r];
            float[] x = Dequantize(row);
            for (int i = 0; i < x.Length; i++)
            {
                sums[i].Value += (double)weights[r] * x[i];
                sums[i].Magnitude += Math.Abs(weights[r]) * MagnitudeOf(row, i);
            }

            factor = Math.Max(factor, Math.Abs(weights[r]) * Math.Max(1, GreatestScale(row)));
        }

        return Array.ConvertAll(sums, sum => ReferenceScore.OfSum(sum.Value, rows.Count, sum.Magnitude, factor));
    }

    /// <summary>The k best of scored rows: greatest score first, equal scores by ascending id.</summary>
    public static Hit[] Search(IEnumerable<Hit> rows, int k) =>
        rows.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Take(k).ToArray();

    private float[] WeightsOf(float[] q) => Scheme.Scale?.Granularity == Granularity.Channel
        ? q.Select((x, i) => x * _parameters[i]).ToArray()
        : q;

    private float LearnedMinimaTimes(float[] q)
    {
        if (Scheme is not { HasMinimum: true, IsLearned: true })
        {
            return 0;
        }

        ReadOnlyMemory<float> minima = _parameters.AsMemory(Scheme.GroupCount);
        return Scheme.Scale!.Granularity == Granularity.Tensor
            ? (float)(minima.Span[0] * StripedSum.Of(q.Length, i => q[i]))
            : (float)StripedSum.Of(q.Length, i => (double)q[i] * minima.Span[i]);
    }

    private float ExactInnerProduct(ReferenceQuery query, ReferenceRow row)
    {
        var grid = (IntegerGrid)Scheme.Grid;
        long sum = 0;
        long querySum = 0;
        for (int i = 0; i < row.Codes.Length; i++)
        {
            sum += (long)Centred(grid, row.Codes[i]) * query.Integers[i];
            querySum += query.Integers[i];
        }

        // The form of the query is chosen so that these fit an int.
        float codeTerm = checked((int)sum);
        float queryTerm = checked((int)querySum);
        float t = grid.Zero == ZeroMode.Symmetric ? codeTerm : codeTerm + (grid.Offset * queryTerm);
        switch (Scheme.Scale!.Granularity)
        {
            case Granularity.Vector:
                float a = row.Scales[0] * t;
                return query.Scale * (Scheme.HasMinimum ? a + (row.Minima[0] * queryTerm) : a);
            case Granularity.Tensor:
                float ip = query.Scale * _parameters[0] * t;
                return Scheme.HasMinimum ? ip + query.Constant : ip;
            default:
                return Scheme.HasMinimum ? (query.Scale * t) + query.Constant : query.Scale * t;
        }
    }

    private (double Value, double Magnitude) BlockInnerProduct(IntegerGrid grid, ReferenceQuery query, ReferenceRow row)
    {
        double value = 0;
        double magnitude = 0;
        for (int i = 0; i < row.Codes.Length; i++)
        {
            int qi = query.Integers[i];
            value += qi * ((ScaleOf(row, i) * ((double)Centred(grid, row.Codes[i]) + grid.Offset)) + MinimumOf(row, i));
            magnitude += Math.Abs(qi) * MagnitudeOf(row, i);
        }

        // A kernel multiplies by the query's scale last: what is too large before is not defined.
        return magnitude > float.MaxValue
            ? (query.Scale * value, double.PositiveInfinity)
            : (query.Scale * value, query.Scale * magnitude);
    }

    private (double Value, double Magnitude) FloatInnerProduct(ReferenceQuery query, ReferenceRow row)
    {
        float[] weights = WeightsOf(query.Values);
        bool isFolded = Scheme.Scale?.Granularity == Granularity.Channel;
        double value = 0;
        double magnitude = 0;
        for (int i = 0; i < row.Codes.Length; i++)
        {
            double term = (double)StepsOf(row.Codes[i]) * weights[i] * (isFolded ? 1 : ScaleOf(row, i));
            value += term;
            magnitude += Math.Abs(term);
        }

        return (value, magnitude);
    }

    private ReferenceScore NegativeSquaredDistance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return ReferenceScore.OfSum(-sum, Scheme.Dimensions, sum, factor: 1);
    }

    private ReferenceScore ScoreOfInnerProduct(double value, double magnitude, float norm2, float queryNorm2, double factor) =>
        Scheme.Metric == Metric.SquaredL2
            ? ReferenceScore.OfSum(
                -Math.Max(0, norm2 + (double)queryNorm2 - (2 * value)),
                Scheme.Dimensions,
                norm2 + (double)queryNorm2 + (2 * magnitude),
                factor)
            : ReferenceScore.OfSum(value, Scheme.Dimensions, magnitude, factor);

    /// <summary>The absolute values of what a decoded value is the sum of: centred code, offset and minimum.</summary>
    private double MagnitudeOf(ReferenceRow row, int i)
    {
        uint code = row.Codes[i];
        double steps = Scheme.Grid is IntegerGrid grid ? Math.Abs(Centred(grid, code)) + (double)grid.Offset : Math.Abs(StepsOf(code));
        return (steps * ScaleOf(row, i)) + Math.Abs(MinimumOf(row, i));
    }

    private float GreatestScale(ReferenceRow row) =>
        Scheme.Scale is null ? 1 : Scheme.IsLearned ? _parameters.Take(Scheme.GroupCount).Max() : row.Scales.Max();
}
