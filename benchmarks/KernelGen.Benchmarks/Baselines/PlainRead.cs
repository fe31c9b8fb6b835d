using System.Runtime.Intrinsics;

namespace KernelGen.Benchmarks;

/// <summary>Reads bytes with 256-bit loads and adds them up: the limit of what a scan of the same bytes can reach.</summary>
internal static unsafe class PlainRead
{
    private const int Step = 256;

    // Keeps the sum, so that no compiler may leave the reading out.
    private static long s_sink;

    public static void Run(NativeBuffer buffer, long length) => Volatile.Write(ref s_sink, Sum(buffer.Start, length));

    public static void Run(NativeBuffer buffer, long length, int threads) =>
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            long start = length / Step * thread / threads * Step;
            long end = length / Step * (thread + 1) / threads * Step;
            Interlocked.Add(ref s_sink, Sum(buffer.Start + start, end - start));
        });

    private static long Sum(byte* start, long length)
    {
        Vector256<long> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        byte* end = start + (length / Step * Step);
        for (byte* p = start; p < end; p += Step)
        {
            a += Vector256.Load((long*)p);
            b += Vector256.Load((long*)(p + 32));
            c += Vector256.Load((long*)(p + 64));
            d += Vector256.Load((long*)(p + 96));
            e += Vector256.Load((long*)(p + 128));
            f += Vector256.Load((long*)(p + 160));
            g += Vector256.Load((long*)(p + 192));
            h += Vector256.Load((long*)(p + 224));
        }

        return Vector256.Sum(((a + b) + (c + d)) + ((e + f) + (g + h)));
    }
}
