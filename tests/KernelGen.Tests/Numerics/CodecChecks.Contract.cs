using System.Runtime.CompilerServices;

namespace KernelGen.Tests.Numerics;

/// <content>Files, and what must be refused.</content>
internal abstract partial class CodecChecks<TCodec>
{
    private static readonly float[] s_notFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    protected void CheckPersistence()
    {
        byte[] file = Saved(Codec);
        using var stream = new MemoryStream([.. file, 1]);
        TCodec loaded = TCodec.Load(stream);
        Assert.Equal(file.Length, stream.Position);
        Assert.Equal(file, Saved(loaded));
        var codes = new byte[_allCodes.Length];
        loaded.Encode(Rows.SelectMany(row => row).ToArray(), codes);
        AssertSame<byte>(_allCodes, codes, Layout.CodeBytes, "byte encoded after Load");

        // Every byte of a small file.
        int step = file.Length <= 1024 ? 1 : (file.Length / 2) - 1;
        for (int at = 0; at < file.Length; at += step)
        {
            RefusesFile(file[..at]);
            byte[] corrupt = [.. file];
            corrupt[at] ^= (byte)(1 << (at % 8));
            RefusesFile(corrupt);
        }

        RefusesFile(file[..^1]);
        using var other = new MemoryStream();
        CodecParameters.Save(other, Layout with { Scheme = $"{_scheme.Text} " }, [.. Oracle.Parameters]);
        RefusesFile(other.ToArray());
    }

    protected void RefusesFile(byte[] file)
    {
        if (Record.Exception(() => TCodec.Load(new MemoryStream(file))) is not InvalidDataException)
        {
            Assert.Fail($"{Context}: no InvalidDataException from Load of a bad file of {file.Length} bytes");
        }
    }

    protected static byte[] Saved(TCodec codec)
    {
        using var stream = new MemoryStream();
        codec.Save(stream);
        return stream.ToArray();
    }

    protected void CheckRejections()
    {
        int d = Layout.Dimensions;
        float[] two = [.. Rows[0], .. Rows[1]];
        byte[] codes = Joined(Codes.Take(2));
        var prepared = new byte[2 * Layout.QueryBytes];
        var block = new byte[Layout.BlockBytes];
        var scores = new float[2];
        TopK[] tops = [new(1), new(1)];

        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
        {
            foreach (float[] values in Spoiled(two, 0, d / 2, d - 1, d, two.Length - 1))
            {
                Rejects(() => Codec.Encode(values, [.. codes], tier));
                Rejects(() => Codec.Prepare(values, [.. prepared], tier));
            }

            foreach (float[] weights in Spoiled([1, 1], 0, 1))
            {
                Rejects(() => Codec.Accumulate(block, [0, 0], weights, new float[d], tier));
            }

            Rejects(() => Codec.Encode(two.AsSpan(1), codes, tier));
            Rejects(() => Codec.Encode(two, codes.AsSpan(1), tier));
            Rejects(() => Codec.Decode(codes.AsSpan(1), two, tier));
            Rejects(() => Codec.Decode(codes, two.AsSpan(1), tier));
            Rejects(() => Codec.Prepare(two.AsSpan(1), prepared, tier));
            Rejects(() => Codec.Prepare(two, prepared.AsSpan(1), tier));
            RejectsScans(Codec.Scan, tier);
            RejectsScans(Codec.ScanApproximate, tier);
            Rejects(() => Codec.Search(prepared.AsSpan(1), block, [1], tops, tier));
            Rejects(() => Codec.Search(prepared, block.AsSpan(1), [1], tops, tier));
            Rejects(() => Codec.Search(prepared, block, new long[BlockRows + 1], tops, tier));
            Rejects(() => Codec.Search(prepared, block, [1], tops.AsSpan(1), tier));
            Rejects(() => Codec.Search(prepared, block, [1], [tops[0], null!], tier));
            Rejects(() => Codec.ScorePair(codes.AsSpan(0, Layout.CodeBytes - 1), codes.AsSpan(Layout.CodeBytes), tier));
            Rejects(() => Codec.ScorePair(codes.AsSpan(Layout.CodeBytes), codes, tier));
            Rejects(() => Codec.Accumulate(block.AsSpan(1), [0], [1], two.AsSpan(d), tier));
            Rejects(() => Codec.Accumulate(block, [0], [1, 1], two.AsSpan(d), tier));
            Rejects(() => Codec.Accumulate(block, [0], [1], two.AsSpan(d - 1), tier));
            Rejects(() => Codec.Accumulate(block, [-1], [1], two.AsSpan(d), tier));
            Rejects(() => Codec.Accumulate(block, [0, BlockRows], [1, 1], two.AsSpan(d), tier));
        }

        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(tier => !CpuTiers.IsSupported(tier)))
        {
            Assert.Throws<PlatformNotSupportedException>(() => Codec.Encode(two, codes, tier));
        }

        if (Layout.CodeBytes > 1)
        {
            // A part of a code.
            Rejects(() => Codec.Pack(codes.AsSpan(1), block, 0));
            Rejects(() => Codec.Unpack(block, 0, codes.AsSpan(1)));
        }

        Rejects(() => Codec.Pack(codes, block.AsSpan(1), 0));
        Rejects(() => Codec.Pack(codes, block, -1));
        Rejects(() => Codec.Pack(codes, block, BlockRows - 1));
        Rejects(() => Codec.Unpack(block.AsSpan(1), 0, codes));
        Rejects(() => Codec.Unpack(block, -1, codes));
        Rejects(() => Codec.Unpack(block, BlockRows - 1, codes));

        // Lengths are checked before anything is changed.
        Assert.Equal([.. Rows[0], .. Rows[1]], two);
        Assert.True(Joined(Codes.Take(2)).AsSpan().SequenceEqual(codes), $"{Context}: codes were changed by a rejected call");
        Assert.False(block.AsSpan().ContainsAnyExcept((byte)0), $"{Context}: a block was changed by a rejected call");
        Assert.False(prepared.AsSpan().ContainsAnyExcept((byte)0), $"{Context}: a prepared query was changed by a rejected call");
        Assert.Equal([0, 0], scores);
        Assert.All(tops, top => Assert.Equal(0, top.Count));
        Assert.Equal(CpuTiers.Default, Codec.Encode(two, codes));

        void RejectsScans(Scanner scan, CpuTier tier)
        {
            Rejects(() => scan(prepared.AsSpan(1), block, 0, 1, scores, tier));
            Rejects(() => scan(prepared, block.AsSpan(1), 0, 1, scores, tier));
            Rejects(() => scan(prepared, block, 0, 1, scores.AsSpan(1), tier));
            Rejects(() => scan(prepared, block, -1, 1, scores, tier));
            Rejects(() => scan(prepared, block, 0, -1, [], tier));
            Rejects(() => scan(prepared, block, BlockRows, 1, scores, tier));
            Rejects(() => scan(prepared, block, int.MaxValue, int.MaxValue, scores, tier));
        }
    }

    /// <summary>The values with one that is not finite, of each kind at each position.</summary>
    protected static IEnumerable<float[]> Spoiled(float[] values, params int[] positions)
    {
        foreach ((int at, float bad) in from at in positions from bad in s_notFinite select (at, bad))
        {
            float[] spoiled = [.. values];
            spoiled[at] = bad;
            yield return spoiled;
        }
    }

    protected void Rejects(Action call, [CallerArgumentExpression(nameof(call))] string text = "")
    {
        if (Record.Exception(call) is not ArgumentException)
        {
            Assert.Fail($"{Context}: no ArgumentException from {text}");
        }
    }
}
