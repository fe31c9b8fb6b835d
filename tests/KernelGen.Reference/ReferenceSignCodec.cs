namespace KernelGen.Reference;

/// <summary>A prepared query of floats.</summary>
/// <param name="Integers">qi.</param>
/// <param name="Step">qs, times what a bit stands for.</param>
public sealed record ReferenceSignQuery(int[] Integers, float Step);

/// <summary>The oracle of codes of one bit per dimension, section 9 of docs/formats.md: written for reading, not for speed.</summary>
public sealed class ReferenceSignCodec(ReferenceSignScheme scheme) : IReferenceCodec
{
    private const int GroupRows = 32;

    public int CodeBytes { get; } = (scheme.Dimensions + 7) / 8;

    public IReadOnlyList<float> Parameters => [];

    private bool IsHamming => scheme.Metric == Metric.Hamming;

    public int BlockBytes(int blockRows) => ReferenceLayout.RoundUp((blockRows * CodeBytes) + 32, 64);

    public void Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        code.Clear();
        for (int i = 0; i < vector.Length; i++)
        {
            if (!float.IsFinite(vector[i]))
            {
                throw new ArgumentException("Expected finite values.", nameof(vector));
            }

            bool one = scheme.Ones == SignBit.Positive ? vector[i] > 0 : vector[i] >= 0;
            code[i / 8] |= (byte)(one ? 1 << PlaceOf(i) : 0);
        }
    }

    public void Decode(ReadOnlySpan<byte> code, Span<float> vector)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = Bit(code, i) == 1 ? scheme.Value : -scheme.Value;
        }
    }

    public void Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row)
    {
        for (int nibble = 0; nibble < 2 * CodeBytes; nibble++)
        {
            (int at, int shift) = CellOf(row, nibble);
            int bits = (code[nibble / 2] >> (4 * (nibble % 2))) & 15;
            block[at] = (byte)((block[at] & ~(15 << shift)) | (bits << shift));
        }
    }

    public void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row)
    {
        code.Clear();
        for (int nibble = 0; nibble < 2 * CodeBytes; nibble++)
        {
            (int at, int shift) = CellOf(row, nibble);
            code[nibble / 2] |= (byte)(((block[at] >> shift) & 15) << (4 * (nibble % 2)));
        }
    }

    /// <summary>Rounds a query of floats.</summary>
    public ReferenceSignQuery Prepare(ReadOnlySpan<float> query)
    {
        float[] z = ReferenceCodec.Normalise(scheme, query);
        int n = scheme.Dimensions;
        float greatest = z.Max(Math.Abs);
        double sum = StripedSum.Of(n, i => Math.Abs(z[i]));
        float step = Math.Max(greatest / 63, (float)(sum / (65535 - (n / 2.0))));
        step = step < ReferenceCodec.LeastScale ? 0 : step;
        float inverse = ReferenceCodec.InverseOf(step);
        int[] integers = Array.ConvertAll(z, x => (int)MathF.Round(x * inverse, MidpointRounding.ToEven));
        return new(integers, step * scheme.Value);
    }

    public ReferenceScore[] Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        if (IsHamming)
        {
            var bits = new byte[CodeBytes];
            Encode(query, bits);
            return [.. codes.Select(code => new ReferenceScore(-Differing(bits, code), Tolerance: 0))];
        }

        ReferenceSignQuery prepared = Prepare(query);
        return [.. codes.Select(code =>
        {
            int product = prepared.Integers.Select((q, i) => Bit(code, i) == 1 ? q : -q).Sum();
            return new ReferenceScore(prepared.Step * product, Tolerance: 0);
        })];
    }

    public ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int differing = Differing(first, second);
        float product = scheme.Dimensions - (2 * differing);
        return new(IsHamming ? -differing : scheme.IsUnit ? product / scheme.Dimensions : product, Tolerance: 0);
    }

    public ReferenceScore[] Accumulate(IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination) =>
        ReferenceScore.OfAccumulation(
            [.. codes.Select(code =>
            {
                var vector = new float[scheme.Dimensions];
                Decode(code, vector);
                return vector;
            })],
            weights,
            destination);

    private int Differing(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int count = 0;
        for (int i = 0; i < scheme.Dimensions; i++)
        {
            count += Bit(first, i) == Bit(second, i) ? 0 : 1;
        }

        return count;
    }

    private int PlaceOf(int dimension) => scheme.Order == BitOrder.LsbFirst ? dimension % 8 : 7 - (dimension % 8);

    private int Bit(ReadOnlySpan<byte> code, int dimension) => (code[dimension / 8] >> PlaceOf(dimension)) & 1;

    /// <summary>The byte of a block that holds a nibble, and where in it.</summary>
    private (int At, int Shift) CellOf(int row, int nibble)
    {
        (int group, int inGroup) = Math.DivRem(row, GroupRows);
        (int half, int j) = Math.DivRem(inGroup, 16);
        return ((group * GroupRows * CodeBytes) + (nibble / 2 * 32) + (nibble % 2 * 16) + j, 4 * half);
    }
}
