using System.Buffers.Binary;
using System.Text;
using KernelGen.Kernels;

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
    /// <param name="parameters"><see cref="CodecLayout.ParameterCount"/> values: scales, then minima; or codebooks.</param>
    /// <exception cref="ArgumentException">Wrong number of parameters, a parameter that is not finite, a scale less than 2^-126, or a
    /// centroid whose squared length is not finite.</exception>
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
    /// <returns><see cref="CodecLayout.ParameterCount"/> values: scales, then minima; or codebooks.</returns>
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
        // Codebooks have no scales.
        int scales = layout.Codebooks is null ? layout.ParameterCount - layout.MinimumCount : 0;
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

        return layout.Codebooks is { } shape ? FindFault(shape, parameters) : null;
    }

    /// <summary>A centroid whose squared length is not finite: no distance to it can be computed.</summary>
    private static string? FindFault(CodebookShape shape, ReadOnlySpan<float> codebooks)
    {
        for (int subspace = 0; subspace < shape.Subspaces; subspace++)
        {
            int dimensions = shape.DimensionsOf(subspace);
            for (int centroid = 0; centroid < shape.Centroids; centroid++)
            {
                float norm2 = 0;
                foreach (float value in codebooks.Slice(shape.CodebookOf(subspace) + (centroid * dimensions), dimensions))
                {
                    norm2 += value * value;
                }

                if (!float.IsFinite(norm2))
                {
                    return $"Expected centroids of finite length, but number {centroid} of subspace {subspace} is too long.";
                }
            }
        }

        return null;
    }
}
