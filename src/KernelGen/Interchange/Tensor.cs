namespace KernelGen.Interchange;

/// <summary>An array of any number of dimensions, as a file holds it.</summary>
public sealed class Tensor
{
    internal Tensor(int[] shape, float[] values)
    {
        Shape = shape;
        Values = values;
    }

    /// <summary>The size of each dimension, the slowest first; empty for a scalar, which has one value.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values in C order (the last dimension runs fastest): as many as the product of <see cref="Shape"/>.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The number of values of a shape; the greatest <c>ulong</c> stands for all numbers above it as well.</summary>
    internal static ulong CountOf(ReadOnlySpan<int> shape)
    {
        ulong count = 1;
        foreach (int size in shape)
        {
            count = size != 0 && count > ulong.MaxValue / (ulong)size ? ulong.MaxValue : count * (ulong)size;
        }

        return count;
    }
}
