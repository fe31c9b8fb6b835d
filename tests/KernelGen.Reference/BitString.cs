namespace KernelGen.Reference;

/// <summary>Codes as a string of bits, lowest first: section 6 of docs/formats.md.</summary>
internal static class BitString
{
    public static int Bytes(int codes, int bits) => ((codes * bits) + 7) / 8;

    public static void Write(ReadOnlySpan<int> codes, int bits, Span<byte> destination)
    {
        destination.Clear();
        int bit = 0;
        foreach (int code in codes)
        {
            for (int i = 0; i < bits; i++, bit++)
            {
                int value = (code >> i) & 1;
                destination[bit >> 3] |= (byte)(value << (bit & 7));
            }
        }
    }

    public static int[] Read(ReadOnlySpan<byte> source, int count, int bits)
    {
        var codes = new int[count];
        int bit = 0;
        for (int m = 0; m < codes.Length; m++)
        {
            for (int i = 0; i < bits; i++, bit++)
            {
                int value = (source[bit >> 3] >> (bit & 7)) & 1;
                codes[m] |= value << i;
            }
        }

        return codes;
    }
}
