using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Kernels;

/// <summary>
/// Double-precision sums in the order that docs/formats.md prescribes (eight stripes), the same on every processor: Vector512 falls
/// back to narrower vectors without changing a bit. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StripedSums
{
    /// <summary>2^126: what a squared norm is stored as at most.</summary>
    internal const double GreatestNorm = (double)(1UL << 63) * (1UL << 63);

    /// <summary>2^-252: a sum of squares below it counts as that of the zero vector.</summary>
    internal const double SmallestSquares = 1.0 / (1UL << 63) / (1UL << 63) / (1UL << 63) / (1UL << 63);

    /// <summary>The sum of squares.</summary>
    public static double Squares(ReadOnlySpan<float> values) => Products(values, values);

    /// <summary>The sum of squares as a float, 2^126 at most: no score that is formed with it is infinite (docs/formats.md, section 7).</summary>
    public static float SquaredNorm(ReadOnlySpan<float> values) => (float)Math.Min(Squares(values), GreatestNorm);

    /// <summary>The sum of values.</summary>
    public static double Values(ReadOnlySpan<float> values)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        Vector512<double> stripes = Vector512<double>.Zero;
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            stripes += Widen(Vector256.LoadUnsafe(ref start, (nuint)i));
        }

        return Combine(i < values.Length ? stripes + Widen(LoadRest(values[i..])) : stripes);
    }

    /// <summary>The sum of products of two runs of equal length.</summary>
    public static double Products(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ref float leftStart = ref MemoryMarshal.GetReference(left);
        ref float rightStart = ref MemoryMarshal.GetReference(right[..left.Length]);
        Vector512<double> stripes = Vector512<double>.Zero;
        int i = 0;
        for (; i <= left.Length - 8; i += 8)
        {
            stripes += Widen(Vector256.LoadUnsafe(ref leftStart, (nuint)i)) * Widen(Vector256.LoadUnsafe(ref rightStart, (nuint)i));
        }

        if (i < left.Length)
        {
            stripes += Widen(LoadRest(left[i..])) * Widen(LoadRest(right[i..left.Length]));
        }

        return Combine(stripes);
    }

    /// <summary>The sum of absolute values of RN(value * factor).</summary>
    public static double AbsoluteValues(ReadOnlySpan<float> values, float factor)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        Vector512<double> stripes = Vector512<double>.Zero;
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            stripes += Widen(Vector256.Abs(Vector256.LoadUnsafe(ref start, (nuint)i) * factor));
        }

        if (i < values.Length)
        {
            stripes += Widen(Vector256.Abs(LoadRest(values[i..]) * factor));
        }

        return Combine(stripes);
    }

    /// <summary>The factor that normalises a vector: RN(1 / norm), 0 for a norm below 2^-126.</summary>
    public static float InverseNorm(ReadOnlySpan<float> values)
    {
        double squares = Squares(values);
        return squares >= SmallestSquares ? (float)(1.0 / Math.Sqrt(squares)) : 0f;
    }

    /// <summary>Eight values in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Widen(Vector256<float> values)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(values);
        return Vector512.Create(lower, upper);
    }

    /// <summary>Stores the lowest byte of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void StoreLowestBytes(Vector512<long> lanes, ref byte destination)
    {
        if (Avx512F.IsSupported)
        {
            Unsafe.WriteUnaligned(ref destination, Avx512F.ConvertToVector128Byte(lanes).AsInt64().ToScalar());
            return;
        }

        for (int lane = 0; lane < 8; lane++)
        {
            Unsafe.Add(ref destination, lane) = unchecked((byte)lanes.GetElement(lane));
        }
    }

    /// <summary>Fewer than eight values, padded with zeros (which change no stripe).</summary>
    private static Vector256<float> LoadRest(ReadOnlySpan<float> rest)
    {
        Vector256<float> padded = Vector256<float>.Zero;
        rest.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector256<float>, float>(ref padded), 8));
        return padded;
    }

    /// <summary>The total of eight stripes.</summary>
    internal static double Combine(Vector512<double> stripes)
    {
        Vector256<double> fours = stripes.GetLower() + stripes.GetUpper();
        Vector128<double> twos = fours.GetLower() + fours.GetUpper();
        return twos.ToScalar() + twos.GetElement(1);
    }
}
