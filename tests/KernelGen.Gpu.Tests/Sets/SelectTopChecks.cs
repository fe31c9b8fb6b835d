using System.Runtime.InteropServices;
using KernelGen.Devices;

namespace KernelGen.GpuTests.Sets;

/// <summary>Scores of many kinds, chosen among by the device and by the CPU's collector.</summary>
internal sealed class SelectTopChecks(GpuAccelerator gpu)
{
    private const float NotANumber = float.NaN;

    /// <summary>Scores as a search could have them, and worse.</summary>
    private static readonly (string Name, Func<Random, int, float> Score)[] s_kinds =
    [
        ("distinct", static (random, _) => (float)(random.NextDouble() - 0.5)),
        ("tied", static (random, _) => random.Next(-3, 4)),
        ("special", static (random, _) => random.Next(9) switch
        {
            0 => NotANumber,
            1 => -NotANumber,
            2 => 0f,
            3 => -0f,
            4 => float.PositiveInfinity,
            5 => float.NegativeInfinity,
            6 => float.Epsilon,
            7 => -float.MaxValue,
            _ => random.Next(-1, 2),
        }),
        ("rising", static (_, i) => i), // Every candidate beats all before it.
        ("falling", static (_, i) => -i),
        ("equal", static (_, _) => 1f),
        ("not a number", static (_, _) => NotANumber),
    ];

    public static IEnumerable<string> Kinds => s_kinds.Select(kind => kind.Name);

    /// <summary>Chooses among scores of a kind, in shapes from a single candidate to several thousand in parts.</summary>
    public void Check(string kind, int greatestCount)
    {
        var random = new Random(kind.Length);
        Func<Random, int, float> score = s_kinds.Single(item => item.Name == kind).Score;
        foreach (int count in (int[])[1, 2, 127, 128, 129, 511, 513, 1000, 1025, 3000, 7777])
        {
            if (count <= greatestCount)
            {
                int k = random.Next(4) switch { 0 => 1, 1 => 256, _ => random.Next(2, 256) };
                Check(random, score, count, k, parts: random.Next(1, 6), queries: random.Next(1, 4));
            }
        }

        // More parts than candidates, and the greatest k of one.
        Check(random, score, count: 5, k: 3, parts: 7, queries: 2);
        Check(random, score, count: 1, k: 256, parts: 1, queries: 1);
    }

    private void Check(Random random, Func<Random, int, float> score, int count, int k, int parts, int queries)
    {
        int stride = count + random.Next(3);
        int offset = random.Next(3);
        int topStride = (parts * k) + offset + random.Next(3);
        bool shareIds = random.Next(2) == 0;
        float minimum = random.Next(3) switch { 0 => 0f, 1 => -1f, _ => float.NegativeInfinity };
        float[] scores = [.. Enumerable.Range(0, queries * stride).Select(i => score(random, i))];
        long[] ids = [.. Enumerable.Range(0, queries * stride).Select(i => (i * 7919L) - 20_000)];
        random.Shuffle(ids);

        using GpuBuffer scoreBuffer = Upload<float>(scores);
        using GpuBuffer idBuffer = Upload<long>(ids);
        using GpuBuffer topScores = gpu.Allocate((long)queries * topStride * sizeof(float));
        using GpuBuffer topIds = gpu.Allocate((long)queries * topStride * sizeof(long));
        gpu.SelectTop(0, new GpuSelection
        {
            Scores = scoreBuffer,
            ScoreStride = stride,
            Ids = idBuffer,
            IdStride = shareIds ? 0 : stride,
            Queries = queries,
            Count = count,
            Parts = parts,
            K = k,
            MinimumScore = minimum,
            TopScores = topScores,
            TopIds = topIds,
            TopStride = topStride,
            TopOffset = offset,
        });
        float[] chosenScores = Download<float>(topScores, queries * topStride);
        long[] chosenIds = Download<long>(topIds, queries * topStride);

        int length = (count + parts - 1) / parts;
        for (int q = 0; q < queries; q++)
        {
            for (int p = 0; p < parts; p++)
            {
                int first = Math.Min(count, p * length);
                int end = Math.Min(count, first + length);
                var best = new TopK(k, minimum);
                best.Offer(ids.AsSpan((shareIds ? 0 : q * stride)..)[first..end], scores.AsSpan(q * stride)[first..end]);
                var expected = new Hit[best.Count];
                best.Drain(expected);
                int place = (q * topStride) + offset + (p * k);
                Hit[] chosen = [.. chosenIds[place..(place + k)].Zip(chosenScores[place..(place + k)], (id, s) => new Hit(id, s))];

                // The order is free; places that stay free have the score NaN.
                Assert.Equal(Ordered(expected), Ordered(chosen.Where(hit => !float.IsNaN(hit.Score))));
            }
        }
    }

    private static IEnumerable<(long Id, int Bits)> Ordered(IEnumerable<Hit> hits) =>
        hits.Select(hit => (hit.Id, BitConverter.SingleToInt32Bits(hit.Score))).Order();

    private GpuBuffer Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        GpuBuffer buffer = gpu.Allocate(bytes.Length);
        using GpuStaging staging = gpu.AllocateStaging(bytes.Length);
        bytes.CopyTo(staging.Span);
        gpu.CopyToDevice(0, staging, 0, buffer, 0, bytes.Length);
        gpu.Wait(0);
        return buffer;
    }

    /// <summary>What is not written, before the first part and between queries, stays undefined.</summary>
    private T[] Download<T>(GpuBuffer buffer, int count)
        where T : unmanaged
    {
        int bytes = count * Marshal.SizeOf<T>();
        using GpuStaging staging = gpu.AllocateStaging(bytes);
        gpu.CopyToHost(0, buffer, 0, staging, 0, bytes);
        gpu.Wait(0);
        return MemoryMarshal.Cast<byte, T>(staging.Span[..bytes]).ToArray();
    }
}
