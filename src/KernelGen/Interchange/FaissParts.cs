using System.Text;

namespace KernelGen.Interchange;

/// <summary>What the files of FAISS are made of.</summary>
internal static class FaissParts
{
    /// <summary>Reads a type: four characters. What is no text becomes hexadecimal digits, for messages.</summary>
    public static string ReadType(this BinarySource source, string part)
    {
        Span<byte> bytes = stackalloc byte[4];
        source.ReadPart(bytes, part);
        return bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? $"0x{Convert.ToHexString(bytes)}"
            : Encoding.ASCII.GetString(bytes);
    }

    /// <summary>Reads a C++ bool.</summary>
    public static bool ReadFlag(this BinarySource source, string part)
    {
        Span<byte> value = stackalloc byte[1];
        source.ReadPart(value, part);
        return value[0] <= 1 ? value[0] == 1 : throw source.Corrupt($"expected 0 or 1 as its {part}, but got {value[0]}.");
    }

    /// <summary>Reads a <c>std::vector&lt;float&gt;</c>.</summary>
    public static float[] ReadVector(this BinarySource source, string part) =>
        source.ReadFloats((ulong)source.ReadInt64($"length of its {part}"), StoredFloat.Single, part);

    /// <summary>Reads a <c>std::vector&lt;uint8_t&gt;</c> of codes.</summary>
    /// <exception cref="InvalidDataException">Truncated, too large, or of another length than is expected.</exception>
    public static byte[] ReadCodes(this BinarySource source, UInt128 expected)
    {
        var length = (ulong)source.ReadInt64("length of its codes");
        return length == expected
            ? source.ReadBytes(length, "codes")
            : throw source.Corrupt($"expected {expected} bytes of codes, but got {length}.");
    }
}
