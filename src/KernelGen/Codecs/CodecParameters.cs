using System.Buffers.Binary;
using System.Text;
using KernelGen.Kernels;
using KernelGen.Transforms;

namespace KernelGen;

/// <summary>
/// Writes and reads the learned parameters of a codec; generated codecs implement Save and Load by it. The stream holds, little
/// endian: the eight bytes <c>KGPARAMS</c>, the format version (int32), the length (int32) and the UTF-8 text of
/// <see cref="CodecLayout.Scheme"/>, the number of parameters (int32), the parameters (float32), and the SHA-256 of everything
/// before it.
/// </summary>
public static class CodecParameters
{
    private const int Version = 1;

    /// <summary>No scheme has a longer text; a greater length in a stream is an error and is not allocated.</summary>
    private const int MaximumSchemeBytes = 4096;

    private static ReadOnlySpan<byte> Magic => "KGPARAMS"u8;

    /// <summary>Writes the parameters at the stream's position and leaves the stream open.</summary>
    /// <param name="stream">A writable stream.</param>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="parameters"><see cref="CodecLayout.ParameterCount"/> values: those of transforms, then scales and minima, or codebooks.</param>
    /// <exception cref="ArgumentException">Wrong number of parameters, a parameter that is not finite, or a scale less than
    /// 2^-126.</exception>
    public static void Save(Stream stream, CodecLayout layout, ReadOnlySpan<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(layout);
        CodecGuard.CheckLength(parameters.Length, 1, layout.ParameterCount, nameof(parameters), "values");
        if (FindFault(layout, parameters) is { } fault)
        {
            throw new ArgumentException(fault, nameof(parameters));
        }

        using var checksum = new ChecksumStream(stream, "codec");
        checksum.Write(Magic);
        checksum.WriteInt32(Version);
        byte[] scheme = Encoding.UTF8.GetBytes(layout.Scheme);
        checksum.WriteInt32(scheme.Length);
        checksum.Write(scheme);
        checksum.WriteInt32(parameters.Length);
        var payload = new byte[parameters.Length * sizeof(float)];
        for (int i = 0; i < parameters.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(payload.AsSpan(i * sizeof(float)), parameters[i]);
        }

        checksum.Write(payload);
        checksum.WriteChecksum();
    }

    /// <summary>Reads parameters from the stream's position. Reads exactly the bytes that <see cref="Save"/> wrote and leaves the
    /// stream open.</summary>
    /// <param name="stream">A readable stream.</param>
    /// <param name="layout">The layout of the codec that is expected.</param>
    /// <returns><see cref="CodecLayout.ParameterCount"/> values: those of transforms, then scales and minima, or codebooks.</returns>
    /// <exception cref="InvalidDataException">Truncated, corrupt, of another scheme or format version, or with values that no
    /// training gives.</exception>
    public static float[] Load(Stream stream, CodecLayout layout)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(layout);
        using var checksum = new ChecksumStream(stream, "codec");
        checksum.ReadHeader(Magic, Version);
        int schemeLength = checksum.ReadInt32("length of the scheme");
        if (schemeLength is < 0 or > MaximumSchemeBytes)
        {
            throw new InvalidDataException(
                $"The codec is corrupt: expected a scheme of 0 to {MaximumSchemeBytes} bytes, but its length is {schemeLength}.");
        }

        var schemeBytes = new byte[schemeLength];
        checksum.ReadPart(schemeBytes, "scheme");
        string scheme = Encoding.UTF8.GetString(schemeBytes);
        if (scheme != layout.Scheme)
        {
            throw new InvalidDataException($"Expected a codec of the scheme '{layout.Scheme}', but got '{scheme}'.");
        }

        int count = checksum.ReadInt32("number of parameters");
        if (count != layout.ParameterCount)
        {
            throw new InvalidDataException($"The codec is corrupt: expected {layout.ParameterCount} parameters, but got {count}.");
        }

        var payload = new byte[count * sizeof(float)];
        checksum.ReadPart(payload, "parameters");
        checksum.VerifyChecksum();
        var parameters = new float[count];
        for (int i = 0; i < count; i++)
        {
            parameters[i] = BinaryPrimitives.ReadSingleLittleEndian(payload.AsSpan(i * sizeof(float)));
        }

        return FindFault(layout, parameters) is { } fault ? throw new InvalidDataException(fault) : parameters;
    }

    private static string? FindFault(CodecLayout layout, ReadOnlySpan<float> parameters)
    {
        if (layout.Transforms is { } transforms)
        {
            int count = transforms.ParameterCount;
            return TransformChain.FindFault(transforms, parameters[..count])
                ?? FindFault(layout with { Transforms = null, ParameterCount = layout.ParameterCount - count }, parameters[count..]);
        }

        if (layout.Codebooks is { } shape)
        {
            return Codebooks.FindFault(shape, parameters);
        }

        if (layout.AdditiveCodebooks is { } additive)
        {
            return AdditiveCodebooks.FindFault(additive, parameters);
        }

        int scales = layout.ParameterCount - layout.MinimumCount;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!float.IsFinite(parameters[i]))
            {
                return $"Expected finite parameters, but number {i} is {parameters[i]}.";
            }

            if (i < scales && parameters[i] < Scales.Smallest)
            {
                return $"Expected scales of at least 2^-126, but number {i} is {parameters[i]}.";
            }
        }

        return null;
    }
}
