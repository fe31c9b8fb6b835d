namespace KernelGen.Reference;

/// <summary>The tables of a query: an entry per subspace and centroid.</summary>
public sealed record ReferenceTables(float[][] Entries);

/// <summary>The byte tables of a query: a score is about Step times the sum of entries, plus Bias.</summary>
public sealed record ReferenceByteTables(int[][] Entries, float Step, float Bias);

/// <content>Tables and scores.</content>
public sealed partial class ReferenceProductCodec
{
    /// <summary>The least magnitude of an entry that no query may have: 2^112.</summary>
    private static readonly float s_entryLimit = MathF.ScaleB(1, 112);

    /// <summary>The tables of a query; throws if an entry is too great.</summary>
    public ReferenceTables Prepare(ReadOnlySpan<float> query)
    {
        float[] q = ReferenceCodec.Normalise(Scheme, query);
        var entries = new float[Scheme.Subspaces][];
        for (int m = 0; m < entries.Length; m++)
        {
            float[] part = q[_starts[m]..(_starts[m] + Scheme.DimensionsOf(m))];
            entries[m] = Array.ConvertAll(_centroids[m], centroid => Entry(part, centroid));
        }

        // The negation also catches NaN.
        return entries.Any(row => Array.Exists(row, entry => !(Math.Abs(entry) < s_entryLimit)))
            ? throw new ArgumentException("Expected a query whose table entries are less than 2^112.", nameof(query))
            : new ReferenceTables(entries);
    }

    /// <summary>The score of one code per subspace.</summary>
    public static float Score(ReferenceTables tables, IReadOnlyList<int> codes) => Sum(m => tables.Entries[m][codes[m]], codes.Count);

    /// <summary>Tables with entries of a byte; only for 4 bits.</summary>
    public ReferenceByteTables ByteTables(ReferenceTables tables)
    {
        float[] least = Array.ConvertAll(tables.Entries, row => row.Min());
        float range = tables.Entries.Select((row, m) => row.Max() - least[m]).Max();
        int greatest = Scheme.GreatestByte;
        float step = range / greatest;
        if (step < ReferenceCodec.LeastScale)
        {
            step = 0;
        }

        float inverse = ReferenceCodec.InverseOf(step);
        int[][] entries = [.. tables.Entries.Select((row, m) => Array.ConvertAll(row, entry => ByteEntry(entry - least[m])))];
        return new ReferenceByteTables(entries, step, (float)least.Aggregate(0.0, (sum, lo) => sum + lo));

        int ByteEntry(float difference)
        {
            float scaled = Math.Min(difference * inverse, greatest);
            return (int)(scaled + 0.5f);
        }
    }

    /// <summary>The approximate score of one code per subspace; only for 4 bits.</summary>
    public static float ApproximateScore(ReferenceByteTables tables, IReadOnlyList<int> codes)
    {
        int sum = codes.Select((j, m) => tables.Entries[m][j]).Sum();
        float scaled = tables.Step * sum;
        return scaled + tables.Bias;
    }

    public ReferenceScore[] Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        ReferenceTables tables = Prepare(query);
        return [.. codes.Select(code => new ReferenceScore(Score(tables, Layout.Read(code)), Tolerance: 0))];
    }

    public ReferenceScore[] PrefixScores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        int subspaces = Array.IndexOf([.. _starts, Scheme.Dimensions], query.Length);

        // Tables behind the prefix are not read.
        ReferenceTables tables = Prepare([.. query, .. new float[Scheme.Dimensions - query.Length]]);
        return [.. codes.Select(code => new ReferenceScore(Score(tables, Layout.Read(code)[..subspaces]), Tolerance: 0))];
    }

    /// <summary>The approximate scores of row codes for a query: by byte tables with 4 bits, otherwise the scores.</summary>
    public ReferenceScore[] ApproximateScores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        if (!Scheme.HasByteTables)
        {
            return Scores(query, codes);
        }

        ReferenceByteTables tables = ByteTables(Prepare(query));
        return [.. codes.Select(code => new ReferenceScore(ApproximateScore(tables, Layout.Read(code)), Tolerance: 0))];
    }

    public ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int[] a = Layout.Read(first);
        int[] c = Layout.Read(second);
        return new(Sum(m => Entry(_centroids[m][a[m]], _centroids[m][c[m]]), a.Length), Tolerance: 0);
    }

    public ReferenceScore[] Accumulate(IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination) =>
        ReferenceScore.OfAccumulation([.. codes.Select(code => Dequantize(Layout.Read(code)))], weights, destination);

    /// <summary>T[m][j]: the share of the score that a subspace has.</summary>
    private float Entry(float[] q, float[] c)
    {
        float entry = 0;
        for (int i = 0; i < c.Length; i++)
        {
            float difference = q[i] - c[i];
            float term = Scheme.Metric == Metric.SquaredL2 ? -(difference * difference) : q[i] * c[i];

            // Adding to zero would change the sign of a negative one.
            entry = i == 0 ? term : entry + term;
        }

        return entry;
    }

    /// <summary>Four partial sums, combined as a tree.</summary>
    internal static float Sum(Func<int, float> entryOf, int subspaces)
    {
        var p = new float[4];
        for (int m = 0; m < subspaces; m++)
        {
            p[m % 4] += entryOf(m);
        }

        return (p[0] + p[2]) + (p[1] + p[3]);
    }
}
