using System.Runtime.CompilerServices;
using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <content>Blocks, files, and what must be refused.</content>
internal sealed partial class CodecConformance<TCodec>
{
    private static readonly float[] s_notFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    private void CheckPack(Placement placement)
    {
        _context = $"{_scheme.Text}, {placement}";
        int used = Math.Min(_codes.Length, _blockRows);
        (int, int)[] places = [(0, used), (_blockRows - used, used), (_blockRows / 2, 1), (_blockRows - 1, 1)];
        foreach ((int firstRow, int count) in places)
        {
            var expected = new byte[TCodec.Layout.BlockBytes];
            for (int i = 0; i < count; i++)
            {
                _oracle.Layout.Pack(_codes[i], expected, _blockRows, firstRow + i);
            }

            using var codes = GuardedMemory<byte>.Of(_codes.Take(count).SelectMany(code => code).ToArray(), placement);
            using var block = new GuardedMemory<byte>(TCodec.Layout.BlockBytes, placement);
            _codec.Pack(codes, block, firstRow);
            AssertSame<byte>(expected, block, expected.Length, "packed byte");

            using var unpacked = new GuardedMemory<byte>(codes.Length, placement);
            _codec.Unpack(block, firstRow, unpacked);
            AssertSame<byte>(codes, unpacked, TCodec.Layout.CodeBytes, "unpacked byte");
        }
    }

    private void CheckPersistence()
    {
        byte[] file = Saved(_codec);
        TCodec loaded = TCodec.Load(new MemoryStream(file));
        Assert.Equal(file, Saved(loaded));
        var codes = new byte[_rows.Length * TCodec.Layout.CodeBytes];
        loaded.Encode(_rows.SelectMany(row => row).ToArray(), codes);
        AssertSame<byte>(_codes.SelectMany(code => code).ToArray(), codes, TCodec.Layout.CodeBytes, "byte encoded after Load");

        foreach (int length in new[] { 0, 1, file.Length / 2, file.Length - 1 })
        {
            Assert.Throws<InvalidDataException>(() => TCodec.Load(new MemoryStream(file[..length])));
        }

        foreach (int at in new[] { 0, file.Length / 2, file.Length - 1 })
        {
            byte[] corrupt = [.. file];
            corrupt[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => TCodec.Load(new MemoryStream(corrupt)));
        }
    }

    private static byte[] Saved(TCodec codec)
    {
        using var stream = new MemoryStream();
        codec.Save(stream);
        return stream.ToArray();
    }

    private void CheckRejections()
    {
        CodecLayout layout = TCodec.Layout;
        int d = layout.Dimensions;
        float[] two = [.. _rows[0], .. _rows[1]];
        var codes = new byte[2 * layout.CodeBytes];
        var prepared = new byte[2 * layout.QueryBytes];
        var block = new byte[layout.BlockBytes];
        TopK[] tops = [new(1), new(1)];

        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
        {
            foreach (float[] values in Spoiled(two, 0, d / 2, d - 1, d, two.Length - 1))
            {
                Rejects(() => _codec.Encode(values, codes, tier));
                Rejects(() => _codec.Prepare(values, prepared, tier));
            }

            Rejects(() => _codec.Encode(two.AsSpan(1), codes, tier));
            Rejects(() => _codec.Encode(two, codes.AsSpan(1), tier));
            Rejects(() => _codec.Decode(codes.AsSpan(1), two, tier));
            Rejects(() => _codec.Decode(codes, two.AsSpan(1), tier));
            Rejects(() => _codec.Prepare(two.AsSpan(1), prepared, tier));
            Rejects(() => _codec.Prepare(two, prepared.AsSpan(1), tier));
            Rejects(() => _codec.Scan(prepared.AsSpan(1), block, 0, 1, new float[2], tier));
            Rejects(() => _codec.Scan(prepared, block.AsSpan(1), 0, 1, new float[2], tier));
            Rejects(() => _codec.Scan(prepared, block, 0, 1, new float[1], tier));
            Rejects(() => _codec.Scan(prepared, block, -1, 1, new float[2], tier));
            Rejects(() => _codec.Scan(prepared, block, 0, -1, [], tier));
            Rejects(() => _codec.Scan(prepared, block, _blockRows, 1, new float[2], tier));
            Rejects(() => _codec.Scan(prepared, block, int.MaxValue, int.MaxValue, new float[2], tier));
            Rejects(() => _codec.Search(prepared.AsSpan(1), block, [1], tops, tier));
            Rejects(() => _codec.Search(prepared, block.AsSpan(1), [1], tops, tier));
            Rejects(() => _codec.Search(prepared, block, new long[_blockRows + 1], tops, tier));
            Rejects(() => _codec.Search(prepared, block, [1], tops.AsSpan(1), tier));
            Rejects(() => _codec.ScorePair(codes.AsSpan(0, layout.CodeBytes - 1), codes.AsSpan(layout.CodeBytes), tier));
            Rejects(() => _codec.ScorePair(codes.AsSpan(layout.CodeBytes), codes, tier));
            Rejects(() => _codec.Accumulate(block.AsSpan(1), [0], [1], new float[d], tier));
            Rejects(() => _codec.Accumulate(block, [0], [1, 1], new float[d], tier));
            Rejects(() => _codec.Accumulate(block, [0], [1], new float[d + 1], tier));
            Rejects(() => _codec.Accumulate(block, [-1], [1], new float[d], tier));
            Rejects(() => _codec.Accumulate(block, [0, _blockRows], [1, 1], new float[d], tier));
        }

        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(tier => !CpuTiers.IsSupported(tier)))
        {
            Assert.Throws<PlatformNotSupportedException>(() => _codec.Encode(two, codes, tier));
        }

        Assert.Equal(CpuTiers.Default, _codec.Encode(two, codes));
        Rejects(() => _codec.Pack(codes.AsSpan(1), block, 0));
        Rejects(() => _codec.Pack(codes, block.AsSpan(1), 0));
        Rejects(() => _codec.Pack(codes, block, -1));
        Rejects(() => _codec.Pack(codes, block, _blockRows - 1));
        Rejects(() => _codec.Unpack(block, 0, codes.AsSpan(1)));
        Rejects(() => _codec.Unpack(block.AsSpan(1), 0, codes));
        Rejects(() => _codec.Unpack(block, -1, codes));
        Rejects(() => _codec.Unpack(block, _blockRows - 1, codes));
        RejectsSamples();
    }

    private void RejectsSamples()
    {
        Rejects(() => TCodec.Train([]));
        if (_scheme.Dimensions > 1)
        {
            Rejects(() => TCodec.Train([.. _sample, 1]));
        }

        foreach (float[] sample in Spoiled(_sample, 0, _sample.Length / 2, _sample.Length - 1))
        {
            Rejects(() => TCodec.Train(sample));
        }
    }

    /// <summary>The values with one that is not finite, of each kind at each position.</summary>
    private static IEnumerable<float[]> Spoiled(float[] values, params int[] positions)
    {
        foreach ((int at, float bad) in from at in positions from bad in s_notFinite select (at, bad))
        {
            float[] spoiled = [.. values];
            spoiled[at] = bad;
            yield return spoiled;
        }
    }

    private void Rejects(Action call, [CallerArgumentExpression(nameof(call))] string text = "")
    {
        if (Record.Exception(call) is not ArgumentException)
        {
            Assert.Fail($"{_context}: no ArgumentException from {text}");
        }
    }
}
