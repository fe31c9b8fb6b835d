using System.Buffers.Binary;

namespace KernelGen.Reference;

/// <summary>Where codes and norms lie in a row code and in a block: section 7 of docs/formats.md.</summary>
public sealed class ReferenceAdditiveLayout(ReferenceAdditiveScheme scheme)
{
    private const int SpareBytes = 32;

    private readonly int _valueBytes = BitString.Bytes(scheme.Codes, scheme.Bits);

    private readonly int _normBytes = scheme.Norm switch { Norm.Single => sizeof(float), Norm.Byte => 1, _ => 0 };

    private readonly int _norm2Bytes = scheme.Metric == Metric.SquaredL2 ? sizeof(float) : 0;

    public int CodeBytes => _valueBytes + _normBytes + _norm2Bytes;

    public int BlockBytes(int blockRows) =>
        ReferenceLayout.RoundUp(Parts(blockRows)[0].Offset + (blockRows * _valueBytes) + SpareBytes, 64);

    /// <summary>Writes the codes and, where they are stored, nu as it was given and norm2.</summary>
    public void Write(ReadOnlySpan<int> codes, float norm, float norm2, Span<byte> code)
    {
        BitString.Write(codes, scheme.Bits, code[.._valueBytes]);
        if (scheme.Norm == Norm.Single)
        {
            BinaryPrimitives.WriteSingleLittleEndian(code[_valueBytes..], norm);
        }
        else if (scheme.Norm == Norm.Byte)
        {
            code[_valueBytes] = ByteOf(norm);
        }

        if (_norm2Bytes > 0)
        {
            BinaryPrimitives.WriteSingleLittleEndian(code[(_valueBytes + _normBytes)..], norm2);
        }
    }

    /// <summary>nu as it is stored; 1 where there is none.</summary>
    public float ReadNorm(ReadOnlySpan<byte> code) => scheme.Norm switch
    {
        Norm.Single => BinaryPrimitives.ReadSingleLittleEndian(code[_valueBytes..]),
        Norm.Byte => ValueOf(code[_valueBytes]),
        _ => 1,
    };

    /// <summary>The nearest number of three bits of mantissa, by its definition: of equally near ones that with the even last bit.</summary>
    internal static byte ByteOf(float norm)
    {
        if (norm == 0)
        {
            return 0;
        }

        // Where differences from all values would be equal after rounding.
        if (norm >= ValueOf(byte.MaxValue))
        {
            return byte.MaxValue;
        }

        int nearest = 1;
        for (int u = 2; u <= byte.MaxValue; u++)
        {
            (double before, double now) = (Math.Abs((double)norm - ValueOf(nearest)), Math.Abs((double)norm - ValueOf(u)));
            nearest = now < before || (now == before && u % 2 == 0) ? u : nearest;
        }

        return (byte)nearest;
    }

    /// <summary>(8 + lowest three bits) * 2^(upper five bits - 19).</summary>
    internal static float ValueOf(int code) => code == 0 ? 0 : MathF.ScaleB(8 + (code % 8), (code / 8) - 19);

    public int[] Read(ReadOnlySpan<byte> code) => BitString.Read(code, scheme.Codes, scheme.Bits);

    /// <summary>norm2; only under SquaredL2.</summary>
    public float ReadNorm2(ReadOnlySpan<byte> code) => BinaryPrimitives.ReadSingleLittleEndian(code[(_valueBytes + _normBytes)..]);

    /// <summary>Copies a row code into a row of a block.</summary>
    public void Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row)
    {
        foreach ((int offset, int inCode, int bytes) in Parts(blockRows))
        {
            code.Slice(inCode, bytes).CopyTo(block[(offset + (row * bytes))..]);
        }
    }

    /// <summary>Copies a row of a block back to a row code.</summary>
    public void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row)
    {
        foreach ((int offset, int inCode, int bytes) in Parts(blockRows))
        {
            block.Slice(offset + (row * bytes), bytes).CopyTo(code[inCode..]);
        }
    }

    /// <summary>Where codes, nu and norm2 of all rows begin in a block, where they are in a row code, and how many bytes they have.</summary>
    private (int Offset, int InCode, int Bytes)[] Parts(int blockRows)
    {
        int norm2 = ReferenceLayout.RoundUp(blockRows * _normBytes, 64);
        int values = norm2 + ReferenceLayout.RoundUp(blockRows * _norm2Bytes, 64);
        return [(values, 0, _valueBytes), (0, _valueBytes, _normBytes), (norm2, _valueBytes + _normBytes, _norm2Bytes)];
    }
}
