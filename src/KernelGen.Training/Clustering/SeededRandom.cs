namespace KernelGen.Training.Clustering;

/// <summary>
/// Pseudo-random numbers that stay the same in every version of .NET: SplitMix64 (Steele, Lea, Flood: Fast splittable
/// pseudorandom number generators, 2014).
/// </summary>
/// <param name="seed">Equal seeds and streams give equal numbers.</param>
/// <param name="stream">Which of many independent sequences of the seed.</param>
internal sealed class SeededRandom(int seed, int stream)
{
    private ulong _state = ((ulong)(uint)seed << 32) | (uint)stream;

    internal ulong NextUInt64()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    internal double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 to end - 1 (the bias is below 2^-32).</summary>
    internal int NextInt32(int end) => (int)Math.BigMul(NextUInt64(), (ulong)end, out _);

    /// <summary><paramref name="count"/> of the numbers 0 to end - 1, ascending; all of them if there are no more (Knuth's
    /// selection sampling: The art of computer programming, volume 2, algorithm 3.4.2 S).</summary>
    internal int[] Select(int count, int end)
    {
        count = Math.Min(count, end);
        var selected = new int[count];
        for (int i = 0, found = 0; found < count; i++)
        {
            if (NextInt32(end - i) < count - found)
            {
                selected[found++] = i;
            }
        }

        return selected;
    }
}
