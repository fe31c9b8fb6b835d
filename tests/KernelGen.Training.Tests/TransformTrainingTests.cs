using KernelGen.Transforms;

namespace KernelGen.Training.Tests;

/// <summary>Codecs that learn transforms, from attributes to errors of decoded vectors.</summary>
public sealed class TransformTrainingTests
{
    private const int D = 24;
    private static readonly float[] s_sample = Sample();

    /// <summary>Correlated vectors around a mean far from zero.</summary>
    private static float[] Sample()
    {
        float[] values = Gaussian.Correlated(4000, D, seed: 5);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += 7 + (i % D);
        }

        return values;
    }

    private static double MeanSquaredError<T>(T codec)
        where T : class, IVectorCodec<T>
    {
        int count = s_sample.Length / D;
        var codes = new byte[count * T.Layout.CodeBytes];
        codec.Encode(s_sample, codes);
        var decoded = new float[s_sample.Length];
        codec.Decode(codes, decoded);
        return s_sample.Zip(decoded, static (x, y) => ((double)x - y) * ((double)x - y)).Sum() / count;
    }

    private static float[] Matrix(TransformChain transforms)
    {
        TransformShape shape = transforms.Shape;
        int start = shape.Centers ? shape.Dimensions : 0;
        return transforms.Parameters.Span.Slice(start, shape.Dimensions * shape.OutputDimensions).ToArray();
    }

    [Fact]
    public void Components_leave_the_variance_of_those_that_are_dropped()
    {
        var codec = PcaCodec.Train(s_sample);
        PrincipalComponents all = PrincipalComponents.Train(s_sample, D, D);
        Assert.Equal(all.Eigenvalues.Skip(10).Sum(), MeanSquaredError(codec), all.Eigenvalues[0] * 1e-4);
        Assert.Equal(10 * sizeof(float), PcaCodec.Layout.CodeBytes);
        Orthogonality.Check(Matrix(codec.Transforms), D, 1e-5);
    }

    [Fact]
    public void All_components_are_the_principal_axes()
    {
        float[] matrix = Matrix(WholePcaCodec.Train(s_sample).Transforms);
        Assert.Equal(PrincipalComponents.Train(s_sample, D, D).Components, matrix);
    }

    [Fact]
    public void Random_rotations_keep_inner_products_and_come_from_the_seed()
    {
        var codec = RandomCodec.Train(s_sample);
        Orthogonality.Check(Matrix(codec.Transforms), D, 1e-5);
        Assert.True(MeanSquaredError(codec) < 1e-6, "The codes are single precision.");
        Assert.Equal(Matrix(codec.Transforms), Matrix(RandomCodec.Train(s_sample).Transforms));
        Assert.NotEqual(Matrix(codec.Transforms), Matrix(RandomCodec.Train(s_sample, new KMeansOptions { Seed = 2 }).Transforms));
    }

    [Fact]
    public void Learned_rotations_of_bits_beat_random_ones_and_these_none()
    {
        double plain = MeanSquaredError(BitCodec.Train(s_sample));
        double random = MeanSquaredError(RandomBitCodec.Train(s_sample));
        double learned = MeanSquaredError(LearnedBitCodec.Train(s_sample));
        double givens = MeanSquaredError(GivensBitCodec.Train(s_sample));
        Assert.True(learned < 0.9 * random, $"Learned {learned}, random {random}, none {plain}.");
        Assert.True(givens < 0.95 * random, $"Givens {givens}, random {random}, none {plain}.");
    }

    [Fact]
    public void Learned_rotations_of_rotated_codes_beat_random_ones()
    {
        double random = MeanSquaredError(RandomRotatedCodec.Train(s_sample));
        double learned = MeanSquaredError(LearnedRotatedCodec.Train(s_sample));
        Assert.True(learned < 0.97 * random, $"Learned {learned}, random {random}.");
    }

    [Fact]
    public void Learned_rotations_of_product_codes_beat_none()
    {
        double plain = MeanSquaredError(PlainProductCodec.Train(s_sample));
        double learned = MeanSquaredError(LearnedProductCodec.Train(s_sample));
        double givens = MeanSquaredError(GivensProductCodec.Train(s_sample));
        Assert.True(learned < 0.8 * plain, $"Learned {learned}, none {plain}.");
        Assert.True(givens < 0.9 * plain, $"Givens {givens}, none {plain}.");
    }

    [Fact]
    public void Learned_rotations_of_residual_and_additive_codes_beat_none()
    {
        double plain = MeanSquaredError(PlainResidualCodec.Train(s_sample));
        double learned = MeanSquaredError(LearnedResidualCodec.Train(s_sample));
        double givens = MeanSquaredError(GivensResidualCodec.Train(s_sample));
        Assert.True(learned < 0.8 * plain, $"Learned {learned}, none {plain}.");
        Assert.True(givens < 0.8 * plain, $"Givens {givens}, none {plain}.");

        plain = MeanSquaredError(PlainAdditiveCodec.Train(s_sample));
        learned = MeanSquaredError(LearnedAdditiveCodec.Train(s_sample));
        Assert.True(learned < 0.8 * plain, $"Learned additive {learned}, none {plain}.");
        Orthogonality.Check(Matrix(LearnedAdditiveCodec.Train(s_sample, new CodebookTrainingOptions { RotationRounds = 2 }).Transforms), D, 1e-5);
    }

    [Fact]
    public void Rounds_make_rotations_of_residual_codes_better_than_the_axes_they_start_with()
    {
        double start = MeanSquaredError(LearnedResidualCodec.Train(s_sample, new CodebookTrainingOptions { RotationRounds = 0 }));
        double end = MeanSquaredError(LearnedResidualCodec.Train(s_sample, new CodebookTrainingOptions { RotationRounds = 40 }));
        Assert.True(end < start, $"{start}, then {end}.");
    }

    [Fact]
    public void A_rotation_is_the_same_for_any_number_of_threads()
    {
        Same(static options => GivensBitCodec.Train(s_sample, options));
        Same(static options => LearnedProductCodec.Train(s_sample, options));
        Same(static options => WholeChainCodec.Train(s_sample, options));
        Same(static options => LearnedResidualCodec.Train(s_sample, options));
        Same(static options => LearnedAdditiveCodec.Train(s_sample, options));
        Same(static options => WholeAdditiveChainCodec.Train(s_sample, options));

        static void Same<T>(Func<TrainingOptions, T> train)
            where T : class, IVectorCodec<T>
        {
            byte[][] files = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                using var stream = new MemoryStream();
                train(new CodebookTrainingOptions { MaximumThreads = threads, RotationRounds = 3, AdditiveRounds = 3 }).Save(stream);
                return stream.ToArray();
            })];
            Assert.Equal(files[0], files[1]);
            Assert.Equal(files[0], files[2]);
        }
    }

    [Fact]
    public void Centring_takes_the_offset_away()
    {
        // A grid of 16 levels over 30 or more is coarse; over the deviations alone it is not.
        double error = MeanSquaredError(HadamardCodec.Train(s_sample));
        double variance = PrincipalComponents.Train(s_sample, D, D).Eigenvalues.Sum();
        Assert.True(error < 0.1 * variance, $"Error {error}, variance {variance}.");
    }

    [Fact]
    public void A_whole_chain_scores_what_it_decodes()
    {
        var codec = WholeChainCodec.Train(s_sample);
        var set = new VectorSet<WholeChainCodec>(codec);
        set.AddRange([.. Enumerable.Range(0, 500).Select(static i => (long)i)], s_sample.AsSpan(0, 500 * D));
        float[] query = s_sample.AsSpan(600 * D, D).ToArray();
        double length = Math.Sqrt(query.Sum(static x => (double)x * x));
        Hit[] hits = [.. set.Search(query, 5)];
        foreach (Hit hit in hits)
        {
            var decoded = new float[D];
            set.GetVector(hit.Id, decoded);
            double score = query.Zip(decoded, static (a, b) => (double)a * b).Sum() / length;
            Assert.Equal(score, hit.Score, 1e-5);
        }

        // The same codec of parts that were learned elsewhere, and from a file.
        var given = WholeChainCodec.FromCodebooks(codec.Codebooks.Span, codec.Transforms);
        using var stream = new MemoryStream();
        codec.Save(stream);
        stream.Position = 0;
        var loaded = WholeChainCodec.Load(stream);
        var codes = new byte[3][];
        foreach ((int i, WholeChainCodec each) in new[] { codec, given, loaded }.Index())
        {
            codes[i] = new byte[500 * WholeChainCodec.Layout.CodeBytes];
            each.Encode(s_sample.AsSpan(0, 500 * D), codes[i]);
        }

        Assert.Equal(codes[0], codes[1]);
        Assert.Equal(codes[0], codes[2]);
    }

    [Fact]
    public void Given_transforms_are_taken_and_the_rest_is_learned()
    {
        var codec = HadamardCodec.Train(s_sample);
        var again = HadamardCodec.Train(s_sample, codec.Transforms);
        Assert.Same(codec.Transforms, again.Transforms);
        Assert.Equal(MeanSquaredError(codec), MeanSquaredError(again));

        TransformChain other = PcaCodec.Train(s_sample).Transforms;
        var error = Assert.Throws<ArgumentException>(() => HadamardCodec.Train(s_sample, other));
        Assert.Contains("shape", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WholeChainCodec.FromCodebooks(new float[16 * 16], other));
        Assert.Throws<ArgumentNullException>(() => HadamardCodec.Train(s_sample, transforms: null!));
    }

    [Fact]
    public void Bad_samples_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PcaCodec.Train([]));
        Assert.Throws<ArgumentException>(() => LearnedBitCodec.Train(s_sample.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => HadamardCodec.Train([.. s_sample[..^1], float.NaN]));
        Assert.Throws<ArgumentException>(() => LearnedProductCodec.Train(s_sample.AsSpan(0, 15 * D)));

        // The sample is looked at once, and what was wrong with it is told all the same.
        float[] bad = [.. s_sample];
        bad[(7 * D) + 3] = float.NaN;
        TransformChain fitted = HadamardCodec.Train(s_sample).Transforms;
        foreach (Func<object> train in new Func<object>[]
        {
            () => HadamardCodec.Train(bad), () => HadamardCodec.Train(bad, fitted), () => WholeAdditiveChainCodec.Train(bad), () => WholeChainCodec.Train(bad),
        })
        {
            string message = Assert.Throws<ArgumentException>(train).Message;
            Assert.Contains("NaN", message, StringComparison.Ordinal);
            Assert.Contains("vector 7", message, StringComparison.Ordinal);
        }

        using var source = new CancellationTokenSource();
        source.Cancel();
        foreach (Action train in new Action[]
        {
            () => PcaCodec.Train(s_sample, new TrainingOptions { CancellationToken = source.Token }),
            () => LearnedBitCodec.Train(s_sample, new TrainingOptions { CancellationToken = source.Token }),
            () => HadamardCodec.Train(s_sample, new TrainingOptions { CancellationToken = source.Token }),
        })
        {
            Assert.ThrowsAny<OperationCanceledException>(train);
        }
    }

    [Fact]
    public void Constant_data_give_finite_transforms()
    {
        float[] constant = [.. Enumerable.Repeat(3f, 100 * D)];
        foreach (TransformChain transforms in new[]
        {
            PcaCodec.Train(constant).Transforms, LearnedBitCodec.Train(constant).Transforms, GivensBitCodec.Train(constant).Transforms, LearnedProductCodec.Train(constant).Transforms,
        })
        {
            Orthogonality.Check(Matrix(transforms), D, 1e-4);
        }
    }
}
