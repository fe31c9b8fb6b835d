using System.Buffers.Binary;
using System.Text;

namespace KernelGen.Interchange;

/// <summary>
/// Reads arrays that NumPy saved: <c>.npy</c> files of the format versions 1.0, 2.0 and 3.0, as the documentation of
/// <c>numpy.lib.format</c> defines them.
/// </summary>
/// <remarks>Types: <c>float16</c>, <c>float32</c> and <c>float64</c> of either byte order, in C or Fortran order. What float32
/// does not hold is rounded to nearest even; beyond its range it becomes infinite.</remarks>
public static class NpyFile
{
    /// <summary>Headers of arrays of floats have a few hundred bytes; longer ones are not allocated.</summary>
    private const int MaximumHeaderBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the array of a file. What follows the array in the file is not looked at, as in NumPy.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of another format version or of another type.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Tensor Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads the array at the stream's position. Reads exactly its bytes and leaves the stream open, so that another
    /// array can follow. Memory is taken as data arrives, not as the header promises.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of another format version or of another type.</exception>
    public static Tensor Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var source = new BinarySource(stream, "NumPy array");
        NpyHeader header = ReadHeader(source);
        float[] values = source.ReadFloats(Tensor.CountOf(header.Shape), header.Format, "values", header.BigEndian);
        return new Tensor(header.Shape, header.FortranOrder ? ToCOrder(values, header.Shape) : values);
    }

    private static NpyHeader ReadHeader(BinarySource source)
    {
        Span<byte> start = stackalloc byte[8];
        source.ReadPart(start, "first bytes");
        if (!start[..6].SequenceEqual(Magic))
        {
            string expected = Convert.ToHexString(Magic);
            throw new InvalidDataException(
                $"This is no NumPy array: expected the first bytes {expected}, but got {Convert.ToHexString(start[..6])}.");
        }

        (int major, int minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw new InvalidDataException(
                $"Expected a NumPy array of format version 1.0, 2.0 or 3.0, but got version {major}.{minor}.");
        }

        Span<byte> lengthBytes = stackalloc byte[sizeof(uint)];
        lengthBytes.Clear();
        source.ReadPart(lengthBytes[..(major == 1 ? sizeof(ushort) : sizeof(uint))], "header length");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaximumHeaderBytes)
        {
            throw source.Corrupt($"expected a header of at most {MaximumHeaderBytes} bytes, but its length is {length}.");
        }

        byte[] text = source.ReadBytes(length, "header");
        return NpyHeader.Parse(source, (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text));
    }

    /// <summary>Moves values whose first dimension runs fastest to where the last one does.</summary>
    private static float[] ToCOrder(float[] values, int[] shape)
    {
        var result = new float[values.Length];
        Span<int> index = stackalloc int[shape.Length];
        index.Clear();
        int[] strides = new int[shape.Length];
        for (int i = 0, stride = 1; i < shape.Length && values.Length > 0; stride *= shape[i], i++)
        {
            strides[i] = stride;
        }

        for (int to = 0, from = 0; to < result.Length; to++)
        {
            result[to] = values[from];
            for (int i = shape.Length - 1; i >= 0; i--)
            {
                from += strides[i];
                if (++index[i] < shape[i])
                {
                    break;
                }

                from -= strides[i] * shape[i];
                index[i] = 0;
            }
        }

        return result;
    }
}
