using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Benchmarks;

/// <summary>Loops of <c>TensorPrimitives</c> over rows: what a .NET developer writes without KernelGen.</summary>
internal sealed class DotLoops
{
    private readonly NativeBuffer _rows;
    private readonly float[] _query;
    private readonly sbyte[] _byteQuery;
    private readonly float[] _widened;
    private readonly float[] _scores;

    /// <summary>Rows of the given dimension over the first bytes of a buffer.</summary>
    public DotLoops(NativeBuffer rows, long length, int dimensions)
    {
        _rows = rows;
        Dimensions = dimensions;
        FloatRows = length / (sizeof(float) * dimensions);
        HalfRows = length / (sizeof(short) * dimensions);
        ByteRows = length / dimensions;
        _query = Workload.Gaussian(dimensions, seed: 2);
        _byteQuery = Array.ConvertAll(_query, value => (sbyte)Math.Clamp(value * 30, -127, 127));
        _widened = new float[dimensions];
        _scores = new float[ByteRows];
    }

    public int Dimensions { get; }

    public long FloatRows { get; }

    public long HalfRows { get; }

    public long ByteRows { get; }

    /// <summary>Fills the rows with float values.</summary>
    public static void FillWithFloats(NativeBuffer rows, long length)
    {
        byte[] values = MemoryMarshal.AsBytes<float>(Workload.Gaussian(1 << 16, seed: 1)).ToArray();
        for (long start = 0; start < length; start += values.Length)
        {
            int count = (int)Math.Min(values.Length, length - start);
            values.AsSpan(0, count).CopyTo(rows.Slice(start, count));
        }
    }

    /// <summary><c>TensorPrimitives.Dot&lt;float&gt;</c> per row.</summary>
    public void Float()
    {
        for (long row = 0; row < FloatRows; row++)
        {
            _scores[row] = TensorPrimitives.Dot<float>(_query, Row<float>(row));
        }
    }

    /// <summary>
    /// <c>TensorPrimitives.Dot&lt;sbyte&gt;</c> per row. Its sum is an <c>sbyte</c> that wraps around, so its scores are useless; it
    /// stands here for the speed of the call that offers itself.
    /// </summary>
    public void WrappingSByte()
    {
        for (long row = 0; row < ByteRows; row++)
        {
            _scores[row] = TensorPrimitives.Dot<sbyte>(_byteQuery, Row<sbyte>(row));
        }
    }

    /// <summary>Each row of <c>sbyte</c> widened to float, then <c>Dot&lt;float&gt;</c>: slower, but right.</summary>
    public void WidenedSByte()
    {
        for (long row = 0; row < ByteRows; row++)
        {
            TensorPrimitives.ConvertTruncating<sbyte, float>(Row<sbyte>(row), _widened);
            _scores[row] = TensorPrimitives.Dot<float>(_query, _widened);
        }
    }

    /// <summary>Each row of <c>Half</c> widened to float, then <c>Dot&lt;float&gt;</c>.</summary>
    public void WidenedHalf()
    {
        for (long row = 0; row < HalfRows; row++)
        {
            TensorPrimitives.ConvertToSingle(Row<Half>(row), _widened);
            _scores[row] = TensorPrimitives.Dot<float>(_query, _widened);
        }
    }

    private ReadOnlySpan<T> Row<T>(long row)
        where T : unmanaged
    {
        int bytes = Dimensions * Unsafe.SizeOf<T>();
        return MemoryMarshal.Cast<byte, T>(_rows.Slice(row * bytes, bytes));
    }
}
