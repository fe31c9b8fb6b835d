using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>Codes of rotated vectors by levels that suit normal values (docs/formats.md, section 10). The same results on every tier.</summary>
internal static class NormalCodes
{
    /// <summary>Thresholds are at most so many: those of 4 bits.</summary>
    private const int MaxThresholds = 7;

    /// <summary>Encodes a vector.</summary>
    /// <param name="values">The vector, finite.</param>
    /// <param name="norm2">The striped sum of its squares.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="codes">Receives a code per byte.</param>
    /// <returns>The inner product of levels and magnitudes (striped), and the sum of squares of the levels.</returns>
    public static (double Product, double Squares) Encode(ReadOnlySpan<float> values, double norm2, NormalLevels levels, Span<byte> codes)
    {
        int count = levels.Steps.Length - 1;
        Span<Vector256<float>> thresholds = stackalloc Vector256<float>[MaxThresholds];
        Span<Vector256<int>> rises = stackalloc Vector256<int>[MaxThresholds];
        double width = levels.Unit * Math.Sqrt(norm2 / values.Length);
        for (int k = 1; k <= count; k++)
        {
            thresholds[k - 1] = Vector256.Create((float)(width * levels.Threshold(k)));
            rises[k - 1] = Vector256.Create(Packed(levels, k) - Packed(levels, k - 1));
        }

        var sums = default(LevelSums);
        int whole = values.Length & ~7;
        int lowest = Packed(levels, 0);
        EncodeEights(values[..whole], ref thresholds[0], ref rises[0], count, lowest, ref MemoryMarshal.GetReference(codes), ref sums);
        int padding = -values.Length & 7;
        if (padding != 0)
        {
            Span<float> lastValues = stackalloc float[8];
            Span<byte> lastCodes = stackalloc byte[8];
            values[whole..].CopyTo(lastValues);
            EncodeEights(lastValues, ref thresholds[0], ref rises[0], count, lowest, ref lastCodes[0], ref sums);
            lastCodes[..(values.Length - whole)].CopyTo(codes[whole..]);
        }

        // Zeros that fill up have the lowest level.
        long least = lowest & 0xFFFF;
        return (0.5 * StripedSums.Combine(Vector512.Create(sums.Lower, sums.Upper)), 0.25 * (Vector256.Sum(sums.Squares) - (padding * least * least)));
    }

    /// <summary>Twice a level, and above that its number, so that both are counted at once.</summary>
    private static int Packed(NormalLevels levels, int k) => (k << 16) | ((2 * levels.Steps[k]) + 1);

    /// <summary>Encodes values, a multiple of eight, and sums up.</summary>
    private static void EncodeEights(
        ReadOnlySpan<float> values, ref Vector256<float> thresholds, ref Vector256<int> rises, int count, int lowest, ref byte codes, ref LevelSums sums)
    {
        ref float source = ref MemoryMarshal.GetReference(values);
        (Vector256<double> lower, Vector256<double> upper, Vector256<int> squares) = (sums.Lower, sums.Upper, sums.Squares);
        for (nint i = 0; i < values.Length; i += 8)
        {
            Vector256<float> value = Vector256.LoadUnsafe(ref source, (nuint)i);
            Vector256<float> magnitude = Vector256.Abs(value);
            Vector256<int> packed = Vector256.Create(lowest);
            for (nint k = 0; k < count; k++)
            {
                packed += Vector256.GreaterThan(magnitude, Unsafe.Add(ref thresholds, k)).AsInt32() & Unsafe.Add(ref rises, k);
            }

            Vector256<int> twice = packed & Vector256.Create(0xFFFF);
            squares += twice * twice;
            (Vector256<double> lowerMagnitude, Vector256<double> upperMagnitude) = Vector256.Widen(magnitude);
            (Vector256<double> lowerLevel, Vector256<double> upperLevel) = Vector256.Widen(Vector256.ConvertToSingle(twice));
            lower += lowerMagnitude * lowerLevel;
            upper += upperMagnitude * upperLevel;

            Vector256<int> code = ((packed >>> 16) ^ Vector256.LessThan(value, Vector256<float>.Zero).AsInt32()) + Vector256.Create(count + 1);
            Vector128<short> words = Vector128.Narrow(code.GetLower(), code.GetUpper());
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref codes, i), Vector128.Narrow(words, words).AsInt64().ToScalar());
        }

        (sums.Lower, sums.Upper, sums.Squares) = (lower, upper, squares);
    }

    /// <summary>What is summed up.</summary>
    private struct LevelSums
    {
        /// <summary>The first four stripes of products of magnitudes and twice their levels, which are exact.</summary>
        public Vector256<double> Lower;

        /// <summary>The other four.</summary>
        public Vector256<double> Upper;

        /// <summary>Sums of the squares of twice the levels: below 2^23 in each lane for 16,384 values.</summary>
        public Vector256<int> Squares;
    }
}
