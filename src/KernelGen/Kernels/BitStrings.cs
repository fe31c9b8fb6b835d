using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace KernelGen.Kernels;

/// <summary>Codes of 1 to 12 bits as a bit string, lowest bits first, without a gap between them: FAISS's packed codes. For generated code,
/// which calls with a constant number of bits.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BitStrings
{
    /// <summary>Reads <paramref name="count"/> codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte source, int bits, int count, ref ushort codes)
    {
        if (bits == 8)
        {
            for (int i = 0; i < count; i++)
            {
                Unsafe.Add(ref codes, i) = Unsafe.Add(ref source, i);
            }
        }
        else if (bits == 4)
        {
            for (int i = 0; i < count; i++)
            {
                Unsafe.Add(ref codes, i) = (ushort)((Unsafe.Add(ref source, i >> 1) >> (4 * (i & 1))) & 15);
            }
        }
        else
        {
            UnpackAny(ref source, bits, count, ref codes);
        }
    }

    /// <summary>Writes <paramref name="count"/> codes and fills up the last byte with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(ref ushort codes, int bits, int count, ref byte destination)
    {
        if (bits == 8)
        {
            for (int i = 0; i < count; i++)
            {
                Unsafe.Add(ref destination, i) = (byte)Unsafe.Add(ref codes, i);
            }
        }
        else if (bits == 4)
        {
            int i = 0;
            for (; i < count - 1; i += 2)
            {
                Unsafe.Add(ref destination, i >> 1) = (byte)(Unsafe.Add(ref codes, i) | (Unsafe.Add(ref codes, i + 1) << 4));
            }

            if (i < count)
            {
                Unsafe.Add(ref destination, i >> 1) = (byte)Unsafe.Add(ref codes, i);
            }
        }
        else
        {
            PackAny(ref codes, bits, count, ref destination);
        }
    }

    private static void UnpackAny(ref byte source, int bits, int count, ref ushort codes)
    {
        uint buffer = 0;
        int held = 0;
        for (int i = 0; i < count; i++)
        {
            for (; held < bits; held += 8)
            {
                buffer |= (uint)source << held;
                source = ref Unsafe.Add(ref source, 1);
            }

            Unsafe.Add(ref codes, i) = (ushort)(buffer & ((1u << bits) - 1));
            buffer >>= bits;
            held -= bits;
        }
    }

    private static void PackAny(ref ushort codes, int bits, int count, ref byte destination)
    {
        uint buffer = 0;
        int held = 0;
        for (int i = 0; i < count; i++)
        {
            buffer |= (uint)Unsafe.Add(ref codes, i) << held;
            for (held += bits; held >= 8; held -= 8)
            {
                destination = (byte)buffer;
                destination = ref Unsafe.Add(ref destination, 1);
                buffer >>= 8;
            }
        }

        if (held > 0)
        {
            destination = (byte)buffer;
        }
    }
}
