namespace KernelGen.Kernels;

/// <summary>Exact order statistics in linear time and constant memory, by radix selection: no sort, no bad case.</summary>
internal static class OrderStatistics
{
    private const int DigitBits = 11;

    /// <summary>
    /// The p-quantile of finite values: position p*(n-1) among the sorted values, interpolated linearly in double, then rounded.
    /// </summary>
    /// <param name="values">At least one value, in any order; left as they are.</param>
    /// <param name="p">0 (the minimum) to 1 (the maximum).</param>
    internal static float Quantile(ReadOnlySpan<float> values, double p)
    {
        double position = p * (values.Length - 1);
        int rank = (int)position;
        double fraction = position - rank;
        (float lower, float upper) = Select(values, rank);
        return (float)(lower + (((double)upper - lower) * fraction));
    }

    /// <summary>The value of the rank (0 is the smallest) and the next one; at the last rank both are the same.</summary>
    private static (float Value, float Next) Select(ReadOnlySpan<float> values, int rank)
    {
        Span<int> histogram = stackalloc int[1 << DigitBits];
        uint prefix = 0;
        uint decided = 0;
        int equal = 0;
        for (int shift = 32 - DigitBits; decided != uint.MaxValue; shift = Math.Max(0, shift - DigitBits))
        {
            // The last digit overlaps bits that are decided already; they are the same in every key that is counted.
            histogram.Clear();
            foreach (float value in values)
            {
                uint key = SortKey(value);
                if ((key & decided) == prefix)
                {
                    histogram[(int)((key >> shift) & ((1 << DigitBits) - 1))]++;
                }
            }

            int digit = 0;
            while (rank >= histogram[digit])
            {
                rank -= histogram[digit++];
            }

            equal = histogram[digit];
            prefix |= (uint)digit << shift;
            decided |= ((1u << DigitBits) - 1) << shift;
        }

        float selected = FromSortKey(prefix);
        return (selected, rank + 1 < equal ? selected : NextAbove(values, prefix, selected));
    }

    private static float NextAbove(ReadOnlySpan<float> values, uint key, float fallback)
    {
        uint next = uint.MaxValue;
        foreach (float value in values)
        {
            uint candidate = SortKey(value);
            if (candidate > key && candidate < next)
            {
                next = candidate;
            }
        }

        // No finite value has the greatest key, so it still means that there was none above.
        return next == uint.MaxValue ? fallback : FromSortKey(next);
    }

    /// <summary>Unsigned integers in the order of the floats: negative ones are complemented, the sign bit of others is set.</summary>
    private static uint SortKey(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return bits ^ ((uint)((int)bits >> 31) | 0x8000_0000u);
    }

    private static float FromSortKey(uint key) =>
        BitConverter.UInt32BitsToSingle((key & 0x8000_0000u) != 0 ? key ^ 0x8000_0000u : ~key);
}
