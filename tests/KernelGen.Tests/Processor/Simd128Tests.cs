using System.Runtime.Intrinsics;
using KernelGen.Kernels;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Processor;

/// <summary>
/// The operations that have a fallback for processors on which no tier but the scalar one is run today; the fallback runs where
/// <see cref="ConformanceProgram"/> is started without intrinsics.
/// </summary>
public sealed class Simd128Tests
{
    [Fact]
    public void Sums_equal_those_of_loops()
    {
        var random = new Random(SampledSchemes.Seed);
        for (int round = 0; round < 100; round++)
        {
            // Two products of such bytes fit int16.
            byte[] bytes = Values(16, () => (byte)random.Next(128));
            sbyte[] signed = Values(16, () => (sbyte)random.Next(-128, 128));
            int products = bytes.Zip(signed, (x, y) => x * y).Sum();
            Vector128<short> pairs = Simd128.MultiplyAddBytes(Vector128.Create(bytes), Vector128.Create(signed));
            Assert.Equal(products, Enumerable.Range(0, 8).Sum(i => pairs[i]));
            Vector128<short> partial =
                Simd128.AddProducts(Vector128<short>.Zero, Vector128.Create(bytes), Vector128.Create(signed));
            Assert.Equal(products + 40, Vector128.Sum(Simd128.AddPartial(Vector128.Create(10), partial)));
            var sum = Vector128.Create(10);
            partial = Simd128.BeginProducts(sum, Vector128.Create(bytes), Vector128.Create(signed));
            Assert.Equal(products + 40, Vector128.Sum(Simd128.EndProducts(sum, partial)));

            short[] left = Values(8, () => (short)random.Next(short.MinValue, short.MaxValue + 1));
            short[] right = Values(8, () => (short)random.Next(-128, 128));
            Vector128<int> words =
                Simd128.MultiplyAddWords(Vector128.Create(1, 2, 3, 4), Vector128.Create(left), Vector128.Create(right));
            Assert.Equal(left.Zip(right, (x, y) => x * y).Sum() + 10, Vector128.Sum(words));

            int[][] rows = Values(4, () => Values(4, () => random.Next(-1_000_000, 1_000_000)));
            Vector128<int>[] vectors = Array.ConvertAll(rows, row => Vector128.Create(row));
            var sums = Vector128.Create(Array.ConvertAll(rows, row => row.Sum()));
            Assert.Equal(sums, Simd128.Sum4(vectors[0], vectors[1], vectors[2], vectors[3]));

            // Integers below 2^24, so that their sums are exact in single precision.
            Vector128<float>[] floats = Array.ConvertAll(vectors, Vector128.ConvertToSingle);
            Assert.Equal(Vector128.ConvertToSingle(sums), Simd128.Sum4(floats[0], floats[1], floats[2], floats[3]));
        }
    }

    private static T[] Values<T>(int count, Func<T> value) => [.. Enumerable.Range(0, count).Select(_ => value())];
}
