using KernelGen.Kernels;

namespace KernelGen.Training.Tests.Additive;

/// <summary>Training of residual and additive quantizers on samples with a seed.</summary>
public class AdditiveTrainingTests
{
    private delegate float[] Training(in AdditiveShape shape, int beam, bool normalize, ReadOnlySpan<float> sample, TrainingOptions? options);

    private static readonly AdditiveShape s_residual = AdditiveShape.Residual(11, 3, 3, 2);

    private static readonly AdditiveShape s_additive = AdditiveShape.Additive(11, 2, 5, 4);

    private static (Training Train, AdditiveShape Shape)[] Both => [(ResidualQuantizerTraining.Train, s_residual), (AdditiveQuantizerTraining.Train, s_additive)];

    [Fact]
    public void Every_stage_lowers_the_error()
    {
        float[] sample = Gaussian.Correlated(1500, 10, 40);
        double before = double.PositiveInfinity;
        for (int stages = 1; stages <= 5; stages++)
        {
            AdditiveShape shape = AdditiveShape.Residual(10, stages, 4, 2);
            double error = AdditiveError.Of(shape, 5, sample, ResidualQuantizerTraining.Train(shape, 5, false, sample));
            Assert.InRange(error, 0, 0.8 * before);
            before = error;
        }
    }

    [Fact]
    public void One_stage_is_a_product_quantizer()
    {
        float[] sample = Gaussian.Values(700 * 7, 41);
        var options = new CodebookTrainingOptions { MaximumPointsPerCentroid = 50, Iterations = 4 };
        float[] expected = ProductQuantizerTraining.Train(new CodebookShape(7, 2, 3), true, sample, options);
        Assert.Equal(expected, ResidualQuantizerTraining.Train(AdditiveShape.Residual(7, 1, 3, 2), 5, true, sample, options));
    }

    [Fact]
    public void Rounds_lower_the_error()
    {
        float[] sample = Gaussian.Correlated(2000, 8, 42);
        AdditiveShape residual = AdditiveShape.Residual(8, 4, 4);
        AdditiveShape additive = AdditiveShape.Additive(8, 4, 4);
        float[] first = ResidualQuantizerTraining.Train(residual, 5, false, sample);
        Assert.Equal(first, AdditiveQuantizerTraining.Train(additive, 5, false, sample, new CodebookTrainingOptions { AdditiveRounds = 0 }));
        double before = AdditiveError.Of(residual, 5, sample, first);
        foreach ((int rounds, double share) in new[] { (1, 1.0), (3, 1.0), (10, 0.95) })
        {
            var options = new CodebookTrainingOptions { AdditiveRounds = rounds };
            double error = AdditiveError.Of(additive, 5, sample, AdditiveQuantizerTraining.Train(additive, 5, false, sample, options));
            Assert.InRange(error, 0, share * before);
            before = error;
        }
    }

    [Fact]
    public void Does_not_depend_on_the_number_of_threads()
    {
        float[] sample = Gaussian.Values(900 * 11, 43);
        foreach ((Training train, AdditiveShape shape) in Both)
        {
            var options = new CodebookTrainingOptions { MaximumThreads = 1, MaximumPointsPerCentroid = 40, Iterations = 5, AdditiveRounds = 3 };
            float[] expected = train(shape, 3, true, sample, options);
            Assert.Equal(shape.Values, expected.Length);
            foreach (int threads in new[] { 0, 2, 8 })
            {
                Assert.Equal(expected, train(shape, 3, true, sample, options with { MaximumThreads = threads }));
            }

            Assert.NotEqual(expected, train(shape, 3, true, sample, options with { Seed = 9 }));
        }
    }

    [Fact]
    public void Generated_codecs_choose_the_codes_that_were_trained_for()
    {
        float[] sample = Gaussian.Correlated(600, 11, 44);
        Compare(SmallResidual.Train(sample), beam: 4, sample, codec => codec.Codebooks);
        Compare(SmallAdditive.Train(sample), beam: 3, sample, codec => codec.Codebooks);

        static void Compare<TCodec>(TCodec codec, int beam, float[] sample, Func<TCodec, ReadOnlyMemory<float>> codebooksOf)
            where TCodec : class, IVectorCodec<TCodec>
        {
            AdditiveShape shape = TCodec.Layout.AdditiveCodebooks!.Value;
            ushort[] expected = AdditiveError.Codes(shape, beam, sample, codebooksOf(codec).Span);
            var codes = new byte[600 * TCodec.Layout.CodeBytes];
            codec.Encode(sample, codes);
            var unpacked = new ushort[shape.Codes];
            for (int i = 0; i < 600; i++)
            {
                BitStrings.Unpack(ref codes[i * TCodec.Layout.CodeBytes], shape.Bits, shape.Codes, ref unpacked[0]);
                Assert.Equal(expected[(i * shape.Codes)..][..shape.Codes], unpacked);
            }
        }
    }

