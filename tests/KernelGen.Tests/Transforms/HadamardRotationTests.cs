using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KernelGen.Tests.Numerics;
using KernelGen.Tests.Sets;
using KernelGen.Transforms;

namespace KernelGen.Tests.Transforms;

public sealed class HadamardRotationTests
{
    private const int Seed = 20261122;

    /// <summary>Dimensions with every kind of window and remainder, and the greatest.</summary>
    private static readonly int[] s_someDimensions =
        [1, 2, 3, 5, 7, 8, 15, 31, 33, 63, 64, 65, 96, 100, 127, 128, 129, 255, 257, 300, 384, 511, 513, 768, 1000, 1024, 1536];

    private static IEnumerable<CpuTier> Tiers =>
        Enum.GetValues<CpuTier>().Where(tier => tier != CpuTier.Auto && CpuTiers.IsSupported(tier));

    public static TheoryData<int> SomeDimensions => [.. s_someDimensions];

    /// <summary>Every dimension to 1024, in parts that a failure names, and some greater ones.</summary>
    public static TheoryData<int, int> Ranges
    {
        get
        {
            TheoryData<int, int> ranges = [];
            for (int first = 1; first <= 1024; first += 64)
            {
                ranges.Add(first, first + 63);
            }

            int[] greater = [1025, 1536, 2047, 2048, 3072, 4095, 4096, 5000, 8191, 8192, 12_345, 16_383, 16_384];
            foreach (int dimensions in greater)
            {
                ranges.Add(dimensions, dimensions);
            }

            return ranges;
        }
    }

    [TierTheory(CpuTier.Scalar)]
    [MemberData(nameof(Ranges))]
    public void Scalar_rotations_conform(int first, int last) => Conform(first, last, CpuTier.Scalar);

    [TierTheory(CpuTier.Vector128)]
    [MemberData(nameof(Ranges))]
    public void Vector128_rotations_conform(int first, int last) => Conform(first, last, CpuTier.Vector128);

    [TierTheory(CpuTier.Avx2)]
    [MemberData(nameof(Ranges))]
    public void Avx2_rotations_conform(int first, int last) => Conform(first, last, CpuTier.Avx2);

    [TierTheory(CpuTier.Avx512)]
    [MemberData(nameof(Ranges))]
    public void Avx512_rotations_conform(int first, int last) => Conform(first, last, CpuTier.Avx512);

    /// <summary>Prescribed bits, lengths kept, an inverse that restores: within the bounds of docs/rotations.md.</summary>
    private static void Conform(int first, int last, CpuTier tier)
    {
        var random = new Random(Seed);
        for (int dimensions = first; dimensions <= last; dimensions++)
        {
            var rotation = new HadamardRotation(dimensions, (ulong)random.NextInt64());
            var reference = new RotationReference(dimensions, rotation.SignBits.ToArray());
            float[] vector = TestVectors.Gaussians(random, dimensions);
            float[] rotated = new float[dimensions];
            float[] restored = new float[dimensions];

            rotation.Apply(vector, rotated, tier);
            AssertBitEqual(reference.Rotate(vector), rotated, dimensions);
            AssertNear(Norm(vector), Norm(rotated), 1e-5 * Norm(vector), dimensions);

            rotation.ApplyInverse(rotated, restored, tier);
            AssertBitEqual(reference.RotateBack(rotated), restored, dimensions);
            AssertNear(0, Distance(restored, vector), 2 * ErrorBound(dimensions) * Norm(vector), dimensions);
        }
    }

