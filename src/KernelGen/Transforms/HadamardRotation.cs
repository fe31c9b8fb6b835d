using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KernelGen.Kernels;

namespace KernelGen.Transforms;

/// <summary>
/// A random rotation of vectors of any dimension D in O(D log D) operations, without padding: four rounds of random sign flips, a
/// Hadamard transform of the first or the last n = 2^floor(log2 D) values, and, where n &lt; D, a step of Kac's walk between the
/// halves of the vector. This is FhtKac of the RaBitQ library (Gao, Long: RaBitQ: Quantizing high-dimensional vectors with a
/// theoretical error bound for approximate nearest neighbor search, 2024).
/// </summary>
/// <remarks>
/// Inner products, lengths and distances stay what they were, up to rounding, and the energy of a vector spreads evenly over its
/// dimensions: their values become nearly Gaussian, which is what quantizers with few bits want. Immutable and thread-safe.
/// Results are bit-equal on every tier; docs/rotations.md prescribes them and bounds their errors. Values are not checked: NaN
/// and infinity spread over their vector.
/// </remarks>
public sealed class HadamardRotation
{
    /// <summary>The greatest number of dimensions.</summary>
    public const int MaximumDimensions = 16_384;

    /// <summary>Rounds of sign flips, transform and Kac step.</summary>
    internal const int Rounds = 4;

    private readonly byte[] _signBits;

    /// <summary>For each round D signs, times 1 / sqrt(n) where the round's transform reaches; those of the first round times 1/4
    /// where there are Kac steps, which normalises them all.</summary>
    private readonly float[] _factors;

    private readonly int _window;

    /// <summary>Draws the signs from a seed, the same on every machine and in every version.</summary>
    /// <param name="dimensions">D, the values of a vector: 1 to 16,384.</param>
    /// <param name="seed">Where the generator (SplitMix64) starts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of dimensions is out of its range.</exception>
    public HadamardRotation(int dimensions, ulong seed)
        : this(dimensions, DrawSignBits(CheckDimensions(dimensions), seed))
    {
    }

    /// <summary>Takes signs that were stored.</summary>
    /// <param name="dimensions">D, the values of a vector: 1 to 16,384.</param>
    /// <param name="signBits">Four rounds of ceil(D / 8) bytes. Bit i mod 8 of byte floor(i / 8) of a round is set where it
    /// flips the sign of value i. Bits behind the last value are ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of dimensions is out of its range.</exception>
    /// <exception cref="ArgumentException">The number of bytes is not 4 * ceil(D / 8).</exception>
    public HadamardRotation(int dimensions, ReadOnlySpan<byte> signBits)
        : this(dimensions, CopySignBits(CheckDimensions(dimensions), signBits))
    {
    }

    private HadamardRotation(int dimensions, byte[] signBits)
    {
        Dimensions = dimensions;
        _window = 1 << BitOperations.Log2((uint)dimensions);
        _signBits = signBits;
        _factors = CreateFactors(dimensions, _window, signBits);
    }

    /// <summary>D, the values of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>The signs, of which <see cref="HadamardRotation(int, ReadOnlySpan{byte})"/> makes the same rotation: four rounds
    /// of ceil(D / 8) bytes. Bits behind the last value are 0.</summary>
    public ReadOnlySpan<byte> SignBits => _signBits;

    /// <summary>Rotates vectors.</summary>
    /// <param name="source">Vectors of D values, one after another.</param>
    /// <param name="destination">Receives the rotated vectors: as many values. May be the source.</param>
    /// <param name="tier">The widest instructions to use; small vectors are rotated by narrower ones.</param>
    /// <exception cref="ArgumentException">A part of a vector, spans of different lengths, or spans that overlap but are not
    /// the same.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor does not run the tier.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination, CpuTier tier = CpuTier.Auto) =>
        Run(source, destination, tier, isInverse: false);

    /// <summary>Undoes <see cref="Apply"/>, up to rounding.</summary>
    /// <param name="source">Rotated vectors of D values, one after another.</param>
    /// <param name="destination">Receives the vectors as they were: as many values. May be the source.</param>
    /// <param name="tier">The widest instructions to use; small vectors are rotated by narrower ones.</param>
    /// <exception cref="ArgumentException">A part of a vector, spans of different lengths, or spans that overlap but are not
    /// the same.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor does not run the tier.</exception>
    public void ApplyInverse(ReadOnlySpan<float> source, Span<float> destination, CpuTier tier = CpuTier.Auto) =>
        Run(source, destination, tier, isInverse: true);

