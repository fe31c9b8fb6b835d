using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>All return the value before the operation.</summary>
public static class Atomic
{
    public static Index1D Add(ref Index1D target, Index1D value) => Add(ref Unsafe.As<Index1D, int>(ref target), value);

    public static int Add(ref int target, int value) => Interlocked.Add(ref target, value) - value;

    public static long Add(ref long target, long value) => Interlocked.Add(ref target, value) - value;

    public static uint Add(ref uint target, uint value) => Interlocked.Add(ref target, value) - value;

    public static ulong Add(ref ulong target, ulong value) => Interlocked.Add(ref target, value) - value;

    public static float Add(ref float target, float value) => Update(ref target, value, static (current, value) => current + value);

    public static double Add(ref double target, double value) => Update(ref target, value, static (current, value) => current + value);

    public static int Max(ref int target, int value) => Update(ref target, value, Math.Max);

    public static long Max(ref long target, long value) => Update(ref target, value, Math.Max);

    public static uint Max(ref uint target, uint value) => Update(ref target, value, Math.Max);

    public static ulong Max(ref ulong target, ulong value) => Update(ref target, value, Math.Max);

    public static float Max(ref float target, float value) => Update(ref target, value, Math.Max);

    public static double Max(ref double target, double value) => Update(ref target, value, Math.Max);

    public static int Min(ref int target, int value) => Update(ref target, value, Math.Min);

    public static long Min(ref long target, long value) => Update(ref target, value, Math.Min);

    public static uint Min(ref uint target, uint value) => Update(ref target, value, Math.Min);

    public static ulong Min(ref ulong target, ulong value) => Update(ref target, value, Math.Min);

    public static float Min(ref float target, float value) => Update(ref target, value, Math.Min);

    public static double Min(ref double target, double value) => Update(ref target, value, Math.Min);

    public static int And(ref int target, int value) => Update(ref target, value, static (current, value) => current & value);

    public static long And(ref long target, long value) => Update(ref target, value, static (current, value) => current & value);

    public static uint And(ref uint target, uint value) => Update(ref target, value, static (current, value) => current & value);

    public static ulong And(ref ulong target, ulong value) => Update(ref target, value, static (current, value) => current & value);

    public static int Or(ref int target, int value) => Update(ref target, value, static (current, value) => current | value);

    public static long Or(ref long target, long value) => Update(ref target, value, static (current, value) => current | value);

    public static uint Or(ref uint target, uint value) => Update(ref target, value, static (current, value) => current | value);

    public static ulong Or(ref ulong target, ulong value) => Update(ref target, value, static (current, value) => current | value);

    public static int Xor(ref int target, int value) => Update(ref target, value, static (current, value) => current ^ value);

    public static long Xor(ref long target, long value) => Update(ref target, value, static (current, value) => current ^ value);

    public static uint Xor(ref uint target, uint value) => Update(ref target, value, static (current, value) => current ^ value);

    public static ulong Xor(ref ulong target, ulong value) => Update(ref target, value, static (current, value) => current ^ value);

    public static int Exchange(ref int target, int value) => Interlocked.Exchange(ref target, value);

    public static long Exchange(ref long target, long value) => Interlocked.Exchange(ref target, value);

    public static uint Exchange(ref uint target, uint value) => Interlocked.Exchange(ref target, value);

    public static ulong Exchange(ref ulong target, ulong value) => Interlocked.Exchange(ref target, value);

    public static float Exchange(ref float target, float value) => Interlocked.Exchange(ref target, value);

    public static double Exchange(ref double target, double value) => Interlocked.Exchange(ref target, value);

    public static int CompareExchange(ref int target, int compare, int value) => Interlocked.CompareExchange(ref target, value, compare);

    public static long CompareExchange(ref long target, long compare, long value) => Interlocked.CompareExchange(ref target, value, compare);

    public static uint CompareExchange(ref uint target, uint compare, uint value) => Interlocked.CompareExchange(ref target, value, compare);

    public static ulong CompareExchange(ref ulong target, ulong compare, ulong value) => Interlocked.CompareExchange(ref target, value, compare);

    public static float CompareExchange(ref float target, float compare, float value) => Interlocked.CompareExchange(ref target, value, compare);

    public static double CompareExchange(ref double target, double compare, double value) => Interlocked.CompareExchange(ref target, value, compare);

    private static T Update<T>(ref T target, T value, Func<T, T, T> operation)
        where T : unmanaged
    {
        // Compares bits, so that a NaN ends the loop.
        T current = target;
        while (true)
        {
            T seen = CompareExchangeBits(ref target, current, operation(current, value));
            if (EqualBits(seen, current))
            {
                return current;
            }

            current = seen;
        }
    }

    private static T CompareExchangeBits<T>(ref T target, T compare, T value)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(int))
        {
            int old = Interlocked.CompareExchange(
                ref Unsafe.As<T, int>(ref target), Unsafe.BitCast<T, int>(value), Unsafe.BitCast<T, int>(compare));
            return Unsafe.BitCast<int, T>(old);
        }

        long wide = Interlocked.CompareExchange(
            ref Unsafe.As<T, long>(ref target), Unsafe.BitCast<T, long>(value), Unsafe.BitCast<T, long>(compare));
        return Unsafe.BitCast<long, T>(wide);
    }

    private static bool EqualBits<T>(T first, T second)
        where T : unmanaged =>
        Unsafe.SizeOf<T>() == sizeof(int)
            ? Unsafe.BitCast<T, int>(first) == Unsafe.BitCast<T, int>(second)
            : Unsafe.BitCast<T, long>(first) == Unsafe.BitCast<T, long>(second);
}