    [Theory]
    [MemberData(nameof(SomeDimensions))]
    public void Approximates_the_exact_rotation(int dimensions)
    {
        var rotation = new HadamardRotation(dimensions, Seed);
        float[] vector = TestVectors.Gaussians(new Random(Seed), dimensions);
        float[] rotated = new float[dimensions];
        rotation.Apply(vector, rotated);

        double[] exact = new RotationReference(dimensions, rotation.SignBits.ToArray()).RotateExactly(vector);
        double error = Math.Sqrt(exact.Zip(rotated, (x, y) => (x - y) * (x - y)).Sum());
        AssertNear(0, error, ErrorBound(dimensions) * Norm(vector), dimensions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(193)]
    public void Matrix_is_orthogonal(int dimensions)
    {
        float[] matrix = new float[dimensions * dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            matrix[(i * dimensions) + i] = 1;
        }

        new HadamardRotation(dimensions, Seed).Apply(matrix, matrix);

        for (int i = 0; i < dimensions; i++)
        {
            for (int j = 0; j < dimensions; j++)
            {
                double product = 0;
                for (int k = 0; k < dimensions; k++)
                {
                    product += (double)matrix[(i * dimensions) + k] * matrix[(j * dimensions) + k];
                }

                Assert.Equal(i == j ? 1 : 0, product, 2 * ErrorBound(dimensions));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SomeDimensions))]
    public void Touches_only_its_vectors(int dimensions)
    {
        const int count = 3;
        var rotation = new HadamardRotation(dimensions, Seed);
        float[] vectors = TestVectors.Gaussians(new Random(Seed), count * dimensions);
        float[] expected = [.. vectors.Chunk(dimensions).SelectMany(vector => Rotated(rotation, vector))];
        foreach (Placement placement in Enum.GetValues<Placement>())
        {
            foreach (CpuTier tier in Tiers)
            {
                using var source = GuardedMemory<float>.Of(vectors, placement);
                using var destination = new GuardedMemory<float>(vectors.Length, placement);
                rotation.Apply(source, destination, tier);
                AssertBitEqual(expected, destination, dimensions);
                AssertBitEqual(vectors, source, dimensions);

                rotation.Apply(source, source, tier);
                AssertBitEqual(expected, source, dimensions);

                rotation.ApplyInverse(destination, source, tier);
                AssertBitEqual(expected, destination, dimensions);
                rotation.ApplyInverse(destination, destination, tier);
                AssertBitEqual(source, destination, dimensions);
            }
        }
    }

    /// <summary>A change here is a change of the format: what was encoded behind a rotation becomes unreadable.</summary>
    [Fact]
    public void Seeds_and_bits_stay_what_they_were()
    {
        var rotation = new HadamardRotation(100, 1);
        float[] rotated = Rotated(rotation, [.. Enumerable.Range(0, 100).Select(i => (float)i)]);

        Assert.Equal("c15c0289ec2d0a9167ec8e6501", Convert.ToHexStringLower(rotation.SignBits[..13]));
        Assert.Equal("4da1e64cce6d106fac82bd06c9c5e170e0620f0e7c27db2f5c506eb5e1058cc8", Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(rotated.AsSpan()))));
    }

    [Fact]
    public void Signs_are_those_of_the_generator()
    {
        // The first numbers of SplitMix64 from 1234567, as published with its reference implementation's tests.
        byte[] numbers = [.. new[] { 6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL }
            .SelectMany(BitConverter.GetBytes)];

        Assert.Equal(numbers, new HadamardRotation(64, 1234567).SignBits.ToArray());
    }

    [Theory]
    [MemberData(nameof(SomeDimensions))]
    public void Sign_bits_make_the_same_rotation(int dimensions)
    {
        var rotation = new HadamardRotation(dimensions, Seed);
        byte[] bits = rotation.SignBits.ToArray();
        int roundBytes = (dimensions + 7) / 8;
        for (int round = 0; round < 4 && dimensions % 8 != 0; round++)
        {
            bits[((round + 1) * roundBytes) - 1] |= 0x80;
        }

        var copy = new HadamardRotation(dimensions, bits);
        float[] vector = TestVectors.Gaussians(new Random(Seed), dimensions);

        Assert.Equal(4 * roundBytes, bits.Length);
        Assert.Equal(rotation.SignBits.ToArray(), copy.SignBits.ToArray());
        AssertBitEqual(Rotated(rotation, vector), Rotated(copy, vector), dimensions);
        Assert.Equal(dimensions, copy.Dimensions);
    }

    [Theory]
    [MemberData(nameof(SomeDimensions))]
    public void Extreme_values_are_bit_equal_and_finite(int dimensions)
    {
        var random = new Random(Seed);
        var rotation = new HadamardRotation(dimensions, Seed);
        var reference = new RotationReference(dimensions, rotation.SignBits.ToArray());
        foreach (float size in new[] { 1e30f, 1e-30f, 1e-38f, 1e-41f, float.Epsilon, 0f, -0f })
        {
            float[] vector = [.. TestVectors.Gaussians(random, dimensions).Select(value => value * size)];
            float[] rotated = reference.Rotate(vector);
            float[] restored = reference.RotateBack(rotated);
            double bound = (2 * ErrorBound(dimensions) * Norm(vector)) + (16 * dimensions * (double)float.Epsilon);
            Assert.All(restored, value => Assert.True(float.IsFinite(value)));
            AssertNear(0, Distance(restored, vector), bound, dimensions);
            foreach (CpuTier tier in Tiers)
            {
                float[] actual = new float[dimensions];
                rotation.Apply(vector, actual, tier);
                AssertBitEqual(rotated, actual, dimensions);
                rotation.ApplyInverse(actual, actual, tier);
                AssertBitEqual(restored, actual, dimensions);
            }
        }
    }

    [Fact]
    public void Does_not_allocate()
    {
        var rotation = new HadamardRotation(768, Seed);
        float[] vectors = TestVectors.Gaussians(new Random(Seed), 3 * 768);

        Assert.Equal(0, Allocations.LeastOf20(() =>
        {
            rotation.Apply(vectors, vectors);
            rotation.ApplyInverse(vectors, vectors);
        }));
    }

    /// <summary>
    /// The energy of a single dimension spreads: no value is far beyond those of a Gaussian vector. Of a dimension that the first
    /// transform does not reach, 1/8 remains in two values (docs/rotations.md).
    /// </summary>
    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(127)]
    [InlineData(384)]
    [InlineData(768)]
    [InlineData(1024)]
    [InlineData(1536)]
    public void Spreads_single_dimensions(int dimensions)
    {
        int window = 1 << BitOperations.Log2((uint)dimensions);
        for (int i = 0; i < dimensions; i++)
        {
            float[] oneHot = new float[dimensions];
            oneHot[i] = 1;
            float greatest = Rotated(new HadamardRotation(dimensions, (ulong)i), oneHot).Max(Math.Abs);
            double bound = (6 / Math.Sqrt(dimensions)) + (i < window ? 0 : 0.25);
            Assert.True(greatest < bound, $"Dimension {i}: expected less than {bound}, found {greatest}.");
        }
    }

    /// <summary>
    /// Rotated values have the mean and the fourth moment of Gaussian ones (0 and 3 times the squared variance), also where a vector
    /// is far from Gaussian; less so where transforms reach only two thirds of a sparse vector.
    /// </summary>
    [Theory]
    [InlineData(64, 0.15)]
    [InlineData(100, 0.15)]
    [InlineData(127, 0.15)]
    [InlineData(300, 0.15)]
    [InlineData(384, 0.6)]
    [InlineData(768, 0.6)]
    [InlineData(1024, 0.15)]
    public void Rotated_values_look_gaussian(int dimensions, double tolerance)
    {
        float[] two = new float[dimensions];
        (two[0], two[dimensions / 2]) = (1, 1);
        float[] constant = [.. Enumerable.Repeat(1f, dimensions)];
        float[] falling = [.. Enumerable.Range(0, dimensions).Select(i => MathF.Exp(-i))];
        foreach (float[] vector in new[] { two, constant, falling })
        {
            double mean = 0;
            double fourth = 0;
            const int seeds = 400;
            for (ulong seed = 0; seed < seeds; seed++)
            {
                double scale = Math.Sqrt(dimensions) / Norm(vector);
                double[] values = [.. Rotated(new HadamardRotation(dimensions, seed), vector).Select(value => value * scale)];
                mean += values.Average() / seeds;
                fourth += values.Average(value => value * value * value * value) / seeds;
            }

            Assert.Equal(0, mean, 0.05);
            Assert.Equal(3, fourth, tolerance);
        }
    }

    [Fact]
    public void Arguments_are_checked()
    {
        foreach (int dimensions in new[] { int.MinValue, -1, 0, 16_385 })
        {
            var range = Assert.Throws<ArgumentOutOfRangeException>(() => new HadamardRotation(dimensions, 1));
            Assert.Contains("Expected 1 to 16384 dimensions.", range.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>("dimensions", () => new HadamardRotation(dimensions, new byte[8]));
        }

        Assert.Throws<ArgumentException>("signBits", () => new HadamardRotation(9, new byte[7]));
        Assert.Throws<ArgumentException>("signBits", () => new HadamardRotation(9, []));

        var rotation = new HadamardRotation(10, 1);
        float[] memory = new float[40];
        Assert.Throws<ArgumentException>("source", () => rotation.Apply(new float[15], new float[15]));
        Assert.Throws<ArgumentException>("destination", () => rotation.Apply(new float[20], new float[10]));
        Assert.Throws<ArgumentException>("destination", () => rotation.ApplyInverse(new float[20], new float[21]));
        Assert.Throws<ArgumentException>("destination", () => rotation.Apply(memory.AsSpan(0, 20), memory.AsSpan(1, 20)));
        Assert.Throws<ArgumentException>("destination", () => rotation.Apply(memory.AsSpan(10, 20), memory.AsSpan(0, 20)));
        var overlap = Assert.Throws<ArgumentException>(() =>
            rotation.Apply(memory.AsSpan(0, 20), MemoryMarshal.Cast<byte, float>(MemoryMarshal.AsBytes(memory.AsSpan())[2..82])));
        Assert.Contains("overlaps the source, 2 bytes further on", overlap.Message, StringComparison.Ordinal);
        rotation.Apply(memory.AsSpan(0, 20), memory.AsSpan(20, 20));
        rotation.Apply([], []);
        Assert.Throws<ArgumentOutOfRangeException>("tier", () => rotation.Apply(memory, memory, (CpuTier)99));
    }

    /// <summary>The bound of docs/rotations.md on the error of one rotation, relative to the vector's length.</summary>
    private static double ErrorBound(int dimensions) => 4 * (BitOperations.Log2((uint)dimensions) + 4) * Math.Pow(2, -24);

    private static float[] Rotated(HadamardRotation rotation, float[] vector)
    {
        float[] rotated = new float[vector.Length];
        rotation.Apply(vector, rotated);
        return rotated;
    }

    private static double Distance(float[] left, float[] right) => Norm([.. left.Zip(right, (x, y) => x - y)]);

    private static double Norm(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));

    private static void AssertNear(double expected, double actual, double bound, int dimensions) =>
        Assert.True(
            Math.Abs(expected - actual) <= bound,
            $"{dimensions} dimensions: expected {expected} within {bound}, found {actual}.");

    private static void AssertBitEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int dimensions)
    {
        int difference = MemoryMarshal.Cast<float, int>(expected).CommonPrefixLength(MemoryMarshal.Cast<float, int>(actual));
        Assert.True(
            difference == expected.Length && expected.Length == actual.Length,
            $"{dimensions} dimensions: value {difference} of {expected.Length} differs.");
    }
}
