using KernelGen.Tests.Numerics;
using KernelGen.Transforms;

namespace KernelGen.Tests.Transforms;

/// <summary>What <see cref="TransformChain"/> takes, and what it refuses.</summary>
public sealed class TransformChainTests
{
    private static TransformShape Shape(int dimensions, int outputs, bool centers = false, bool hasMatrix = false, bool hasHadamard = false) => new()
    {
        Dimensions = dimensions, OutputDimensions = outputs, Centers = centers, HasMatrix = hasMatrix, HasHadamard = hasHadamard,
    };

    [Fact]
    public void Parameters_are_copied_and_given_back()
    {
        float[] parameters = [1, 2, 1, 0];
        var chain = new TransformChain(Shape(2, 1, centers: true, hasMatrix: true), parameters);
        parameters[0] = 9;
        Assert.Equal([1, 2, 1, 0], chain.Parameters.ToArray());
        var transformed = new float[2];
        chain.Apply([5, 7, 1, 2], transformed);
        Assert.Equal([4, 0], transformed);
        var vectors = new float[4];
        chain.ApplyInverse(transformed, vectors);
        Assert.Equal([5, 2, 1, 2], vectors);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(16_385, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 5)]
    public void Numbers_out_of_their_range_are_refused(int dimensions, int outputs) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransformChain(Shape(dimensions, outputs, hasMatrix: true), []));

    [Fact]
    public void Fewer_dimensions_need_a_matrix() =>
        Assert.Contains("HasMatrix", Assert.Throws<ArgumentException>(() => new TransformChain(Shape(4, 3), [])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1 0 0", "Expected 4 values")]
    [InlineData("1 0 0 NaN", "finite")]
    [InlineData("1 0 0 2", "row 1 has the squared norm 4")]
    [InlineData("1 0 1 0", "off the identity")]
    public void Matrices_must_be_orthonormal(string values, string message)
    {
        float[] matrix = [.. values.Split(' ').Select(static text => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        var error = Assert.Throws<ArgumentException>(() => new TransformChain(Shape(2, 2, hasMatrix: true), matrix));
        Assert.Equal("parameters", error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Signs_must_be_signs()
    {
        float[] signs = [.. Enumerable.Repeat(1f, 11), 0.5f];
        Assert.Contains("0.5", Assert.Throws<ArgumentException>(() => new TransformChain(Shape(3, 3, hasHadamard: true), signs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_overflows_is_refused_by_its_number()
    {
        var random = new Random(3);
        float[] matrix = TransformVectors.Orthonormal(random, 8, 8);
        var chain = new TransformChain(Shape(8, 8, centers: true, hasMatrix: true), [.. new float[8], .. matrix]);
        float[] vectors = new float[24];
        for (int i = 0; i < 8; i++)
        {
            vectors[8 + i] = matrix[i] < 0 ? -float.MaxValue : float.MaxValue;
        }

        var encode = Assert.Throws<ArgumentException>(() => chain.ApplyForEncode(vectors, 0, new float[24], CpuTier.Scalar));
        Assert.Contains("vector 1", encode.Message, StringComparison.Ordinal);
        var query = Assert.Throws<ArgumentException>(() => chain.ApplyToQueries(vectors, first: 1, isL2: false, new float[16], new float[2], CpuTier.Scalar));
        Assert.Contains("query 1", query.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(40, 33)]
    [InlineData(200, 129)]
    [InlineData(257, 257)]
    public void Products_are_the_same_on_every_tier_and_for_every_number_of_vectors(int dimensions, int outputs)
    {
        var random = new Random(dimensions);
        float[] matrix = TransformVectors.Orthonormal(random, outputs, dimensions);
        var chain = new TransformChain(Shape(dimensions, outputs, hasMatrix: true), matrix);
        float[] vectors = TestVectors.Gaussians(random, 9 * dimensions);
        var expected = new float[9 * outputs];
        for (int i = 0; i < 9; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                float sum = 0;
                for (int k = 0; k < dimensions; k++)
                {
                    float product = matrix[(j * dimensions) + k] * vectors[(i * dimensions) + k];
                    sum += product;
                }

                expected[(i * outputs) + j] = sum;
            }
        }

        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
        {
            foreach (int count in new[] { 1, 3, 4, 9 })
            {
                using var source = GuardedMemory<float>.Of(vectors.AsSpan(0, count * dimensions).ToArray(), Placement.AgainstEnd);
                using var transformed = new GuardedMemory<float>(count * outputs, Placement.AgainstEnd);
                chain.Apply(source, transformed, tier);
                Assert.Equal(expected.AsSpan(0, count * outputs), transformed.Span);
            }
        }
    }
}
