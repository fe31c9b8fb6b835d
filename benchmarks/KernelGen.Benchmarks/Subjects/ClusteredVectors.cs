using System.Numerics.Tensors;

namespace KernelGen.Benchmarks;

/// <summary>
/// Vectors as embeddings are: around many centres, with deviations that are great in some dimensions and small in most (a spectrum that falls like 1/sqrt). Made on the
/// fly, the same for the same number, so that a million of them need no memory.
/// </summary>
internal sealed class ClusteredVectors
{
    public const int Dimensions = 768;

    private const int Centres = 50_000;
    private const float Spread = 0.7f;
    private const int TableValues = 1 << 20;

    private readonly float[] _centres = Workload.Gaussian(Centres * Dimensions, seed: 11);
    private readonly float[] _table = Workload.Gaussian(TableValues, seed: 12);
    private readonly float[] _spectrum = new float[Dimensions];

    public ClusteredVectors()
    {
        for (int d = 0; d < Dimensions; d++)
        {
            _spectrum[d] = 1 / MathF.Sqrt(1 + d);
        }

        TensorPrimitives.Multiply(_spectrum, Spread * MathF.Sqrt(Dimensions) / TensorPrimitives.Norm(_spectrum), _spectrum);
    }

    /// <summary>Writes vectors number <paramref name="first"/> and following, of norm 1.</summary>
    public void Fill(int first, Span<float> vectors)
    {
        Span<float> noise = stackalloc float[Dimensions];
        for (int i = 0; i < vectors.Length / Dimensions; i++)
        {
            var random = new Random(first + i);
            Span<float> vector = vectors.Slice(i * Dimensions, Dimensions);

            // Two stretches of a table of normal values: no two vectors deviate alike.
            TensorPrimitives.Add(Table(random), Table(random), noise);
            TensorPrimitives.Multiply(noise, MathF.Sqrt(0.5f), noise);
            TensorPrimitives.Multiply(noise, _spectrum, noise);
            TensorPrimitives.Add(noise, _centres.AsSpan(random.Next(Centres) * Dimensions, Dimensions), vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        }
    }

    private ReadOnlySpan<float> Table(Random random) => _table.AsSpan(random.Next(TableValues - Dimensions), Dimensions);
}
