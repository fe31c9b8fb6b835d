using System.Runtime.InteropServices;
using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The comparisons with an oracle that codecs of all families pass.</summary>
internal abstract partial class CodecChecks<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly IReferenceScheme _scheme;
    private readonly byte[] _allCodes;

    /// <param name="codec">The codec under test; the oracle has the same parameters.</param>
    /// <param name="rows">Vectors to encode.</param>
    protected CodecChecks(IReferenceScheme scheme, IReferenceCodec oracle, TCodec codec, Random random, float[][] rows)
    {
        _scheme = scheme;
        Oracle = oracle;
        Codec = codec;
        Random = random;
        Rows = rows;
        Codes = Array.ConvertAll(rows, row =>
        {
            var code = new byte[oracle.CodeBytes];
            oracle.Encode(row, code);
            return code;
        });
        _allCodes = Joined(Codes);
        Context = scheme.Text;
    }

    protected static CodecLayout Layout => TCodec.Layout;

    protected static int BlockRows => TCodec.Layout.BlockRows;

    protected IReferenceCodec Oracle { get; }

    protected TCodec Codec { get; }

    protected Random Random { get; }

    protected float[][] Rows { get; }

    /// <summary>The rows as the oracle encodes them.</summary>
    protected byte[][] Codes { get; }

    /// <summary>What the message of a failure begins with.</summary>
    protected string Context { get; set; }

    protected static byte[] Joined(IEnumerable<byte[]> codes) => [.. codes.SelectMany(code => code)];

    /// <summary>A codec with the oracle's parameters, which the runtime has written.</summary>
    protected static TCodec Loaded(IReferenceCodec oracle)
    {
        using var stream = new MemoryStream();
        CodecParameters.Save(stream, Layout, [.. oracle.Parameters]);
        stream.Position = 0;
        return TCodec.Load(stream);
    }

    /// <summary>Every check of results but those of searches.</summary>
    protected void CheckResults(CpuTier tier, Placement placement, ScoreCase scores, Accumulation accumulation, Pair[] pairs)
    {
        CheckEncode(tier, placement);
        CheckDecode(tier, placement, scores.Codes);
        CheckScores(tier, placement, scores);
        CheckAccumulate(tier, placement, accumulation);
        CheckPairs(tier, placement, pairs);
    }

    protected void CheckLayout()
    {
        Assert.Equal(_scheme.Text, Layout.Scheme);
        Assert.Equal(_scheme.Dimensions, Layout.Dimensions);
        Assert.Equal(_scheme.Metric, Layout.Metric);
        Assert.Equal(Oracle.CodeBytes, Layout.CodeBytes);
        Assert.Equal(_scheme.ParameterCount, Layout.ParameterCount);
        Assert.True(int.IsPow2(BlockRows), $"{Context}: {BlockRows} rows in a block");
        Assert.Equal(Oracle.BlockBytes(BlockRows), Layout.BlockBytes);
        Assert.True(Layout.QueryBytes > 0 && Layout.QueryBytes % 64 == 0, $"{Context}: {Layout.QueryBytes} bytes in a query");
    }

    protected void CheckEncode(CpuTier tier, Placement placement)
    {
        using var vectors = GuardedMemory<float>.Of(Rows.SelectMany(row => row).ToArray(), placement);
        using var codes = new GuardedMemory<byte>(_allCodes.Length, placement);
        codes.Span.Fill(0xA5);
        Assert.Equal(tier, Codec.Encode(vectors, codes, tier));
        AssertSame<byte>(_allCodes, codes, Layout.CodeBytes, "encoded byte");
    }

    protected void CheckDecode(CpuTier tier, Placement placement, IReadOnlyList<byte[]> rowCodes)
    {
        int d = _scheme.Dimensions;
        using var codes = GuardedMemory<byte>.Of(Joined(rowCodes), placement);
        using var vectors = new GuardedMemory<float>(rowCodes.Count * d, placement);
        Assert.Equal(tier, Codec.Decode(codes, vectors, tier));
        var expected = new float[vectors.Length];
        foreach ((int i, byte[] code) in rowCodes.Index())
        {
            Oracle.Decode(code, expected.AsSpan(i * d, d));
        }

        AssertSame<uint>(
            MemoryMarshal.Cast<float, uint>(expected), MemoryMarshal.Cast<float, uint>(vectors.Span), d, "bits of decoded value");
    }

    /// <summary>Packs codes at several places of a block, which must change nothing else, and unpacks them again.</summary>
    /// <param name="before">The content of the block.</param>
    protected void CheckPack(Placement placement, IReadOnlyList<byte[]> codes, byte[] before, params (int FirstRow, int Count)[] places)
    {
        Context = $"{_scheme.Text}, {placement}";
        foreach ((int firstRow, int count) in places)
        {
            byte[] expected = [.. before];
            for (int i = 0; i < count; i++)
            {
                Oracle.Pack(codes[i], expected, BlockRows, firstRow + i);
            }

            using var packed = GuardedMemory<byte>.Of(Joined(codes.Take(count)), placement);
            using var block = GuardedMemory<byte>.Of(before, placement);
            Codec.Pack(packed, block, firstRow);
            AssertSame<byte>(expected, block, expected.Length, "packed byte");

            using var unpacked = new GuardedMemory<byte>(packed.Length, placement);
            unpacked.Span.Fill(0xA5);
            Codec.Unpack(block, firstRow, unpacked);
            AssertSame<byte>(packed, unpacked, Layout.CodeBytes, "unpacked byte");
        }
    }

    /// <summary>Rows to add with their weights, what they are added to, and what must come out.</summary>
    protected sealed record Accumulation(int[] Rows, float[] Weights, float[] Before, ReferenceScore[] Expected);

    /// <summary>The sum of rows, two of them twice.</summary>
    protected Accumulation Accumulated(IEnumerable<int> rowNumbers)
    {
        int[] distinct = [.. rowNumbers.Where(row => row < BlockRows)];
        int[] rows = [.. distinct, distinct[0], distinct[^1]];
        float[] weights = TestVectors.Gaussians(Random, rows.Length);
        float[] before = TestVectors.Gaussians(Random, _scheme.Dimensions);
        return new(rows, weights, before, Oracle.Accumulate(Array.ConvertAll(rows, i => Codes[i]), weights, before));
    }

    protected void CheckAccumulate(CpuTier tier, Placement placement, Accumulation accumulation)
    {
        using GuardedMemory<byte> block = Packed(Codes, placement, out int firstRow);
        using var rows = GuardedMemory<int>.Of(Array.ConvertAll(accumulation.Rows, i => i + firstRow), placement);
        using var weights = GuardedMemory<float>.Of(accumulation.Weights, placement);
        using var destination = GuardedMemory<float>.Of(accumulation.Before, placement);
        Assert.Equal(tier, Codec.Accumulate(block, rows, weights, destination, tier));
        for (int i = 0; i < destination.Length; i++)
        {
            AssertAllowed(accumulation.Expected[i], destination.Span[i], () => $"accumulated value {i}");
        }

        float[] sums = destination.Span.ToArray();
        Codec.Accumulate(block, [], [], destination, tier);
        Assert.Equal(sums, destination.Span);
    }

    /// <summary>Two rows and their score.</summary>
    protected sealed record Pair(int First, int Second, ReferenceScore Expected);

    /// <summary>Some rows with themselves and others.</summary>
    protected IEnumerable<Pair> Paired() =>
        from first in Enumerable.Range(0, Math.Min(Rows.Length, 20))
        let second = first % 3 == 0 ? first : Random.Next(Rows.Length)
        select new Pair(first, second, Oracle.ScorePair(Codes[first], Codes[second]));

    protected void CheckPairs(CpuTier tier, Placement placement, IEnumerable<Pair> pairs)
    {
        foreach ((int firstRow, int secondRow, ReferenceScore expected) in pairs)
        {
            using var first = GuardedMemory<byte>.Of(Codes[firstRow], placement);
            using var second = GuardedMemory<byte>.Of(Codes[secondRow], placement);
            AssertAllowed(expected, Codec.ScorePair(first, second, tier), () => $"score of rows {firstRow} and {secondRow}");
        }
    }

    /// <summary>A guarded block whose last rows are these codes, as many as fit; all other rows are zeroed.</summary>
    private GuardedMemory<byte> Packed(IReadOnlyList<byte[]> codes, Placement placement, out int firstRow)
    {
        int used = Math.Min(codes.Count, BlockRows);
        firstRow = BlockRows - used;
        var block = new GuardedMemory<byte>(Layout.BlockBytes, placement);
        Codec.Pack(Joined(codes.Take(used)), block, firstRow);
        return block;
    }

    protected void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, int perRow, string what)
        where T : unmanaged, IEquatable<T>
    {
        int at = expected.CommonPrefixLength(actual);
        if (at < expected.Length)
        {
            (int row, int index) = Math.DivRem(at, perRow);
            string value = row < Rows.Length && index < _scheme.Dimensions ? $" (input there {Rows[row][index]:R})" : "";
            Assert.Fail($"{Context}: {what} {index} of row {row}{value} is {actual[at]:X}, expected {expected[at]:X}.");
        }
    }

    /// <summary>Whether a result is defined at all.</summary>
    protected virtual bool IsDefined(ReferenceScore expected) => true;

    /// <summary>Whether a result and what it is computed from are far from the limits of single precision.</summary>
    protected static bool IsWithinSingle(ReferenceScore expected) =>
        double.IsFinite(expected.Tolerance) && Math.Abs(expected.Value) + (expected.Tolerance * (1 << 24)) < 1e37;

    private void AssertAllowed(ReferenceScore expected, float actual, Func<string> what)
    {
        if (IsDefined(expected) && !expected.Allows(actual))
        {
            Assert.Fail($"{Context}: {what()} is {actual:R}, expected {expected.Value:R} within {expected.Tolerance:R}.");
        }
    }
}
