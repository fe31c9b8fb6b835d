using System.Runtime.InteropServices;
using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Compares a codec, known only by its type, with the oracle.</summary>
internal interface ICodecConformance
{
    /// <summary>Runs every check on one tier, with memory placed in these ways; in all ways without any.</summary>
    void Run(CpuTier tier, params Placement[] placements);

    /// <summary>Runs the checks that do not depend on a tier.</summary>
    void RunWithoutTier();

    public static ICodecConformance Of(Type codec, ReferenceScheme scheme) =>
        CodecAssembly.Over<ICodecConformance>(codec, typeof(CodecConformance<>), scheme);
}

/// <inheritdoc cref="ICodecConformance"/>
internal sealed partial class CodecConformance<TCodec> : ICodecConformance
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly int[] s_queryCounts = [1, 2, 3, 4, 5, 7, 8, 9];

    private readonly ReferenceScheme _scheme;
    private readonly Random _random;
    private readonly float[] _sample;
    private readonly ReferenceCodec _oracle;
    private readonly TCodec _codec;
    private readonly float[][] _rows;
    private readonly byte[][] _codes;
    private readonly ReferenceRow[] _quantized;
    private readonly ScoreCase _scores;
    private readonly ScoreCase? _extremeScores;
    private readonly Accumulation _accumulation;
    private readonly (int First, int Second, ReferenceScore Expected)[] _pairs;
    private readonly int _blockRows = TCodec.Layout.BlockRows;
    private string _context;

    public CodecConformance(ReferenceScheme scheme)
    {
        _scheme = scheme;
        _context = scheme.Text;
        int seed = SampledSchemes.Seed + scheme.Dimensions;
        _random = new Random(seed);
        int d = scheme.Dimensions;
        double quantile = d % 2 == 0 ? 1 : 0.95;
        _sample = TestVectors.Sample(_random, d, rows: d <= 1024 ? 33 : 5);
        _oracle = ReferenceCodec.Train(scheme, _sample, quantile);
        _codec = TCodec.Train(_sample, new TrainingOptions { Quantile = quantile });
        _rows = TestVectors.Rows(scheme, _random, count: d <= 512 ? 37 : 1);
        _quantized = Array.ConvertAll(_rows, row => _oracle.Quantize(row));
        _codes = Array.ConvertAll(_quantized, CodeOf);
        _scores = ScoresOf(_codes, TestVectors.Queries(d, _random, near: _rows[0]));
        _extremeScores = scheme.Grid is IntegerGrid ? ScoresOf([.. ExtremeCodes(), .. RandomCodes()], ExtremeQueries()) : null;
        _accumulation = Accumulated();
        _pairs = [.. Paired()];
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        foreach (Placement placement in placements is [] ? Enum.GetValues<Placement>() : placements)
        {
            _context = $"{_scheme.Text}, {tier}, {placement}, seed {SampledSchemes.Seed}";
            CheckEncode(tier, placement);
            CheckDecode(tier, placement);
            CheckScores(tier, placement, _scores);
            CheckAccumulate(tier, placement);
            CheckPairs(tier, placement);
        }

        if (_extremeScores is not null)
        {
            _context = $"{_scheme.Text}, {tier}, extreme codes and queries, seed {SampledSchemes.Seed}";
            CheckScores(tier, Placement.AgainstEnd, _extremeScores);
        }

        CheckSearch(tier);
    }

    public void RunWithoutTier()
    {
        CheckLayout();
        foreach (Placement placement in Enum.GetValues<Placement>())
        {
            CheckPack(placement);
        }

        CheckPersistence();
        CheckRejections();
    }

    private byte[] CodeOf(ReferenceRow row)
    {
        var code = new byte[_oracle.Layout.CodeBytes];
        _oracle.Layout.Write(row, code);
        return code;
    }

    private void CheckLayout()
    {
        CodecLayout layout = TCodec.Layout;
        Assert.Equal(_scheme.Text, layout.Scheme);
        Assert.Equal(_scheme.Dimensions, layout.Dimensions);
        Assert.Equal(_scheme.Metric, layout.Metric);
        Assert.Equal(_oracle.Layout.CodeBytes, layout.CodeBytes);
        Assert.Equal(_scheme.ParameterCount, layout.ParameterCount);
        Assert.True(int.IsPow2(layout.BlockRows), $"{_context}: {layout.BlockRows} rows in a block");
        Assert.Equal(_oracle.Layout.BlockBytes(layout.BlockRows), layout.BlockBytes);
        Assert.True(layout.QueryBytes > 0 && layout.QueryBytes % 64 == 0, $"{_context}: {layout.QueryBytes} bytes in a query");
    }

    private void CheckEncode(CpuTier tier, Placement placement)
    {
        using var vectors = GuardedMemory<float>.Of(_rows.SelectMany(row => row).ToArray(), placement);
        using var codes = new GuardedMemory<byte>(_rows.Length * TCodec.Layout.CodeBytes, placement);
        codes.Span.Fill(0xA5);
        Assert.Equal(tier, _codec.Encode(vectors, codes, tier));
        AssertSame<byte>(_codes.SelectMany(code => code).ToArray(), codes, TCodec.Layout.CodeBytes, "encoded byte");
    }

    private void CheckDecode(CpuTier tier, Placement placement)
    {
        int d = _scheme.Dimensions;
        using var codes = GuardedMemory<byte>.Of(_codes.SelectMany(code => code).ToArray(), placement);
        using var vectors = new GuardedMemory<float>(_codes.Length * d, placement);
        Assert.Equal(tier, _codec.Decode(codes, vectors, tier));
        uint[] expected = [.. _quantized.SelectMany(_oracle.Dequantize).Select(BitConverter.SingleToUInt32Bits)];
        AssertSame(expected, MemoryMarshal.Cast<float, uint>(vectors.Span), d, "bits of decoded value");
    }

    /// <summary>Rows to add with their weights, what they are added to, and what must come out.</summary>
    private sealed record Accumulation(int[] Rows, float[] Weights, float[] Before, ReferenceScore[] Expected);

    private Accumulation Accumulated()
    {
        // Without those rows whose sums leave the range of single precision.
        int[] finite = [.. Enumerable.Range(0, Math.Min(_rows.Length, _blockRows)).Where(i => _rows[i].Max(Math.Abs) < 1e30f)];
        int[] rows = [.. finite, finite[0], finite[^1]];
        float[] weights = TestVectors.Gaussians(_random, rows.Length);
        float[] before = TestVectors.Gaussians(_random, _scheme.Dimensions);
        return new(rows, weights, before, _oracle.Accumulate(Array.ConvertAll(rows, i => _quantized[i]), weights, before));
    }

    private void CheckAccumulate(CpuTier tier, Placement placement)
    {
        using GuardedMemory<byte> block = Packed(_codes, placement, out int firstRow);
        using var rows = GuardedMemory<int>.Of(Array.ConvertAll(_accumulation.Rows, i => i + firstRow), placement);
        using var weights = GuardedMemory<float>.Of(_accumulation.Weights, placement);
        using var destination = GuardedMemory<float>.Of(_accumulation.Before, placement);
        Assert.Equal(tier, _codec.Accumulate(block, rows, weights, destination, tier));
        for (int i = 0; i < destination.Length; i++)
        {
            AssertAllowed(_accumulation.Expected[i], destination.Span[i], $"accumulated value {i}");
        }

        float[] sums = destination.Span.ToArray();
        _codec.Accumulate(block, [], [], destination, tier);
        Assert.Equal(sums, destination.Span);
    }

    /// <summary>Some rows with themselves and others, and their scores.</summary>
    private IEnumerable<(int First, int Second, ReferenceScore Expected)> Paired() =>
        from first in Enumerable.Range(0, Math.Min(_rows.Length, 20))
        let second = first % 3 == 0 ? first : _random.Next(_rows.Length)
        select (first, second, _oracle.ScorePair(_quantized[first], _quantized[second]));

    private void CheckPairs(CpuTier tier, Placement placement)
    {
        foreach ((int firstRow, int secondRow, ReferenceScore expected) in _pairs)
        {
            using var first = GuardedMemory<byte>.Of(_codes[firstRow], placement);
            using var second = GuardedMemory<byte>.Of(_codes[secondRow], placement);
            AssertAllowed(expected, _codec.ScorePair(first, second, tier), $"score of rows {firstRow} and {secondRow}");
        }
    }

    /// <summary>A guarded block whose last rows are these codes, as many as fit; all other rows are zeroed.</summary>
    private GuardedMemory<byte> Packed(IReadOnlyList<byte[]> codes, Placement placement, out int firstRow)
    {
        int used = Math.Min(codes.Count, _blockRows);
        firstRow = _blockRows - used;
        var block = new GuardedMemory<byte>(TCodec.Layout.BlockBytes, placement);
        _codec.Pack(codes.Take(used).SelectMany(code => code).ToArray(), block, firstRow);
        return block;
    }

    private void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, int perRow, string what)
        where T : unmanaged, IEquatable<T>
    {
        int at = expected.CommonPrefixLength(actual);
        if (at < expected.Length)
        {
            (int row, int index) = Math.DivRem(at, perRow);
            string value = row < _rows.Length && index < _scheme.Dimensions ? $" (input there {_rows[row][index]:R})" : "";
            Assert.Fail($"{_context}: {what} {index} of row {row}{value} is {actual[at]:X}, expected {expected[at]:X}.");
        }
    }

    private void AssertAllowed(ReferenceScore expected, float actual, string what)
    {
        // Beyond single precision only the formulas whose order is prescribed have a defined result.
        bool isDefined = double.IsFinite(expected.Tolerance) && Math.Abs(expected.Value) + (expected.Tolerance * (1 << 24)) < 1e37;
        if (isDefined && !expected.Allows(actual))
        {
            Assert.Fail($"{_context}: {what} is {actual:R}, expected {expected.Value:R} within {expected.Tolerance:R}.");
        }
    }
}