    private static int CheckDimensions(int dimensions) =>
        dimensions is >= 1 and <= MaximumDimensions
            ? dimensions
            : throw new ArgumentOutOfRangeException(
                nameof(dimensions), dimensions, $"Expected 1 to {MaximumDimensions} dimensions.");

    /// <summary>Bit i of a round is bit i mod 64 of number floor(i / 64) that the generator draws for that round.</summary>
    private static byte[] DrawSignBits(int dimensions, ulong seed)
    {
        int roundBytes = RoundBytes(dimensions);
        byte[] signBits = new byte[Rounds * roundBytes];
        for (int round = 0; round < Rounds; round++)
        {
            Span<byte> bits = signBits.AsSpan(round * roundBytes, roundBytes);
            for (int i = 0; i < roundBytes; i += sizeof(ulong))
            {
                // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
                seed += 0x9E3779B97F4A7C15;
                ulong number = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
                number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
                number ^= number >> 31;
                for (int k = i; k < Math.Min(i + sizeof(ulong), roundBytes); k++)
                {
                    bits[k] = (byte)(number >> (8 * (k - i)));
                }
            }
        }

        ClearUnused(signBits, dimensions);
        return signBits;
    }

    private static byte[] CopySignBits(int dimensions, ReadOnlySpan<byte> signBits)
    {
        CodecGuard.CheckLength(signBits.Length, Rounds, RoundBytes(dimensions), nameof(signBits), "bytes");
        byte[] copy = signBits.ToArray();
        ClearUnused(copy, dimensions);
        return copy;
    }

    private static void ClearUnused(byte[] signBits, int dimensions)
    {
        int roundBytes = RoundBytes(dimensions);
        for (int end = roundBytes; end <= signBits.Length; end += roundBytes)
        {
            signBits[end - 1] &= (byte)(0xFF >> ((8 * roundBytes) - dimensions));
        }
    }

    private static int RoundBytes(int dimensions) => (dimensions + 7) / 8;

    private static float[] CreateFactors(int dimensions, int window, byte[] signBits)
    {
        float normalization = (float)(1 / Math.Sqrt(window));
        float[] factors = new float[Rounds * dimensions];
        for (int round = 0; round < Rounds; round++)
        {
            int start = round % 2 == 0 ? 0 : dimensions - window;
            float kac = round == 0 && window < dimensions ? 0.25f : 1f;
            for (int i = 0; i < dimensions; i++)
            {
                float factor = i >= start && i < start + window ? kac * normalization : kac;
                bool flips = (signBits[(round * RoundBytes(dimensions)) + (i / 8)] >> (i % 8) & 1) != 0;
                factors[(round * dimensions) + i] = flips ? -factor : factor;
            }
        }

        return factors;
    }

    private void Run(ReadOnlySpan<float> source, Span<float> destination, CpuTier tier, bool isInverse)
    {
        int count = CodecGuard.WholeCount(source.Length, Dimensions, nameof(source), "values");
        CodecGuard.CheckLength(destination.Length, count, Dimensions, nameof(destination), "values");
        CheckOverlap(source, destination);

        // The widest vectors of which a window has eight.
        tier = CpuTiers.Resolve(tier);
        if (tier >= CpuTier.Avx512 && _window >= 8 * HadamardLanes16.Count)
        {
            RotationKernel<HadamardLanes16, Vector512<float>>.Run(source, destination, _factors, Dimensions, _window, isInverse);
        }
        else if (tier >= CpuTier.Avx2 && _window >= 8 * HadamardLanes8.Count)
        {
            RotationKernel<HadamardLanes8, Vector256<float>>.Run(source, destination, _factors, Dimensions, _window, isInverse);
        }
        else if (tier >= CpuTier.Vector128 && _window >= 8 * HadamardLanes4.Count)
        {
            RotationKernel<HadamardLanes4, Vector128<float>>.Run(source, destination, _factors, Dimensions, _window, isInverse);
        }
        else
        {
            RotationKernel<HadamardLanes1, float>.Run(source, destination, _factors, Dimensions, _window, isInverse);
        }
    }

    private static void CheckOverlap(ReadOnlySpan<float> source, Span<float> destination)
    {
        nint bytes = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination));
        if (bytes != 0 && source.Overlaps(destination))
        {
            throw new ArgumentException(
                $"Expected the source or memory apart from it; the destination overlaps the source, {bytes} bytes further on.",
                nameof(destination));
        }
    }
}
