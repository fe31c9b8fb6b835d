using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>
/// Brings what stands in the order of dimensions into that of segments, and back, where codes have prefixes: number i is lane i / S of segment i mod S
/// (docs/formats.md, section 11). For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SegmentOrder
{
    /// <summary>Codes in the order of dimensions to codes in the order of segments.</summary>
    /// <param name="codes">The first of segments * lanes codes.</param>
    /// <param name="segments">Number of segments: 2, 4 or 8.</param>
    /// <param name="lanes">Codes of a segment.</param>
    /// <param name="split">Receives as many codes, elsewhere.</param>
    public static void Split(ref byte codes, int segments, int lanes, ref byte split)
    {
        Span<Vector128<byte>> vectors = stackalloc Vector128<byte>[8];
        Span<Vector128<byte>> halves = stackalloc Vector128<byte>[8];
        int t = 0;
        for (; t <= lanes - 16; t += 16)
        {
            for (int k = 0; k < segments; k++)
            {
                vectors[k] = Vector128.LoadUnsafe(ref codes, (nuint)((t * segments) + (16 * k)));
            }

            // Every step parts even places from odd ones, so that the bits of a segment's number appear from the lowest on.
            for (int width = segments; width > 1; width /= 2)
            {
                for (int k = 0; k < segments / 2; k++)
                {
                    (Vector128<byte> first, Vector128<byte> second) = (vectors[2 * k], vectors[(2 * k) + 1]);
                    int group = k / (width / 2) * width;
                    int place = group + (k % (width / 2));
                    halves[place] = Vector128.Narrow(first.AsUInt16() & Vector128.Create((ushort)0xFF), second.AsUInt16() & Vector128.Create((ushort)0xFF));
                    halves[place + (width / 2)] = Vector128.Narrow(first.AsUInt16() >> 8, second.AsUInt16() >> 8);
                }

                Span<Vector128<byte>> spare = vectors;
                vectors = halves;
                halves = spare;
            }

            for (int k = 0; k < segments; k++)
            {
                vectors[k].StoreUnsafe(ref split, (nuint)((Reversed(k, segments) * lanes) + t));
            }
        }

        for (; t < lanes; t++)
        {
            for (int segment = 0; segment < segments; segment++)
            {
                Unsafe.Add(ref split, (segment * lanes) + t) = Unsafe.Add(ref codes, (t * segments) + segment);
            }
        }
    }

    /// <summary>The inverse of <see cref="Split(ref byte, int, int, ref byte)"/>.</summary>
    /// <param name="split">The first of segments * lanes codes in the order of segments.</param>
    /// <param name="segments">Number of segments: 2, 4 or 8.</param>
    /// <param name="lanes">Codes of a segment.</param>
    /// <param name="codes">Receives as many codes, elsewhere.</param>
    public static void Join(ref byte split, int segments, int lanes, ref byte codes)
    {
        Span<Vector128<byte>> vectors = stackalloc Vector128<byte>[8];
        Span<Vector128<byte>> pairs = stackalloc Vector128<byte>[8];
        int t = 0;
        for (; t <= lanes - 16; t += 16)
        {
            for (int k = 0; k < segments; k++)
            {
                vectors[k] = Vector128.LoadUnsafe(ref split, (nuint)((Reversed(k, segments) * lanes) + t));
            }

            for (int width = 2; width <= segments; width *= 2)
            {
                for (int k = 0; k < segments / 2; k++)
                {
                    int place = (k / (width / 2) * width) + (k % (width / 2));
                    (Vector128<byte> even, Vector128<byte> odd) = (vectors[place], vectors[place + (width / 2)]);
                    pairs[2 * k] = (Vector128.WidenLower(even) | (Vector128.WidenLower(odd) << 8)).AsByte();
                    pairs[(2 * k) + 1] = (Vector128.WidenUpper(even) | (Vector128.WidenUpper(odd) << 8)).AsByte();
                }

                Span<Vector128<byte>> spare = vectors;
                vectors = pairs;
                pairs = spare;
            }

            for (int k = 0; k < segments; k++)
            {
                vectors[k].StoreUnsafe(ref codes, (nuint)((t * segments) + (16 * k)));
            }
        }

        for (; t < lanes; t++)
        {
            for (int segment = 0; segment < segments; segment++)
            {
                Unsafe.Add(ref codes, (t * segments) + segment) = Unsafe.Add(ref split, (segment * lanes) + t);
            }
        }
    }

    /// <summary>Query integers in the order of segments.</summary>
    /// <param name="integers">An integer per dimension.</param>
    /// <param name="segments">Number of segments.</param>
    /// <param name="split">Receives an integer per lane of each segment; 0 where there is no dimension.</param>
    public static void Split(ReadOnlySpan<int> integers, int segments, Span<int> split)
    {
        int lanes = split.Length / segments;
        split.Clear();
        for (int i = 0; i < integers.Length; i++)
        {
            (int lane, int segment) = Math.DivRem(i, segments);
            split[(segment * lanes) + lane] = integers[i];
        }
    }

    /// <summary>The bits of a number below a power of two, in reverse order.</summary>
    private static int Reversed(int number, int count)
    {
        int reversed = 0;
        for (int bit = 1; bit < count; bit *= 2)
        {
            reversed = (reversed * 2) + ((number & bit) == 0 ? 0 : 1);
        }

        return reversed;
    }
}
