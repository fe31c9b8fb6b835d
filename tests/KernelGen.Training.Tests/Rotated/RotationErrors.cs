namespace KernelGen.Training.Tests.Rotated;

/// <summary>What codes of many rotations estimate of the same pairs of vectors and queries.</summary>
internal sealed class RotationErrors<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private const int Rows = 16;
    private const int Queries = 8;

    private readonly float[] _rows;
    private readonly float[] _queries;
    private readonly (double Score, double Norms, int Sign)[] _pairs;
    private readonly List<double>[] _errors;
    private double _shares;

    /// <summary>
    /// Takes vectors of which the first are encoded; the sum of each with the next is searched for, so that queries are near to two of them.
    /// </summary>
    public RotationErrors(float[] vectors)
    {
        int d = TCodec.Layout.Dimensions;
        _rows = vectors[..(Rows * d)];
        _queries = [.. _rows[..(Queries * d)].Zip(_rows[d..], static (x, next) => x + next)];
        _pairs = [.. _queries.Chunk(d).SelectMany(query => _rows.Chunk(d).Select(row => Pair(query, row)))];
        _errors = [.. _pairs.Select(static _ => new List<double>())];
    }

    /// <summary>Estimates so far.</summary>
    public int Count => _errors.Sum(static errors => errors.Count);

    /// <summary>Those that differ from the score by more than their bound.</summary>
    public int Exceeded { get; private set; }

    /// <summary>The deviation of errors, as a share of their bounds.</summary>
    public double Deviation => Math.Sqrt(_shares / Count);

    /// <summary>The bias, for people.</summary>
    public string Text => $"{TCodec.Layout.Scheme}: bias of {Bias().Pair:F2} standard errors, of all pairs {Bias().All:F2}";

    /// <summary>Estimates the scores of all pairs with a codec that has its rotation, and bounds the errors where it has bounds.</summary>
    public void Add(TCodec codec, float factor)
    {
        var codes = new byte[Rows * TCodec.Layout.CodeBytes];
        codec.Encode(_rows, codes);
        var block = new byte[TCodec.Layout.BlockBytes];
        codec.Pack(codes, block, 0);
        var prepared = new byte[Queries * TCodec.Layout.QueryBytes];
        codec.Prepare(_queries, prepared);
        var scores = new float[_pairs.Length];
        float[] bounds = [.. Enumerable.Repeat(float.PositiveInfinity, _pairs.Length)];
        if (codec.BoundedScan is { } scan)
        {
            scan(prepared, block, 0, Rows, scores, bounds, factor, CpuTier.Auto);
        }
        else
        {
            codec.Scan(prepared, block, 0, Rows, scores);
        }

        for (int i = 0; i < scores.Length; i++)
        {
            double error = scores[i] - _pairs[i].Score;
            _errors[i].Add(error / _pairs[i].Norms);
            Exceeded += Math.Abs(error) > bounds[i] ? 1 : 0;
            _shares += error / bounds[i] * (error / bounds[i]);
        }
    }

    /// <summary>Mean errors in their standard errors: the greatest of a pair; and of all pairs together, of what is estimated too great.</summary>
    public (double Pair, double All) Bias()
    {
        IEnumerable<double> all = Enumerable.Range(0, _errors[0].Count).Select(
            rotation => _pairs.Zip(_errors, (pair, errors) => pair.Sign * errors[rotation]).Average());
        return (_errors.Max(InStandardErrors), InStandardErrors(all));
    }

    private static (double Score, double Norms, int Sign) Pair(float[] query, float[] row)
    {
        double product = Product(query, row);
        double squares = Product(query, query) + Product(row, row);
        return (
            TCodec.Layout.Metric == Metric.SquaredL2 ? (2 * product) - squares : product,
            Math.Sqrt(Product(query, query) * Product(row, row)),
            Math.Sign(product));
    }

    private static double InStandardErrors(IEnumerable<double> values)
    {
        double[] errors = [.. values];
        double mean = errors.Average();
        double variance = errors.Sum(error => (error - mean) * (error - mean)) / (errors.Length - 1);
        return Math.Abs(mean) / Math.Sqrt(variance / errors.Length);
    }

    private static double Product(float[] x, float[] y) => x.Zip(y, static (a, b) => (double)a * b).Sum();
}
