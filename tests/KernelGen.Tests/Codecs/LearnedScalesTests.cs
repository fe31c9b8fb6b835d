using KernelGen.Kernels;
using KernelGen.Tests.Sets;
using Xunit;

namespace KernelGen.Tests.Codecs;

public class LearnedScalesTests
{
    private static LearnedScaleSpec Spec(int dimensions, bool perChannel, LearnedScaleRule rule, bool normalize = false) => new()
    {
        Dimensions = dimensions,
        PerChannel = perChannel,
        Rule = rule,
        Normalize = normalize,
        Divisor = 7,
    };

    /// <summary>docs/formats.md, section 5, word by word: sorts where the code selects.</summary>
    private static float[] Expected(float[] sample, LearnedScaleSpec spec, double quantile)
    {
        float[][] vectors = [.. sample.Chunk(spec.Dimensions)];
        if (spec.Normalize)
        {
            vectors = [.. vectors.Select(vector =>
            {
                float factor = StripedSums.InverseNorm(vector);
                return vector.Select(x => x * factor).ToArray();
            })];
        }

        float[][] channels = spec.PerChannel
            ? [.. Enumerable.Range(0, spec.Dimensions).Select(d => vectors.Select(vector => vector[d]).ToArray())]
            : [vectors.SelectMany(vector => vector).ToArray()];
        float[] minima = spec.Rule == LearnedScaleRule.MinMax ? [.. channels.Select(x => Quantile(x, (1 - quantile) / 2))] : [];
        float[] scales = [.. channels.Select(x => spec.Rule switch
        {
            LearnedScaleRule.AbsMax => Quantile(x.Select(Math.Abs), quantile) / 7,
            LearnedScaleRule.MeanAbs => (float)(2 * (x.Aggregate(0.0, (sum, value) => sum + Math.Abs(value)) / x.Length)),
            _ => (Quantile(x, (1 + quantile) / 2) / 7) - (Quantile(x, (1 - quantile) / 2) / 7),
        }).Select(s => Math.Clamp(s, 1.17549435E-38f, float.MaxValue))];
        return [.. scales, .. minima];
    }

    private static float Quantile(IEnumerable<float> values, double p)
    {
        float[] sorted = [.. values.Order()];
        double k = p * (sorted.Length - 1);
        double lower = sorted[(int)Math.Floor(k)];
        double upper = sorted[(int)Math.Ceiling(k)];
        return (float)(lower + ((upper - lower) * (k - Math.Floor(k))));
    }

    public static TheoryData<int, int, double> Shapes => new()
    {
        { 1, 1, 1.0 }, { 1, 1, 0.5 }, { 5, 1, 0.9 }, { 3, 7, 1.0 }, { 17, 40, 0.99 }, { 33, 101, 0.5 }, { 16, 50, 1e-9 }, { 35, 64, 1.0 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EqualsTheFormulas(int dimensions, int vectors, double quantile)
    {
        var random = new Random(dimensions);
        foreach (int kind in new[] { 0, 1, 2 })
        {
            var sample = new float[dimensions * vectors];
            for (int i = 0; i < sample.Length; i++)
            {
                // Heavy tails; few distinct values, zeros of both signs among them; all negative.
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                sample[i] = kind switch
                {
                    0 => (float)(normal * Math.Exp(3 * random.NextDouble())),
                    1 => (random.Next(3) - 1) * 0.1f * (random.Next(2) == 0 ? -1f : 1f),
                    _ => -1 - random.NextSingle(),
                };
            }

            foreach (bool perChannel in new[] { false, true })
            {
                foreach (bool normalize in new[] { false, true })
                {
                    foreach (LearnedScaleRule rule in Enum.GetValues<LearnedScaleRule>())
                    {
                        LearnedScaleSpec spec = Spec(dimensions, perChannel, rule, normalize);
                        float[] actual = LearnedScales.Fit(sample, spec, new TrainingOptions { Quantile = quantile });
                        Assert.Equal(Expected(sample, spec, quantile), actual);
                        Assert.All(actual[(actual.Length / 2)..], minimum => Assert.False(minimum == 0 && float.IsNegative(minimum)));
                    }
                }
            }
        }
    }

    [Fact]
    public void ExtremeSamplesGiveUsableScales()
    {
        Assert.Equal([1.17549435E-38f], LearnedScales.Fit(new float[4], Spec(2, false, LearnedScaleRule.AbsMax)));
        Assert.Equal([1.17549435E-38f, 3], LearnedScales.Fit([3, 3], Spec(1, true, LearnedScaleRule.MinMax)));
        Assert.Equal([float.MaxValue], LearnedScales.Fit([float.MaxValue, float.MinValue], Spec(1, false, LearnedScaleRule.MeanAbs)));
        float[] range = LearnedScales.Fit([float.MaxValue, float.MinValue], Spec(1, false, LearnedScaleRule.MinMax) with { Divisor = 1 });
        Assert.Equal([float.MaxValue, float.MinValue], range);
        Assert.Equal([0f], LearnedScales.Fit([0f, 0f], Spec(2, true, LearnedScaleRule.MinMax, normalize: true))[2..3]);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.9)]
    public void ReportsProgressAndCanBeCancelled(double quantile)
    {
        var sample = new float[40 * 9000];
        foreach (LearnedScaleRule rule in Enum.GetValues<LearnedScaleRule>())
        {
            var progress = new ProgressList();
            LearnedScales.Fit(sample, Spec(40, true, rule), new TrainingOptions { Quantile = quantile, Progress = progress });
            Assert.True(progress.Shares.Count >= 4);
            Assert.Equal(progress.Shares.Order(), progress.Shares);
            Assert.Equal((0, 1), (progress.Shares[0], progress.Shares[^1]));

            using var source = new CancellationTokenSource();
            var cancelling = new ProgressList { OnReport = _ => source.Cancel() };
            Assert.Throws<OperationCanceledException>(() => LearnedScales.Fit(
                sample, Spec(40, true, rule), new TrainingOptions { Quantile = quantile, Progress = cancelling, CancellationToken = source.Token }));
            Assert.Single(cancelling.Shares);
        }
    }

    [Fact]
    public void WrongArgumentsThrow()
    {
        LearnedScaleSpec spec = Spec(2, true, LearnedScaleRule.AbsMax);
        Assert.Equal("sample", Assert.Throws<ArgumentException>(() => LearnedScales.Fit([], spec)).ParamName);
        Assert.Equal("sample", Assert.Throws<ArgumentException>(() => LearnedScales.Fit([1, 2, 3], spec)).ParamName);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => LearnedScales.Fit([1, 2, 3, float.NaN], spec));
        Assert.Equal("sample", exception.ParamName);
        Assert.Contains("vector 1 has NaN at dimension 1", exception.Message, StringComparison.Ordinal);
        foreach (double quantile in new[] { 0, -1, 1.0000001, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => LearnedScales.Fit([1, 2], spec, new TrainingOptions { Quantile = quantile }));
        }
    }
}
