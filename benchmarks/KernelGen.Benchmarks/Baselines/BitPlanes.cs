using System.Numerics;
using System.Runtime.InteropServices;

namespace KernelGen.Benchmarks;

/// <summary>
/// The other way to score signs by a query of floats: rows one after another, the query's integers of 7 bits cut into planes, a count of common bits per plane.
/// A row is read by itself, which suits graphs; fast scan reads 32.
/// </summary>
internal sealed class BitPlanes
{
    /// <summary>The greatest integer of a query, and what makes none of them negative.</summary>
    private const int Greatest = 63;
    private const int Planes = 7;

    /// <summary>Scores that are kept, over and over again, as whoever scans block by block keeps them.</summary>
    private const int KeptScores = 4096;

    private readonly NativeBuffer _rows;
    private readonly int _words;
    private readonly ulong[] _query;
    private readonly int[] _numbers;
    private readonly float[] _scores;

    /// <summary>Scores rows of bits, as many as fill so many bytes.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="bytes">Bytes of rows.</param>
    /// <param name="dimensions">A multiple of 64.</param>
    /// <param name="randomRows">How many rows <see cref="ScanRandom"/> takes.</param>
    public BitPlanes(NativeBuffer rows, long bytes, int dimensions, int randomRows)
    {
        _rows = rows;
        _words = dimensions / 64;
        Rows = bytes / (_words * sizeof(ulong));
        _scores = new float[Math.Max(randomRows, KeptScores)];
        var random = new Random(1);
        _numbers = [.. Enumerable.Range(0, randomRows).Select(_ => (int)random.NextInt64(Rows))];
        _query = new ulong[_words * Planes];
        for (int i = 0; i < dimensions; i++)
        {
            int integer = random.Next(-Greatest, Greatest + 1) + Greatest;
            for (int plane = 0; plane < Planes; plane++)
            {
                _query[(i / 64 * Planes) + plane] |= (ulong)((integer >> plane) & 1) << (i % 64);
            }
        }
    }

    public long Rows { get; }

    public void Scan()
    {
        for (long row = 0; row < Rows; row++)
        {
            _scores[row % KeptScores] = Score(row);
        }
    }

    public void ScanRandom()
    {
        for (int i = 0; i < _numbers.Length; i++)
        {
            _scores[i] = Score(_numbers[i]);
        }
    }

    private float Score(long row)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(_rows.Slice(row * _words * sizeof(ulong), _words * sizeof(ulong)));
        ReadOnlySpan<ulong> query = _query;
        int set = 0;
        int sum = 0;
        foreach (ulong word in words)
        {
            set += BitOperations.PopCount(word);
            sum += BitOperations.PopCount(word & query[0])
                + (2 * BitOperations.PopCount(word & query[1]))
                + (4 * BitOperations.PopCount(word & query[2]))
                + (8 * BitOperations.PopCount(word & query[3]))
                + (16 * BitOperations.PopCount(word & query[4]))
                + (32 * BitOperations.PopCount(word & query[5]))
                + (64 * BitOperations.PopCount(word & query[6]));
            query = query[Planes..];
        }

        return sum - (Greatest * set);
    }
}
