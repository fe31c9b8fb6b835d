using KernelGen.Kernels;

namespace KernelGen;

/// <summary>What is known of the norms of the vectors that fine codes decode to. Removed vectors count on: the numbers are bounds.</summary>
internal sealed class FineNorms
{
    private readonly Lock _lock = new();
    private double _greatest;
    private double _deviation;

    /// <summary>The greatest norm.</summary>
    public double Greatest => Volatile.Read(ref _greatest);

    /// <summary>The greatest distance of a norm from 1 or, where the coarse codec takes a vector for zero, from 0: by so much its score under Cosine, which
    /// normalises the vector again, can lie from the product that the fine code stands for.</summary>
    public double Deviation => Volatile.Read(ref _deviation);

    public void Include(ReadOnlySpan<float> vector)
    {
        double norm = Math.Sqrt(StripedSums.Squares(vector)) * (1 + 1e-12);
        Include(norm, StripedSums.InverseNorm(vector) == 0 ? norm : Math.Abs(norm - 1) + 1e-12);
    }

    public void Include(double greatest, double deviation)
    {
        lock (_lock)
        {
            Volatile.Write(ref _greatest, Math.Max(_greatest, greatest));
            Volatile.Write(ref _deviation, Math.Max(_deviation, deviation));
        }
    }
}
