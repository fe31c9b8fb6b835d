using System.Numerics.Tensors;

namespace KernelGen.Benchmarks;

/// <summary>Encoding and decoding as a .NET developer writes them with <c>TensorPrimitives</c>, on vectors in cache.</summary>
internal sealed class TensorPipeline
{
    private readonly int _dimensions;
    private readonly float[] _vectors;
    private readonly float[] _temporary;
    private readonly float[] _decoded;
    private readonly float[] _scales;
    private readonly sbyte[] _bytes;
    private readonly Half[] _halves;

    public TensorPipeline(int dimensions)
    {
        _dimensions = dimensions;
        int rows = (int)Workload.CacheBytes / sizeof(float) / dimensions;
        _vectors = Workload.Gaussian(rows * dimensions, seed: 1);
        _temporary = new float[dimensions];
        _decoded = new float[_vectors.Length];
        _scales = new float[rows];
        _bytes = new sbyte[_vectors.Length];
        _halves = new Half[_vectors.Length];
        EncodeInt8();
        EncodeHalf();
    }

    public int Values => _vectors.Length;

    public void EncodeInt8()
    {
        for (int row = 0; row < _scales.Length; row++)
        {
            ReadOnlySpan<float> vector = _vectors.AsSpan(row * _dimensions, _dimensions);
            _scales[row] = MathF.Abs(TensorPrimitives.MaxMagnitude(vector)) / sbyte.MaxValue;
            TensorPrimitives.Multiply(vector, 1 / _scales[row], _temporary);
            TensorPrimitives.Round<float>(_temporary, _temporary);
            TensorPrimitives.ConvertSaturating<float, sbyte>(_temporary, _bytes.AsSpan(row * _dimensions, _dimensions));
        }
    }

    public void DecodeInt8()
    {
        for (int row = 0; row < _scales.Length; row++)
        {
            Span<float> vector = _decoded.AsSpan(row * _dimensions, _dimensions);
            TensorPrimitives.ConvertTruncating<sbyte, float>(_bytes.AsSpan(row * _dimensions, _dimensions), vector);
            TensorPrimitives.Multiply(vector, _scales[row], vector);
        }
    }

    public void EncodeHalf() => TensorPrimitives.ConvertToHalf(_vectors, _halves);

    public void DecodeHalf() => TensorPrimitives.ConvertToSingle(_halves, _decoded);
}
