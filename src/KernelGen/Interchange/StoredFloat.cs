using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelGen.Kernels;

namespace KernelGen.Interchange;

/// <summary>Formats of floats in files.</summary>
internal enum StoredFloat
{
    Half,
    BFloat16,
    Single,
    Double,
}

/// <summary>Conversion of stored floats, infinities and NaN included.</summary>
internal static class StoredFloats
{
    public static int BytesOf(StoredFloat format) => format switch
    {
        StoredFloat.Double => 8,
        StoredFloat.Single => 4,
        _ => 2,
    };

    /// <summary>Reads values one after another. Doubles are rounded to nearest even; those beyond float become
    /// infinite.</summary>
    /// <param name="bytes">The stored values; those of the other byte order are changed in place.</param>
    /// <param name="values">As many values.</param>
    /// <param name="format">How they are stored.</param>
    /// <param name="bigEndian">Their byte order.</param>
    public static void Convert(Span<byte> bytes, Span<float> values, StoredFloat format, bool bigEndian)
    {
        bool swap = bigEndian == BitConverter.IsLittleEndian;
        switch (format)
        {
            case StoredFloat.Double:
                Span<long> doubles = Words<long>(bytes);
                if (swap)
                {
                    BinaryPrimitives.ReverseEndianness(doubles, doubles);
                }

                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BitConverter.Int64BitsToDouble(doubles[i]);
                }

                break;
            case StoredFloat.Single:
                Span<int> singles = Words<int>(bytes);
                if (swap)
                {
                    BinaryPrimitives.ReverseEndianness(singles, singles);
                }

                MemoryMarshal.Cast<int, float>(singles).CopyTo(values);
                break;
            default:
                Span<ushort> halves = Words<ushort>(bytes);
                if (swap)
                {
                    BinaryPrimitives.ReverseEndianness(halves, halves);
                }

                for (int i = 0; i < values.Length; i++)
                {
                    // FloatFormats.FromHalf knows finite values only.
                    values[i] = format == StoredFloat.Half
                        ? (float)BitConverter.UInt16BitsToHalf(halves[i])
                        : FloatFormats.FromBFloat16(halves[i]);
                }

                break;
        }
    }

    private static Span<T> Words<T>(Span<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);
}
