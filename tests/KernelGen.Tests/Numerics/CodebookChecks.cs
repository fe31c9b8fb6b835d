using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The checks that codecs with codebooks of any kind pass.</summary>
internal abstract class CodebookChecks<TCodec> : CodecChecks<TCodec>
    where TCodec : class, IVectorCodec<TCodec>
{
    private const int HashBytes = 32;

    private readonly IReferenceScheme _scheme;

    protected CodebookChecks(IReferenceScheme scheme, IReferenceCodec oracle, Random random, float[][] rows)
        : base(scheme, oracle, Loaded(oracle), random, rows)
    {
        _scheme = scheme;
    }

    private delegate TCodec Creator(ReadOnlySpan<float> codebooks);

    /// <summary>Packs into rows that are taken, whose neighbours, which may share their bytes, stay; and into a block that was never zeroed.</summary>
    /// <param name="placement">Where the block lies.</param>
    /// <param name="others">A code for every row of the block.</param>
    protected void CheckPacks(Placement placement, byte[][] others)
    {
        var taken = new byte[Layout.BlockBytes];
        foreach ((int row, byte[] code) in others.Index())
        {
            Oracle.Pack(code, taken, BlockRows, row);
        }

        byte[][] codes = [.. Codes, .. others];
        (int, int)[] places =
        [
            .. from count in new[] { 0, 1, 31, 32, 33, 70 }
               from firstRow in new[] { 0, 1, 15, 16, 17, 31, 32, 45, BlockRows - count }
               where firstRow >= 0 && firstRow + count <= BlockRows
               select (firstRow, count),
            (0, BlockRows),
        ];
        CheckPack(placement, codes, taken, places);

        // All rows, so that every byte is written but the spare ones.
        byte[] garbage = [.. Enumerable.Repeat((byte)0xFF, Layout.BlockBytes)];
        CheckPack(placement, codes, garbage, (0, BlockRows));
    }

    /// <summary>The members that only codecs with codebooks have.</summary>
    protected void CheckCodebooks()
    {
        float[] codebooks = [.. Oracle.Parameters];
        Assert.Equal(codebooks, CodebooksOf(Codec).ToArray());
        TCodec created = FromCodebooks(codebooks);
        Assert.Equal(Saved(Codec), Saved(created));

        // The codec keeps a copy.
        float[] changed = [.. codebooks];
        created = FromCodebooks(changed);
        changed.AsSpan().Clear();
        Assert.Equal(Saved(Codec), Saved(created));

        Rejects(() => FromCodebooks(codebooks[1..]));
        Rejects(() => FromCodebooks([.. codebooks, 1]));
        Rejects(() => FromCodebooks([]));
        int last = codebooks.Length - 1;
        IEnumerable<float[]> bad = Spoiled(codebooks, 0, last / 2, last);
        foreach (int at in new[] { 0, last / 2, last })
        {
            // The square of 2^64 is not finite; that of its neighbour is.
            float[] tooLong = [.. codebooks];
            tooLong[at] = MathF.ScaleB(-1, 64);
            bad = bad.Append(tooLong);
        }

        foreach (float[] values in bad)
        {
            Rejects(() => FromCodebooks(values));
            RefusesFile(Signed(Saved(Codec), values));
        }

        float[] longest = new float[codebooks.Length];
        longest[last] = MathF.BitDecrement(MathF.ScaleB(1, 64));
        Assert.Equal(longest, CodebooksOf(FromCodebooks(longest)).ToArray());
    }

    protected void CheckTraining()
    {
        Exception? failure = Record.Exception(() => TCodec.Train(Rows[0]));
        if (failure is not InvalidOperationException || !failure.Message.Contains("KernelGen.Training", StringComparison.Ordinal))
        {
            Assert.Fail($"{Context}: Train without its package gave {failure?.ToString() ?? "no exception"}");
        }
    }

    private static TCodec FromCodebooks(float[] codebooks)
    {
        MethodInfo method = typeof(TCodec).GetMethod(
            "FromCodebooks", BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy, [typeof(ReadOnlySpan<float>)])!;
        return method.CreateDelegate<Creator>()(codebooks);
    }

    private static ReadOnlyMemory<float> CodebooksOf(TCodec codec) =>
        (ReadOnlyMemory<float>)typeof(TCodec).GetProperty("Codebooks", typeof(ReadOnlyMemory<float>))!.GetValue(codec)!;

    /// <summary>A file with other parameters and the checksum that fits: what a wrong writer would leave.</summary>
    private static byte[] Signed(byte[] file, float[] parameters)
    {
        ReadOnlySpan<byte> payload = MemoryMarshal.AsBytes<float>(parameters);
        byte[] content = [.. file[..^(payload.Length + HashBytes)], .. payload];
        return [.. content, .. SHA256.HashData(content)];
    }

    /// <summary>Queries that reach the limit of entries are rejected, also behind one that does not.</summary>
    /// <param name="good">A query below it; the greatest below it are among those that are scored.</param>
    /// <param name="rejected">Queries with an entry of exactly the limit, or more.</param>
    protected void CheckLimit(float[] good, IEnumerable<float[]> rejected)
    {
        Context = $"{_scheme.Text}, query at the limit";
        var prepared = new byte[2 * Layout.QueryBytes];
        foreach (float[] query in rejected)
        {
            foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
            {
                Rejects(() => Codec.Prepare(query, prepared.AsSpan(Layout.QueryBytes), tier));
                Rejects(() => Codec.Prepare([.. good, .. query], prepared, tier));
            }
        }
    }
}
