using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Transforms;

/// <summary>A matrix that multiplies vectors, input by input, so that SIMD lanes are outputs; inputs are padded with zeros.</summary>
internal sealed class PaddedMatrix
{
    /// <summary>The floats that a kernel reads at once: eight of the widest vectors.</summary>
    public const int Padding = 128;

    private readonly float[] _values;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _stride;

    private PaddedMatrix(int inputs, int outputs)
    {
        _inputs = inputs;
        _outputs = outputs;
        _stride = (outputs + Padding - 1) / Padding * Padding;
        _values = new float[checked(inputs * _stride)];
    }

    /// <summary>The matrix that multiplies with the rows of another: output j is the inner product with row j.</summary>
    /// <param name="matrix">Rows of <paramref name="columns"/> values.</param>
    /// <param name="columns">Values of a row: the inputs.</param>
    public static PaddedMatrix OfRows(ReadOnlySpan<float> matrix, int columns)
    {
        var padded = new PaddedMatrix(columns, matrix.Length / columns);
        for (int j = 0; j < padded._outputs; j++)
        {
            for (int i = 0; i < columns; i++)
            {
                padded._values[(i * padded._stride) + j] = matrix[(j * columns) + i];
            }
        }

        return padded;
    }

    /// <summary>The transpose of <see cref="OfRows"/>: inputs weigh the rows.</summary>
    /// <param name="matrix">Rows of <paramref name="columns"/> values.</param>
    /// <param name="columns">Values of a row: the outputs.</param>
    public static PaddedMatrix OfColumns(ReadOnlySpan<float> matrix, int columns)
    {
        var padded = new PaddedMatrix(matrix.Length / columns, columns);
        for (int i = 0; i < padded._inputs; i++)
        {
            matrix.Slice(i * columns, columns).CopyTo(padded._values.AsSpan(i * padded._stride));
        }

        return padded;
    }

    /// <summary>Multiplies vectors.</summary>
    public void Multiply(ReadOnlySpan<float> source, Span<float> destination, CpuTier tier)
    {
        int rows = source.Length / _inputs;
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        ref float matrix = ref MemoryMarshal.GetArrayDataReference(_values);
        switch (tier)
        {
            case CpuTier.Avx512:
                MatrixKernel<HadamardLanes16, Vector512<float>>.Multiply(ref from, rows, _inputs, ref matrix, _stride, ref to, _outputs);
                break;
            case CpuTier.Avx2:
                MatrixKernel<HadamardLanes8, Vector256<float>>.Multiply(ref from, rows, _inputs, ref matrix, _stride, ref to, _outputs);
                break;
            case CpuTier.Vector128:
                MatrixKernel<HadamardLanes4, Vector128<float>>.Multiply(ref from, rows, _inputs, ref matrix, _stride, ref to, _outputs);
                break;
            default:
                MatrixKernel<HadamardLanes1, float>.Multiply(ref from, rows, _inputs, ref matrix, _stride, ref to, _outputs);
                break;
        }
    }
}
