using System.Buffers.Binary;

namespace KernelGen.Reference;

/// <summary>Where everything lies in a row code and in a block: sections 2 and 4 of docs/formats.md.</summary>
public sealed class ReferenceLayout
{
    private readonly ReferenceScheme _scheme;
    private readonly int _segments = 1;
    private readonly int _lanes;
    private readonly int _prefixNorms;

    public ReferenceLayout(ReferenceScheme scheme)
    {
        _scheme = scheme;
        if (scheme.Grid is IntegerGrid grid)
        {
            _segments = 8 / grid.PlaneWidths[^1];
            bool isPerBlock = scheme.Scale!.Granularity == Granularity.Block;
            int multiple = isPerBlock ? (_segments > 1 ? 16 : 4) : scheme.HasByteQuery ? 1 : 2;
            _lanes = RoundUp((scheme.Dimensions + _segments - 1) / _segments, multiple);
            ValuesBytes = _lanes * _segments * grid.Bits / 8;
        }
        else
        {
            ValuesBytes = RoundUp(scheme.Dimensions * ((FloatGrid)scheme.Grid).Binary.Bytes, 4);
        }

        ScalesBytes = scheme.StoredScales * (scheme.Scale is null ? 0 : BinaryFormat.Of(scheme.Scale.Format).Bytes);
        MinimaBytes = scheme.HasMinimum ? ScalesBytes : 0;
        Norm2Bytes = scheme.StoresNorm2 ? sizeof(float) : 0;
        _prefixNorms = scheme.StoredPrefixNorms;
    }

    public int ValuesBytes { get; }

    public int ScalesBytes { get; }

    public int MinimaBytes { get; }

    public int Norm2Bytes { get; }

    public int CodeBytes => Norm2Start + Norm2Bytes + (_prefixNorms * sizeof(float));

    private int Norm2Start => ValuesBytes + ScalesBytes + MinimaBytes;

    public void Write(ReferenceRow row, Span<byte> code)
    {
        code.Clear();
        WriteValues(row.Codes, code[..ValuesBytes]);
        WriteScales(row.Scales, code.Slice(ValuesBytes, ScalesBytes));
        WriteScales(row.Minima, code.Slice(ValuesBytes + ScalesBytes, MinimaBytes));
        if (Norm2Bytes > 0)
        {
            BinaryPrimitives.WriteSingleLittleEndian(code[Norm2Start..], row.Norm2);
        }

        for (int i = 0; i < _prefixNorms; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(code[(Norm2Start + Norm2Bytes + (i * sizeof(float)))..], row.PrefixNorms[i]);
        }
    }

    public ReferenceRow Read(ReadOnlySpan<byte> code) => new(
        ReadValues(code[..ValuesBytes]),
        ReadScales(code.Slice(ValuesBytes, ScalesBytes)),
        ReadScales(code.Slice(ValuesBytes + ScalesBytes, MinimaBytes)),
        Norm2Bytes > 0 ? BinaryPrimitives.ReadSingleLittleEndian(code[Norm2Start..]) : 0)
    {
        PrefixNorms = ReadNorms(code[(Norm2Start + Norm2Bytes)..]),
    };

    /// <summary>Bytes of a block of <paramref name="blockRows"/> rows.</summary>
    public int BlockBytes(int blockRows) => PartsOfBlock(blockRows).Length;

