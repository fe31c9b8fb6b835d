using System.Buffers;
using System.Buffers.Binary;

namespace KernelGen.Interchange;

/// <summary>
/// Reads the parts of a file that another program wrote, exactly the bytes that are asked for. Memory is taken as data arrives,
/// or at once where the stream is seekable and long enough: never because a header promises data.
/// </summary>
/// <param name="stream">The stream to read; need not be seekable.</param>
/// <param name="content">What is being read, for messages: "The {content} is truncated".</param>
internal sealed class BinarySource(Stream stream, string content)
{
    private const int ChunkBytes = 1 << 16;

    public InvalidDataException Corrupt(string fault) => new($"The {content} is corrupt: {fault}");

    /// <summary>Fills the buffer.</summary>
    /// <exception cref="InvalidDataException">The stream ends before.</exception>
    public void ReadPart(Span<byte> buffer, string part) => Fill(buffer, part, 0, buffer.Length);

    public int ReadInt32(string part)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        ReadPart(bytes, part);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadInt64(string part)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        ReadPart(bytes, part);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public float ReadSingle(string part) => BitConverter.Int32BitsToSingle(ReadInt32(part));

    /// <summary>Reads the bytes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="part">What is read, for messages.</param>
    /// <exception cref="InvalidDataException">The stream ends before, or they are more than an array can hold.</exception>
    public byte[] ReadBytes(ulong count, string part)
    {
        byte[] bytes = Begin<byte>(count, sizeof(byte), part);
        for (int done = 0; ; Grow(ref bytes, count))
        {
            Fill(bytes.AsSpan(done), part, done, (long)count);
            done = bytes.Length;
            if (done == (int)count)
            {
                return bytes;
            }
        }
    }

    /// <summary>Reads floats and converts them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="format">How they are stored.</param>
    /// <param name="part">What is read, for messages.</param>
    /// <param name="bigEndian">Their byte order.</param>
    /// <exception cref="InvalidDataException">The stream ends before, or they are more than an array can hold.</exception>
    public float[] ReadFloats(ulong count, StoredFloat format, string part, bool bigEndian = false)
    {
        int width = StoredFloats.BytesOf(format);
        float[] values = Begin<float>(count, width, part);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (int done = 0; ;)
            {
                int length = Math.Min(values.Length - done, ChunkBytes / width);
                Span<byte> bytes = chunk.AsSpan(0, length * width);
                Fill(bytes, part, (long)done * width, (long)count * width);
                StoredFloats.Convert(bytes, values.AsSpan(done, length), format, bigEndian);
                done += length;
                if (done == (int)count)
                {
                    return values;
                }

                if (done == values.Length)
                {
                    Grow(ref values, count);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>The array to begin with: of the whole length if the stream certainly has as much, or of one chunk.</summary>
    private T[] Begin<T>(ulong count, int width, string part)
    {
        if (count > (ulong)Array.MaxLength)
        {
            throw new InvalidDataException(
                $"The {content} is too large: expected at most {Array.MaxLength} values of its {part}, but it claims {count}.");
        }

        if (!stream.CanSeek)
        {
            return new T[Math.Min((int)count, ChunkBytes / width)];
        }

        long rest = stream.Length - stream.Position;
        return (long)count * width <= rest ? new T[count] : throw Truncated(part, (long)count * width, Math.Max(rest, 0));
    }

    private static void Grow<T>(ref T[] array, ulong count) =>
        Array.Resize(ref array, (int)Math.Min(count, 2 * (ulong)array.Length));

    private void Fill(Span<byte> buffer, string part, long done, long total)
    {
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
        {
            throw Truncated(part, total, done + read);
        }
    }

    private InvalidDataException Truncated(string part, long expected, long actual) =>
        new($"The {content} is truncated: expected {expected} bytes of its {part}, but the stream ended after {actual}.");
}
