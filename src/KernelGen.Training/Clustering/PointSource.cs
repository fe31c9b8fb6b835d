namespace KernelGen.Training.Clustering;

/// <summary>A sample as the caller gave it: rows, of which a part is clustered, and what belongs to them.</summary>
internal readonly struct PointSource
{
    /// <summary>Values between 2^-40 and 2^40 have squares, and sums of these, far from the ends of what a float holds.</summary>
    private const int SafeExponent = 40;

    internal required Rows Rows { get; init; }

    /// <summary>The first dimension of <see cref="Rows"/> in the rows of the caller, whose length is the stride.</summary>
    internal int Start { get; init; }

    /// <summary>Values of a row of the caller.</summary>
    internal required int Length { get; init; }

    /// <summary>The numbers of rows in the sample of the caller; null where all of them are here.</summary>
    internal int[]? Numbers { get; init; }

    /// <summary>A factor per row, or none.</summary>
    internal required float[] Factors { get; init; }

    internal required SampleWeights Weights { get; init; }

    /// <summary>Whole rows of a sample.</summary>
    /// <param name="first">The first value; stays where it is as long as this is used.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="dimensions">Values of a row.</param>
    /// <param name="normalize">Whether rows count as scaled to norm 1.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="workers">Threads that compute norms.</param>
    internal static unsafe PointSource Of(float* first, int count, int dimensions, bool normalize, SampleWeights weights, Workers workers)
    {
        var rows = new Rows(first, count, dimensions, dimensions);
        return new() { Rows = rows, Length = dimensions, Factors = normalize ? Sample.InverseNorms(rows, workers) : [], Weights = weights };
    }

    /// <summary>The weights of rows; empty without weights per point.</summary>
    internal float[] WeightsOf(ReadOnlySpan<int> rows) => Weights.OfPoints(rows, Numbers);

    /// <summary>Rows as they are, without weights.</summary>
    internal static PointSource Of(Rows rows) => new() { Rows = rows, Length = rows.Stride, Factors = [], Weights = SampleWeights.None };

    /// <summary>Copies the weights of the values of a row.</summary>
    internal void CopyWeights(int row, Span<float> destination) =>
        Weights.CopyDimensions(((Numbers is null ? row : Numbers[row]) * Length) + Start, destination);

    /// <summary>Copies a row, times its factor and 2^-exponent.</summary>
    internal void CopyRow(int row, int exponent, Span<float> destination)
    {
        ReadOnlySpan<float> values = Rows[row];
        double factor = (Factors.Length == 0 ? 1 : Factors[row]) * Math.ScaleB(1, -exponent);
        if (factor == 1)
        {
            values.CopyTo(destination);
            return;
        }

        // Products of floats are exact in double: rounded once, as encoders round.
        for (int d = 0; d < values.Length; d++)
        {
            destination[d] = (float)(values[d] * factor);
        }
    }

    /// <summary>The e for which values times 2^-e are clustered: 0 unless their squares would leave the range of floats. With
    /// <see cref="Factors"/> values are parts of unit vectors.</summary>
    internal int Exponent() => Exponent(Factors.Length == 0 ? Rows.MaxMagnitude() : 1);

    /// <summary>The same for values of a known greatest magnitude.</summary>
    internal static int Exponent(float greatest)
    {
        int exponent = greatest == 0 ? 0 : MathF.ILogB(greatest);
        return Math.Abs(exponent) <= SafeExponent ? 0 : exponent;
    }

    /// <summary>The same rows, but only dimensions <paramref name="start"/>.. of what was a row.</summary>
    internal unsafe PointSource Slice(int start, int dimensions) => new()
    {
        Rows = new Rows(Rows.At(0) + start, Rows.Count, dimensions, Rows.Stride),
        Start = Start + start,
        Length = Length,
        Numbers = Numbers,
        Factors = Factors,
        Weights = Weights,
    };
}