    /// <summary>Copies a row code into a row of a block.</summary>
    public void Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row)
    {
        foreach ((int inCode, int inBlock, int length) in PartsOfBlock(blockRows).Parts)
        {
            code.Slice(inCode, length).CopyTo(block.Slice(inBlock + (row * length), length));
        }
    }

    /// <summary>Copies a row of a block back to a row code.</summary>
    public void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row)
    {
        foreach ((int inCode, int inBlock, int length) in PartsOfBlock(blockRows).Parts)
        {
            block.Slice(inBlock + (row * length), length).CopyTo(code.Slice(inCode, length));
        }
    }

    internal static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>For each part of a row its offset in the row code, the offset of row 0 in the block, and its length.</summary>
    private ((int InCode, int InBlock, int Length)[] Parts, int Length) PartsOfBlock(int blockRows)
    {
        int minima = RoundUp(blockRows * ScalesBytes, 64);
        int norm2 = minima + RoundUp(blockRows * MinimaBytes, 64);
        int prefixNorms = norm2 + RoundUp(blockRows * Norm2Bytes, 64);
        int prefixNormsBytes = RoundUp(blockRows * sizeof(float), 64);
        int values = Math.Max(64, prefixNorms + (_prefixNorms * prefixNormsBytes));
        return (
            [
                (ValuesBytes, 0, ScalesBytes),
                (ValuesBytes + ScalesBytes, minima, MinimaBytes),
                (Norm2Start, norm2, Norm2Bytes),
                .. Enumerable.Range(0, _prefixNorms).Select(
                    i => (Norm2Start + Norm2Bytes + (i * sizeof(float)), prefixNorms + (i * prefixNormsBytes), sizeof(float))),
                (0, values, ValuesBytes),
            ],
            values + RoundUp(blockRows * ValuesBytes, 64));
    }

    private void WriteValues(uint[] codes, Span<byte> values)
    {
        if (_scheme.Grid is FloatGrid { Binary: var binary })
        {
            for (int i = 0; i < codes.Length; i++)
            {
                binary.Write(codes[i], values[(i * binary.Bytes)..]);
            }

            return;
        }

        foreach ((int at, int shift, int dimension, int lowestBit, int mask) in BitsOfPlanes())
        {
            values[at] |= (byte)(((codes[dimension] >> lowestBit) & mask) << shift);
        }
    }

    private uint[] ReadValues(ReadOnlySpan<byte> values)
    {
        var codes = new uint[_scheme.Dimensions];
        if (_scheme.Grid is FloatGrid { Binary: var binary })
        {
            for (int i = 0; i < codes.Length; i++)
            {
                codes[i] = binary.Read(values[(i * binary.Bytes)..]);
            }

            return codes;
        }

        foreach ((int at, int shift, int dimension, int lowestBit, int mask) in BitsOfPlanes())
        {
            codes[dimension] |= (uint)((values[at] >> shift) & mask) << lowestBit;
        }

        return codes;
    }

    /// <summary>
    /// For every plane and dimension: the byte and the position in it that hold the bits of the code from LowestBit on.
    /// </summary>
    private IEnumerable<(int At, int Shift, int Dimension, int LowestBit, int Mask)> BitsOfPlanes()
    {
        int firstStripe = 0;
        int lowestBit = 0;
        foreach (int width in ((IntegerGrid)_scheme.Grid).PlaneWidths)
        {
            int segmentsPerStripe = 8 / width;
            for (int i = 0; i < _scheme.Dimensions; i++)
            {
                (int segment, int lane) = Math.DivRem(i, _lanes);
                if (_scheme.Prefixes.Count > 0)
                {
                    (lane, segment) = Math.DivRem(i, _segments);
                }

                int stripe = firstStripe + (segment / segmentsPerStripe);
                yield return ((stripe * _lanes) + lane, width * (segment % segmentsPerStripe), i, lowestBit, (1 << width) - 1);
            }

            firstStripe += _segments * width / 8;
            lowestBit += width;
        }
    }

    private void WriteScales(float[] scales, Span<byte> destination)
    {
        for (int i = 0; i < scales.Length; i++)
        {
            BinaryFormat format = BinaryFormat.Of(_scheme.Scale!.Format);
            format.Write(format.FromSingle(scales[i]), destination[(i * format.Bytes)..]);
        }
    }

    private static float[] ReadNorms(ReadOnlySpan<byte> source)
    {
        var norms = new float[source.Length / sizeof(float)];
        for (int i = 0; i < norms.Length; i++)
        {
            norms[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        }

        return norms;
    }

    private float[] ReadScales(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            return [];
        }

        BinaryFormat format = BinaryFormat.Of(_scheme.Scale!.Format);
        var scales = new float[source.Length / format.Bytes];
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = format.ToSingle(format.Read(source[(i * format.Bytes)..]));
        }

        return scales;
    }
}
