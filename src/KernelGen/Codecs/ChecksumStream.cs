using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KernelGen;

/// <summary>
/// Reads or writes another stream and keeps the SHA-256 of all bytes that went through. Reads exactly what is asked for, buffers
/// nothing and leaves the other stream open. All numbers are little endian.
/// </summary>
/// <param name="inner">The stream to read or write.</param>
/// <param name="content">What is being read, for messages: "The {content} is truncated".</param>
internal sealed class ChecksumStream(Stream inner, string content) : Stream
{
    /// <summary>Bytes of the checksum.</summary>
    public const int ChecksumBytes = SHA256.HashSizeInBytes;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        _hash.AppendData(buffer[..read]);
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _hash.AppendData(buffer);
    }

    public void WriteInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Write(bytes);
    }

    public void WriteDouble(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Write(bytes);
    }

    /// <summary>Writes the checksum of everything written so far; the last call.</summary>
    public void WriteChecksum()
    {
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        _hash.GetHashAndReset(checksum);
        inner.Write(checksum);
    }

    /// <summary>Fills the buffer.</summary>
    /// <param name="buffer">Where to read to.</param>
    /// <param name="part">What is read, for the message.</param>
    /// <exception cref="InvalidDataException">The stream ends before.</exception>
    public void ReadPart(Span<byte> buffer, string part)
    {
        int read = this.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
        {
            throw new InvalidDataException(
                $"The {content} is truncated: expected {buffer.Length} bytes of its {part}, but the stream ended after {read}.");
        }
    }

    /// <exception cref="InvalidDataException">The stream ends before.</exception>
    public int ReadInt32(string part)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        ReadPart(bytes, part);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    /// <summary>Reads a number of at least <paramref name="least"/>.</summary>
    /// <exception cref="InvalidDataException">The stream ends before, or it is another number.</exception>
    public double ReadDouble(string part, double least)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        ReadPart(bytes, part);
        double value = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        return value >= least && double.IsFinite(value)
            ? value
            : throw new InvalidDataException($"The {content} is corrupt: expected a {part} of at least {least}, but it is {value}.");
    }

    /// <summary>Reads the eight bytes that tell the kind of content, and the version of its format.</summary>
    /// <exception cref="InvalidDataException">Truncated, another kind or another version.</exception>
    public void ReadHeader(ReadOnlySpan<byte> magic, int version)
    {
        Span<byte> actual = stackalloc byte[8];
        ReadPart(actual, "first bytes");
        if (!actual.SequenceEqual(magic))
        {
            throw new InvalidDataException(
                $"This is no {content}: expected the first bytes {Convert.ToHexString(magic)}, but got {Convert.ToHexString(actual)}.");
        }

        int actualVersion = ReadInt32("format version");
        if (actualVersion != version)
        {
            throw new InvalidDataException($"Expected a {content} of format version {version}, but got version {actualVersion}.");
        }
    }

    /// <summary>Reads the checksum and compares it with that of everything read so far; the last call.</summary>
    /// <exception cref="InvalidDataException">Truncated, or the checksum is another one.</exception>
    public void VerifyChecksum()
    {
        Span<byte> expected = stackalloc byte[ChecksumBytes];
        Span<byte> actual = stackalloc byte[ChecksumBytes];
        _hash.GetHashAndReset(actual);
        ReadPart(expected, "checksum");
        if (!actual.SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"The {content} is corrupt: expected the SHA-256 {Convert.ToHexString(expected)}, but its bytes have {Convert.ToHexString(actual)}.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
