using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace KernelGen.Kernels;

/// <summary>Steps of preparing a query that are the same for every scheme. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class QueryMath
{
    /// <summary>Writes vectors with norm 1, as encoders see them under Cosine (docs/formats.md, section 1, step 1).</summary>
    /// <param name="vectors">Vectors one after another.</param>
    /// <param name="dimensions">Number of values of a vector.</param>
    /// <param name="normalized">Receives as many values.</param>
    public static void Normalize(ReadOnlySpan<float> vectors, int dimensions, Span<float> normalized)
    {
        for (int start = 0; start < vectors.Length; start += dimensions)
        {
            ReadOnlySpan<float> vector = vectors.Slice(start, dimensions);
            Span<float> destination = normalized.Slice(start, dimensions);
            float factor = StripedSums.InverseNorm(vector);
            int i = 0;
            for (; i <= dimensions - Vector<float>.Count; i += Vector<float>.Count)
            {
                (new Vector<float>(vector[i..]) * factor).CopyTo(destination[i..]);
            }

            for (; i < dimensions; i++)
            {
                destination[i] = vector[i] * factor;
            }
        }
    }

    /// <summary>values[i] += term.</summary>
    public static void Add(Span<float> values, float term)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(values[i..]) + new Vector<float>(term)).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] += term;
        }
    }

    /// <summary>values[i] *= factor.</summary>
    public static void Multiply(Span<float> values, float factor)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(values[i..]) * factor).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }

    /// <summary>values[i] *= factors[i].</summary>
    public static void Multiply(Span<float> values, ReadOnlySpan<float> factors)
    {
        factors = factors[..values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= factors[i];
        }
    }

    /// <summary>differences[i] = left[i] - right[i]; the lengths are equal, and <paramref name="differences"/> may be one of the others.</summary>
    public static void Subtract(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> differences)
    {
        int i = 0;
        for (; i <= differences.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(left[i..]) - new Vector<float>(right[i..])).CopyTo(differences[i..]);
        }

        for (; i < differences.Length; i++)
        {
            differences[i] = left[i] - right[i];
        }
    }

    /// <summary>sums[i] += values[i] * factor.</summary>
    public static void AddProducts(Span<float> sums, ReadOnlySpan<float> values, float factor)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sums[i..]) + (new Vector<float>(values[i..]) * factor)).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += values[i] * factor;
        }
    }

    /// <summary>values[i] *= 2^exponent, for exponents of -254 to 254, which single precision holds only as a product of two.</summary>
    public static void MultiplyByPowerOfTwo(Span<float> values, int exponent)
    {
        int half = exponent / 2;
        float first = MathF.ScaleB(1f, half);
        float second = MathF.ScaleB(1f, exponent - half);
        foreach (ref float value in values)
        {
            value = value * first * second;
        }
    }

    /// <summary>Stores integers as signed bytes.</summary>
    public static void StoreBytes(ReadOnlySpan<int> integers, ref byte destination)
    {
        for (int i = 0; i < integers.Length; i++)
        {
            Unsafe.Add(ref destination, i) = unchecked((byte)integers[i]);
        }
    }

    /// <summary>Stores integers of even index as int16 to one run, those of odd index to another.</summary>
    public static void StoreEvenAndOddWords(ReadOnlySpan<int> integers, ref byte even, ref byte odd)
    {
        int i = 0;
        for (; i < integers.Length - 1; i += 2)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref even, i), (short)integers[i]);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref odd, i), (short)integers[i + 1]);
        }

        if (i < integers.Length)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref even, i), (short)integers[i]);
        }
    }

    /// <summary>For every four integers: stores -center * sum as int and half * sum as float.</summary>
    public static void StoreGroupSums(ReadOnlySpan<int> integers, int center, float half, ref byte centerSums, ref byte groupSums)
    {
        for (int start = 0; start < integers.Length; start += 4)
        {
            int sum = 0;
            foreach (int integer in integers[start..Math.Min(start + 4, integers.Length)])
            {
                sum += integer;
            }

            Unsafe.WriteUnaligned(ref Unsafe.Add(ref centerSums, start), -center * sum);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref groupSums, start), half * sum);
        }
    }

    /// <summary>Stores weights so that those which share a place in their words of <paramref name="perWord"/> numbers form a run.</summary>
    public static void StoreInterleaved(ReadOnlySpan<float> weights, int perWord, ref byte destination, int runBytes)
    {
        for (int place = 0; place < perWord; place++)
        {
            ref byte run = ref Unsafe.Add(ref destination, place * runBytes);
            int word = 0;
            for (int i = place; i < weights.Length; i += perWord)
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref run, word * 4), weights[i]);
                word++;
            }
        }
    }
}
