using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace KernelGen.Benchmarks;

/// <summary>Weighted sums of float32 rows by a loop of <c>TensorPrimitives.MultiplyAdd</c>: what a .NET developer writes without KernelGen.</summary>
internal sealed class SumLoop
{
    private readonly NativeBuffer _buffer;
    private readonly int _rows;
    private readonly RowBags _bags;
    private readonly float[] _sum;
    private readonly float[] _weights;
    private int _next;

    /// <summary>Rows of the given dimension over the first bytes of a buffer.</summary>
    public SumLoop(NativeBuffer buffer, long length, int dimensions)
    {
        _buffer = buffer;
        _sum = new float[dimensions];
        _rows = checked((int)(length / (sizeof(float) * dimensions)));
        _bags = new RowBags(_rows, _rows, length <= Workload.CacheBytes);
        OrderedRows = _rows / 16;
        _weights = Workload.Gaussian(OrderedRows, seed: 4);
    }

    public int BagRows => _bags.Rows.Length;

    public int OrderedRows { get; }

    /// <summary>As <see cref="SumRun.SumBags"/>.</summary>
    public void SumBags()
    {
        foreach (BagPart[] bag in _bags.Bags)
        {
            Array.Clear(_sum);
            foreach (BagPart part in bag)
            {
                for (int i = part.Start; i < part.End; i++)
                {
                    Add(_bags.Rows[i], _bags.Weights[i]);
                }
            }
        }
    }

    /// <summary>As <see cref="SumRun.SumInOrder"/>.</summary>
    public void SumInOrder()
    {
        Array.Clear(_sum);
        for (int i = 0; i < OrderedRows; i++)
        {
            Add(_next + i, _weights[i]);
        }

        _next = _next + (2 * OrderedRows) <= _rows ? _next + OrderedRows : 0;
    }

    private void Add(int row, float weight)
    {
        int bytes = _sum.Length * sizeof(float);
        TensorPrimitives.MultiplyAdd(MemoryMarshal.Cast<byte, float>(_buffer.Slice((long)row * bytes, bytes)), weight, _sum, _sum);
    }
}
