using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Vectors that try a codec: ordinary ones, and each kind on which encoders have been known to go wrong.</summary>
internal static class TestVectors
{
    /// <summary>The metrics that compare values.</summary>
    public static Metric[] Metrics { get; } = [Metric.InnerProduct, Metric.Cosine, Metric.SquaredL2];

    /// <summary>A sample value of the standard normal distribution.</summary>
    public static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public static float[] Gaussians(Random random, int count) => Fill(count, _ => Gaussian(random));

    /// <summary>Rows to encode: at least one of every kind, one of them twice.</summary>
    public static float[][] Rows(ReferenceScheme scheme, Random random, int count)
    {
        int d = scheme.Dimensions;
        float[][] special = [.. SpecialRows(random, d), Ties(scheme.Grid, d)];
        return [.. special, .. Enumerable.Range(0, Math.Max(0, count - special.Length)).Select(_ => Gaussians(random, d))];
    }

    /// <summary>Rows of every kind that any codec could fail on.</summary>
    public static float[][] SpecialRows(Random random, int d)
    {
        float[] gaussian = Gaussians(random, d);
        return
        [
            gaussian,
            gaussian,
            HeavyTailed(random, d),
            Sparse(random, d),
            Fill(d, _ => 0.7f),
            Fill(d, _ => -1234.5f),
            new float[d],
            Fill(d, _ => -0f),
            Fill(d, i => i % 3 == 0 ? -0f : Gaussian(random)),
            OneHuge(random, d, 1e15f),
            OneHuge(random, d, float.MaxValue),
            Fill(d, _ => Gaussian(random) * 1e-40f),
            Fill(d, _ => Gaussian(random) * 3e-37f),
            Fill(d, i => i % 2 == 0 ? 1 : -1),
            Fill(d, i => i % 2 == 0 ? float.MaxValue : -float.MaxValue),
            Fill(d, _ => 5 + Gaussian(random)),
        ];
    }

    /// <summary>Queries; the last one is close to <paramref name="near"/>, where squared distances cancel.</summary>
    public static float[][] Queries(int d, Random random, float[] near) =>
    [
        Gaussians(random, d),
        Sparse(random, d),
        Fill(d, i => i % 2 == 0 ? 1 : -1),
        Fill(d, _ => 0.25f),
        HeavyTailed(random, d),
        new float[d],
        Gaussians(random, d),
        Fill(d, _ => Gaussian(random) * 1e-3f),
        Fill(d, i => near[i] + (Gaussian(random) * 1e-3f)),
    ];

    /// <summary>A sample whose channels differ in spread and centre; for odd dimensions the first one is always zero.</summary>
    public static float[] Sample(Random random, int d, int rows) =>
        Fill(rows * d, i => i % d == 0 && d % 2 == 1 && d > 1 ? 0 : ((1 + (i % d % 5)) * Gaussian(random)) + (i % d % 3));

    public static float[] Fill(int count, Func<int, float> value)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = value(i);
        }

        return values;
    }

    // Student's t with one degree of freedom (Cauchy), kept within what squares in single precision.
    private static float[] HeavyTailed(Random random, int d) =>
        Fill(d, _ => (float)Math.Clamp(Math.Tan(Math.PI * (random.NextDouble() - 0.5)), -1e6, 1e6));

    private static float[] Sparse(Random random, int d) => Fill(d, _ => random.Next(10) == 0 ? Gaussian(random) : 0);

    private static float[] OneHuge(Random random, int d, float huge)
    {
        float[] values = Gaussians(random, d);
        values[random.Next(d)] = huge;
        return values;
    }

    /// <summary>Values in the middle between two codes, and those next to them, for a scale of exactly 1.</summary>
    private static float[] Ties(ReferenceGrid grid, int d)
    {
        (float least, float greatest) = grid switch
        {
            IntegerGrid { Zero: ZeroMode.Affine } affine => (0f, affine.GreatestCode),
            IntegerGrid { Zero: ZeroMode.Symmetric } symmetric => (1f - symmetric.Centre, symmetric.Centre - 1f),
            IntegerGrid midRise => (-midRise.Centre, midRise.Centre),
            _ => (-((FloatGrid)grid).Binary.Greatest, ((FloatGrid)grid).Binary.Greatest),
        };
        if (grid is FloatGrid { Binary: var binary })
        {
            // The middle between two neighbours of the format; every ninth value keeps the greatest, and so the scale.
            float Middle(uint code) => (binary.ToSingle(code) + binary.ToSingle(code + 1)) / 2;
            return Fill(d, i => i % 9 == 0 ? greatest : NextTo(Middle((uint)i % 100), i));
        }

        float HalfSteps(int i) => Math.Clamp(NextTo(least + (i * 0.5f % (greatest - least)), i), least, greatest);
        return Fill(d, i => i % 9 == 0 ? greatest : i % 9 == 1 ? least : HalfSteps(i));
    }

    private static float NextTo(float value, int i) => (i % 4) switch
    {
        0 => MathF.BitIncrement(value),
        1 => MathF.BitDecrement(value),
        _ => value,
    };
}