    [Fact]
    public void Normalizes_as_encoders_do()
    {
        float[] sample = [.. Gaussian.Values(300 * 11, 45).Select(x => 100 * x)];
        sample.AsSpan(0, 11).Clear();
        var unit = new float[sample.Length];
        QueryMath.Normalize(sample, 11, unit);
        Assert.All(Both, both => Assert.Equal(both.Train(both.Shape, 5, false, unit, null), both.Train(both.Shape, 5, true, sample, null)));
    }

    /// <summary>Samples with fewer different points than centroids: nothing is left over, and nothing is not finite.</summary>
    [Fact]
    public void Constant_and_repeated_vectors()
    {
        float[] constant = [.. Enumerable.Repeat(0.7f, 60 * 11)];
        float[] two = [.. Enumerable.Range(0, 60 * 11).Select(i => i / 11 % 2 == 0 ? 1f : -3f)];
        foreach ((Training train, AdditiveShape shape) in Both)
        {
            foreach (float[] sample in (float[][])[new float[60 * 11], constant, two])
            {
                float[] codebooks = train(shape, 5, false, sample, null);
                Assert.All(codebooks, value => Assert.True(float.IsFinite(value)));
                Assert.InRange(AdditiveError.Of(shape, 5, sample, codebooks), 0, 1e-10);
            }
        }
    }

    [Fact]
    public void Reports_progress_and_stops()
    {
        float[] sample = Gaussian.Values(300 * 11, 46);
        foreach ((Training train, AdditiveShape shape) in Both)
        {
            var progress = new ProgressList();
            float[] expected = train(shape, 5, false, sample, null);
            Assert.Equal(expected, train(shape, 5, false, sample, new TrainingOptions { Progress = progress }));
            progress.AssertComplete();
            using var source = new CancellationTokenSource();
            var options = new TrainingOptions { CancellationToken = source.Token, Progress = new ProgressList { OnReport = source.Cancel } };
            Assert.ThrowsAny<OperationCanceledException>(() => train(shape, 5, false, sample, options));
        }
    }

    [Fact]
    public void Wrong_arguments()
    {
        foreach ((Training train, AdditiveShape shape) in Both)
        {
            // Vectors of 11 dimensions have two whole groups of 4.
            int least = shape.IsShared ? 16 : 8;
            Assert.NotEmpty(train(shape, 5, false, new float[least * 11], null));
            Refuses("sample", () => train(shape, 5, false, new float[(least - 1) * 11], null));
            Refuses("sample", () => train(shape, 5, false, new float[(least * 11) + 1], null));
            Refuses("sample", () => train(shape, 5, false, [float.NaN, .. new float[(least * 11) - 1]], null));
            Refuses("beam", () => train(shape, 0, false, new float[least * 11], null));
            Refuses("options", () => train(shape, 5, false, new float[least * 11], new CodebookTrainingOptions { AdditiveRounds = -1 }));
            Refuses("options", () => train(shape, 5, false, new float[least * 11], new KMeansOptions { PointWeights = new float[least] }));
            Refuses("shape", () => train(shape.IsShared ? s_residual : s_additive, 5, false, new float[least * 11], null));

            // Vectors as long as they may be, and one that is longer.
            float[] great = [.. Gaussian.Values(40 * 11, 47).Select(x => Math.ScaleB(x, 56)).Select(x => (float)x)];
            Assert.All(train(shape, 5, false, great, null), value => Assert.True(float.IsFinite(value)));
            great[13] = MathF.ScaleB(1, 60);
            Refuses("sample", () => train(shape, 5, false, great, null));
            Assert.NotEmpty(train(shape, 5, true, great, null));
        }

        static void Refuses(string parameter, Action call) => Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }
}
