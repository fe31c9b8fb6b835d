using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>
/// Encodes rotated vectors (docs/formats.md, section 10): the codes nearest in direction, and the numbers that rows store with them. The same results on every
/// tier. For generated code.
/// </summary>
/// <remarks>Not thread-safe: it keeps buffers from vector to vector.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RotatedEncoder : IDisposable
{
    /// <summary>The optimal greatest value of a uniform grid of 1 to 8 bits for normal values.</summary>
    internal static ReadOnlySpan<double> Ranges => [0.797885, 1.493530, 2.051068, 2.514005, 2.916151, 3.277985, 3.611098, 3.922204];

    private readonly int _dimensions;
    private readonly int _bits;
    private readonly ScaleSearch _search;
    private readonly bool _isWide;
    private readonly int _padded;
    private readonly double[] _magnitudes;
    private readonly ScaleFinder? _finder;
    private readonly NormalLevels? _levels;

    /// <summary>Creates an encoder.</summary>
    /// <param name="dimensions">Values of a rotated vector.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="search">How scales are looked for.</param>
    /// <param name="tier">The tier to run.</param>
    /// <param name="levels">Where levels lie; of one bit, Uniform.</param>
    public RotatedEncoder(int dimensions, int bits, ScaleSearch search, CpuTier tier, GridLevels levels = GridLevels.Uniform)
    {
        _dimensions = dimensions;
        _bits = bits;
        _search = search;
        _isWide = tier == CpuTier.Avx512;
        _padded = (dimensions + 15) & ~15;
        _levels = levels == GridLevels.Uniform ? null : NormalLevels.Of(bits);
        bool isSearched = bits > 1 && _levels is null;
        _magnitudes = isSearched ? ArrayPool<double>.Shared.Rent(_padded) : [];
        _finder = isSearched ? new ScaleFinder(GreatestStep) : null;
    }

    /// <summary>What code times query is multiplied by to estimate the inner product of vector and query.</summary>
    public float Scale { get; private set; }

    /// <summary>The norm of what the code leaves over of the vector, rounded up; infinite for vectors of a norm above 2^63.</summary>
    public float Deviation { get; private set; }

    /// <summary>The squared norm of the vector, 2^126 at most.</summary>
    public float SquaredNorm { get; private set; }

    private int GreatestStep => (1 << (_bits - 1)) - 1;

    /// <summary>Encodes a vector.</summary>
    /// <param name="values">The vector, finite.</param>
    /// <param name="codes">Receives a code per byte; of one bit, eight codes, the first one lowest.</param>
    public void Encode(ReadOnlySpan<float> values, Span<byte> codes)
    {
        double norm2 = StripedSums.Squares(values);
        double product;
        double squares;
        if (_levels is not null)
        {
            (product, squares) = NormalCodes.Encode(values, norm2, _levels, codes);
        }
        else if (_bits == 1)
        {
            SignBits.Encode(values, codes, isNonNegative: true, isMsbFirst: false);
            product = 0.5 * StripedSums.AbsoluteValues(values, 1f);
            squares = 0.25 * _dimensions;
        }
        else
        {
            (product, squares) = SteppedCodes.Encode(values, new Steps(_magnitudes, GreatestStep, FindScale(values)), codes);
        }

        StoreFactors(norm2, product, squares);
    }

    /// <summary>The inner product of a vector with another, as rows store it.</summary>
    public static float Offset(ReadOnlySpan<float> values, ReadOnlySpan<float> mean) => (float)StripedSums.Products(values, mean);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_finder is not null)
        {
            ArrayPool<double>.Shared.Return(_magnitudes);
            _finder.Dispose();
        }
    }

    private double FindScale(ReadOnlySpan<float> values)
    {
        (double sum, double greatest) = Measure(values);
        if (sum == 0)
        {
            return 0;
        }

        // The mean magnitude of normal values is sqrt(2/pi) of their deviation.
        double usual = (1 << (_bits - 1)) / Ranges[_bits - 1] * 0.7978845608028654 * (_dimensions / sum);
        var ladder = new ScaleLadder(_magnitudes.AsSpan(0, _padded), _dimensions, GreatestStep, _isWide);
        return _search == ScaleSearch.Fast ? _finder!.FindFast(ladder, usual) : _finder!.FindBest(ladder, usual, greatest);
    }

    /// <summary>Brings magnitudes to integers of which the greatest has 23 bits, rounded to the nearest, ties to even.</summary>
    private (double Sum, double Greatest) Measure(ReadOnlySpan<float> values)
    {
        ref float source = ref MemoryMarshal.GetReference(values);
        float greatest = 0;
        Vector256<float> most = Vector256<float>.Zero;
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            most = Vector256.MaxNative(most, Vector256.Abs(Vector256.LoadUnsafe(ref source, (nuint)i)));
        }

        greatest = KernelMath.MaxLane(most);
        for (; i < values.Length; i++)
        {
            greatest = MathF.Max(greatest, MathF.Abs(values[i]));
        }

        if (greatest == 0)
        {
            return (0, 0);
        }

        // In two factors, each of which single precision holds; what the first one rounds is rounded to 0.
        int exponent = 22 - MathF.ILogB(greatest);
        float first = MathF.ScaleB(1f, exponent / 2);
        float second = MathF.ScaleB(1f, exponent - (exponent / 2));
        const float rounder = 1 << 23;
        Vector512<double> sums = Vector512<double>.Zero;
        ref double destination = ref MemoryMarshal.GetArrayDataReference(_magnitudes);
        for (i = 0; i <= values.Length - 8; i += 8)
        {
            Vector256<float> scaled = Vector256.Abs(Vector256.LoadUnsafe(ref source, (nuint)i)) * first * second;
            Vector512<double> magnitude = StripedSums.Widen(scaled + Vector256.Create(rounder) - Vector256.Create(rounder));
            magnitude.StoreUnsafe(ref destination, (nuint)i);
            sums += magnitude;
        }

        double sum = Vector512.Sum(sums);
        for (; i < _padded; i++)
        {
            float scaled = i < values.Length ? MathF.Abs(values[i]) * first * second : 0;
            Unsafe.Add(ref destination, i) = scaled + rounder - rounder;
            sum += Unsafe.Add(ref destination, i);
        }

        return (sum, (greatest * first * second) + rounder - rounder);
    }

    /// <summary>Scale, deviation and squared norm from |r|^2, the inner product of vector and levels, and the sum of squares of the levels.</summary>
    private void StoreFactors(double norm2, double product, double squares)
    {
        Scale = product > 0 ? Scales.RoundSingle((float)(norm2 / product)) : 0f;
        SquaredNorm = (float)Math.Min(norm2, StripedSums.GreatestNorm);
        double left = norm2 - (2.0 * Scale * product) + ((double)Scale * Scale * squares);

        // 2^-40: more than the rounding of these sums.
        double deviation = Math.Sqrt(Math.Max(0, left) + (norm2 * (1.0 / (1L << 40))));
        Deviation = norm2 > StripedSums.GreatestNorm ? float.PositiveInfinity : RotatedBounds.RoundUp(deviation);
    }

    /// <summary>Steps of magnitudes, with the signs of the values.</summary>
    /// <param name="magnitudes">The magnitudes of all values.</param>
    /// <param name="greatest">The greatest step.</param>
    /// <param name="scale">What magnitudes are multiplied by; 0 for a vector of zeros, which has none.</param>
    private readonly struct Steps(double[] magnitudes, int greatest, double scale) : ISteps
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Encode(Vector256<float> values, int index, ref byte codes)
        {
            Vector512<double> step = scale == 0
                ? Vector512<double>.Zero
                : Vector512.Floor(Vector512.MinNative(
                    Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(magnitudes), (nuint)(uint)index) * scale, Vector512.Create((double)greatest)));
            (Vector256<long> lower, Vector256<long> upper) = Vector256.Widen(Vector256.LessThan(values, Vector256<float>.Zero).AsInt32());
            Vector512<long> negative = Vector512.Create(lower, upper);

            // Beside 2^52 an integer stands in the lowest bits.
            Vector512<long> steps = (step + Vector512.Create((double)(1L << 52))).AsInt64();
            StripedSums.StoreLowestBytes((steps ^ negative) + Vector512.Create((long)(greatest + 1)), ref codes);
            return ((step + Vector512.Create(0.5)).AsInt64() ^ (negative & Vector512.Create(long.MinValue))).AsDouble();
        }
    }
}
