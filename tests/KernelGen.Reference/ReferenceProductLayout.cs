namespace KernelGen.Reference;

/// <summary>Where the codes of a product quantizer lie in a row code and in a block: section 6 of docs/formats.md.</summary>
public sealed class ReferenceProductLayout(ReferenceProductScheme scheme)
{
    private const int GroupRows = 32;
    private const int SpareBytes = 32;

    public int CodeBytes { get; } = BitString.Bytes(scheme.Subspaces, scheme.Bits);

    /// <summary>M2: an even number of subspaces.</summary>
    private int EvenSubspaces => ReferenceLayout.RoundUp(scheme.Subspaces, 2);

    private int GroupBytes => 16 * EvenSubspaces;

    /// <summary>Bytes of a block of <paramref name="blockRows"/> rows; with 4 bits a multiple of 32 rows.</summary>
    public int BlockBytes(int blockRows)
    {
        int valuesBytes = scheme.HasByteTables ? blockRows / GroupRows * GroupBytes : blockRows * CodeBytes;
        return ReferenceLayout.RoundUp(valuesBytes + SpareBytes, 64);
    }

    /// <summary>Writes one code per subspace as a string of bits, lowest first.</summary>
    public void Write(ReadOnlySpan<int> codes, Span<byte> code) => BitString.Write(codes, scheme.Bits, code);

    /// <summary>One code per subspace.</summary>
    public int[] Read(ReadOnlySpan<byte> code) => BitString.Read(code, scheme.Subspaces, scheme.Bits);

    /// <summary>Copies a row code into a row of a block.</summary>
    public void Pack(ReadOnlySpan<byte> code, Span<byte> block, int row)
    {
        if (!scheme.HasByteTables)
        {
            code.CopyTo(block.Slice(row * CodeBytes, CodeBytes));
            return;
        }

        // Where M is odd the last byte of a group's pair belongs to no subspace: zero.
        int[] codes = [.. Read(code), .. new int[EvenSubspaces - scheme.Subspaces]];
        for (int m = 0; m < codes.Length; m++)
        {
            (int at, int shift) = PlaceOf(row, m);
            block[at] = (byte)((block[at] & ~(0xF << shift)) | (codes[m] << shift));
        }
    }

    /// <summary>Copies a row of a block back to a row code.</summary>
    public void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int row)
    {
        if (!scheme.HasByteTables)
        {
            block.Slice(row * CodeBytes, CodeBytes).CopyTo(code);
            return;
        }

        var codes = new int[scheme.Subspaces];
        for (int m = 0; m < codes.Length; m++)
        {
            (int at, int shift) = PlaceOf(row, m);
            codes[m] = (block[at] >> shift) & 0xF;
        }

        Write(codes, code);
    }

    /// <summary>The byte of a block that holds a code of 4 bits, and where in it.</summary>
    private (int At, int Shift) PlaceOf(int row, int m)
    {
        (int group, int inGroup) = Math.DivRem(row, GroupRows);
        (int half, int j) = Math.DivRem(inGroup, 16);
        return ((group * GroupBytes) + (m / 2 * 32) + (m % 2 * 16) + j, 4 * half);
    }
}
