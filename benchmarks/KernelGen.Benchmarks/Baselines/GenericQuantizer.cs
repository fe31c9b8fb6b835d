using System.Numerics.Tensors;

namespace KernelGen.Benchmarks;

/// <summary>
/// The one loop that serves every width: bits and levels are run-time values, codes are packed one after another. Stands for
/// quantization libraries without code generation; it does what the generated code does and not what it does by its tricks.
/// </summary>
internal sealed class GenericQuantizer
{
    private readonly int _bits;
    private readonly float[] _levels;

    /// <summary>A uniform grid of 2^bits levels, zero between two of them.</summary>
    public GenericQuantizer(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bits, Math.Clamp(bits, 1, 8));
        _bits = bits;
        _levels = [.. Enumerable.Range(0, 1 << bits).Select(code => code - (1 << (bits - 1)) + 0.5f)];
    }

    /// <summary>Bytes of a row: its scale, the codes and one byte for the last 16-bit access.</summary>
    public int CodeBytes(int dimensions) => sizeof(float) + ((dimensions * _bits) + 7) / 8 + 1;

    public void Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        int half = 1 << (_bits - 1);
        float scale = MathF.Abs(TensorPrimitives.MaxMagnitude(vector)) / half;
        BitConverter.TryWriteBytes(code, scale);
        Span<byte> codes = code[sizeof(float)..];
        codes.Clear();
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < vector.Length; i++)
        {
            int level = (int)Math.Clamp(MathF.Floor(vector[i] * inverse), -half, half - 1) + half;
            int bit = i * _bits;
            int shifted = level << (bit & 7);
            codes[bit >> 3] |= (byte)shifted;
            codes[(bit >> 3) + 1] |= (byte)(shifted >> 8);
        }
    }

    public void Decode(ReadOnlySpan<byte> code, Span<float> vector)
    {
        float scale = BitConverter.ToSingle(code);
        ReadOnlySpan<byte> codes = code[sizeof(float)..];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = Level(codes, i) * scale;
        }
    }

    public float Dot(ReadOnlySpan<byte> code, ReadOnlySpan<float> query)
    {
        ReadOnlySpan<byte> codes = code[sizeof(float)..];
        float sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            sum += Level(codes, i) * query[i];
        }

        return sum * BitConverter.ToSingle(code);
    }

    private float Level(ReadOnlySpan<byte> codes, int index)
    {
        int bit = index * _bits;
        int pair = codes[bit >> 3] | (codes[(bit >> 3) + 1] << 8);
        return _levels[(pair >> (bit & 7)) & (_levels.Length - 1)];
    }
}

/// <summary>The generic loop on so many bytes of codes in cache.</summary>
internal sealed class GenericRun
{
    private readonly GenericQuantizer _quantizer;
    private readonly int _dimensions;
    private readonly int _codeBytes;
    private readonly float[] _vectors;
    private readonly float[] _decoded;
    private readonly byte[] _codes;
    private readonly float[] _scores;

    public GenericRun(int bits, int dimensions, int rows)
    {
        _quantizer = new GenericQuantizer(bits);
        _dimensions = dimensions;
        _codeBytes = _quantizer.CodeBytes(dimensions);
        Rows = rows;
        _vectors = Workload.Gaussian(Rows * dimensions, seed: 1);
        _decoded = new float[_vectors.Length];
        _codes = new byte[Rows * _codeBytes];
        _scores = new float[Rows];
        Encode();
    }

    public int Rows { get; }

    public int Values => _vectors.Length;

    public void Encode()
    {
        for (int row = 0; row < Rows; row++)
        {
            _quantizer.Encode(_vectors.AsSpan(row * _dimensions, _dimensions), Code(row));
        }
    }

    public void Decode()
    {
        for (int row = 0; row < Rows; row++)
        {
            _quantizer.Decode(Code(row), _decoded.AsSpan(row * _dimensions, _dimensions));
        }
    }

    public void Scan()
    {
        for (int row = 0; row < Rows; row++)
        {
            _scores[row] = _quantizer.Dot(Code(row), _vectors.AsSpan(0, _dimensions));
        }
    }

    private Span<byte> Code(int row) => _codes.AsSpan(row * _codeBytes, _codeBytes);
}
