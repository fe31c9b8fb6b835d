using KernelGen.Training.Tests.Quality;
using KernelGen.Transforms;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Rotated;

[VectorCodec(100), Rotate(Rotation.Random), RotatedQuantizer(1)]
internal sealed partial class AnyTurn1;

/// <summary>
/// Over the rotations that could have been drawn, estimates of the same pair have no bias, and stay within the bound of a confidence as often as it says.
/// </summary>
public sealed class RotationTests(ITestOutputHelper output)
{
    private const double Confidence = 0.999;

    private static readonly float[] s_words = VectorPair.Own("glove100").Base;
    private static readonly float[] s_normal = Gaussian.Values(32 * 128, seed: 9);

    [Fact]
    public void Products_of_word_vectors()
    {
        CheckHadamard(s_words, static chain => GloveProduct1.Train(s_words, chain));
        CheckHadamard(s_words, static chain => GloveProduct2.Train(s_words, chain));
        CheckHadamard(s_words, static chain => GloveProduct4.Train(s_words, chain));
    }

    [Fact]
    public void Distances_of_normal_vectors()
    {
        CheckHadamard(s_normal, static chain => SiftDistance1.Train(s_normal, chain));
        CheckHadamard(s_normal, static chain => SiftDistance2.Train(s_normal, chain));
        CheckHadamard(s_normal, static chain => SiftDistance4.Train(s_normal, chain));
    }

    /// <summary>Rotations of which any is as likely as any other; codecs with a matrix have no bounds.</summary>
    [Fact]
    public void Any_rotation()
    {
        float[] words = s_words[..(32 * 100)];
        output.WriteLine(Check(words, 100, seed => AnyTurn1.Train(words, new KMeansOptions { Seed = seed })).Text);
        float[] few = s_normal[..(32 * 24)];
        output.WriteLine(Check(few, 400, seed => RandomRotatedCodec.Train(few, new KMeansOptions { Seed = seed })).Text);
    }

    private void CheckHadamard<TCodec>(float[] vectors, Func<TransformChain, TCodec> create)
        where TCodec : class, IBoundedCodec<TCodec>
    {
        TransformShape shape = TCodec.Layout.Transforms!;
        int d = shape.Dimensions;
        float[] mean = [.. Enumerable.Range(0, d).Select(i => vectors.Where((_, j) => j % d == i).Average())];
        var errors = Check(vectors, 400, seed => create(new TransformChain(shape, [.. mean, .. Signs(d, (ulong)seed)])));
        string text = $"{errors.Text}; {errors.Exceeded} of {errors.Count} bounds exceeded, deviation {errors.Deviation:F3} of the bound";
        output.WriteLine(text);
        Assert.True(errors.Exceeded <= (1 - Confidence) * errors.Count, text);

        // A bound of 3.29 deviations is 0.304; that of four bits has to respect rounded queries, too.
        Assert.InRange(errors.Deviation, 0.1, 0.31);
    }

    private static RotationErrors<TCodec> Check<TCodec>(float[] vectors, int rotations, Func<int, TCodec> create)
        where TCodec : class, IVectorCodec<TCodec>
    {
        var errors = new RotationErrors<TCodec>(vectors);
        for (int seed = 1; seed <= rotations; seed++)
        {
            errors.Add(create(seed), ErrorBounds.Factor(Confidence, TCodec.Layout.Dimensions));
        }

        // Of 128 pairs the greatest of normal deviations is 2.5 to 3.5.
        (double pair, double all) = errors.Bias();
        Assert.True(pair < 4.5 && all < 3.5, errors.Text);
        return errors;
    }

    /// <summary>The signs of a rotation's four rounds, as parameters of a chain.</summary>
    private static float[] Signs(int d, ulong seed)
    {
        byte[] bits = new HadamardRotation(d, seed).SignBits.ToArray();
        return [.. bits.Chunk((d + 7) / 8).SelectMany(round => Enumerable.Range(0, d).Select(i => (round[i / 8] >> (i % 8) & 1) == 0 ? 1f : -1f))];
    }
}
